//! `/signup`

use domain::social::Intent;
use leptos::prelude::*;

use crate::{
    actions::{Field, FormState},
    components::{Form, NewPasswordField, ProviderButtons, SubmitButton, SuggestButton, TextField},
    context::{PageContext, PageView, path_with_next},
    paths,
    text::{Text, t},
};

/// Signing up, on the way to `next` if it isn't empty.
pub fn signup_page(page: &PageContext, state: FormState, next: String) -> PageView {
    let min_length = page.services.accounts.rules().password.min_length;
    let providers = page.services.social.providers();
    let door = path_with_next(paths::LOGIN, &next);
    PageView::with_islands(move || {
        view! {
            <main id="content" class="door" tabindex="-1">
                <div class="card">
                    <h1>{t(Text::SignUpTitle)}</h1>
                    <Form action=paths::SIGN_UP state>
                        {(!next.is_empty())
                            .then(|| view! { <input type="hidden" name="next" value=next/> })}
                        <TextField
                            field=Field::Email
                            label=Text::Email
                            kind="email"
                            autocomplete="username"
                        />
                        <TextField
                            field=Field::Name
                            label=Text::Name
                            hint=t(Text::NameHint)
                            kind="text"
                            autocomplete="name"
                        />
                        <NewPasswordField
                            field=Field::Password
                            label=Text::Password
                            min_length
                        />
                        <SubmitButton label=Text::SignUp working=Text::SigningUp/>
                        <SuggestButton/>
                        <ProviderButtons
                            providers
                            label=Text::SignUpWith
                            intent=Intent::SignUp
                            otherwise=true
                        />
                    </Form>
                    <p class="aside">
                        {t(Text::SignUpHaveAccount)} " " <a href=door>{t(Text::SignIn)}</a>
                    </p>
                </div>
            </main>
        }
    })
}
