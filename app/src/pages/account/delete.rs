//! `/account/delete`

use leptos::prelude::*;

use super::with_sidebar;
use crate::{
    actions::{Field, FormState},
    components::{Form, SubmitButton, TextField},
    context::{PageContext, PageView},
    paths,
    text::{Text, t},
};

/// Deleting the account, after its address was typed.
pub fn delete_page(page: &PageContext, state: FormState) -> PageView {
    let session = page.session.as_ref();
    let email = session.map(|session| session.email.clone());
    PageView::with_islands(move || {
        let view = view! {
            <h1>{t(Text::DeleteTitle)}</h1>
            <p class="lede">{t(Text::DeleteLede)}</p>
            <ul class="plain-list" role="list">
                <li>{t(Text::DeleteAtOnce)}</li>
                <li>{t(Text::DeleteGrace)}</li>
                <li>{t(Text::DeleteAfter)}</li>
            </ul>
            <p>{t(Text::DeleteType)} " " <strong>{email}</strong></p>
            <Form action=paths::DELETE state>
                <TextField field=Field::Email label=Text::Email kind="email" autocomplete="off"/>
                <SubmitButton label=Text::DeleteButton working=Text::DeleteWorking danger=true/>
            </Form>
            <p class="aside">
                <a href=paths::PROFILE>{t(Text::KeepAccount)}</a>
            </p>
        };
        with_sidebar(paths::PROFILE, view)
    })
}
