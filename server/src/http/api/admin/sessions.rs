//! `/api/v1/admin/sessions`

use std::collections::HashMap;

use app::text::{Language, device_name, with_language};
use axum::extract::{Path, RawQuery, State, rejection::PathRejection};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    admin::{Network, SessionCue, SessionCursor, SessionFilter, SessionListing, SessionOrder},
    clock::Timestamp,
    random::read_id,
    sessions::Device,
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

const PARTS: [&str; 8] = [
    "q",
    "user",
    "network",
    "method",
    "created_since",
    "created_before",
    "seen_since",
    "order",
];

/// Which sessions.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the description of what is read")]
pub(in crate::http::api) struct SessionsFilter {
    /// Part of the name or of an address of whose they are.
    #[param(nullable = false)]
    q: Option<String>,
    /// Whose they are: the account's `sub`.
    #[param(nullable = false)]
    user: Option<String>,
    /// Where they began: an address, or a network in CIDR form.
    #[param(nullable = false)]
    network: Option<String>,
    /// How their owners proved who they are: a word of RFC 8176, such as `pwd`.
    #[param(nullable = false)]
    method: Option<String>,
    /// Begun at this moment or later (RFC 3339).
    #[param(nullable = false, format = DateTime)]
    created_since: Option<String>,
    /// Begun before this moment.
    #[param(nullable = false, format = DateTime)]
    created_before: Option<String>,
    /// Used at this moment or later, to a minute or so.
    #[param(nullable = false, format = DateTime)]
    seen_since: Option<String>,
    /// `last-seen` (or nothing), `newest` or `oldest` first.
    #[param(nullable = false)]
    order: Option<String>,
}

/// A session of anybody.
#[derive(Serialize, ToSchema)]
pub(in crate::http::api) struct EveryonesSession {
    /// What to call it when ending it.
    id: String,
    /// Whose it is.
    user: Owner,
    /// What it runs on, in words.
    #[schema(example = "Firefox on Linux")]
    device: String,
    /// What the browser called itself.
    user_agent: String,
    /// The IP address where it began.
    address: String,
    /// How its owner proved who they are (RFC 8176).
    method: String,
    /// Whether the browser keeps it when it is closed.
    persistent: bool,
    /// When it began.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was last used, to a minute or so.
    #[schema(format = DateTime)]
    last_seen_at: String,
    /// How many grants end with it.
    grants: i64,
    /// Why it deserves a look: `many-addresses` (its account signed in from 5 or more within the hour before),
    /// `new-browser` (the account knew others), `failures-before` (wrong passwords were noted within the hour
    /// before), `many-accounts` (5 or more signed in from its address within the hour before). Other words may
    /// follow.
    #[schema(example = json!(["new-browser"]))]
    cues: Vec<&'static str>,
}

impl EveryonesSession {
    fn of(listing: SessionListing, cues: &HashMap<String, Vec<SessionCue>>) -> Self {
        let cues = cues.get(&listing.id).into_iter().flatten();
        let device = Device::of(&listing.user_agent);
        Self {
            id: listing.public_id,
            user: Owner {
                id: listing.subject.as_str().to_owned(),
                name: listing.name,
                email: listing.email,
            },
            device: with_language(Language::English, || device_name(device)),
            user_agent: listing.user_agent,
            address: listing.address.to_string(),
            method: listing.amr,
            persistent: listing.persistent,
            created_at: rfc3339(listing.created_at),
            last_seen_at: rfc3339(listing.last_seen_at),
            grants: listing.grants,
            cues: cues.map(|cue| cue.as_str()).collect(),
        }
    }
}

fn written(cursor: &SessionCursor) -> String {
    let place = format!("{}.{}", cursor.at.as_micros(), cursor.id);
    URL_SAFE_NO_PAD.encode(place)
}

fn read(after: &str) -> Option<SessionCursor> {
    let place = String::from_utf8(URL_SAFE_NO_PAD.decode(after).ok()?).ok()?;
    let (at, id) = place.split_once('.')?;
    Some(SessionCursor {
        at: Timestamp::from_micros(at.parse().ok()?),
        id: read_id(id)?,
    })
}

/// Lists the sessions of everyone that are alive.
#[utoipa::path(
    get,
    path = "/api/v1/admin/sessions",
    operation_id = "listEveryonesSessions",
    tag = "Administration",
    params(Paging, SessionsFilter),
    responses((status = 200, description = "A page of them.", body = Page<EveryonesSession>)),
    security(("bearer" = ["admin:read"]), ("basic" = ["admin:read"]))
)]
pub(in crate::http::api) async fn list(
    State(_): State<AppState>,
    staff: Staff<AdminRead>,
    paging: Paging,
    RawQuery(query): RawQuery,
) -> Result<Json<Page<EveryonesSession>>, Problem> {
    let query = query.unwrap_or_default();
    known(&query, &PARTS)?;
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let filter = SessionFilter {
        text: text(&query)?,
        account: person(&query, &staff.desk).await?,
        network: part(&query, "network", Network::parse)?,
        method: part(&query, "method", |word| {
            is_word(word).then(|| word.to_owned())
        })?,
        created_since: part(&query, "created_since", moment)?,
        created_before: part(&query, "created_before", moment)?,
        seen_since: part(&query, "seen_since", moment)?,
    };
    let order = part(&query, "order", |word| match word {
        "last-seen" => Some(SessionOrder::LastSeen),
        "newest" => Some(SessionOrder::Newest),
        "oldest" => Some(SessionOrder::Oldest),
        _ => None,
    })?;
    let order = order.unwrap_or_default();
    let after = paging.place(read)?;
    let rows = staff
        .desk
        .sessions(&filter, order, after.as_ref(), paging.most());
    let rows = rows.await?;
    let cues = staff.desk.cues(&rows).await?;
    let cursor = |row: &SessionListing| written(&row.cursor(order));
    let item = |row| EveryonesSession::of(row, &cues);
    Ok(Json(paging.page(rows, cursor, item)))
}

/// Shows a session of anybody.
#[utoipa::path(
    get,
    path = "/api/v1/admin/sessions/{id}",
    operation_id = "showEveryonesSession",
    tag = "Administration",
    params(("id" = String, Path, description = "The session.")),
    responses((status = 200, description = "Here it is.", body = EveryonesSession)),
    security(("bearer" = ["admin:read"]), ("basic" = ["admin:read"]))
)]
pub(in crate::http::api) async fn show(
    State(_): State<AppState>,
    staff: Staff<AdminRead>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<EveryonesSession>, Problem> {
    let session = staff.desk.session(&named(id)?).await?;
    let session = session.ok_or_else(Problem::not_found)?;
    let cues = staff.desk.cues(std::slice::from_ref(&session)).await?;
    Ok(Json(EveryonesSession::of(session, &cues)))
}

/// Ends a session of anybody.
#[utoipa::path(
    delete,
    path = "/api/v1/admin/sessions/{id}",
    operation_id = "endEveryonesSession",
    tag = "Administration",
    params(("id" = String, Path, description = "The session.")),
    responses((status = 204, description = "It has ended.")),
    security(("bearer" = ["admin:write"]), ("basic" = ["admin:write"]))
)]
pub(in crate::http::api) async fn end(
    State(_): State<AppState>,
    staff: Staff<AdminWrite>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    if staff.desk.end_sessions(&[&named(id)?]).await? == 0 {
        return Err(Problem::not_found());
    }
    Ok(StatusCode::NO_CONTENT)
}
