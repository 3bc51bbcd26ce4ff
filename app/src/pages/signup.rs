//! `/signup` and what comes after it.

use leptos::prelude::*;

use crate::{
    actions::FormState,
    components::{Icon, Shape, SignUpForm},
    context::{PageContext, PageView},
    paths,
    text::{Text, t},
};

/// Signing up.
pub fn signup_page(page: &PageContext, state: FormState) -> PageView {
    let min_length = page.services.accounts.rules().password.min_length;
    PageView::with_islands(move || {
        view! {
            <main id="content" class="door" tabindex="-1">
                <div class="card">
                    <h1>{t(Text::SignUpTitle)}</h1>
                    <SignUpForm state min_length/>
                    <p class="aside">
                        {t(Text::SignUpHaveAccount)} " " <a href=paths::LOGIN>{t(Text::SignIn)}</a>
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
                    <p>{t(Text::SentBody)}</p>
                    <p class="hint">{t(Text::SentNothing)}</p>
                    <div class="actions">
                        <a class="button" href=paths::SIGN_UP>{t(Text::SentAgain)}</a>
                    </div>
                </div>
            </main>
        }
    })
}
