//! `/api/v1/admin/audit`

use axum::extract::{Path, RawQuery, State, rejection::PathRejection};
use domain::{
    admin::ListedEvent,
    audit::{Actor, EventFilter, Outcome},
    clock::Timestamp,
    random::read_id,
};
use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{known, named, part, person};
use crate::http::{
    api::{
        answer::Json,
        pages::{Page, Paging},
        scopes::AdminRead,
        times::{DAY, rfc3339},
    },
    error::api::Problem,
    extract::Staff,
    state::AppState,
};

/// Which events.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the description of what is read")]
pub(in crate::http::api) struct EventsFilter {
    /// Who did it, or whom it concerns: the account's `sub`.
    #[param(nullable = false)]
    user: Option<String>,
    /// A kind such as `session.ended`, or how some begin, such as `session.`
    #[param(nullable = false)]
    kind: Option<String>,
    /// `success`, `failure` or `denied`.
    #[param(nullable = false)]
    outcome: Option<String>,
    /// Who did it: `anonymous`, `command-line` or `system`.
    #[param(nullable = false)]
    actor: Option<String>,
    /// From this day on, such as `2026-11-22`, UTC.
    #[param(nullable = false, format = Date)]
    from: Option<String>,
    /// Until the end of this day.
    #[param(nullable = false, format = Date)]
    until: Option<String>,
}

/// Something that happened.
#[derive(Serialize, ToSchema)]
pub(in crate::http::api) struct AuditEvent {
    /// Its name.
    #[schema(format = "uuid")]
    id: String,
    /// Its number in the chain; null until it is chained, within a second.
    #[schema(required = true)]
    seq: Option<i64>,
    /// When it happened.
    #[schema(format = DateTime)]
    at: String,
    /// What happened.
    #[schema(example = "session.ended")]
    kind: String,
    /// Who did it: `account:` and a `sub`, `anonymous`, `command-line` or `system`.
    actor: String,
    /// Whom it concerns: a `sub`, as long as the account is there.
    #[schema(required = true)]
    subject: Option<String>,
    /// `success`, `failure` or `denied`.
    outcome: String,
    /// Further facts, none of them personal.
    #[schema(value_type = Object)]
    details: Value,
    /// From which IP address, until it is erased.
    #[schema(required = true)]
    address: Option<String>,
    /// The address that was used, until it is erased.
    #[schema(required = true)]
    email: Option<String>,
    /// What the browser called itself, until it is erased.
    #[schema(required = true)]
    user_agent: Option<String>,
}

impl AuditEvent {
    fn of(listed: ListedEvent) -> Self {
        let event = listed.event;
        let side = event.side.unwrap_or_default();
        Self {
            id: event.id,
            seq: event.seq,
            at: rfc3339(event.at),
            kind: event.kind,
            actor: event.actor,
            subject: event.subject,
            outcome: event.outcome,
            details: serde_json::from_str(&event.details).unwrap_or(Value::Null),
            address: side.address,
            email: side.email,
            user_agent: side.user_agent,
        }
    }
}

/// Lists what happened, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/admin/audit",
    operation_id = "listEvents",
    tag = "Administration",
    params(Paging, EventsFilter),
    responses((status = 200, description = "A page of it.", body = Page<AuditEvent>)),
    security(("bearer" = ["admin:read"]), ("basic" = ["admin:read"]))
)]
pub(in crate::http::api) async fn list(
    State(_): State<AppState>,
    staff: Staff<AdminRead>,
    paging: Paging,
    RawQuery(query): RawQuery,
) -> Result<Json<Page<AuditEvent>>, Problem> {
    let query = query.unwrap_or_default();
    known(
        &query,
        &["user", "kind", "outcome", "actor", "from", "until"],
    )?;
    let kinds = part(&query, "kind", |word| {
        let kinds = EventFilter::kinds_of(word);
        (!kinds.is_empty()).then_some(kinds)
    })?;
    let filter = EventFilter {
        involved: person(&query, &staff.desk).await?,
        kinds: kinds.unwrap_or_default(),
        outcome: part(&query, "outcome", Outcome::parse)?,
        actor: part(&query, "actor", |word| match word {
            "anonymous" => Some(Actor::Anonymous),
            "command-line" => Some(Actor::CommandLine),
            "system" => Some(Actor::System),
            _ => None,
        })?,
        from: part(&query, "from", Timestamp::of_day)?,
        until: part(&query, "until", Timestamp::of_day)?.map(|day| day.plus(DAY)),
        ..EventFilter::default()
    };
    let before = paging.place(read_id)?;
    let rows = staff
        .desk
        .events(&filter, before.as_deref(), paging.limit + 1);
    let rows = rows.await?;
    Ok(Json(paging.page(
        rows,
        |row| row.event.id.clone(),
        AuditEvent::of,
    )))
}

/// Shows an event.
#[utoipa::path(
    get,
    path = "/api/v1/admin/audit/{id}",
    operation_id = "showEvent",
    tag = "Administration",
    params(("id" = String, Path, description = "The event.")),
    responses((status = 200, description = "Here it is.", body = AuditEvent)),
    security(("bearer" = ["admin:read"]), ("basic" = ["admin:read"]))
)]
pub(in crate::http::api) async fn show(
    State(_): State<AppState>,
    staff: Staff<AdminRead>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<AuditEvent>, Problem> {
    let id = read_id(&named(id)?).ok_or_else(Problem::not_found)?;
    // Ids are of one length: nothing stands between an id and what follows it.
    let behind = format!("{id}~");
    let all = EventFilter::default();
    let mut found = staff.desk.events(&all, Some(&behind), 1).await?;
    let event = found.pop().filter(|listed| listed.event.id == id);
    Ok(Json(AuditEvent::of(event.ok_or_else(Problem::not_found)?)))
}
