//! `/account/email`

use leptos::prelude::*;

use super::with_sidebar;
use crate::{
    actions::{Field, FormState},
    components::{Form, SubmitButton, TextField},
    context::{PageContext, PageView},
    paths,
    text::{Text, t},
};

/// Asking for another address.
pub fn email_page(page: &PageContext, state: FormState) -> PageView {
    let session = page.session.as_ref();
    let email = session.map(|session| session.email.clone());
    PageView::with_islands(move || {
        let view = view! {
            <h1>{t(Text::EmailTitle)}</h1>
            <p class="lede">{t(Text::EmailLede)}</p>
            <dl class="facts">
                <div><dt>{t(Text::CurrentEmail)}</dt><dd>{email}</dd></div>
            </dl>
            <Form action=paths::EMAIL state>
                <TextField
                    field=Field::NewEmail
                    label=Text::NewEmail
                    kind="email"
                    autocomplete="email"
                />
                <SubmitButton label=Text::ChangeEmail working=Text::ChangingEmail/>
            </Form>
            <p class="aside">
                <a href=paths::PROFILE>{t(Text::BackToProfile)}</a>
            </p>
        };
        with_sidebar(paths::PROFILE, view)
    })
}
