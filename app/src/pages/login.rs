//! `/login`

use domain::social::{Intent, Waiting};
use leptos::prelude::*;

use crate::{
    actions::{Field, FormState},
    components::{Form, Icon, PasswordField, ProviderButtons, Shape, SubmitButton, TextField},
    context::{PageContext, PageView, path_with_next},
    paths,
    text::{Text, t, t_with, time::stay_hint},
};

/// What a person is told above the form.
pub enum Greeting {
    /// What they have just done.
    Done(Text),
    /// What they should know.
    Info(String),
}

/// Signing in. `greeting` tells a person what they have just done, `waiting` what is to be connected
/// once they have.
pub fn login_page(
    page: &PageContext,
    mut state: FormState,
    next: String,
    greeting: Option<Greeting>,
    waiting: Option<Waiting>,
) -> PageView {
    let open = page.site.sign_up_open;
    let persistent = page.services.sessions.lifetimes().persistent;
    let told = waiting.as_ref().and_then(|waiting| {
        let email = waiting.arrival.email.as_ref()?;
        let values: [(&str, &dyn std::fmt::Display); 2] =
            [("provider", &waiting.provider), ("email", email)];
        Some(Greeting::Info(t_with(Text::LoginConnect, &values)))
    });
    let greeting = told.or(greeting);
    let mut providers = page.services.social.providers();
    if let Some(waiting) = &waiting {
        // They have just come from there, and it knows of no account here.
        providers.retain(|provider| provider.id != waiting.arrival.identity.provider);
        if let Some(email) = &waiting.arrival.email
            && !state.kept.iter().any(|(name, _)| name == "email")
        {
            state.kept.push(("email".to_owned(), email.clone()));
        }
    }
    let arrival = waiting.map(|waiting| waiting.arrival.id);
    let sign_up = path_with_next(paths::SIGN_UP, &next);
    let stay = !state.value("stay").is_empty();
    let stay_hint = stay_hint(persistent.absolute, persistent.idle);
    PageView::with_islands(move || {
        view! {
            <main id="content" class="door" tabindex="-1">
                <div class="card">
                    <h1>{t(Text::LoginTitle)}</h1>
                    {greeting
                        .map(|greeting| {
                            let calm = matches!(greeting, Greeting::Info(_));
                            let (shape, said) = match greeting {
                                Greeting::Done(text) => (Shape::Check, t(text).to_owned()),
                                Greeting::Info(said) => (Shape::Info, said),
                            };
                            view! {
                                <div class="notice" class:notice--success=!calm role="status">
                                    <Icon shape/>
                                    <p>{said}</p>
                                </div>
                            }
                        })}
                    <Form action=paths::LOGIN state>
                        <input type="hidden" name="next" value=next/>
                        {arrival
                            .map(|id| view! { <input type="hidden" name="arrival" value=id/> })}
                        <TextField
                            field=Field::Email
                            label=Text::Email
                            kind="email"
                            autocomplete="username"
                        />
                        <PasswordField autocomplete="current-password"/>
                        <div>
                            <label class="check">
                                <input
                                    type="checkbox"
                                    name="stay"
                                    value="on"
                                    checked=stay
                                    aria-describedby="stay-hint"
                                />
                                <span>{t(Text::StaySignedIn)}</span>
                            </label>
                            <p class="hint" id="stay-hint">{stay_hint}</p>
                        </div>
                        <SubmitButton label=Text::SignIn working=Text::SigningIn/>
                        <ProviderButtons
                            providers
                            label=Text::SignInWith
                            intent=Intent::SignIn
                            otherwise=true
                        />
                    </Form>
                    <p class="aside">
                        <a href=paths::FORGOT_PASSWORD>{t(Text::ForgotPassword)}</a>
                    </p>
                    {open.then(|| {
                            view! {
                                <p class="aside">
                                    {t(Text::LoginNewHere)} " "
                                    <a href=sign_up>{t(Text::SignUp)}</a>
                                </p>
                            }
                        })}
                </div>
            </main>
        }
    })
}
