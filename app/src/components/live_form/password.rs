//! The islands of a password field. They do nothing without JavaScript, so they come with it.

#![expect(missing_docs, reason = "`#[island]` makes a struct of its own")]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{field, meter, strength::Strength};

/// The button that shows a password.
#[island]
pub fn RevealPassword(
    /// The field's id.
    controls: String,
    /// "Show" and its accessible name.
    show: (String, String),
    /// "Hide" and its accessible name.
    hide: (String, String),
) -> impl IntoView {
    let (awake, set_awake) = signal(false);
    let (shown, set_shown) = signal(false);
    let watched = controls.clone();
    Effect::new(move || {
        // A suggestion comes in plain sight.
        field::watch(&watched, move |input| {
            let now = field::is_shown(input);
            if shown.get_untracked() != now {
                set_shown.set(now);
            }
        });
        set_awake.set(true);
    });
    move || {
        let (word, name) = if shown.get() { &hide } else { &show };
        let controls = controls.clone();
        awake.get().then(|| {
            view! {
                <button
                    type="button"
                    class="reveal"
                    aria-controls=controls.clone()
                    aria-label=name.clone()
                    on:click=move |_| {
                        set_shown.update(|shown| *shown = !*shown);
                        field::show(&controls, shown.get_untracked());
                    }
                >
                    {word.clone()}
                </button>
            }
        })
    }
}

/// What a [`PasswordMeter`] says, in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterWords {
    /// One character is missing.
    pub one_more: String,
    /// `{count}` characters are missing.
    pub more: String,
    /// Long enough, and that is all.
    pub weak: String,
    /// Better.
    pub fair: String,
    /// Good.
    pub good: String,
    /// As good as can be seen from here.
    pub strong: String,
}

impl MeterWords {
    /// The word for a password that is long enough, or else what is missing.
    pub(super) fn of(&self, strength: Strength) -> (&str, String) {
        let word = match strength {
            Strength::TooShort { missing: 1, .. } => return ("", self.one_more.clone()),
            Strength::TooShort { missing, .. } => {
                return ("", self.more.replace("{count}", &missing.to_string()));
            }
            Strength::Weak => &self.weak,
            Strength::Fair => &self.fair,
            Strength::Good => &self.good,
            Strength::Strong => &self.strong,
        };
        (word, String::new())
    }
}

/// Judges a password as it is typed, and says so in the `.strength` of the field's frame. Nothing
/// leaves the browser.
#[island]
pub fn PasswordMeter(
    /// The field's id.
    controls: String,
    /// The fewest characters.
    min_length: usize,
    /// What to say.
    words: MeterWords,
) -> impl IntoView {
    Effect::new(move || {
        let words = words.clone();
        field::watch(&controls, move |input| {
            let typed = input.value();
            field::drop_other_suggestion(input, &typed);
            let judged = (!typed.is_empty())
                .then(|| Strength::judge(&typed, min_length, &field::beside(input)));
            meter::show(input, &words, judged);
        });
    });
}
