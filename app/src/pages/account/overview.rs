//! `/account`

use domain::store::StorageError;
use leptos::prelude::*;

use super::{done_notice, with_sidebar};
use crate::{
    context::{PageContext, PageView},
    paths,
    text::{Text, t, time::ago},
};

/// What the account is. `kept` says that signing in kept it from being deleted. `None` when nobody
/// is signed in.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn overview_page(
    page: &PageContext,
    kept: bool,
) -> Result<Option<PageView>, StorageError> {
    let Some(session) = &page.session else {
        return Ok(None);
    };
    let services = &page.services;
    let Some(account) = services.accounts.find(session.account).await? else {
        return Ok(None);
    };
    let sessions = services
        .sessions
        .list(session.account, &session.public_id)
        .await?;
    let tokens = services.tokens.count(session.account).await?;
    let since = ago(page.now, account.created_at);
    let signed_in = sessions.len();
    Ok(Some(PageView::new(move || {
        let view = view! {
            <h1>{t(Text::OverviewWelcome)} " " {account.name.clone()}</h1>
            {kept.then(|| done_notice(Text::AccountKept))}
            <section class="card">
                <h2>{t(Text::OverviewTitle)}</h2>
                <dl class="facts">
                    <div><dt>{t(Text::Email)}</dt><dd>{account.email}</dd></div>
                    <div><dt>{t(Text::Name)}</dt><dd>{account.name}</dd></div>
                    <div><dt>{t(Text::MemberSince)}</dt><dd>{since}</dd></div>
                </dl>
            </section>
            <section class="card">
                <h2>{t(Text::SessionsTitle)}</h2>
                <dl class="facts">
                    <div><dt>{t(Text::SignedInBrowsers)}</dt><dd>{signed_in}</dd></div>
                </dl>
                <div class="actions">
                    <a class="button" href=paths::SESSIONS>{t(Text::SessionsSee)}</a>
                </div>
            </section>
            <section class="card">
                <h2>{t(Text::TokensTitle)}</h2>
                <dl class="facts">
                    <div><dt>{t(Text::TokensActive)}</dt><dd>{tokens}</dd></div>
                </dl>
                <div class="actions">
                    <a class="button" href=paths::TOKENS>{t(Text::TokensSee)}</a>
                </div>
            </section>
        };
        with_sidebar(paths::ACCOUNT, view)
    })))
}
