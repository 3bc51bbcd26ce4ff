//! `/api/v1/tokens`: the tokens that a person made. Only people make them: a token can't.

use axum::extract::{Path, State, rejection::PathRejection};
use domain::{random::read_id, tokens::ApiTokenListing};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    answer::Json,
    pages::{Page, Paging},
    scopes::{TokensRead, TokensRevoke},
    times::rfc3339,
};
use crate::http::{
    error::api::Problem,
    extract::{Bearer, Visitor},
    state::AppState,
};

/// A token that a person made for themselves. Its secret is shown once, when it is made, and never here.
#[derive(Serialize, ToSchema)]
pub(super) struct Token {
    /// Its name for programs: what it says in `jti`.
    #[schema(format = "uuid")]
    id: String,
    /// What its owner calls it.
    name: String,
    /// What it may do.
    scopes: Vec<String>,
    /// The APIs that it is for.
    audience: Vec<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it expires.
    #[schema(format = DateTime)]
    expires_at: String,
    /// When it was last used here, to a few seconds.
    #[schema(required = true, format = DateTime)]
    last_used_at: Option<String>,
    /// The IP address from which that was.
    #[schema(required = true)]
    last_used_address: Option<String>,
}

/// Lists the tokens of the calling token's owner that are alive, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/tokens",
    operation_id = "listTokens",
    tag = "Tokens",
    params(Paging),
    responses((status = 200, description = "A page of them.", body = Page<Token>)),
    security(("bearer" = ["tokens:read"]), ("basic" = ["tokens:read"]))
)]
pub(super) async fn list(
    State(state): State<AppState>,
    bearer: Bearer<TokensRead>,
    paging: Paging,
) -> Result<Json<Page<Token>>, Problem> {
    let account = bearer.caller.person.account;
    let after = paging.place(read_id)?;
    let tokens = &state.services.tokens;
    let rows = tokens
        .list(account, after.as_deref(), paging.most())
        .await?;
    Ok(Json(paging.page(rows, |row| row.row.id.clone(), Token::of)))
}

impl Token {
    fn of(listing: ApiTokenListing) -> Self {
        let address = listing.last_used_address;
        let row = listing.row;
        Self {
            id: row.id,
            name: row.name,
            scopes: row.scopes,
            audience: row.audience,
            created_at: rfc3339(row.created_at),
            expires_at: rfc3339(row.expires_at),
            last_used_at: row.last_used_at.map(rfc3339),
            last_used_address: address.map(|address| address.to_string()),
        }
    }
}

/// Revokes a token of the calling token's owner: that one too, if it names itself.
#[utoipa::path(
    delete,
    path = "/api/v1/tokens/{id}",
    operation_id = "revokeToken",
    tag = "Tokens",
    params(("id" = String, Path, description = "The token.")),
    responses((status = 204, description = "It is revoked.")),
    security(("bearer" = ["tokens:revoke"]), ("basic" = ["tokens:revoke"]))
)]
pub(super) async fn revoke(
    State(state): State<AppState>,
    bearer: Bearer<TokensRevoke>,
    Visitor(client): Visitor,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(id) = id.map_err(|_| Problem::not_found())?;
    let id = read_id(&id).ok_or_else(Problem::not_found)?;
    let account = bearer.caller.person.account;
    if state.services.tokens.revoke(account, &id, &client).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found())
    }
}
