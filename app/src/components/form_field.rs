//! A page's form, its fields and its button. What [`LiveForm`] changes in the browser is marked here:
//! `data-field` on a field's frame, `data-working` on a button.

use leptos::prelude::*;

use super::{Icon, LiveForm, RevealPassword, Said, Shape};
use crate::{
    actions::{Field, FormState},
    text::{Text, t, unreachable},
};

/// A form on its page.
#[component]
pub fn Form(
    /// The page's own path.
    action: &'static str,
    /// What was sent before, if anything.
    state: FormState,
    /// Fields and button.
    children: Children,
) -> impl IntoView {
    // A suggestion stands in its field already.
    let said = Said {
        suggestion: None,
        ..state.problems.said()
    };
    provide_context(state);
    view! {
        <LiveForm action=action.to_owned() said unreachable=unreachable()>
            {children()}
        </LiveForm>
    }
}

/// The button that sends a form.
#[component]
pub fn SubmitButton(
    /// What it does.
    label: Text,
    /// What is being done.
    working: Text,
    /// Whether it takes something away.
    #[prop(optional)]
    danger: bool,
) -> impl IntoView {
    view! {
        <button
            type="submit"
            class="button button--primary"
            class:button--danger=danger
            data-working=t(working)
        >
            {t(label)}
        </button>
    }
}

/// What was typed into a field of this form, and what was wrong with it.
pub(super) fn sent_before(name: &str) -> (String, Option<String>) {
    let state = use_context::<FormState>().unwrap_or_default();
    let problem = state.problems.said().of(name).map(str::to_owned);
    (state.value(name), problem)
}

fn error_id(name: &str) -> String {
    format!("{name}-error")
}

/// The ids that describe a field. The message's place is empty, and silent, while nothing is wrong.
pub(super) fn described_by(name: &str, hint: bool) -> String {
    let hint = if hint {
        format!("{name}-hint ")
    } else {
        String::new()
    };
    hint + &error_id(name)
}

#[component]
pub(super) fn FieldFrame(
    name: &'static str,
    label: Text,
    hint: Option<String>,
    problem: Option<String>,
    /// What follows the control.
    #[prop(optional)]
    below: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let wrong = problem.is_some();
    view! {
        <div class="field" class:field--error=wrong data-field=name>
            <label for=name>{t(label)}</label>
            {hint
                .map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })}
            <div class="control">{children()}</div>
            {below}
            <p class="error" id=error_id(name) hidden=!wrong>
                <Icon shape=Shape::Alert/>
                <span>{problem}</span>
            </p>
        </div>
    }
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
) -> impl IntoView {
    let name = field.name();
    let (value, problem) = sent_before(name);
    let wrong = problem.is_some();
    let hinted = hint.is_some();
    view! {
        <FieldFrame name label hint problem>
            <input
                id=name
                name=name
                type=kind
                autocomplete=autocomplete
                value=value
                required
                autocapitalize=if kind == "email" { "none" } else { "words" }
                spellcheck="false"
                aria-invalid=wrong.then_some("true")
                aria-describedby=described_by(name, hinted)
            />
        </FieldFrame>
    }
}

/// A password, with a button that shows it where there is JavaScript.
#[component]
pub fn PasswordField(
    /// Which field.
    #[prop(optional)]
    field: Option<Field>,
    /// Its label.
    #[prop(optional)]
    label: Option<Text>,
    /// A hint below the label.
    #[prop(optional, into)]
    hint: Option<String>,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
) -> impl IntoView {
    let name = field.unwrap_or(Field::Password).name();
    let label = label.unwrap_or(Text::Password);
    let (_, problem) = sent_before(name);
    let wrong = problem.is_some();
    let hinted = hint.is_some();
    view! {
        <FieldFrame name label hint problem>
            <PasswordInput name autocomplete wrong described_by=described_by(name, hinted)/>
        </FieldFrame>
    }
}

/// The control of a password: hidden, but for one that was suggested.
#[component]
pub(super) fn PasswordInput(
    name: &'static str,
    autocomplete: &'static str,
    wrong: bool,
    described_by: String,
    /// What to fill in.
    #[prop(optional_no_strip)]
    suggested: Option<String>,
) -> impl IntoView {
    let both = |word, name| (t(word).to_owned(), t(name).to_owned());
    let shown = suggested.is_some();
    view! {
        <input
            id=name
            name=name
            type=if shown { "text" } else { "password" }
            autocomplete=autocomplete
            value=suggested
            required
            autofocus=shown
            autocapitalize="none"
            spellcheck="false"
            aria-invalid=wrong.then_some("true")
            aria-describedby=described_by
        />
        <RevealPassword
            controls=name.to_owned()
            show=both(Text::Show, Text::ShowPassword)
            hide=both(Text::Hide, Text::HidePassword)
        />
    }
}
