//! The forms that answer without a reload where there is JavaScript.

#![expect(
    clippy::needless_pass_by_value,
    reason = "an island owns its props, which come from JSON"
)]
#![expect(missing_docs, reason = "`#[island]` makes a struct of its own")]

use leptos::{form::ActionForm, prelude::*, server_fn::ServerFn};

use super::{ErrorSummary, PasswordField, TextField};
use crate::{
    actions::{Field, FormState, Problems, SignIn, SignUp, VerifyEmail},
    text::{Text, password_hint, t},
};

/// What was wrong with the form as the page came, and later what the last answer said.
fn problems_of<F>(action: ServerAction<F>, first: Problems) -> Signal<Problems>
where
    F: ServerFn<Output = (), Error = Problems> + Clone + Send + Sync + 'static,
{
    let value = action.value();
    Signal::derive(move || match &*value.read() {
        None => first.clone(),
        Some(Ok(())) => Problems::default(),
        Some(Err(problems)) => problems.clone(),
    })
}

/// Whether an answer is awaited, or was good and the next page is on its way.
fn busy<F>(action: ServerAction<F>) -> Memo<bool>
where
    F: ServerFn<Output = (), Error = Problems> + Clone + Send + Sync + 'static,
{
    let (pending, value) = (action.pending(), action.value());
    Memo::new(move |_| pending.get() || matches!(&*value.read(), Some(Ok(()))))
}

#[component]
fn SubmitButton(pending: Memo<bool>, label: Text, working: Text) -> AnyView {
    view! {
        <button
            type="submit"
            class="button button--primary"
            // A second press would send the form twice. Enter presses the button too.
            on:click=move |event| {
                if pending.get_untracked() {
                    event.prevent_default();
                }
            }
            aria-busy=move || pending.get().then_some("true")
        >
            {move || t(if pending.get() { working } else { label })}
        </button>
    }
    .into_any()
}

/// Signing in.
#[island]
pub fn SignInForm(
    /// What was sent before, if anything.
    state: FormState,
    /// Where to go afterwards.
    next: String,
    /// How long "Stay signed in" lasts, in words.
    stay_hint: String,
) -> impl IntoView {
    let action = ServerAction::<SignIn>::new();
    let problems = problems_of(action, state.problems.clone());
    let pending = busy(action);
    let stay = !state.value("stay").is_empty();
    view! {
        <ActionForm action=action attr:novalidate="">
            <ErrorSummary problems/>
            <input type="hidden" name="next" value=next/>
            <TextField
                field=Field::Email
                label=Text::Email
                kind="email"
                autocomplete="username"
                value=state.value("email")
                problems
            />
            <PasswordField autocomplete="current-password" problems/>
            <div>
                <label class="check">
                    <input type="checkbox" name="stay" value="on" checked=stay aria-describedby="stay-hint"/>
                    <span>{t(Text::StaySignedIn)}</span>
                </label>
                <p class="hint" id="stay-hint">{stay_hint}</p>
            </div>
            <SubmitButton pending label=Text::SignIn working=Text::SigningIn/>
        </ActionForm>
    }
}

/// Signing up.
#[island]
pub fn SignUpForm(
    /// What was sent before, if anything.
    state: FormState,
    /// Fewest characters of a password.
    min_length: usize,
) -> impl IntoView {
    let action = ServerAction::<SignUp>::new();
    let problems = problems_of(action, state.problems.clone());
    let pending = busy(action);
    view! {
        <ActionForm action=action attr:novalidate="">
            <ErrorSummary problems/>
            <TextField
                field=Field::Email
                label=Text::Email
                kind="email"
                autocomplete="username"
                value=state.value("email")
                problems
            />
            <TextField
                field=Field::Name
                label=Text::Name
                hint=t(Text::NameHint)
                kind="text"
                autocomplete="name"
                value=state.value("name")
                problems
            />
            <PasswordField hint=password_hint(min_length) autocomplete="new-password" problems/>
            <SubmitButton pending label=Text::SignUp working=Text::SigningUp/>
        </ActionForm>
    }
}

/// Confirming an address.
#[island]
pub fn VerifyEmailForm(
    /// What was sent before, if anything.
    state: FormState,
    /// The link's token.
    token: String,
    /// The address, for password managers.
    email: String,
    /// Whether the password must be typed.
    needs_password: bool,
) -> impl IntoView {
    let action = ServerAction::<VerifyEmail>::new();
    let problems = problems_of(action, state.problems.clone());
    let pending = busy(action);
    view! {
        <ActionForm action=action attr:novalidate="">
            <ErrorSummary problems/>
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
                        <PasswordField autocomplete="current-password" problems/>
                    }
                })}
            <SubmitButton pending label=Text::VerifyButton working=Text::VerifyWorking/>
        </ActionForm>
    }
}
