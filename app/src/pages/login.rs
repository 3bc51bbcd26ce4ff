//! `/login`

use leptos::prelude::*;

use crate::{
    actions::FormState,
    components::{Icon, Shape, SignInForm},
    context::{PageContext, PageView},
    paths,
    text::{Text, t, time::stay_hint},
};

/// Signing in. `confirmed` greets a person who comes from confirming an address.
pub fn login_page(page: &PageContext, state: FormState, next: String, confirmed: bool) -> PageView {
    let open = page.site.sign_up_open;
    let persistent = page.services.sessions.lifetimes().persistent;
    let stay_hint = stay_hint(persistent.absolute, persistent.idle);
    PageView::with_islands(move || {
        view! {
            <main id="content" class="door" tabindex="-1">
                <div class="card">
                    <h1>{t(Text::LoginTitle)}</h1>
                    {confirmed
                        .then(|| {
                            view! {
                                <div class="notice notice--success" role="status">
                                    <Icon shape=Shape::Check/>
                                    <p>{t(Text::LoginConfirmed)}</p>
                                </div>
                            }
                        })}
                    <SignInForm state next stay_hint/>
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
