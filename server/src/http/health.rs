//! `/healthz` and `/readyz`.

use axum::{Json, extract::State, response::IntoResponse};
use domain::store::Store;
use http::StatusCode;
use serde_json::json;

use super::state::AppState;

/// The process answers.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// The process can do its work: the database answers and takes what is written. Says whether mail
/// leaves.
pub(super) async fn ready(State(state): State<AppState>) -> impl IntoResponse {
    let database = match state.database.read().await {
        Ok(mut work) => work.find_installation().await.is_ok(),
        Err(_) => false,
    };
    let (ready, told) = match database {
        true if state.database.takes_writes().await => (true, "ok"),
        true => (false, "takes no writes"),
        false => (false, "unreachable"),
    };
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({
        "ready": ready,
        "database": told,
        "mail": state.mail,
        "signup": state.services.accounts.rules().signup.policy.as_str(),
    });
    (status, Json(body))
}
