//! `/api/v1/connections`: the accounts elsewhere that a person signs in with.

use axum::extract::State;
use domain::{random::read_id, social::Connected};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    answer::Json,
    pages::{Page, Paging},
    scopes::ProfileRead,
    times::rfc3339,
};
use crate::http::{error::api::Problem, extract::Bearer, state::AppState};

/// An account elsewhere that signs its owner in here.
#[derive(Serialize, ToSchema)]
pub(super) struct Connection {
    /// Its name for programs.
    #[schema(format = "uuid")]
    id: String,
    /// Where it is, as addresses name it.
    #[schema(example = "github")]
    provider: String,
    /// As whom the person is known there.
    label: String,
    /// When it was connected.
    #[schema(format = DateTime)]
    created_at: String,
}

/// Lists what is connected to the account of the token's owner, oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/connections",
    operation_id = "listConnections",
    tag = "Profile",
    params(Paging),
    responses((status = 200, description = "A page of them.", body = Page<Connection>)),
    security(("bearer" = ["profile:read"]), ("basic" = ["profile:read"]))
)]
pub(super) async fn list(
    State(state): State<AppState>,
    bearer: Bearer<ProfileRead>,
    paging: Paging,
) -> Result<Json<Page<Connection>>, Problem> {
    let account = bearer.caller.person.account;
    let after = paging.place(read_id)?;
    let mut all = state.services.social.connections(account).await?.connected;
    // The ids begin with the time.
    all.sort_by(|one, other| one.connection.id.cmp(&other.connection.id));
    if let Some(after) = after {
        all.retain(|connected| connected.connection.id > after);
    }
    all.truncate(paging.limit + 1);
    let cursor = |connected: &Connected| connected.connection.id.clone();
    Ok(Json(paging.page(all, cursor, Connection::of)))
}

impl Connection {
    fn of(connected: Connected) -> Self {
        let connection = connected.connection;
        Self {
            id: connection.id,
            provider: connection.identity.provider.as_str().to_owned(),
            label: connection.identity.label,
            created_at: rfc3339(connection.created_at),
        }
    }
}
