//! `/account/confirm`

use leptos::prelude::*;

use crate::{
    actions::FormState,
    components::{Form, PasswordField, SubmitButton},
    context::{PageContext, PageView},
    paths,
    text::{Text, t},
};

/// Proving again who one is; `next` comes afterwards.
pub fn confirm_page(page: &PageContext, state: FormState, next: String) -> PageView {
    let session = page.session.as_ref();
    let email = session.map(|session| session.email.clone());
    PageView::with_islands(move || {
        view! {
            <main id="content" class="door" tabindex="-1">
                <div class="card">
                    <h1>{t(Text::ConfirmTitle)}</h1>
                    <p class="lede"><strong>{email.clone()}</strong></p>
                    <p>{t(Text::ConfirmLede)}</p>
                    <Form action=paths::CONFIRM state>
                        <input type="hidden" name="next" value=next/>
                        <input type="text" autocomplete="username" value=email readonly hidden/>
                        <PasswordField autocomplete="current-password"/>
                        <SubmitButton label=Text::ConfirmButton working=Text::ConfirmWorking/>
                    </Form>
                    <p class="aside">
                        <a href=paths::FORGOT_PASSWORD>{t(Text::ForgotPassword)}</a>
                    </p>
                </div>
            </main>
        }
    })
}
