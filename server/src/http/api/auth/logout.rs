//! `/api/v1/auth/logout`

use axum::extract::{Request, State};
use http::{StatusCode, header::AUTHORIZATION};

use super::{super::body::read, RefreshToken};
use crate::http::{
    error::api::{Kind, Problem},
    extract::{Visitor, authenticate},
    forms::sent,
    state::AppState,
};

/// Ends the session that a refresh token, or without a body the calling access token, hangs on. A
/// refresh token that is none, or is over, is answered alike.
#[utoipa::path(
    post,
    path = "/api/v1/auth/logout",
    operation_id = "signOut",
    tag = "Sign-in",
    request_body = RefreshToken,
    responses((status = 204, description = "Signed out.")),
    security((), ("bearer" = []))
)]
pub(in crate::http::api) async fn sign_out(
    State(state): State<AppState>,
    Visitor(client): Visitor,
    request: Request,
) -> Result<StatusCode, Problem> {
    let (parts, body) = request.into_parts();
    let body = sent(&parts, body, state.door.body_bytes, "application/json").await?;
    let services = &state.services;
    if !body.is_empty() || !parts.headers.contains_key(AUTHORIZATION) {
        let presented: RefreshToken = read(&body)?;
        let grants = &services.grants;
        grants.sign_out(&presented.refresh_token, &client).await?;
        return Ok(StatusCode::NO_CONTENT);
    }
    let caller = authenticate(&parts, &state).await?;
    let Some(session) = &caller.claims.sid else {
        let detail = "This token hangs on no session. It can be revoked under /api/v1/tokens.";
        return Err(Problem::new(Kind::InvalidRequest, detail));
    };
    let account = caller.person.account;
    services.sessions.end(account, session, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}
