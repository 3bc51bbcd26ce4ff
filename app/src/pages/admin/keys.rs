//! `/admin/keys` and what is below it.

use domain::{
    admin::Desk,
    keys::signing::{KeyPurpose, KeyState, Listed},
    store::StorageError,
};
use leptos::prelude::*;

use super::{Column, PageQuery, done, sessions::confirmation, table, with_sidebar};
use crate::{
    actions::FormState,
    components::ErrorSummary,
    context::{PageContext, PageView},
    paths,
    text::{Admin, Text, t, t_with, time::moment},
};

const COLUMNS: [Column; 4] = [
    Column::Named(Text::Admin(Admin::Key)),
    Column::Named(Text::Admin(Admin::KeyPurpose)),
    Column::Named(Text::Admin(Admin::KeyState)),
    Column::Named(Text::Admin(Admin::Created)),
];

/// The keys that sign, and those that did or will.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn keys_page(page: &PageContext, desk: &Desk) -> Result<PageView, StorageError> {
    let query = PageQuery::of(&page.path_and_query);
    let keys = desk.keys().await?;
    let admin = desk.admin().is_some();
    Ok(PageView::new(move || {
        let rows: Vec<_> = keys.into_iter().map(row).collect();
        let view = view! {
            <h1>{t(Text::Admin(Admin::KeysTitle))}</h1>
            <p class="lede">{t(Text::Admin(Admin::KeysLede))}</p>
            {done(&query)}
            {table(&COLUMNS, rows)}
            {admin
                .then(|| {
                    view! {
                        <p class="actions">
                            <a class="button" href=paths::ADMIN_ROTATE>{t(Text::Admin(Admin::Rotate))}</a>
                        </p>
                    }
                })}
        };
        with_sidebar(paths::ADMIN_KEYS, view)
    }))
}

fn row(key: Listed) -> AnyView {
    let purpose = match key.row.purpose {
        KeyPurpose::Access => Text::Admin(Admin::KeyAccess),
        KeyPurpose::Feed => Text::Admin(Admin::KeyFeed),
        KeyPurpose::Id => Text::Admin(Admin::KeyId),
    };
    let at = |text, at| t_with(text, &[("moment", &moment(at))]);
    let state = match (key.state, key.row.published_until) {
        (KeyState::Next, _) => at(Text::Admin(Admin::KeyNext), key.row.signs_from),
        (KeyState::Signing, _) => at(Text::Admin(Admin::KeySigning), key.row.signs_until),
        (KeyState::Retired, Some(until)) => at(Text::Admin(Admin::KeyRetired), until),
        (KeyState::Retired, None) => t(Text::Admin(Admin::KeyRetiredOpen)).to_owned(),
    };
    view! {
        <tr>
            <th scope="row" data-label=t(Text::Admin(Admin::Key))>
                <code>{key.row.kid}</code>
                <span class="meta">{key.row.algorithm.as_str()}</span>
            </th>
            <td data-label=t(Text::Admin(Admin::KeyPurpose))>{t(purpose)}</td>
            <td data-label=t(Text::Admin(Admin::KeyState))>{state}</td>
            <td data-label=t(Text::Admin(Admin::Created))>{moment(key.row.created_at)}</td>
        </tr>
    }
    .into_any()
}

/// Says what rotating does, and what dropping does, before either is done.
pub fn rotate_page(state: &FormState) -> PageView {
    let said = state.problems.said();
    PageView::new(move || {
        let summary = Signal::stored(said.clone());
        let whole = said.form.is_some();
        let view = view! {
            <h1>{t(Text::Admin(Admin::RotateTitle))}</h1>
            <p class="lede">{t(Text::Admin(Admin::RotateLede))}</p>
            {whole.then(|| view! { <ErrorSummary said=summary/> })}
            <form class="actions" method="post" action=paths::ADMIN_ROTATE>
                <button class="button button--primary" name="act" value="rotate">
                    {t(Text::Admin(Admin::Rotate))}
                </button>
                <a class="button button--quiet" href=paths::ADMIN_KEYS>{t(Text::Admin(Admin::Keep))}</a>
            </form>
            <section class="card">
                <h2>{t(Text::Admin(Admin::DropTitle))}</h2>
                <p>{t(Text::Admin(Admin::DropLede))}</p>
                {confirmation(
                    paths::ADMIN_ROTATE.to_owned(),
                    (Text::Admin(Admin::DropWord), Text::Admin(Admin::Drop)),
                    paths::ADMIN_KEYS.to_owned(),
                    &said,
                )}
            </section>
        };
        with_sidebar(paths::ADMIN_KEYS, view)
    })
}
