//! A choice among a few.

use leptos::prelude::*;

use super::form_field::{FieldFrame, described_by, sent_before};
use crate::{
    actions::Field,
    text::{Language, Text},
};

/// One of the things to choose from.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// What is sent.
    pub value: &'static str,
    /// What is read.
    pub says: &'static str,
    /// What it is written in, where that isn't the page's language.
    pub language: Option<Language>,
}

/// A list to choose from.
#[component]
pub fn SelectField(
    /// Which field.
    field: Field,
    /// Its label.
    label: Text,
    /// A hint below the label.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What there is to choose from.
    choices: Vec<Choice>,
    /// For browsers.
    autocomplete: &'static str,
) -> impl IntoView {
    let name = field.name();
    let (chosen, problem) = sent_before(name);
    let wrong = problem.is_some();
    let hinted = hint.is_some();
    let options = choices.into_iter().map(move |choice| {
        view! {
            <option
                value=choice.value
                selected=choice.value == chosen
                lang=choice.language.map(Language::tag)
            >
                {choice.says}
            </option>
        }
    });
    view! {
        <FieldFrame name label hint problem>
            <select
                id=name
                name=name
                autocomplete=autocomplete
                aria-invalid=wrong.then_some("true")
                aria-describedby=described_by(name, hinted)
            >
                {options.collect_view()}
            </select>
        </FieldFrame>
    }
}
