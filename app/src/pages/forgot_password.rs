//! `/forgot-password`

use leptos::prelude::*;

use crate::{
    actions::{Field, FormState},
    components::{Form, SubmitButton, TextField},
    context::PageView,
    paths,
    text::{Text, t},
};

/// Asking for a link that sets a new password.
pub fn forgot_password_page(state: FormState) -> PageView {
    PageView::with_islands(move || {
        view! {
            <main id="content" class="door" tabindex="-1">
                <div class="card">
                    <h1>{t(Text::ForgotTitle)}</h1>
                    <p class="lede">{t(Text::ForgotLede)}</p>
                    <Form action=paths::FORGOT_PASSWORD state>
                        <TextField
                            field=Field::Email
                            label=Text::Email
                            kind="email"
                            autocomplete="username"
                        />
                        <SubmitButton label=Text::ForgotButton working=Text::ForgotWorking/>
                    </Form>
                    <p class="aside">
                        <a href=paths::LOGIN>{t(Text::SignIn)}</a>
                    </p>
                </div>
            </main>
        }
    })
}
