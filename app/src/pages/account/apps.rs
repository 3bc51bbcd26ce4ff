//! `/account/apps`

use domain::{clock::Timestamp, oauth_grants::AppListing, store::StorageError};
use leptos::prelude::*;

use super::{done_notice, with_sidebar};
use crate::{
    actions::FormState,
    components::{ErrorSummary, Icon, Shape},
    context::{PageContext, PageView},
    pages::oauth::all_told,
    paths,
    text::{OAuth, Text, t, t_with, time::ago},
};

/// The apps that somebody lets use their account. `None` when nobody is signed in.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn apps_page(
    page: &PageContext,
    state: &FormState,
    removed: bool,
) -> Result<Option<PageView>, StorageError> {
    let Some(session) = &page.session else {
        return Ok(None);
    };
    let oauth = &page.services.oauth;
    let listings = oauth.apps(session.account).await?;
    let now = page.now;
    let said = state.problems.said();
    let items: Vec<_> = listings
        .into_iter()
        .map(|listing| {
            let whose = (session.email.as_str(), listing.client.pairwise);
            let all = listing.scopes.iter().chain(&listing.claims);
            let lines = all_told(all, oauth.apis(), whose);
            (listing, lines)
        })
        .collect();
    Ok(Some(PageView::new(move || {
        let none = items.is_empty();
        let items = items
            .into_iter()
            .map(|(listing, lines)| item(now, listing, lines).into_any())
            .collect_view();
        let said = Signal::stored(said);
        let content = view! {
            <h1>{t(Text::OAuth(OAuth::AppsTitle))}</h1>
            <p class="lede">{t(Text::OAuth(OAuth::AppsLede))}</p>
            <ErrorSummary said/>
            {removed.then(|| done_notice(Text::OAuth(OAuth::Removed)))}
            {none.then(|| view! { <p class="hint">{t(Text::OAuth(OAuth::AppsNone))}</p> })}
            {(!none).then(|| view! { <ul class="sessions" role="list">{items}</ul> })}
        };
        with_sidebar(paths::APPS, content)
    })))
}

fn item(now: Timestamp, listing: AppListing, lines: Vec<String>) -> impl IntoView {
    let client = listing.client;
    let since = match listing.since {
        Some(since) => t_with(Text::OAuth(OAuth::AppSince), &[("since", &ago(now, since))]),
        None => t(Text::OAuth(OAuth::AppFirstParty)).to_owned(),
    };
    let used = match listing.used_at {
        Some(at) => t_with(Text::OAuth(OAuth::AppUsed), &[("used", &ago(now, at))]),
        None => t(Text::OAuth(OAuth::AppUnused)).to_owned(),
    };
    let label = t_with(Text::OAuth(OAuth::RemoveOf), &[("app", &client.name)]);
    view! {
        <li class="session">
            <Icon shape=Shape::Key class="device"/>
            <div class="session__what">
                <strong>{client.name}</strong>
                <p class="meta">{since} " · " {used}</p>
                <ul class="consent__what">
                    {lines.into_iter().map(|line| view! { <li><span>{line}</span></li> }).collect_view()}
                </ul>
            </div>
            <form class="session__end" method="post" action=paths::APPS>
                <input type="hidden" name="remove" value=client.id/>
                <button class="button button--quiet" aria-label=label>
                    {t(Text::OAuth(OAuth::Remove))}
                </button>
            </form>
        </li>
    }
}
