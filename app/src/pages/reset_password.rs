//! `/reset-password`: GET shows a form, only POST consumes the link.

use domain::accounts::ResetLink;
use leptos::prelude::*;

use crate::{
    actions::{Field, FormState},
    components::{Form, NewPasswordField, SubmitButton, SuggestButton},
    context::{PageContext, PageTitle, PageView},
    pages::message,
    paths,
    text::{Text, t, t_with, time::ago},
};

/// The page for a link, with its HTTP status and title.
pub fn reset_password_page(
    page: &PageContext,
    token: &str,
    link: ResetLink,
    state: FormState,
) -> (u16, PageTitle, PageView) {
    let dead = |status, (title, view)| (status, title, view);
    let (email, connected, tokens) = match link {
        ResetLink::Ready {
            email,
            connected,
            tokens,
        } => (email, connected, tokens),
        ResetLink::Expired => return dead(410, message::reset_expired()),
        ResetLink::Used => return dead(410, message::reset_used()),
        ResetLink::Unknown => return dead(404, message::reset_unknown()),
    };
    let title = state.title(Text::ResetTitle);
    let min_length = page.services.accounts.rules().password.min_length;
    let token = token.to_owned();
    // Unless they say otherwise: who sets a new password may have lost the account to somebody.
    let is_fresh = state.problems.is_empty();
    let disconnect = is_fresh || !state.value("disconnect").is_empty();
    let revoke = is_fresh || !state.value("revoke_tokens").is_empty();
    let connected: Vec<_> = connected
        .into_iter()
        .map(|connection| {
            let provider = page.services.social.name_of(&connection.identity.provider);
            let since = ago(page.now, connection.created_at);
            let since = t_with(Text::ConnectionSince, &[("since", &since)]);
            (provider, connection.identity.label, since)
        })
        .collect();
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
                        {(!connected.is_empty()).then(|| disconnecting(connected, disconnect))}
                        {(tokens > 0).then(|| revoking(tokens, revoke))}
                        <SubmitButton label=Text::ResetButton working=Text::ResetWorking/>
                        <SuggestButton/>
                    </Form>
                </div>
            </main>
        }
    });
    (200, title, view)
}

/// Asks whether what signs in besides the password goes.
fn disconnecting(connected: Vec<(String, String, String)>, checked: bool) -> impl IntoView {
    let items: Vec<_> = connected
        .into_iter()
        .map(|(provider, label, since)| {
            view! {
                <li>
                    <strong>{provider}</strong>
                    " "
                    {label}
                    " "
                    <span class="meta">{since}</span>
                </li>
            }
        })
        .collect();
    view! {
        <fieldset class="choices">
            <legend>{t(Text::ResetConnected)}</legend>
            <ul>{items}</ul>
            {ticked("disconnect", checked, Text::ResetDisconnect, Text::ResetDisconnectHint)}
        </fieldset>
    }
}

/// Asks whether the tokens of the person's programs go.
fn revoking(tokens: i64, checked: bool) -> impl IntoView {
    view! {
        <fieldset class="choices">
            <legend>{t(Text::ResetTokens)}</legend>
            <p>{t_with(Text::ResetTokensCount, &[("count", &tokens)])}</p>
            {ticked("revoke_tokens", checked, Text::ResetRevoke, Text::ResetRevokeHint)}
        </fieldset>
    }
}

/// A box with what ticking it means.
fn ticked(name: &'static str, checked: bool, label: Text, hint: Text) -> impl IntoView {
    let described_by = format!("{name}-hint");
    view! {
        <label class="check">
            <input
                type="checkbox"
                name=name
                value="on"
                checked=checked
                aria-describedby=described_by.clone()
            />
            <span>{t(label)}</span>
        </label>
        <p class="hint" id=described_by>{t(hint)}</p>
    }
}
