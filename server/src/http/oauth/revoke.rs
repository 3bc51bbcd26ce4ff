//! `/oauth/revoke` (RFC 7009).

use axum::{body::Body, extract::State, response::Response};
use domain::oauth_grants::RevocationOutcome;

use super::client::{FromClient, one, required};
use crate::http::{error::oauth::OAuthProblem, state::AppState};

/// Ends a token. One that nobody knows is as good as ended (section 2.2).
pub(in crate::http) async fn revoke(
    State(state): State<AppState>,
    from: FromClient,
) -> Result<Response, OAuthProblem> {
    let token = required(&from.params, "token")?;
    one(&from.params, "token_type_hint")?;
    let oauth = &state.services.oauth;
    match oauth.revoke(&from.client, token, &from.who).await? {
        RevocationOutcome::Over => Ok(Response::new(Body::empty())),
        RevocationOutcome::Refused(denied) => Err(denied.into()),
    }
}
