//! `/account` and below.

pub mod activity;
pub mod apps;
pub mod confirm;
pub mod connections;
pub mod delete;
pub mod email;
pub mod overview;
pub mod profile;
pub mod security;
pub mod sessions;
pub mod tokens;

use leptos::prelude::*;

use crate::{
    components::{Icon, Shape},
    paths,
    text::{Activity, Clients, OAuth, Text, t},
};

const ENTRIES: [(&str, Text); 9] = [
    (paths::ACCOUNT, Text::Overview),
    (paths::PROFILE, Text::Profile),
    (paths::SECURITY, Text::Security),
    (paths::CONNECTIONS, Text::Connections),
    (paths::SESSIONS, Text::Sessions),
    (paths::APPS, Text::OAuth(OAuth::Apps)),
    (paths::TOKENS, Text::Tokens),
    (paths::CLIENTS, Text::Clients(Clients::Entry)),
    (paths::ACTIVITY, Text::Activity(Activity::Entry)),
];

/// What was just done.
fn done_notice(done: Text) -> impl IntoView {
    said_notice(t(done).to_owned())
}

/// What was just done, in words that name somebody.
fn said_notice(done: String) -> impl IntoView {
    view! {
        <div class="notice notice--success" role="status">
            <Icon shape=Shape::Check/>
            <p>{done}</p>
        </div>
    }
}

/// A page beside the account's navigation.
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
            <nav class="sidebar" aria-label=t(Text::AccountNavigation)>
                <ul>{entries.collect_view()}</ul>
            </nav>
            // Erased: a page's whole type would be more than a release build follows.
            <main id="content" class="account" tabindex="-1">{content.into_any()}</main>
        </div>
    }
}
