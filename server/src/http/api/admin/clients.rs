//! `/api/v1/admin/clients`

use axum::extract::{Path, State, rejection::PathRejection};
use domain::clients::RegisteredClient;
use serde::Serialize;
use utoipa::ToSchema;

use super::named;
use crate::http::{
    api::{
        answer::Json,
        pages::{Page, Paging},
        scopes::AdminRead,
        times::rfc3339,
    },
    error::api::Problem,
    extract::Staff,
    state::AppState,
};

/// An app that signs people in here, or acts for itself.
#[derive(Serialize, ToSchema)]
pub(in crate::http::api) struct OAuthClient {
    /// Its `client_id`.
    id: String,
    /// What people are shown.
    name: String,
    /// How it proves who it is: `none`, `client_secret` or `private_key_jwt`.
    authentication: &'static str,
    /// Where browsers may be sent back to.
    redirect_uris: Vec<String>,
    /// What it may ask for tokens with.
    grant_types: Vec<&'static str>,
    /// What it may ask for at most.
    scopes: Vec<String>,
    /// `public` or `pairwise`.
    subject_type: &'static str,
    /// Whether people aren't asked.
    first_party: bool,
    /// Whether its codes are worth nothing without PKCE.
    require_pkce: bool,
    /// When it was registered.
    #[schema(format = DateTime)]
    created_at: String,
}

impl OAuthClient {
    fn of(client: RegisteredClient) -> Self {
        Self {
            id: client.id,
            name: client.name,
            authentication: client.authentication.as_str(),
            redirect_uris: client.redirect_uris,
            grant_types: client.grants.iter().map(|grant| grant.as_str()).collect(),
            scopes: client.scopes,
            subject_type: if client.pairwise {
                "pairwise"
            } else {
                "public"
            },
            first_party: client.first_party,
            require_pkce: client.require_pkce,
            created_at: rfc3339(client.created_at),
        }
    }
}

/// Lists the registered apps.
#[utoipa::path(
    get,
    path = "/api/v1/admin/clients",
    operation_id = "listClients",
    tag = "Administration",
    params(Paging),
    responses((status = 200, description = "A page of them.", body = Page<OAuthClient>)),
    security(("bearer" = ["admin:read"]), ("basic" = ["admin:read"]))
)]
pub(in crate::http::api) async fn list(
    State(_): State<AppState>,
    staff: Staff<AdminRead>,
    paging: Paging,
) -> Result<Json<Page<OAuthClient>>, Problem> {
    let after = paging.place(client_id)?.unwrap_or_default();
    let rows = staff.desk.clients(&after, paging.most()).await?;
    Ok(Json(paging.page(
        rows,
        |row| row.id.clone(),
        OAuthClient::of,
    )))
}

/// Shows a registered app.
#[utoipa::path(
    get,
    path = "/api/v1/admin/clients/{id}",
    operation_id = "showClient",
    tag = "Administration",
    params(("id" = String, Path, description = "The app's `client_id`.")),
    responses((status = 200, description = "Here it is.", body = OAuthClient)),
    security(("bearer" = ["admin:read"]), ("basic" = ["admin:read"]))
)]
pub(in crate::http::api) async fn show(
    State(_): State<AppState>,
    staff: Staff<AdminRead>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<OAuthClient>, Problem> {
    let id = client_id(&named(id)?).ok_or_else(Problem::not_found)?;
    let found = staff.desk.client(&id).await?;
    let (client, _) = found.ok_or_else(Problem::not_found)?;
    Ok(Json(OAuthClient::of(client)))
}

/// What every `client_id` looks like.
fn client_id(text: &str) -> Option<String> {
    let fits = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    fits.then(|| text.to_owned())
}
