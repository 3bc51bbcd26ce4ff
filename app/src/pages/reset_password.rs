//! `/reset-password`: GET shows a form, only POST consumes the link.

use domain::accounts::ResetLink;
use leptos::prelude::*;

use crate::{
    actions::{Field, FormState},
    components::{Form, NewPasswordField, SubmitButton, SuggestButton},
    context::{PageContext, PageTitle, PageView},
    pages::message,
    paths,
    text::{Text, t},
};

/// The page for a link, with its HTTP status and title.
pub fn reset_password_page(
    page: &PageContext,
    token: &str,
    link: ResetLink,
    state: FormState,
) -> (u16, PageTitle, PageView) {
    let dead = |status, (title, view)| (status, title, view);
    let email = match link {
        ResetLink::Ready { email } => email,
        ResetLink::Expired => return dead(410, message::reset_expired()),
        ResetLink::Used => return dead(410, message::reset_used()),
        ResetLink::Unknown => return dead(404, message::reset_unknown()),
    };
    let title = state.title(Text::ResetTitle);
    let min_length = page.services.accounts.rules().password.min_length;
    let token = token.to_owned();
    let view = PageView::with_islands(move || {
        view! {
            <main id="content" class="door" tabindex="-1">
                <div class="card">
                    <h1>{t(Text::ResetTitle)}</h1>
                    <p class="lede"><strong>{email.clone()}</strong></p>
                    <p>{t(Text::ResetLede)}</p>
                    <Form action=paths::RESET_PASSWORD state>
                        <input type="hidden" name="token" value=token/>
                        <input type="text" autocomplete="username" value=email readonly hidden/>
                        <NewPasswordField
                            field=Field::NewPassword
                            label=Text::NewPassword
                            min_length
                        />
                        <SubmitButton label=Text::ResetButton working=Text::ResetWorking/>
                        <SuggestButton/>
                    </Form>
                </div>
            </main>
        }
    });
    (200, title, view)
}
