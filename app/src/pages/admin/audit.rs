//! `/admin/audit`

use std::time::Duration;

use domain::{
    admin::{Desk, EventPerson, ListedEvent},
    audit::{Actor, EventFilter, Outcome},
    clock::Timestamp,
    place::place_in,
    random::read_id,
    sessions::Device,
    store::StorageError,
};
use leptos::prelude::*;

use super::{
    Column, PageQuery, ROWS, chosen, cut, filter, kept_person, left_out, lost_place, nothing,
    pages, sessions::person_of, table, typed, users::user_path, with_sidebar,
};
use crate::{
    components::Shape,
    context::{PageContext, PageView},
    paths,
    text::{Admin, Text, device_name, t, time::moment},
};

/// What a filter is made of.
const KEPT: [&str; 6] = ["person", "actor", "kind", "outcome", "from", "until"];
const COLUMNS: [Column; 5] = [
    Column::Named(Text::Admin(Admin::AuditKind)),
    Column::Named(Text::Admin(Admin::AuditAt)),
    Column::Named(Text::Admin(Admin::AuditActor)),
    Column::Named(Text::Admin(Admin::Person)),
    Column::Named(Text::Admin(Admin::AuditDetails)),
];
const DAY: Duration = Duration::from_hours(24);
const ACTORS: [(&str, Text); 4] = [
    ("", Text::Admin(Admin::Any)),
    ("anonymous", Text::Admin(Admin::AuditAnonymous)),
    ("command-line", Text::Admin(Admin::AuditCommandLine)),
    ("system", Text::Admin(Admin::AuditSystem)),
];
const OUTCOMES: [(&str, Text); 4] = [
    ("", Text::Admin(Admin::Any)),
    ("success", Text::Admin(Admin::AuditSuccess)),
    ("failure", Text::Admin(Admin::AuditFailure)),
    ("denied", Text::Admin(Admin::AuditDenied)),
];

/// The filter that an address names, and the parts of it that could not be read.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn wanted(
    query: &PageQuery,
    desk: &Desk,
) -> Result<(EventFilter, Vec<Text>), StorageError> {
    let mut bad = Vec::new();
    let mut filter = EventFilter::default();
    bad.extend(query.unread(&[
        ("person", Text::Admin(Admin::Person)),
        ("actor", Text::Admin(Admin::AuditActor)),
        ("kind", Text::Admin(Admin::AuditKind)),
        ("outcome", Text::Admin(Admin::AuditOutcome)),
        ("from", Text::Admin(Admin::AuditFrom)),
        ("until", Text::Admin(Admin::AuditUntil)),
    ]));
    match person_of(query, desk).await? {
        Ok(account) => filter.involved = account,
        Err(unknown) => bad.push(unknown),
    }
    match query.get("actor") {
        None => {}
        Some("anonymous") => filter.actor = Some(Actor::Anonymous),
        Some("command-line") => filter.actor = Some(Actor::CommandLine),
        Some("system") => filter.actor = Some(Actor::System),
        Some(_) => bad.push(Text::Admin(Admin::AuditActor)),
    }
    if let Some(word) = query.get("kind") {
        filter.kinds = EventFilter::kinds_of(word);
        if filter.kinds.is_empty() {
            bad.push(Text::Admin(Admin::AuditKind));
        }
    }
    if let Some(word) = query.get("outcome") {
        filter.outcome = Outcome::parse(word);
        if filter.outcome.is_none() {
            bad.push(Text::Admin(Admin::AuditOutcome));
        }
    }
    for (name, text) in [
        ("from", Text::Admin(Admin::AuditFrom)),
        ("until", Text::Admin(Admin::AuditUntil)),
    ] {
        let Some(day) = query.get(name) else { continue };
        match (Timestamp::of_day(day), name) {
            (None, _) => bad.push(text),
            (from, "from") => filter.from = from,
            // The day itself is meant too.
            (Some(until), _) => filter.until = Some(until.plus(DAY)),
        }
    }
    Ok((filter, bad))
}

/// What happened, as far as a filter finds it.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn audit_page(page: &PageContext, desk: &Desk) -> Result<PageView, StorageError> {
    let query = PageQuery::of(&page.path_and_query);
    let (wanted, bad) = wanted(&query, desk).await?;
    let list = query.path(paths::ADMIN_AUDIT, &KEPT, &[]);
    let (before, gone) = query.place(&list, read_id);
    let mut events = desk.events(&wanted, before.as_deref(), ROWS + 1).await?;
    let more = cut(&mut events);
    let admin = desk.admin().is_some();
    Ok(PageView::new(move || {
        let path = |more: &[(&str, &str)]| query.path(paths::ADMIN_AUDIT, &KEPT, more);
        let next = events
            .last()
            .filter(|_| more)
            .map(|last| path(&[("after", &place_in(&list, &last.event.id))]));
        let first = before.map(|_| path(&[]));
        let filtered = KEPT.iter().any(|name| query.get(name).is_some());
        let mut fields = vec![
            typed(
                &query,
                "kind",
                Text::Admin(Admin::AuditKind),
                Text::Admin(Admin::AuditKindHint),
            ),
            chosen(&query, "actor", Text::Admin(Admin::AuditActor), &ACTORS),
            chosen(
                &query,
                "outcome",
                Text::Admin(Admin::AuditOutcome),
                &OUTCOMES,
            ),
            day_field(&query, "from", Text::Admin(Admin::AuditFrom)),
            day_field(&query, "until", Text::Admin(Admin::AuditUntil)),
        ];
        fields.extend(kept_person(&query));
        // A file would hold what wasn't meant.
        let exports = (admin && bad.is_empty()).then(|| {
            let as_form = |form| query.path(paths::ADMIN_AUDIT_EXPORT, &KEPT, &[("form", form)]);
            view! {
                <p class="actions">
                    <a class="button button--quiet" href=as_form("csv") download="">
                        {t(Text::Admin(Admin::AuditCsv))}
                    </a>
                    <a class="button button--quiet" href=as_form("jsonl") download="">
                        {t(Text::Admin(Admin::AuditJson))}
                    </a>
                </p>
            }
        });
        let list = if events.is_empty() {
            nothing(
                Shape::Clock,
                Text::Admin(Admin::AuditNone),
                Text::Admin(Admin::AuditNoneHint),
            )
        } else {
            table(&COLUMNS, events.into_iter().map(row).collect())
        };
        let view = view! {
            <h1>{t(Text::Admin(Admin::AuditTitle))}</h1>
            <p class="lede">{t(Text::Admin(Admin::AuditLede))}</p>
            {left_out(&bad)}
            {lost_place(gone)}
            {filter(paths::ADMIN_AUDIT, filtered, fields)}
            {list}
            {pages(first, next)}
            {exports}
        };
        with_sidebar(paths::ADMIN_AUDIT, view)
    }))
}

fn day_field(query: &PageQuery, name: &'static str, label: Text) -> AnyView {
    view! {
        <div class="field">
            <label for=name>{t(label)}</label>
            <div class="control">
                <input id=name name=name type="date" value=query.value(name)/>
            </div>
        </div>
    }
    .into_any()
}

fn row(listed: ListedEvent) -> AnyView {
    let event = listed.event;
    let outcome = match Outcome::parse(&event.outcome) {
        Some(Outcome::Failure) => Some(Text::Admin(Admin::AuditFailure)),
        Some(Outcome::Denied) => Some(Text::Admin(Admin::AuditDenied)),
        _ => None,
    };
    let actor = match &*event.actor {
        "anonymous" => t(Text::Admin(Admin::AuditAnonymous)).into_any(),
        "command-line" => t(Text::Admin(Admin::AuditCommandLine)).into_any(),
        "system" => t(Text::Admin(Admin::AuditSystem)).into_any(),
        _ => person(listed.actor),
    };
    let subject = event.subject.as_ref().map(|_| person(listed.subject));
    let side = event.side.unwrap_or_default();
    let agent = side.user_agent.as_deref();
    let known = [
        side.address.clone(),
        agent.map(|agent| device_name(Device::of(agent))),
        side.email,
    ];
    let known: Vec<_> = known.into_iter().flatten().collect();
    let details = (event.details != "{}").then_some(event.details);
    view! {
        <tr>
            <th scope="row" data-label=t(Text::Admin(Admin::AuditKind))>
                <code>{event.kind}</code>
                {outcome
                    .map(|outcome| {
                        view! { " " <span class="badge badge--warning">{t(outcome)}</span> }
                    })}
            </th>
            <td data-label=t(Text::Admin(Admin::AuditAt))>{moment(event.at)}</td>
            <td data-label=t(Text::Admin(Admin::AuditActor))>{actor}</td>
            <td data-label=t(Text::Admin(Admin::Person))>{subject}</td>
            <td data-label=t(Text::Admin(Admin::AuditDetails))>
                {details.map(|details| view! { <code>{details}</code> })}
                <span class="meta"><bdi>{known.join(" · ")}</bdi></span>
            </td>
        </tr>
    }
    .into_any()
}

fn person(person: Option<EventPerson>) -> AnyView {
    match person {
        None => t(Text::Admin(Admin::AuditGone)).into_any(),
        Some(person) => view! {
            <a href=user_path(&person.subject)>
                <bdi>{person.email}</bdi>
            </a>
        }
        .into_any(),
    }
}
