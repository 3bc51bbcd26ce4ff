//! Choosing a password: the field with what helps there, and the button that suggests one.

use leptos::prelude::*;

use super::{
    PasswordMeter,
    form_field::{FieldFrame, PasswordInput, described_by, sent_before},
};
use crate::{
    actions::{Field, FormState},
    text::{Text, meter_words, password_hint, t},
};

/// A password that is being chosen. What was suggested stands in it for everybody to read.
#[component]
pub fn NewPasswordField(
    /// Which field.
    field: Field,
    /// Its label.
    label: Text,
    /// The fewest characters.
    min_length: usize,
) -> impl IntoView {
    let name = field.name();
    let (_, problem) = sent_before(name);
    let wrong = problem.is_some();
    let said = use_context::<FormState>().and_then(|state| state.problems.said().suggestion);
    let suggested = said.filter(|suggested| suggested.field == name);
    let note = format!("{name}-suggestion");
    let (passphrase, sentence) = suggested
        .map(|suggested| (suggested.passphrase, suggested.note))
        .unzip();
    let below = view! {
        <div class="strength" hidden>
            <meter
                aria-label=t(Text::MeterName)
                max="100"
                low="26"
                high="51"
                optimum="100"
                value="0"
            ></meter>
            <span role="status"></span>
            <span></span>
        </div>
        <PasswordMeter controls=name.to_owned() min_length words=meter_words()/>
        <div class="suggestion" id=note.clone() role="status">
            <p hidden=passphrase.is_none()>
                <code>{passphrase.clone()}</code>
                <span>{sentence}</span>
            </p>
        </div>
    };
    view! {
        <FieldFrame
            name
            label
            hint=Some(password_hint(min_length))
            problem
            below=below.into_any()
        >
            <PasswordInput
                name
                autocomplete="new-password"
                wrong
                described_by=format!("{} {note}", described_by(name, true))
                suggested=passphrase
            />
        </FieldFrame>
    }
}

/// Fills the form's new password with a passphrase. Stands behind the button that sends the form:
/// Enter presses the first.
#[component]
pub fn SuggestButton() -> impl IntoView {
    view! {
        <button type="submit" name="suggest" value="on" formnovalidate class="link-button">
            {t(Text::SuggestPassphrase)}
        </button>
    }
}
