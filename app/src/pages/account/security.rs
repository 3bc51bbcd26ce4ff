//! `/account/security`

use leptos::prelude::*;

use super::{done_notice, with_sidebar};
use crate::{
    actions::{Field, FormState},
    components::{Form, NewPasswordField, PasswordField, SubmitButton, SuggestButton},
    context::{PageContext, PageView},
    paths,
    text::{Text, t},
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
                <NewPasswordField
                    field=Field::NewPassword
                    label=Text::NewPassword
                    min_length
                />
                <div class="actions">
                    <SubmitButton label=Text::ChangePassword working=Text::ChangingPassword/>
                    <SuggestButton/>
                </div>
            </Form>
        };
        with_sidebar(paths::SECURITY, view)
    }))
}
