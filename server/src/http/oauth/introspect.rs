//! `/oauth/introspect` (RFC 7662).

use axum::{extract::State, response::Response};

use super::{
    client::{FromClient, one, required},
    token::json,
};
use crate::http::{error::oauth::OAuthProblem, state::AppState};

/// Says whether a token counts, to clients that prove who they are (section 2.1).
pub(in crate::http) async fn introspect(
    State(state): State<AppState>,
    from: FromClient,
) -> Result<Response, OAuthProblem> {
    if !from.client.is_confidential() {
        return Err(OAuthProblem::client());
    }
    let token = required(&from.params, "token")?;
    // Tokens tell by themselves what they are.
    one(&from.params, "token_type_hint")?;
    let inspected = state.services.oauth.inspect(&from.client, token).await?;
    Ok(json(&inspected))
}
