//! `/verify-email`: GET shows a button, only POST consumes the link.

use domain::accounts::Confirmation;
use leptos::prelude::*;

use crate::{
    actions::FormState,
    components::{Form, PasswordField, SubmitButton},
    context::{PageContext, PageTitle, PageView},
    pages::message,
    paths,
    text::{Text, t},
};

/// The page for a link, with its HTTP status and title.
pub fn verify_email_page(
    page: &PageContext,
    token: &str,
    confirmation: Confirmation,
    state: FormState,
) -> (u16, PageTitle, PageView) {
    let (email, needs_password, lede) = match confirmation {
        Confirmation::Ready {
            email,
            needs_password: true,
        } => (email, true, Text::VerifyOtherBrowser),
        Confirmation::Ready { email, .. } => (email, false, Text::VerifySameBrowser),
        Confirmation::ReadyToChange { email } => (email, false, Text::ConfirmNewEmail),
        Confirmation::OtherAccount => return with_status(403, message::other_account()),
        Confirmation::OtherBrowser => return with_status(403, message::other_browser()),
        Confirmation::Taken => return with_status(409, message::address_taken()),
        Confirmation::IdentityTaken => return with_status(409, message::identity_taken()),
        Confirmation::Expired => return with_status(410, message::link_expired()),
        Confirmation::Used => return with_status(410, message::link_used(page.session.is_some())),
        // Whoever shows this sends people to sign in first; without that it leads nowhere.
        Confirmation::Unknown | Confirmation::SignIn => {
            return with_status(404, message::link_unknown());
        }
    };
    let title = if state.problems.is_empty() {
        PageTitle::plain(Text::VerifyTitle)
    } else {
        PageTitle::error(Text::VerifyTitle)
    };
    let token = token.to_owned();
    let view = PageView::with_islands(move || {
        view! {
            <main id="content" class="door" tabindex="-1">
                <div class="card">
                    <h1>{t(Text::VerifyTitle)}</h1>
                    <p class="lede"><strong>{email.clone()}</strong></p>
                    <p>{t(lede)}</p>
                    <Form action=paths::VERIFY_EMAIL state>
                        <input type="hidden" name="token" value=token/>
                        {needs_password
                            .then(|| {
                                view! {
                                    <input
                                        type="text"
                                        autocomplete="username"
                                        value=email
                                        readonly
                                        hidden
                                    />
                                    <PasswordField autocomplete="current-password"/>
                                }
                            })}
                        <SubmitButton label=Text::VerifyButton working=Text::VerifyWorking/>
                    </Form>
                </div>
            </main>
        }
    });
    (200, title, view)
}

fn with_status(status: u16, (title, view): (PageTitle, PageView)) -> (u16, PageTitle, PageView) {
    (status, title, view)
}
