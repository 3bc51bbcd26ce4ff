//! `/admin` and below.

pub mod audit;
pub mod keys;
pub mod overview;
mod query;
pub mod sessions;
pub mod tokens;
pub mod users;

pub use query::{PageQuery, segment};

use leptos::prelude::*;

use crate::{
    components::{Icon, Shape},
    paths,
    text::{Admin, Clients, Text, t, t_with},
};

const ENTRIES: [(&str, Text); 7] = [
    (paths::ADMIN, Text::Admin(Admin::Overview)),
    (paths::ADMIN_USERS, Text::Admin(Admin::Users)),
    (paths::ADMIN_SESSIONS, Text::Admin(Admin::Sessions)),
    (paths::ADMIN_TOKENS, Text::Admin(Admin::Tokens)),
    (paths::ADMIN_CLIENTS, Text::Clients(Clients::AdminEntry)),
    (paths::ADMIN_KEYS, Text::Admin(Admin::Keys)),
    (paths::ADMIN_AUDIT, Text::Admin(Admin::AuditEntry)),
];

/// How many rows stand on a page.
const ROWS: usize = 50;
/// How many are asked for: one more tells whether another page follows.
const ASKED: i64 = 51;

/// A page beside the administrators' navigation.
pub(super) fn with_sidebar(
    current: &'static str,
    content: impl IntoView + 'static,
) -> impl IntoView {
    let entries = ENTRIES.map(|(path, label)| {
        view! {
            <li>
                <a href=path aria-current=(path == current).then_some("page")>{t(label)}</a>
            </li>
        }
    });
    view! {
        <div class="with-sidebar">
            <nav class="sidebar" aria-label=t(Text::Admin(Admin::Navigation))>
                <ul>{entries.collect_view()}</ul>
            </nav>
            <main id="content" class="account admin" tabindex="-1">{content.into_any()}</main>
        </div>
    }
}

/// What was just done, as the address says it.
fn done(query: &PageQuery) -> Option<AnyView> {
    let count = query
        .get("count")
        .and_then(|count| count.parse::<u64>().ok());
    let text = match query.get("done")? {
        "sessions" => Text::Admin(Admin::DoneSessions),
        "more" => Text::Admin(Admin::EndedMore),
        "session" => Text::Admin(Admin::DoneSession),
        "tokens" => Text::Admin(Admin::DoneTokens),
        "token" => Text::Admin(Admin::DoneToken),
        "reset" => Text::Admin(Admin::DoneReset),
        "disabled" => Text::Admin(Admin::DoneDisabled),
        "enabled" => Text::Admin(Admin::DoneEnabled),
        "role" => Text::Admin(Admin::DoneRole),
        "nothing" => Text::Admin(Admin::DoneNothing),
        "invited" => Text::Admin(Admin::Invited),
        "withdrawn" => Text::Admin(Admin::Withdrawn),
        "rotated" => Text::Admin(Admin::DoneRotated),
        "dropped" => Text::Admin(Admin::DoneDropped),
        _ => return None,
    };
    let said = match text {
        Text::Admin(Admin::DoneSessions | Admin::EndedMore | Admin::DoneTokens) => {
            t_with(text, &[("count", &count?)])
        }
        _ => t(text).to_owned(),
    };
    Some(notice("notice notice--success", Shape::Check, said))
}

fn notice(class: &'static str, shape: Shape, said: String) -> AnyView {
    view! {
        <div class=class role="status">
            <Icon shape/>
            <p>{said}</p>
        </div>
    }
    .into_any()
}

/// Says which parts of a filter could not be read.
fn left_out(what: &[Text]) -> Option<AnyView> {
    if what.is_empty() {
        return None;
    }
    let named: Vec<_> = what.iter().map(|text| t(*text)).collect();
    let said = t_with(
        Text::Admin(Admin::BadFilter),
        &[("what", &named.join(", "))],
    );
    Some(notice("notice notice--warning", Shape::Alert, said))
}

/// Says that the place in a list could not be read, and that this is its beginning.
fn lost_place(lost: bool) -> Option<AnyView> {
    lost.then(|| view! { <p class="hint">{t(Text::Admin(Admin::BadCursor))}</p> }.into_any())
}

/// A list's ends: nothing found.
fn nothing(shape: Shape, title: Text, hint: Text) -> AnyView {
    view! {
        <div class="empty">
            <Icon shape/>
            <strong>{t(title)}</strong>
            <p>{t(hint)}</p>
        </div>
    }
    .into_any()
}

/// The ways to the first and the next page.
fn pages(first: Option<String>, next: Option<String>) -> Option<AnyView> {
    (first.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="actions" aria-label=t(Text::Admin(Admin::Pages))>
                {first
                    .map(|path| {
                        view! { <a class="button button--quiet" href=path>{t(Text::Admin(Admin::First))}</a> }
                    })}
                {next
                    .map(|path| {
                        view! {
                            <a class="button button--quiet" rel="next" href=path>
                                {t(Text::Admin(Admin::Next))}
                            </a>
                        }
                    })}
            </nav>
        }
        .into_any()
    })
}

/// Cuts what was asked for to a page, and says whether another one follows.
fn cut<T>(rows: &mut Vec<T>) -> bool {
    let more = rows.len() > ROWS;
    rows.truncate(ROWS);
    more
}

/// What stands above a column.
#[derive(Clone, Copy)]
enum Column {
    /// Words.
    Named(Text),
    /// Words that screen readers alone say.
    Unseen(Text),
}

/// A table that may need more room than there is.
fn table(columns: &[Column], rows: Vec<AnyView>) -> AnyView {
    let columns: Vec<_> = columns
        .iter()
        .map(|column| match *column {
            Column::Named(name) => view! { <th scope="col">{t(name)}</th> }.into_any(),
            Column::Unseen(name) => {
                view! { <th scope="col"><span class="unseen">{t(name)}</span></th> }.into_any()
            }
        })
        .collect();
    view! {
        <div class="wide">
            <table class="table">
                <thead>
                    <tr>{columns}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Keeps the person whom a list is about, when its filter is changed.
fn kept_person(query: &PageQuery) -> Option<AnyView> {
    let person = query.get("person")?.to_owned();
    Some(view! { <input type="hidden" name="person" value=person/> }.into_any())
}

/// A field of a filter in which one types.
fn typed(query: &PageQuery, name: &'static str, label: Text, hint: Text) -> AnyView {
    let hint_id = format!("{name}-hint");
    view! {
        <div class="field">
            <label for=name>{t(label)}</label>
            <div class="control">
                <input
                    id=name
                    name=name
                    type="search"
                    value=query.value(name)
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-describedby=hint_id.clone()
                />
            </div>
            <p class="hint" id=hint_id>{t(hint)}</p>
        </div>
    }
    .into_any()
}

/// A field of a filter in which one chooses; the first choice is no filter.
fn chosen(
    query: &PageQuery,
    name: &'static str,
    label: Text,
    choices: &[(&'static str, Text)],
) -> AnyView {
    let now = query.value(name);
    let options: Vec<_> = choices
        .iter()
        .map(|(value, says)| {
            let selected = *value == now;
            view! { <option value=*value selected=selected>{t(*says)}</option> }
        })
        .collect();
    view! {
        <div class="field">
            <label for=name>{t(label)}</label>
            <div class="control">
                <select id=name name=name>{options}</select>
            </div>
        </div>
    }
    .into_any()
}

/// A filter around its fields.
fn filter(path: &'static str, filtered: bool, fields: Vec<AnyView>) -> AnyView {
    view! {
        <form class="filter" method="get" action=path role="search">
            {fields}
            <div class="actions">
                <button class="button">{t(Text::Admin(Admin::Filter))}</button>
                {filtered
                    .then(|| {
                        view! {
                            <a class="button button--quiet" href=path>{t(Text::Admin(Admin::FilterReset))}</a>
                        }
                    })}
            </div>
        </form>
    }
    .into_any()
}

/// Asks before something is done.
fn question(
    current: &'static str,
    (title, lede): (Text, String),
    more: Option<AnyView>,
    (action, button, back): (String, Text, String),
) -> impl IntoView {
    let view = view! {
        <h1>{t(title)}</h1>
        <p class="lede">{lede}</p>
        <form class="stack" method="post" action=action>
            {more}
            <div class="actions">
                <button class="button button--danger">{t(button)}</button>
                <a class="button button--quiet" href=back>{t(Text::Admin(Admin::Keep))}</a>
            </div>
        </form>
    };
    with_sidebar(current, view)
}
