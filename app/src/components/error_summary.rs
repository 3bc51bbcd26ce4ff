//! What is wrong with a form, in one place that screen readers are sent to.

use leptos::{html::Div, prelude::*};

use crate::{
    actions::Problems,
    text::{Text, field_problem, form_problem, t},
};

/// Lists what is wrong, with a link to each field. Takes the focus when it appears.
#[component]
pub fn ErrorSummary(
    /// What is wrong now.
    #[prop(into)]
    problems: Signal<Problems>,
) -> AnyView {
    let summary = NodeRef::<Div>::new();
    Effect::new(move || {
        if !problems.read().is_empty()
            && let Some(summary) = summary.get()
        {
            let _ = summary.focus();
        }
    });
    (move || {
        let problems = problems.get();
        (!problems.is_empty()).then(|| {
            let fields = problems.fields.iter().map(|(field, problem)| {
                view! {
                    <li>
                        <a href=format!("#{}", field.name())>{field_problem(*field, *problem)}</a>
                    </li>
                }
            });
            view! {
                <div class="error-summary" role="alert" tabindex="-1" autofocus=cfg!(feature = "ssr") node_ref=summary>
                    <h2>{t(Text::ProblemHeading)}</h2>
                    {problems.form.map(|problem| view! { <p>{form_problem(problem)}</p> })}
                    {(!problems.fields.is_empty()).then(|| view! { <ul>{fields.collect_view()}</ul> })}
                </div>
            }
        })
    })
    .into_any()
}
