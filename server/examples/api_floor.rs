//! The floor that the API is measured against: a bare program that verifies an `EdDSA` signature and
//! answers with JSON, or answers with bytes that never change, and does nothing else.
//!
//! `cargo run --release --example api_floor -- PORT ISSUER KEYSET METADATA` listens on 127.0.0.1. `KEYSET`
//! is a file that holds a JSON Web Key Set; its first key is the one that signs. `GET /api/v1/me` takes
//! a bearer token of that issuer, `GET /.well-known/jwks.json` answers with the file, `GET
//! /.well-known/openid-configuration` with the file `METADATA`, `POST /oauth/token` signs a token by a key
//! of its own.

use std::{error::Error, sync::Arc};

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
    routing::{get, post},
    serve::ListenerExt,
};
use domain::keys::signing::{StatementKey, install_provider};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, jwk::JwkSet};
use serde::Deserialize;
use serde_json::json;

struct Known {
    key: DecodingKey,
    validation: Validation,
    jwks: Bytes,
    metadata: Bytes,
    signer: StatementKey,
    issuer: String,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().ok_or("say PORT ISSUER KEYSET METADATA");
    let (port, issuer, file, other) = (next()?.parse::<u16>()?, next()?, next()?, next()?);
    install_provider();
    let jwks = std::fs::read(file)?;
    let keys: JwkSet = serde_json::from_slice(&jwks)?;
    let key = keys.keys.first().ok_or("the set is empty")?;
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_issuer(&[&issuer]);
    validation.set_audience(&[format!("{issuer}/api")]);
    let known = Arc::new(Known {
        key: DecodingKey::from_jwk(key)?,
        validation,
        jwks: jwks.into(),
        metadata: std::fs::read(other)?.into(),
        signer: StatementKey::from_seed(&[7; 32])?,
        issuer,
    });
    let program = Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/api/v1/me", get(me))
        .route("/.well-known/jwks.json", get(key_set))
        .route("/.well-known/openid-configuration", get(metadata))
        .route("/oauth/token", post(token))
        .with_state(known);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    // As the server does: the bench sends several requests at once.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    Ok(axum::serve(listener, program).await?)
}

async fn me(State(known): State<Arc<Known>>, headers: HeaderMap) -> Response {
    let token = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let read = token.map(|token| decode::<Claims>(token, &known.key, &known.validation));
    match read {
        // As much as the server says of somebody.
        Some(Ok(read)) => Json(json!({
            "sub": read.claims.sub,
            "name": "Bench",
            "email": "bench@latchkey.local",
            "email_verified": true,
            "locale": null,
            "created_at": "2026-01-01T00:00:00Z",
            "admin": false,
        }))
        .into_response(),
        _ => StatusCode::UNAUTHORIZED.into_response(),
    }
}

async fn token(State(known): State<Arc<Known>>, _: Bytes) -> Response {
    // As much as the server says of a client that acts for itself.
    let claims = json!({
        "iss": known.issuer,
        "aud": ["https://api.example.com"],
        "sub": "00112233445566778899aabbccddeeff",
        "client_id": "00112233445566778899aabbccddeeff",
        "iat": 1_790_000_000,
        "exp": 1_790_000_300,
        "jti": "019aa000-0000-7000-8000-000000000000",
        "scope": "data:read",
    });
    match known.signer.sign("at+jwt", &claims) {
        Ok(token) => Json(json!({
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": 300,
            "scope": "data:read",
        }))
        .into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn key_set(State(known): State<Arc<Known>>) -> impl IntoResponse {
    let kind = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (kind, known.jwks.clone())
}

async fn metadata(State(known): State<Arc<Known>>) -> impl IntoResponse {
    let kind = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (kind, known.metadata.clone())
}
