//! `/account/security`

use domain::store::StorageError;
use leptos::prelude::*;

use super::{done_notice, with_sidebar};
use crate::{
    actions::{Field, FormState},
    components::{Form, NewPasswordField, PasswordField, SubmitButton, SuggestButton},
    context::{PageContext, PageView},
    paths,
    text::{Text, t},
};

/// The password. `done` says what was just done with it. `None` when nobody is signed in.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn security_page(
    page: &PageContext,
    state: FormState,
    done: Option<Text>,
) -> Result<Option<PageView>, StorageError> {
    let Some(session) = &page.session else {
        return Ok(None);
    };
    let email = session.email.clone();
    let ways = page.services.social.connections(session.account).await?;
    let has_password = ways.has_password;
    let (title, lede, button) = if has_password {
        (
            Text::SecurityTitle,
            Text::SecurityLede,
            Text::ChangePassword,
        )
    } else {
        (
            Text::SetPasswordTitle,
            Text::SetPasswordLede,
            Text::SetPasswordFirst,
        )
    };
    let min_length = page.services.accounts.rules().password.min_length;
    Ok(Some(PageView::with_islands(move || {
        let view = view! {
            <h1>{t(title)}</h1>
            <p class="lede">{t(lede)}</p>
            {done.map(done_notice)}
            <Form action=paths::SECURITY state>
                <input type="text" autocomplete="username" value=email readonly hidden/>
                {has_password
                    .then(|| {
                        view! {
                            <PasswordField
                                field=Field::CurrentPassword
                                label=Text::CurrentPassword
                                autocomplete="current-password"
                            />
                        }
                    })}
                <NewPasswordField
                    field=Field::NewPassword
                    label=Text::NewPassword
                    min_length
                />
                <div class="actions">
                    <SubmitButton label=button working=Text::ChangingPassword/>
                    <SuggestButton/>
                </div>
            </Form>
        };
        with_sidebar(paths::SECURITY, view)
    })))
}
