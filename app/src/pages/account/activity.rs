//! `/account/activity`

use domain::{
    accounts::AccountId,
    audit::{EventFilter, FoundEvent, find_events},
    sessions::Device,
    store::StorageError,
};
use leptos::prelude::*;

use super::with_sidebar;
use crate::{
    context::{PageContext, PageView},
    paths,
    text::{
        Activity, Text, activity, device_name, t,
        time::{calendar_day, time_of_day},
    },
};

/// So many events stand on a page.
const PAGE: usize = 50;

/// What happened to the account, and what its owner did, newest first; with `before` what is older than
/// the event of that id. `None` when nobody is signed in.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn activity_page(
    page: &PageContext,
    before: Option<String>,
) -> Result<Option<PageView>, StorageError> {
    let Some(session) = &page.session else {
        return Ok(None);
    };
    let account = session.account;
    let filter = EventFilter {
        involved: Some(account),
        ..EventFilter::default()
    };
    // What is no id stands nowhere among them.
    let before = before.filter(|id| id.len() == 36 && id.is_ascii());
    let foundation = &page.services.foundation;
    let mut events = find_events(foundation, &filter, before.as_deref(), PAGE + 1).await?;
    let more = events.len() > PAGE;
    events.truncate(PAGE);
    let older = events.last().filter(|_| more).map(|last| last.id.clone());
    Ok(Some(PageView::new(move || {
        let view = content(account, &events, older, before.is_some());
        with_sidebar(paths::ACTIVITY, view)
    })))
}

fn content(
    account: AccountId,
    events: &[FoundEvent],
    older: Option<String>,
    is_later_page: bool,
) -> impl IntoView + use<> {
    let none = events.is_empty();
    let days: Vec<_> = events
        .chunk_by(|one, next| calendar_day(one.at) == calendar_day(next.at))
        .map(|events| day(account, events).into_any())
        .collect();
    let links = older.is_some() || is_later_page;
    view! {
        <h1>{t(Text::Activity(Activity::Title))}</h1>
        <p class="lede">{t(Text::Activity(Activity::Lede))}</p>
        {none.then(|| view! { <p class="hint">{t(Text::Activity(Activity::None))}</p> })}
        {days}
        <p class="hint">{t(Text::Activity(Activity::Times))}</p>
        {links
            .then(|| {
                view! {
                    <p>
                        {is_later_page
                            .then(|| {
                                view! { <a href=paths::ACTIVITY>{t(Text::Activity(Activity::Newest))}</a> " " }
                            })}
                        {older
                            .map(|id| {
                                let href = format!("{}?before={id}", paths::ACTIVITY);
                                view! { <a href=href rel="next">{t(Text::Activity(Activity::Older))}</a> }
                            })}
                    </p>
                }
            })}
    }
}

fn day(account: AccountId, events: &[FoundEvent]) -> impl IntoView {
    let name = events.first().map(|event| calendar_day(event.at));
    let items: Vec<_> = events
        .iter()
        .map(|event| item(account, event).into_any())
        .collect();
    view! {
        <section>
            <h2>{name}</h2>
            <ul class="sessions" role="list">{items}</ul>
        </section>
    }
}

fn item(account: AccountId, event: &FoundEvent) -> impl IntoView {
    let mut known = vec![time_of_day(event.at)];
    // Where an administrator sits is nobody else's business.
    let side = event
        .side
        .as_ref()
        .filter(|_| !event.is_by_operator() || event.is_by(account));
    if let Some(side) = side {
        known.extend(
            side.user_agent
                .as_deref()
                .map(|agent| device_name(Device::of(agent))),
        );
        known.extend(side.address.clone());
    }
    view! {
        <li class="session session--plain">
            <div class="session__what">
                <strong>{activity(event, account)}</strong>
                <p class="meta">{known.join(" · ")}</p>
            </div>
        </li>
    }
}
