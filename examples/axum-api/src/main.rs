//! An API that takes Latchkey's tokens: `GET /api/data` with the scope `data:read`.

use std::{env, error::Error};

use axum::{Json, Router, routing::get};
use latchkey_verify::{Claims, Verifier};
use serde_json::{Value, json};
use tracing_subscriber::EnvFilter;

/// The name of this API in Latchkey's configuration.
const AUDIENCE: &str = "https://api.example.com";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let log =
        EnvFilter::try_from_default_env().or_else(|_| "info,latchkey_verify=debug".parse())?;
    tracing_subscriber::fmt().with_env_filter(log).init();

    let issuer = setting("LATCHKEY_ISSUER", "http://localhost:8080");
    let verifier = Verifier::builder(&issuer, AUDIENCE).build()?;
    let app = Router::new()
        .route("/api/data", get(data))
        .route_layer(verifier.require_scope("data:read"));

    let listener = tokio::net::TcpListener::bind(setting("API_ADDRESS", "127.0.0.1:5001")).await?;
    println!("http://{}/api/data asks {issuer}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

async fn data(claims: Claims) -> Json<Value> {
    Json(json!({
        "message": "This is for your eyes.",
        "subject": claims.sub,
        "client": claims.client_id,
    }))
}

fn setting(name: &str, default: &str) -> String {
    env::var(name).unwrap_or_else(|_| default.to_owned())
}
