//! The buttons that lead to providers.

use domain::social::{Intent, ProviderName};
use leptos::prelude::*;

use crate::text::{Text, t, t_with};

/// Buttons inside a form that has its own: a provider gets the same fields, at its own address.
#[component]
pub fn ProviderButtons(
    /// To whom.
    providers: Vec<ProviderName>,
    /// What each button says.
    label: Text,
    /// What for.
    intent: Intent,
    /// Whether something stands above, to which this is the other way.
    #[prop(optional)]
    otherwise: bool,
) -> impl IntoView {
    let buttons: Vec<_> = providers
        .into_iter()
        .map(|provider| {
            view! {
                <button
                    type="submit"
                    class="button button--provider"
                    name="intent"
                    value=intent.as_str()
                    formaction=start_path(provider.id.as_str())
                    formnovalidate
                >
                    {t_with(label, &[("provider", &provider.name)])}
                </button>
            }
        })
        .collect();
    (!buttons.is_empty()).then(|| {
        view! {
            <div class="providers">
                {otherwise.then(|| view! { <p class="providers__or">{t(Text::OrElse)}</p> })}
                {buttons.collect_view()}
            </div>
        }
    })
}

/// Where a sign-in at a provider starts.
pub fn start_path(provider: &str) -> String {
    format!("/auth/{provider}")
}
