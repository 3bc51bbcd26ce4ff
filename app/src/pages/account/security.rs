//! `/account/security`

use leptos::prelude::*;

use super::{done_notice, with_sidebar};
use crate::{
    actions::{Field, FormState},
    components::{Form, PasswordField, SubmitButton},
    context::{PageContext, PageView},
    paths,
    text::{Text, password_hint, t},
};

/// The password. `changed` says that it just was. `None` when nobody is signed in.
pub fn security_page(page: &PageContext, state: FormState, changed: bool) -> Option<PageView> {
    let email = page.session.as_ref()?.email.clone();
    let min_length = page.services.accounts.rules().password.min_length;
    Some(PageView::with_islands(move || {
        let view = view! {
            <h1>{t(Text::SecurityTitle)}</h1>
            <p class="lede">{t(Text::SecurityLede)}</p>
            {changed.then(|| done_notice(Text::PasswordChanged))}
            <Form action=paths::SECURITY state>
                <input type="text" autocomplete="username" value=email readonly hidden/>
                <PasswordField
                    field=Field::CurrentPassword
                    label=Text::CurrentPassword
                    autocomplete="current-password"
                />
                <PasswordField
                    field=Field::NewPassword
                    label=Text::NewPassword
                    hint=password_hint(min_length)
                    autocomplete="new-password"
                />
                <SubmitButton label=Text::ChangePassword working=Text::ChangingPassword/>
            </Form>
        };
        with_sidebar(paths::SECURITY, view)
    }))
}
