//! A field with its label, hint and message.

use leptos::prelude::*;

use super::{Icon, Shape};
use crate::{
    actions::{Field, Problems},
    text::{Text, field_problem, t},
};

fn described_by(name: &str, hint: bool, wrong: bool) -> Option<String> {
    let ids: Vec<_> = [(hint, "hint"), (wrong, "error")]
        .into_iter()
        .filter(|(there, _)| *there)
        .map(|(_, what)| format!("{name}-{what}"))
        .collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

#[component]
fn FieldFrame(
    field: Field,
    label: Text,
    hint: Option<String>,
    problems: Signal<Problems>,
    children: Children,
) -> AnyView {
    let name = field.name();
    let wrong = move || problems.read().of(field);
    view! {
        <div class="field" class:field--error=move || wrong().is_some()>
            <label for=name>{t(label)}</label>
            {hint
                .map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })}
            <div class="control">{children()}</div>
            {move || {
                wrong()
                    .map(|problem| {
                        view! {
                            <p class="error" id=format!("{name}-error")>
                                <Icon shape=Shape::Alert/>
                                <span>{field_problem(field, problem)}</span>
                            </p>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}

/// A line of text.
#[component]
pub fn TextField(
    /// Which field.
    field: Field,
    /// Its label.
    label: Text,
    /// A hint below the label.
    #[prop(optional, into)]
    hint: Option<String>,
    /// `email` or `text`.
    kind: &'static str,
    /// For password managers and browsers.
    autocomplete: &'static str,
    /// What was typed before.
    value: String,
    /// What is wrong now.
    #[prop(into)]
    problems: Signal<Problems>,
) -> AnyView {
    let name = field.name();
    let wrong = move || problems.read().of(field).is_some();
    let hinted = hint.is_some();
    view! {
        <FieldFrame field label hint problems>
            <input
                id=name
                name=name
                type=kind
                autocomplete=autocomplete
                value=value
                required
                autocapitalize=if kind == "email" { "none" } else { "words" }
                spellcheck="false"
                aria-invalid=move || wrong().then_some("true")
                aria-describedby=move || described_by(name, hinted, wrong())
            />
        </FieldFrame>
    }
    .into_any()
}

/// A password, with a button that shows it where there is JavaScript.
#[component]
pub fn PasswordField(
    /// A hint below the label.
    #[prop(optional, into)]
    hint: Option<String>,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    /// What is wrong now.
    #[prop(into)]
    problems: Signal<Problems>,
) -> AnyView {
    let field = Field::Password;
    let name = field.name();
    let wrong = move || problems.read().of(field).is_some();
    let hinted = hint.is_some();
    let (awake, set_awake) = signal(false);
    let (shown, set_shown) = signal(false);
    // The button does nothing without JavaScript, so it comes with it.
    Effect::new(move || set_awake.set(true));
    view! {
        <FieldFrame field label=Text::Password hint problems>
            <input
                id=name
                name=name
                type=move || if shown.get() { "text" } else { "password" }
                autocomplete=autocomplete
                required
                autocapitalize="none"
                spellcheck="false"
                aria-invalid=move || wrong().then_some("true")
                aria-describedby=move || described_by(name, hinted, wrong())
            />
            {move || {
                awake
                    .get()
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="reveal"
                                aria-controls=name
                                aria-label=move || {
                                    t(if shown.get() { Text::HidePassword } else { Text::ShowPassword })
                                }
                                on:click=move |_| set_shown.update(|shown| *shown = !*shown)
                            >
                                {move || t(if shown.get() { Text::Hide } else { Text::Show })}
                            </button>
                        }
                    })
            }}
        </FieldFrame>
    }
    .into_any()
}
