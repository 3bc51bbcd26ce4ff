//! `/api/v1/auth/refresh`

use axum::extract::State;
use domain::tokens::RefreshOutcome;

use super::{
    super::{answer::Json, body::Body},
    RefreshToken, Tokens,
};
use crate::http::{
    error::api::{Kind, Problem},
    extract::Visitor,
    state::AppState,
};

/// Gives the next tokens for a refresh token, which is used up. An answer that was lost can be asked
/// for again; whoever presents a token that somebody else used ends the session of both.
#[utoipa::path(
    post,
    path = "/api/v1/auth/refresh",
    operation_id = "refresh",
    tag = "Sign-in",
    request_body = RefreshToken,
    responses((status = 200, description = "The next tokens.", body = Tokens)),
    security(())
)]
pub(in crate::http::api) async fn refresh(
    State(state): State<AppState>,
    Visitor(client): Visitor,
    Body(presented): Body<RefreshToken>,
) -> Result<Json<Tokens>, Problem> {
    let grants = &state.services.grants;
    match grants.refresh(&presented.refresh_token, &client).await? {
        RefreshOutcome::Refreshed(set) => Ok(Json(Tokens::of(set))),
        RefreshOutcome::Invalid => Err(Problem::new(
            Kind::InvalidGrant,
            "The refresh token is not accepted. Sign in again.",
        )),
    }
}
