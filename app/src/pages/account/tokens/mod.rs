//! `/account/tokens`: the token dashboard.

mod create;
mod list;
mod viewer;

use domain::store::StorageError;
use leptos::prelude::*;

use super::{done_notice, with_sidebar};
use crate::{
    actions::FormState,
    components::ErrorSummary,
    context::{PageContext, PageView},
    paths,
    text::{Text, t},
};

pub use create::created_page;
pub use list::revoke_all_page;
pub use viewer::viewer_page;

/// Most tokens on the page: all that one account may have.
const ALL: i64 = domain::tokens::MOST_TOKENS;

/// A person's tokens and the form that makes another one. `done` says what was just done. `None` when
/// nobody is signed in.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn tokens_page(
    page: &PageContext,
    state: FormState,
    done: Option<Text>,
) -> Result<Option<PageView>, StorageError> {
    let Some(session) = &page.session else {
        return Ok(None);
    };
    let tokens = &page.services.tokens;
    let listings = tokens.list(session.account, None, ALL).await?;
    let offered = tokens.offered(session.account).await?;
    let confirm = page.fresh_session(paths::TOKENS).err();
    let now = page.now;
    let said = state.problems.said();
    Ok(Some(PageView::new(move || {
        let said = Signal::stored(said);
        let view = view! {
            <h1>{t(Text::TokensTitle)}</h1>
            <p class="lede">{t(Text::TokensLede)}</p>
            <ErrorSummary said/>
            {done.map(done_notice)}
            {list::list(now, listings)}
            {create::form(now, offered, &state, confirm)}
            <section class="parting">
                <h2>{t(Text::ViewerTitle)}</h2>
                <p class="hint">{t(Text::ViewerLede)}</p>
                <a class="button button--quiet" href=paths::VIEW_TOKEN>{t(Text::ViewerGo)}</a>
            </section>
        };
        with_sidebar(paths::TOKENS, view)
    })))
}
