//! `/login`

use leptos::prelude::*;

use crate::{
    actions::{Field, FormState},
    components::{Form, Icon, PasswordField, Shape, SubmitButton, TextField},
    context::{PageContext, PageView},
    paths,
    text::{Text, t, time::stay_hint},
};

/// Signing in. `greeting` tells a person what they have just done.
pub fn login_page(
    page: &PageContext,
    state: FormState,
    next: String,
    greeting: Option<Text>,
) -> PageView {
    let open = page.site.sign_up_open;
    let persistent = page.services.sessions.lifetimes().persistent;
    let stay = !state.value("stay").is_empty();
    let stay_hint = stay_hint(persistent.absolute, persistent.idle);
    PageView::with_islands(move || {
        view! {
            <main id="content" class="door" tabindex="-1">
                <div class="card">
                    <h1>{t(Text::LoginTitle)}</h1>
                    {greeting
                        .map(|greeting| {
                            view! {
                                <div class="notice notice--success" role="status">
                                    <Icon shape=Shape::Check/>
                                    <p>{t(greeting)}</p>
                                </div>
                            }
                        })}
                    <Form action=paths::LOGIN state>
                        <input type="hidden" name="next" value=next/>
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
                    </Form>
                    <p class="aside">
                        <a href=paths::FORGOT_PASSWORD>{t(Text::ForgotPassword)}</a>
                    </p>
                    {open.then(|| {
                            view! {
                                <p class="aside">
                                    {t(Text::LoginNewHere)} " "
                                    <a href=paths::SIGN_UP>{t(Text::SignUp)}</a>
                                </p>
                            }
                        })}
                </div>
            </main>
        }
    })
}
