//! `/api/v1/sessions`: where a person is signed in.

use app::text::{Language, device_name, with_language};
use axum::extract::{Path, State, rejection::PathRejection};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::sessions::SessionListing;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    answer::Json,
    pages::{Page, Paging},
    scopes::{SessionsEnd, SessionsRead},
    times::rfc3339,
};
use crate::http::{
    error::api::Problem,
    extract::{Bearer, Visitor},
    state::AppState,
};

/// A session: one sign-in that hasn't ended.
#[derive(Serialize, ToSchema)]
pub(super) struct Session {
    /// What to call it when ending it.
    id: String,
    /// Whether it is the one that the calling token hangs on.
    current: bool,
    /// What it runs on, in words.
    #[schema(example = "Firefox on Linux")]
    device: String,
    /// The IP address where it began.
    #[schema(required = true)]
    address: Option<String>,
    /// When it began.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was last used, to a few seconds.
    #[schema(format = DateTime)]
    last_seen_at: String,
}

/// Lists the sessions of the token's owner, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/sessions",
    operation_id = "listSessions",
    tag = "Sessions",
    params(Paging),
    responses((status = 200, description = "A page of them.", body = Page<Session>)),
    security(("bearer" = ["sessions:read"]), ("basic" = ["sessions:read"]))
)]
pub(super) async fn list(
    State(state): State<AppState>,
    bearer: Bearer<SessionsRead>,
    paging: Paging,
) -> Result<Json<Page<Session>>, Problem> {
    let caller = bearer.caller;
    let after = paging.place(parse_cursor)?;
    let current = caller.claims.sid.as_deref().unwrap_or_default();
    let sessions = &state.services.sessions;
    let mut all = sessions.list(caller.person.account, current).await?;
    all.sort_by(|one, other| place(other).cmp(&place(one)));
    if let Some((at, id)) = &after {
        all.retain(|session| place(session) < (*at, id.as_str()));
    }
    all.truncate(paging.limit + 1);
    Ok(Json(with_language(Language::English, || {
        paging.page(all, cursor, Session::of)
    })))
}

/// Where a session stands in the list.
fn place(session: &SessionListing) -> (i64, &str) {
    (session.created_at.as_micros(), &session.public_id)
}

/// A place outlives the session that stood there.
fn cursor(session: &SessionListing) -> String {
    let (at, id) = place(session);
    format!("{at}.{id}")
}

fn parse_cursor(after: &str) -> Option<(i64, String)> {
    let (at, id) = after.split_once('.')?;
    let at = at.parse().ok()?;
    is_id(id).then(|| (at, id.to_owned()))
}

/// Whether this could be a session's public id.
fn is_id(text: &str) -> bool {
    let decoded = URL_SAFE_NO_PAD.decode(text);
    decoded.is_ok_and(|bytes| bytes.len() == 16)
}

impl Session {
    fn of(listing: SessionListing) -> Self {
        Self {
            id: listing.public_id,
            current: listing.current,
            device: device_name(listing.device),
            address: listing.address.map(|address| address.to_string()),
            created_at: rfc3339(listing.created_at),
            last_seen_at: rfc3339(listing.last_seen_at),
        }
    }
}

/// Ends a session of the token's owner, with every token that hangs on it.
#[utoipa::path(
    delete,
    path = "/api/v1/sessions/{id}",
    operation_id = "endSession",
    tag = "Sessions",
    params(("id" = String, Path, description = "The session.")),
    responses((status = 204, description = "It has ended.")),
    security(("bearer" = ["sessions:end"]), ("basic" = ["sessions:end"]))
)]
pub(super) async fn end(
    State(state): State<AppState>,
    bearer: Bearer<SessionsEnd>,
    Visitor(client): Visitor,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(id) = id.map_err(|_| Problem::not_found())?;
    let account = bearer.caller.person.account;
    let sessions = &state.services.sessions;
    if is_id(&id) && sessions.end(account, &id, &client).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found())
    }
}
