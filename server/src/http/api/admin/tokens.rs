//! `/api/v1/admin/tokens`

use axum::extract::{Path, RawQuery, State, rejection::PathRejection};
use domain::{
    admin::{TokenFilter, TokenListing},
    random::read_id,
};
use http::StatusCode;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::{Owner, known, named, part, person, text};
use crate::http::{
    api::{
        answer::Json,
        pages::{Page, Paging},
        scopes::{AdminRead, AdminWrite},
        times::{moment, rfc3339},
    },
    error::api::Problem,
    extract::Staff,
    state::AppState,
};

/// Which tokens.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the description of what is read")]
pub(in crate::http::api) struct TokensFilter {
    /// Part of the name or of an address of whose they are.
    #[param(nullable = false)]
    q: Option<String>,
    /// Whose they are: the account's `sub`.
    #[param(nullable = false)]
    user: Option<String>,
    /// A scope that they have.
    #[param(nullable = false)]
    scope: Option<String>,
    /// Neither made nor used since this moment (RFC 3339).
    #[param(nullable = false, format = DateTime)]
    unused_since: Option<String>,
}

/// A token that somebody made. Its secret was shown once, when it was made.
#[derive(Serialize, ToSchema)]
pub(in crate::http::api) struct EveryonesToken {
    /// What it says in `jti`.
    #[schema(format = "uuid")]
    id: String,
    /// Whose it is.
    user: Owner,
    /// What its owner calls it.
    name: String,
    /// What it may do.
    scopes: Vec<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it expires.
    #[schema(format = DateTime)]
    expires_at: String,
    /// When it was last used here, to a few seconds.
    #[schema(required = true, format = DateTime)]
    last_used_at: Option<String>,
}

impl EveryonesToken {
    fn of(listing: TokenListing) -> Self {
        Self {
            id: listing.id,
            user: Owner {
                id: listing.subject.as_str().to_owned(),
                name: listing.owner,
                email: listing.email,
            },
            name: listing.name,
            scopes: listing.scopes,
            created_at: rfc3339(listing.created_at),
            expires_at: rfc3339(listing.expires_at),
            last_used_at: listing.last_used_at.map(rfc3339),
        }
    }
}

/// Lists the tokens that people made, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/admin/tokens",
    operation_id = "listEveryonesTokens",
    tag = "Administration",
    params(Paging, TokensFilter),
    responses((status = 200, description = "A page of them.", body = Page<EveryonesToken>)),
    security(("bearer" = ["admin:read"]), ("basic" = ["admin:read"]))
)]
pub(in crate::http::api) async fn list(
    State(_): State<AppState>,
    staff: Staff<AdminRead>,
    paging: Paging,
    RawQuery(query): RawQuery,
) -> Result<Json<Page<EveryonesToken>>, Problem> {
    let query = query.unwrap_or_default();
    known(&query, &["q", "user", "scope", "unused_since"])?;
    let is_scope =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_graphic());
    let filter = TokenFilter {
        text: text(&query)?,
        account: person(&query, &staff.desk).await?,
        scope: part(&query, "scope", |word| {
            is_scope(word).then(|| word.to_owned())
        })?,
        unused_since: part(&query, "unused_since", moment)?,
    };
    let after = paging.place(read_id)?;
    let rows = staff.desk.tokens(&filter, after.as_deref(), paging.most());
    let rows = rows.await?;
    Ok(Json(paging.page(
        rows,
        |row| row.id.clone(),
        EveryonesToken::of,
    )))
}

/// Shows a token that somebody made.
#[utoipa::path(
    get,
    path = "/api/v1/admin/tokens/{id}",
    operation_id = "showEveryonesToken",
    tag = "Administration",
    params(("id" = String, Path, description = "The token.")),
    responses((status = 200, description = "Here it is.", body = EveryonesToken)),
    security(("bearer" = ["admin:read"]), ("basic" = ["admin:read"]))
)]
pub(in crate::http::api) async fn show(
    State(_): State<AppState>,
    staff: Staff<AdminRead>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<EveryonesToken>, Problem> {
    let id = read_id(&named(id)?).ok_or_else(Problem::not_found)?;
    let token = staff.desk.token(&id).await?;
    Ok(Json(EveryonesToken::of(
        token.ok_or_else(Problem::not_found)?,
    )))
}

/// Revokes a token that somebody made.
#[utoipa::path(
    delete,
    path = "/api/v1/admin/tokens/{id}",
    operation_id = "revokeEveryonesToken",
    tag = "Administration",
    params(("id" = String, Path, description = "The token.")),
    responses((status = 204, description = "It is revoked.")),
    security(("bearer" = ["admin:write"]), ("basic" = ["admin:write"]))
)]
pub(in crate::http::api) async fn revoke(
    State(_): State<AppState>,
    staff: Staff<AdminWrite>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let id = read_id(&named(id)?).ok_or_else(Problem::not_found)?;
    if staff.desk.revoke_token(&id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found())
    }
}
