//! `/admin`

use domain::{admin::Desk, store::StorageError};
use leptos::prelude::*;

use super::{sessions::NOW, with_sidebar};
use crate::{
    context::{PageContext, PageView},
    paths,
    text::{Admin, Text, t, t_with},
};

/// Counted exactly up to here.
const COUNTED: i64 = 10_000;

/// What goes on.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn overview_page(page: &PageContext, desk: &Desk) -> Result<PageView, StorageError> {
    use domain::admin::SessionFilter;
    let all = desk
        .count_sessions(&SessionFilter::default(), COUNTED)
        .await?;
    let active = SessionFilter {
        seen_since: Some(page.now.minus(NOW)),
        ..SessionFilter::default()
    };
    let active = desk.count_sessions(&active, COUNTED).await?;
    Ok(PageView::new(move || {
        let said = |many: i64| {
            if many >= COUNTED {
                t_with(Text::Admin(Admin::AtLeast), &[("count", &many)])
            } else {
                many.to_string()
            }
        };
        let now = format!("{}?active=now", paths::ADMIN_SESSIONS);
        let view = view! {
            <h1>{t(Text::Admin(Admin::Title))}</h1>
            <p class="lede">{t(Text::Admin(Admin::Lede))}</p>
            <section class="card">
                <h2>{t(Text::Admin(Admin::Sessions))}</h2>
                <dl class="facts">
                    <div>
                        <dt>{t(Text::Admin(Admin::CountSessions))}</dt>
                        <dd><a href=paths::ADMIN_SESSIONS>{said(all)}</a></dd>
                    </div>
                    <div>
                        <dt>{t(Text::Admin(Admin::CountActive))}</dt>
                        <dd><a href=now>{said(active)}</a></dd>
                    </div>
                </dl>
            </section>
        };
        with_sidebar(paths::ADMIN, view)
    }))
}
