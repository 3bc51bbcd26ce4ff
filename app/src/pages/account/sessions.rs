//! `/account/sessions`

use domain::{
    clock::Timestamp,
    sessions::{FormFactor, SessionListing},
    store::StorageError,
};
use leptos::prelude::*;

use super::{done_notice, with_sidebar};
use crate::{
    actions::FormState,
    components::{ErrorSummary, Icon, Said, Shape},
    context::{PageContext, PageView},
    paths,
    text::{Text, device_name, t, time::ago},
};

/// The browsers that are signed in. `ended` says what was ended just now.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn sessions_page(
    page: &PageContext,
    state: &FormState,
    ended: Option<Text>,
) -> Result<PageView, StorageError> {
    let listings = match &page.session {
        Some(session) => {
            page.services
                .sessions
                .list(session.account, &session.public_id)
                .await?
        }
        None => Vec::new(),
    };
    let now = page.now;
    let said = state.problems.said();
    Ok(PageView::new(move || sessions(now, listings, said, ended)))
}

fn sessions(
    now: Timestamp,
    listings: Vec<SessionListing>,
    said: Said,
    ended: Option<Text>,
) -> impl IntoView {
    let others = listings.iter().any(|listing| !listing.current);
    let items: Vec<_> = listings
        .into_iter()
        .map(|listing| item(now, listing))
        .collect();
    let said = Signal::stored(said);
    let view = view! {
        <h1>{t(Text::SessionsTitle)}</h1>
        <p class="lede">{t(Text::SessionsLede)}</p>
        <ErrorSummary said/>
        {ended.map(done_notice)}
        <ul class="sessions" role="list">{items.collect_view()}</ul>
        {if others {
            view! {
                <form method="post" action=paths::SESSIONS>
                    <input type="hidden" name="end" value="others"/>
                    <p class="hint" id="end-others-hint">{t(Text::EndOthersHint)}</p>
                    <button class="button button--danger" aria-describedby="end-others-hint">
                        {t(Text::EndOthers)}
                    </button>
                </form>
            }
                .into_any()
        } else {
            view! { <p class="hint">{t(Text::OnlySession)}</p> }.into_any()
        }}
    };
    with_sidebar(paths::SESSIONS, view)
}

fn item(now: Timestamp, listing: SessionListing) -> impl IntoView {
    let SessionListing {
        public_id,
        current,
        device,
        created_at,
        last_seen_at,
        address,
    } = listing;
    let shape = match device.form {
        FormFactor::Desktop => Shape::Desktop,
        FormFactor::Phone => Shape::Phone,
        FormFactor::Tablet => Shape::Tablet,
        FormFactor::Program => Shape::Code,
    };
    let name_id = format!("session-{public_id}");
    let meta = format!(
        "{} {} · {} {}{}",
        t(Text::SignedIn),
        ago(now, created_at),
        t(Text::LastActive),
        ago(now, last_seen_at),
        address
            .map(|address| format!(" · {address}"))
            .unwrap_or_default(),
    );
    view! {
        <li class="session" class:session--current=current>
            <Icon shape class="device"/>
            <div class="session__what">
                <strong id=name_id.clone()>{device_name(device)}</strong>
                " "
                {current.then(|| view! { <span class="badge">{t(Text::ThisBrowser)}</span> })}
                <p class="meta">{meta}</p>
            </div>
            {(!current)
                .then(|| {
                    view! {
                        <form class="session__end" method="post" action=paths::SESSIONS>
                            <input type="hidden" name="end" value=public_id/>
                            <button class="button button--quiet" aria-describedby=name_id>
                                {t(Text::EndSession)}
                            </button>
                        </form>
                    }
                })}
        </li>
    }
}
