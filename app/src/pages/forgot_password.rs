//! `/forgot-password` and what comes after it.

use leptos::prelude::*;

use crate::{
    actions::{Field, FormState},
    components::{Form, Icon, Shape, SubmitButton, TextField},
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

/// "Check your email": the same for known and unknown addresses.
pub fn sent_page() -> PageView {
    PageView::new(move || {
        view! {
            <main id="content" class="door" tabindex="-1">
                <div class="card message">
                    <Icon shape=Shape::Mail/>
                    <h1>{t(Text::SentTitle)}</h1>
                    <p>{t(Text::ForgotSentBody)}</p>
                    <p class="hint">{t(Text::ForgotSentNothing)}</p>
                    <div class="actions">
                        <a class="button" href=paths::FORGOT_PASSWORD>{t(Text::ForgotAgain)}</a>
                    </div>
                </div>
            </main>
        }
    })
}
