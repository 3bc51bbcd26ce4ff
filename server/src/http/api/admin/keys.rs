//! `/api/v1/admin/keys`

use axum::extract::{Path, State, rejection::PathRejection};
use domain::keys::signing::Listed;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::named;
use crate::http::{
    api::{
        answer::Json,
        pages::Page,
        scopes::{AdminRead, AdminWrite},
        times::rfc3339,
    },
    error::api::Problem,
    extract::Staff,
    state::AppState,
};

/// A signing key. Its private half is nobody's business.
#[derive(Serialize, ToSchema)]
pub(in crate::http::api) struct Key {
    /// Its `kid` (RFC 7638).
    id: String,
    /// What it signs: `access`, `feed` or `id`.
    purpose: &'static str,
    /// With which algorithm.
    #[schema(example = "EdDSA")]
    algorithm: &'static str,
    /// `next`, `signing` or `retired`.
    state: &'static str,
    /// When it was made, and published.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it begins to sign.
    #[schema(format = DateTime)]
    signs_from: String,
    /// When the next one signs in its place.
    #[schema(format = DateTime)]
    signs_until: String,
    /// Until when it is published, once it signs no more.
    #[schema(required = true, format = DateTime)]
    published_until: Option<String>,
}

impl Key {
    fn of(key: Listed) -> Self {
        Self {
            purpose: key.row.purpose.as_str(),
            algorithm: key.row.algorithm.as_str(),
            state: key.state.as_str(),
            created_at: rfc3339(key.row.created_at),
            signs_from: rfc3339(key.row.signs_from),
            signs_until: rfc3339(key.row.signs_until),
            published_until: key.row.published_until.map(rfc3339),
            id: key.row.kid,
        }
    }
}

/// Lists the signing keys, all on one page.
#[utoipa::path(
    get,
    path = "/api/v1/admin/keys",
    operation_id = "listKeys",
    tag = "Administration",
    responses((status = 200, description = "All of them.", body = Page<Key>)),
    security(("bearer" = ["admin:read"]), ("basic" = ["admin:read"]))
)]
pub(in crate::http::api) async fn list(
    State(_): State<AppState>,
    staff: Staff<AdminRead>,
) -> Result<Json<Page<Key>>, Problem> {
    let keys = staff.desk.keys().await?;
    let items = keys.into_iter().map(Key::of).collect();
    Ok(Json(Page { items, next: None }))
}

/// Shows a signing key.
#[utoipa::path(
    get,
    path = "/api/v1/admin/keys/{id}",
    operation_id = "showKey",
    tag = "Administration",
    params(("id" = String, Path, description = "The key's `kid`.")),
    responses((status = 200, description = "Here it is.", body = Key)),
    security(("bearer" = ["admin:read"]), ("basic" = ["admin:read"]))
)]
pub(in crate::http::api) async fn show(
    State(_): State<AppState>,
    staff: Staff<AdminRead>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Key>, Problem> {
    let id = named(id)?;
    let keys = staff.desk.keys().await?;
    let key = keys.into_iter().find(|key| key.row.kid == id);
    Ok(Json(Key::of(key.ok_or_else(Problem::not_found)?)))
}

/// Has the keys that sign followed by others: published at once, they sign ten minutes later.
#[utoipa::path(
    post,
    path = "/api/v1/admin/keys/rotate",
    operation_id = "rotateKeys",
    tag = "Administration",
    responses((status = 204, description = "The next ones are published.")),
    security(("bearer" = ["admin:write"]), ("basic" = ["admin:write"]))
)]
pub(in crate::http::api) async fn rotate(
    State(_): State<AppState>,
    staff: Staff<AdminWrite>,
) -> Result<StatusCode, Problem> {
    let rotated = staff.desk.rotate_keys(None).await;
    rotated.map_err(domain::store::StorageError::from)?;
    Ok(StatusCode::NO_CONTENT)
}
