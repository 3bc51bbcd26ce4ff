//! The tokens that a person has.

use domain::{clock::Timestamp, store::StorageError, tokens::ApiTokenListing};
use leptos::prelude::*;

use super::{super::with_sidebar, ALL};
use crate::{
    components::{DayChart, Icon, Shape, day_chart},
    context::{PageContext, PageView},
    paths,
    text::{
        Text, t, t_with,
        time::{ago, ahead, moment},
    },
};

/// How much of a token's id tells it from others.
const SHORT: usize = 8;

pub(super) fn list(now: Timestamp, listings: Vec<ApiTokenListing>) -> AnyView {
    if listings.is_empty() {
        return view! {
            <div class="empty">
                <Icon shape=Shape::Key/>
                <strong>{t(Text::TokensNone)}</strong>
                <p>{t(Text::TokensNoneHint)}</p>
            </div>
        }
        .into_any();
    }
    let several = listings.len() > 1;
    let items: Vec<_> = listings
        .into_iter()
        .map(|listing| item(now, listing).into_any())
        .collect();
    view! {
        <ul class="sessions tokens" role="list">{items}</ul>
        {several
            .then(|| {
                view! {
                    <p>
                        <a class="button button--quiet" href=paths::REVOKE_TOKENS>
                            {t(Text::RevokeAll)}
                        </a>
                    </p>
                }
            })}
    }
    .into_any()
}

fn item(now: Timestamp, listing: ApiTokenListing) -> impl IntoView {
    let ApiTokenListing {
        row,
        last_used_address,
        calls,
    } = listing;
    let short = row.id[row.id.len().saturating_sub(SHORT)..].to_owned();
    let name_id = format!("token-{}", row.id);
    let used = match (row.last_used_at, last_used_address) {
        (Some(at), Some(address)) => {
            let when = ago(now, at);
            t_with(Text::TokenUsed, &[("when", &when), ("address", &address)])
        }
        _ => t(Text::TokenUnused).to_owned(),
    };
    let created = t_with(Text::TokenMade, &[("when", &ago(now, row.created_at))]);
    let ends = t_with(
        Text::TokenEnds,
        &[
            ("when", &ahead(now, row.expires_at)),
            ("moment", &moment(row.expires_at)),
        ],
    );
    let scopes: Vec<_> = row
        .scopes
        .into_iter()
        .map(|scope| view! { <li><code class="badge">{scope}</code></li> })
        .collect();
    view! {
        <li class="session token">
            <Icon shape=Shape::Key class="device"/>
            <div class="session__what">
                <strong id=name_id.clone()>{row.name}</strong>
                " "
                <code class="meta" title=t(Text::TokenId)>{short}</code>
                <ul class="scopes" role="list" aria-label=t(Text::TokenScopes)>{scopes}</ul>
                <p class="meta">{created} " · " {used}</p>
                <p class="meta">{ends}</p>
                {calls_chart(now, &calls)}
            </div>
            <form class="session__end" method="post" action=paths::TOKENS>
                <input type="hidden" name="revoke" value=row.id/>
                <button class="button button--quiet" aria-describedby=name_id>
                    {t(Text::Revoke)}
                </button>
            </form>
        </li>
    }
}

/// The calls of each day, oldest first, today last. Nothing where there was none.
fn calls_chart(now: Timestamp, calls: &[i64]) -> Option<AnyView> {
    let total: i64 = calls.iter().sum();
    let chart = DayChart {
        counts: calls,
        said: t_with(
            Text::CallsTotal,
            &[("count", &total), ("days", &calls.len())],
        ),
        counted: Text::Calls,
        hint: t(Text::CallsHint).to_owned(),
        full: false,
    };
    day_chart(now, chart)
}

/// Asks before every token is revoked. `None` when nobody is signed in.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn revoke_all_page(page: &PageContext) -> Result<Option<PageView>, StorageError> {
    let Some(session) = &page.session else {
        return Ok(None);
    };
    let listings = page.services.tokens.list(session.account, None, ALL);
    let count = listings.await?.len();
    Ok(Some(PageView::new(move || {
        let view = view! {
            <h1>{t(Text::RevokeAllTitle)}</h1>
            <p class="lede">{t_with(Text::RevokeAllLede, &[("count", &count)])}</p>
            <form class="actions" method="post" action=paths::REVOKE_TOKENS>
                <button class="button button--danger">{t(Text::RevokeAll)}</button>
                <a class="button button--quiet" href=paths::TOKENS>{t(Text::KeepTokens)}</a>
            </form>
        };
        with_sidebar(paths::TOKENS, view)
    })))
}
