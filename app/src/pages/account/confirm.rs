//! `/account/confirm`

use domain::{social::Intent, store::StorageError};
use leptos::prelude::*;

use crate::{
    actions::FormState,
    components::{Form, PasswordField, ProviderButtons, SubmitButton},
    context::{PageContext, PageView},
    paths,
    text::{Text, t},
};

/// Proving again who one is; `next` comes afterwards.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn confirm_page(
    page: &PageContext,
    state: FormState,
    next: String,
) -> Result<PageView, StorageError> {
    let session = page.session.as_ref();
    let email = session.map(|session| session.email.clone());
    let ways = match session {
        Some(session) => Some(page.services.social.connections(session.account).await?),
        None => None,
    };
    let has_password = ways.as_ref().is_none_or(|ways| ways.has_password);
    let connected = ways.map(|ways| ways.connected).unwrap_or_default();
    let configured = page.services.social.providers();
    let providers: Vec<_> = configured
        .into_iter()
        .filter(|provider| {
            connected
                .iter()
                .any(|one| one.connection.identity.provider == provider.id)
        })
        .collect();
    // An app may want to be sure of who is there.
    let for_app = next.starts_with(paths::AUTHORIZE);
    let lede = match (has_password, providers.is_empty()) {
        (false, true) => Text::ConfirmLedeNothing,
        (true, true) if for_app => Text::ConfirmLedeApp,
        (_, false) if for_app => Text::ConfirmLedeAppProvider,
        (true, true) => Text::ConfirmLede,
        (_, false) => Text::ConfirmLedeProvider,
    };
    Ok(PageView::with_islands(move || {
        view! {
            <main id="content" class="door" tabindex="-1">
                <div class="card">
                    <h1>{t(Text::ConfirmTitle)}</h1>
                    <p class="lede"><strong>{email.clone()}</strong></p>
                    <p>{t(lede)}</p>
                    <Form action=paths::CONFIRM state>
                        <input type="hidden" name="next" value=next/>
                        <input type="text" autocomplete="username" value=email readonly hidden/>
                        {has_password
                            .then(|| {
                                view! {
                                    <PasswordField autocomplete="current-password"/>
                                    <SubmitButton
                                        label=Text::ConfirmButton
                                        working=Text::ConfirmWorking
                                    />
                                }
                            })}
                        <ProviderButtons
                            providers
                            label=Text::ConfirmWith
                            intent=Intent::Confirm
                            otherwise=has_password
                        />
                    </Form>
                    <p class="aside">
                        <a href=paths::FORGOT_PASSWORD>{t(Text::ForgotPassword)}</a>
                    </p>
                </div>
            </main>
        }
    }))
}
