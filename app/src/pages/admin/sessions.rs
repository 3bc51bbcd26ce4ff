//! `/admin/sessions` and what is below it.

use std::{collections::HashMap, time::Duration};

use domain::{
    accounts::AccountId,
    admin::{
        Desk, Network, SearchText, SessionCue, SessionCursor, SessionFilter, SessionListing,
        SessionOrder,
    },
    clock::Timestamp,
    place::place_in,
    random::read_id,
    sessions::Device,
    store::StorageError,
};
use leptos::prelude::*;

use super::{
    ASKED, Column, PageQuery, chosen, cut, done, filter, kept_person, left_out, lost_place,
    nothing, pages, table, typed, users::user_path, with_sidebar,
};
use crate::{
    actions::FormState,
    components::{ErrorSummary, Icon, LiveList, Said, Shape},
    context::{PageContext, PageView},
    paths,
    text::{Admin, Text, device_name, t, t_with, time::ago},
};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// Who was active so lately is active now.
const NOW: Duration = domain::admin::ACTIVE_WITHIN;

/// The parts of an address that filter and order.
const KEPT: [&str; 7] = ["q", "person", "network", "method", "age", "active", "order"];
/// The list, for those who renew it.
const LIST: &str = "everyone";
/// Counted exactly up to here.
const COUNTED: i64 = 10_000;

const METHODS: [(&str, Text); 3] = [
    ("", Text::Admin(Admin::Any)),
    ("pwd", Text::Admin(Admin::MethodPassword)),
    ("fed", Text::Admin(Admin::MethodProvider)),
];
const AGES: [(&str, Text); 5] = [
    ("", Text::Admin(Admin::Any)),
    ("hour", Text::Admin(Admin::AgeHour)),
    ("day", Text::Admin(Admin::AgeDay)),
    ("week", Text::Admin(Admin::AgeWeek)),
    ("older", Text::Admin(Admin::AgeOlder)),
];
const ACTIVE: [(&str, Text); 4] = [
    ("", Text::Admin(Admin::Any)),
    ("now", Text::Admin(Admin::ActiveNow)),
    ("hour", Text::Admin(Admin::ActiveHour)),
    ("day", Text::Admin(Admin::ActiveDay)),
];
const ORDERS: [(&str, Text); 3] = [
    ("", Text::Admin(Admin::OrderSeen)),
    ("newest", Text::Admin(Admin::OrderNewest)),
    ("oldest", Text::Admin(Admin::OrderOldest)),
];

/// The parts of a filter, as they are called.
const PARTS: [(&str, Text); 7] = [
    ("q", Text::Admin(Admin::Search)),
    ("person", Text::Admin(Admin::Person)),
    ("network", Text::Admin(Admin::Network)),
    ("method", Text::Admin(Admin::Method)),
    ("age", Text::Admin(Admin::Age)),
    ("active", Text::Admin(Admin::Active)),
    ("order", Text::Admin(Admin::Order)),
];

/// What an address asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) filter: SessionFilter,
    order: SessionOrder,
    after: Option<SessionCursor>,
    /// What can't be read: nothing may be ended by such a filter.
    pub(crate) bad: Vec<Text>,
    lost: bool,
}

impl Wanted {
    /// Reads an address; whom it names has to be known.
    pub(crate) async fn read(
        query: &PageQuery,
        desk: &Desk,
        now: Timestamp,
    ) -> Result<Self, StorageError> {
        let mut wanted = Self::of(query, now);
        match person_of(query, desk).await? {
            Ok(account) => wanted.filter.account = account,
            Err(unknown) => wanted.bad.push(unknown),
        }
        Ok(wanted)
    }

    fn of(query: &PageQuery, now: Timestamp) -> Self {
        let mut wanted = Self::default();
        let (filter, bad) = (&mut wanted.filter, &mut wanted.bad);
        bad.extend(query.unread(&PARTS));
        filter.text = query.get("q").and_then(SearchText::parse);
        if query.get("q").is_some() && filter.text.is_none() {
            bad.push(Text::Admin(Admin::Search));
        }
        if let Some(typed) = query.get("network") {
            filter.network = Network::parse(typed);
            bad.extend(
                filter
                    .network
                    .is_none()
                    .then_some(Text::Admin(Admin::Network)),
            );
        }
        match query.get("method") {
            None => {}
            Some(method @ ("pwd" | "fed")) => filter.method = Some(method.to_owned()),
            Some(_) => bad.push(Text::Admin(Admin::Method)),
        }
        match query.get("age") {
            None => {}
            Some("hour") => filter.created_since = Some(now.minus(HOUR)),
            Some("day") => filter.created_since = Some(now.minus(DAY)),
            Some("week") => filter.created_since = Some(now.minus(7 * DAY)),
            Some("older") => filter.created_before = Some(now.minus(30 * DAY)),
            Some(_) => bad.push(Text::Admin(Admin::Age)),
        }
        match query.get("active") {
            None => {}
            Some("now") => filter.seen_since = Some(now.minus(NOW)),
            Some("hour") => filter.seen_since = Some(now.minus(HOUR)),
            Some("day") => filter.seen_since = Some(now.minus(DAY)),
            Some(_) => bad.push(Text::Admin(Admin::Active)),
        }
        wanted.order = match query.get("order") {
            None => SessionOrder::LastSeen,
            Some("newest") => SessionOrder::Newest,
            Some("oldest") => SessionOrder::Oldest,
            Some(_) => {
                bad.push(Text::Admin(Admin::Order));
                SessionOrder::LastSeen
            }
        };
        (wanted.after, wanted.lost) = query.place(&list_path(query, &[]), read_cursor);
        wanted
    }
}

fn read_cursor(text: &str) -> Option<SessionCursor> {
    let (at, id) = text.split_once('.')?;
    let at = Timestamp::from_micros(at.parse().ok()?);
    let id = read_id(id)?;
    Some(SessionCursor { at, id })
}

/// The address of a list, without its place and what was just done.
pub fn list_path(query: &PageQuery, more: &[(&str, &str)]) -> String {
    query.path(paths::ADMIN_SESSIONS, &KEPT, more)
}

/// The sessions that a filter finds.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn sessions_page(
    page: &PageContext,
    desk: &Desk,
    state: &FormState,
) -> Result<PageView, StorageError> {
    let query = PageQuery::of(&page.path_and_query);
    let now = page.now;
    let wanted = Wanted::read(&query, desk, now).await?;
    let found = desk.sessions(&wanted.filter, wanted.order, wanted.after.as_ref(), ASKED);
    let mut listings = found.await?;
    let more = cut(&mut listings);
    let cues = desk.cues(&listings).await?;
    let own = page
        .session
        .as_ref()
        .map(|session| session.public_id.clone());
    let said = state.problems.said();
    // Further pages stand still: their rows would move from one to the other.
    let live = wanted.after.is_none();
    let view = move || {
        let next = listings.last().filter(|_| more).map(|last| {
            let place = last.cursor(wanted.order);
            let place = format!("{}.{}", place.at.as_micros(), place.id);
            let place = place_in(&list_path(&query, &[]), &place);
            list_path(&query, &[("after", &place)])
        });
        let first = wanted.after.is_some().then(|| list_path(&query, &[]));
        let filtered = KEPT.iter().any(|name| query.get(name).is_some());
        let list = if listings.is_empty() {
            nothing(
                Shape::Desktop,
                Text::Admin(Admin::SessionsNone),
                Text::Admin(Admin::SessionsNoneHint),
            )
        } else {
            everyone(now, &query, (listings, cues), own.as_deref())
        };
        let said = Signal::stored(said);
        let view = view! {
            <h1>{t(Text::Admin(Admin::SessionsTitle))}</h1>
            <p class="lede">{t(Text::Admin(Admin::SessionsLede))}</p>
            <ErrorSummary said/>
            {done(&query)}
            {left_out(&wanted.bad)}
            {lost_place(wanted.lost)}
            {filter(paths::ADMIN_SESSIONS, filtered, fields(&query))}
            {live.then(renewed)}
            <div class="stack" id=LIST>
                {list}
                {pages(first, next)}
            </div>
        };
        with_sidebar(paths::ADMIN_SESSIONS, view)
    };
    Ok(if live {
        PageView::with_islands(view)
    } else {
        PageView::new(view)
    })
}

/// Has the list renew itself.
fn renewed() -> impl IntoView {
    view! {
        <LiveList
            events=paths::ADMIN_SESSIONS_EVENTS.to_owned()
            of=LIST.to_owned()
            show=t(Text::Admin(Admin::SessionsChanged)).to_owned()
        />
    }
}

fn fields(query: &PageQuery) -> Vec<AnyView> {
    let mut fields = vec![
        typed(
            query,
            "q",
            Text::Admin(Admin::Search),
            Text::Admin(Admin::SearchHint),
        ),
        typed(
            query,
            "network",
            Text::Admin(Admin::Network),
            Text::Admin(Admin::NetworkHint),
        ),
        chosen(query, "method", Text::Admin(Admin::Method), &METHODS),
        chosen(query, "age", Text::Admin(Admin::Age), &AGES),
        chosen(query, "active", Text::Admin(Admin::Active), &ACTIVE),
        chosen(query, "order", Text::Admin(Admin::Order), &ORDERS),
    ];
    fields.extend(kept_person(query));
    fields
}

fn everyone(
    now: Timestamp,
    query: &PageQuery,
    (listings, mut cues): (Vec<SessionListing>, HashMap<String, Vec<SessionCue>>),
    own: Option<&str>,
) -> AnyView {
    let hint = cues.values().any(|cues| !cues.is_empty());
    let action = list_path(query, &[]);
    let all = query.path(paths::ADMIN_END_SESSIONS, &KEPT, &[]);
    let rows: Vec<_> = listings
        .into_iter()
        .map(|listing| {
            let current = own == Some(listing.public_id.as_str());
            let cues = cues.remove(&listing.id).unwrap_or_default();
            row(now, listing, &cues, current)
        })
        .collect();
    let table = table(
        &[
            Column::Unseen(Text::Admin(Admin::Select)),
            Column::Named(Text::Admin(Admin::Person)),
            Column::Named(Text::Admin(Admin::Device)),
            Column::Named(Text::Admin(Admin::Method)),
            Column::Named(Text::Admin(Admin::LastSeen)),
            Column::Named(Text::Admin(Admin::Created)),
            Column::Named(Text::Admin(Admin::Hangs)),
            Column::Unseen(Text::EndSession),
        ],
        rows,
    );
    view! {
        <form class="stack" method="post" action=action>
            {hint.then(|| view! { <p class="hint">{t(Text::Admin(Admin::CuesHint))}</p> })}
            {table}
            <div class="actions">
                <button class="button">{t(Text::Admin(Admin::EndSelected))}</button>
                <a class="button button--quiet" href=all>{t(Text::Admin(Admin::EndMatching))}</a>
            </div>
        </form>
    }
    .into_any()
}

fn cue_name(cue: SessionCue) -> &'static str {
    t(Text::Admin(match cue {
        SessionCue::ManyAddresses => Admin::CueAddresses,
        SessionCue::NewBrowser => Admin::CueBrowser,
        SessionCue::FailuresBefore => Admin::CueFailures,
        SessionCue::ManyAccounts => Admin::CueAccounts,
    }))
}

fn row(now: Timestamp, listing: SessionListing, cues: &[SessionCue], current: bool) -> AnyView {
    let cues: Vec<_> = cues
        .iter()
        .map(|cue| view! { " " <span class="badge badge--warning cue">{cue_name(*cue)}</span> })
        .collect();
    let id = format!("session-{}", listing.public_id);
    let method = method_name(&listing.amr);
    view! {
        <tr>
            <td class="pick">
                <input
                    type="checkbox"
                    name="selected"
                    value=listing.public_id.clone()
                    aria-label=t(Text::Admin(Admin::SelectSession))
                    aria-describedby=id.clone()
                />
            </td>
            <th scope="row" id=id.clone() data-label=t(Text::Admin(Admin::Person))>
                <a href=user_path(listing.subject.as_str())><bdi>{listing.name}</bdi></a>
                <span class="meta"><bdi>{listing.email}</bdi></span>
            </th>
            <td data-label=t(Text::Admin(Admin::Device))>
                {device_name(Device::of(&listing.user_agent))}
                {current.then(|| view! { " " <span class="badge">{t(Text::ThisBrowser)}</span> })}
                <span class="meta">{listing.address.to_string()}</span>
                {cues}
            </td>
            <td data-label=t(Text::Admin(Admin::Method))>{method}</td>
            <td data-label=t(Text::Admin(Admin::LastSeen))>{ago(now, listing.last_seen_at)}</td>
            <td data-label=t(Text::Admin(Admin::Created))>{ago(now, listing.created_at)}</td>
            <td data-label=t(Text::Admin(Admin::Hangs))>{listing.grants}</td>
            <td>
                <button
                    class="button button--quiet"
                    name="end"
                    value=listing.public_id
                    aria-describedby=id
                >
                    {t(Text::EndSession)}
                </button>
            </td>
        </tr>
    }
    .into_any()
}

/// How somebody proved who they are, in words; the words of RFC 8176 where there are none.
pub(super) fn method_name(amr: &str) -> String {
    match amr {
        "pwd" => t(Text::Admin(Admin::MethodPassword)).to_owned(),
        "fed" => t(Text::Admin(Admin::MethodProvider)).to_owned(),
        other => other.to_owned(),
    }
}

/// Asks before several sessions are ended.
pub fn end_selected_page(page: &PageContext, selected: Vec<String>) -> PageView {
    let query = PageQuery::of(&page.path_and_query);
    PageView::new(move || {
        let count = selected.len();
        let hidden: Vec<_> = selected
            .into_iter()
            .map(|id| view! { <input type="hidden" name="selected" value=id/> })
            .collect();
        let view = view! {
            <h1>{t(Text::Admin(Admin::EndSelectedTitle))}</h1>
            <p class="lede">{t_with(Text::Admin(Admin::EndSelectedLede), &[("count", &count)])}</p>
            <form class="actions" method="post" action=list_path(&query, &[])>
                {hidden}
                <button class="button button--danger" name="confirmed" value="yes">
                    {t(Text::Admin(Admin::EndSelected))}
                </button>
                <a class="button button--quiet" href=list_path(&query, &[])>{t(Text::Admin(Admin::Keep))}</a>
            </form>
        };
        with_sidebar(paths::ADMIN_SESSIONS, view)
    })
}

/// Asks before every session is ended that a filter finds: words have to be typed.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn end_matching_page(
    page: &PageContext,
    desk: &Desk,
    state: &FormState,
) -> Result<PageView, StorageError> {
    let query = PageQuery::of(&page.path_and_query);
    let wanted = Wanted::read(&query, desk, page.now).await?;
    let many = desk.count_sessions(&wanted.filter, COUNTED).await?;
    let said = state.problems.said();
    Ok(PageView::new(move || {
        let everyone = wanted.filter == SessionFilter::default();
        let many = if many >= COUNTED {
            t_with(Text::Admin(Admin::AtLeast), &[("count", &many)])
        } else {
            many.to_string()
        };
        let view = view! {
            <h1>{t(Text::Admin(Admin::EndMatchingTitle))}</h1>
            <p class="lede">{t_with(Text::Admin(Admin::EndMatchingLede), &[("count", &many)])}</p>
            {left_out(&wanted.bad)}
            {everyone
                .then(|| {
                    let said = t(Text::Admin(Admin::EndMatchingEveryone)).to_owned();
                    super::notice("notice notice--warning", Shape::Alert, said)
                })}
            {confirmation(
                query.path(paths::ADMIN_END_SESSIONS, &KEPT, &[]),
                (Text::Admin(Admin::EndWord), Text::Admin(Admin::EndMatching)),
                list_path(&query, &[]),
                &said,
            )}
        };
        with_sidebar(paths::ADMIN_SESSIONS, view)
    }))
}

/// A form that is sent only with certain words.
pub(super) fn confirmation(
    action: String,
    (word, button): (Text, Text),
    back: String,
    said: &Said,
) -> AnyView {
    let problem = said.of("confirmation").map(str::to_owned);
    let wrong = problem.is_some();
    let said = Signal::stored(said.clone());
    view! {
        <ErrorSummary said/>
        <form class="stack" method="post" action=action>
            <p>{t(Text::Admin(Admin::TypeWord))} " " <strong>{t(word)}</strong></p>
            <div class="field" class:field--error=wrong>
                <label for="confirmation">{t(Text::Admin(Admin::Confirmation))}</label>
                <div class="control">
                    <input
                        id="confirmation"
                        name="confirmation"
                        type="text"
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        aria-invalid=wrong.then_some("true")
                        aria-describedby="confirmation-error"
                    />
                </div>
                <p class="error" id="confirmation-error" hidden=!wrong>
                    <Icon shape=Shape::Alert/>
                    <span>{problem}</span>
                </p>
            </div>
            <div class="actions">
                <button class="button button--danger">{t(button)}</button>
                <a class="button button--quiet" href=back>{t(Text::Admin(Admin::Keep))}</a>
            </div>
        </form>
    }
    .into_any()
}

/// Whose sessions an address is about, for tokens as well.
pub(super) async fn person_of(
    query: &PageQuery,
    desk: &Desk,
) -> Result<Result<Option<AccountId>, Text>, StorageError> {
    let Some(subject) = query.get("person") else {
        return Ok(Ok(None));
    };
    let user = desk.user(subject).await?;
    Ok(user.map_or(Err(Text::Admin(Admin::Person)), |user| {
        Ok(Some(user.listing.id))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_in_a_filter_is_named() {
        let now = Timestamp::from_micros(1_790_000_000_000_000);
        let query = PageQuery::of(
            "/admin/sessions?network=10.0.0.0/99&method=otp&age=x&active=x&order=x&after=x",
        );
        let wanted = Wanted::of(&query, now);
        assert_eq!(wanted.filter, SessionFilter::default());
        assert_eq!(
            wanted.bad,
            [
                Text::Admin(Admin::Network),
                Text::Admin(Admin::Method),
                Text::Admin(Admin::Age),
                Text::Admin(Admin::Active),
                Text::Admin(Admin::Order)
            ]
        );
        assert!(wanted.lost && wanted.after.is_none());
    }

    #[test]
    fn a_place_is_a_time_and_an_id() {
        let id = "0192d2a0-0000-7000-8000-000000000000";
        let read = read_cursor(&format!("17.{id}")).unwrap();
        assert_eq!((read.at, &*read.id), (Timestamp::from_micros(17), id));
        for odd in ["", ".", "x.y", "17.", &format!("x.{id}"), "17.' OR 1=1"] {
            assert_eq!(read_cursor(odd), None, "{odd}");
        }
    }
}
