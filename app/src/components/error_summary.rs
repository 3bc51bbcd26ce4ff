//! What is wrong with a form, in one place that screen readers are sent to.

use leptos::{html::Div, prelude::*};

use super::Said;

/// Lists what is wrong, with a link to each field. Takes the focus when it appears.
#[component]
pub fn ErrorSummary(
    /// What is wrong now.
    #[prop(into)]
    said: Signal<Said>,
) -> impl IntoView {
    let summary = NodeRef::<Div>::new();
    Effect::new(move || {
        if !said.read().is_empty()
            && let Some(summary) = summary.get()
        {
            let _ = summary.focus();
        }
    });
    move || {
        let said = said.get();
        (!said.is_empty()).then(|| {
            let some = !said.fields.is_empty();
            let fields = said.fields.into_iter().map(|(name, message)| {
                view! {
                    <li>
                        <a href=format!("#{name}")>{message}</a>
                    </li>
                }
            });
            view! {
                <div class="error-summary" role="alert" tabindex="-1" autofocus=cfg!(feature = "ssr") node_ref=summary>
                    <h2>{said.heading}</h2>
                    {said.form.map(|message| view! { <p>{message}</p> })}
                    {some.then(|| view! { <ul>{fields.collect_view()}</ul> })}
                </div>
            }
        })
    }
}
