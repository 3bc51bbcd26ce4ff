//! The islands of a password field. They do nothing without JavaScript, so they come with it.

#![expect(missing_docs, reason = "`#[island]` makes a struct of its own")]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{field, strength::Strength};

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
    /// What is shown.
    pub name: String,
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
    /// The word for a password that is long enough; empty for one that isn't.
    fn of(&self, strength: Strength) -> &str {
        match strength {
            Strength::TooShort { .. } => "",
            Strength::Weak => &self.weak,
            Strength::Fair => &self.fair,
            Strength::Good => &self.good,
            Strength::Strong => &self.strong,
        }
    }

    /// What is missing; empty if nothing is.
    fn missing(&self, strength: Strength) -> String {
        match strength {
            Strength::TooShort { missing: 1, .. } => self.one_more.clone(),
            Strength::TooShort { missing, .. } => {
                self.more.replace("{count}", &missing.to_string())
            }
            _ => String::new(),
        }
    }
}

/// Judges a password as it is typed. Nothing leaves the browser.
#[island]
pub fn PasswordMeter(
    /// The field's id.
    controls: String,
    /// The fewest characters.
    min_length: usize,
    /// What to say.
    words: MeterWords,
) -> impl IntoView {
    let strength = RwSignal::new(None);
    Effect::new(move || {
        field::watch(&controls, move |input| {
            let typed = input.value();
            field::drop_other_suggestion(input, &typed);
            let judged = (!typed.is_empty())
                .then(|| Strength::judge(&typed, min_length, &field::beside(input)));
            strength.set(judged);
        });
    });
    let words = StoredValue::new(words);
    // Its place is read out when it changes, which a count would do at every key.
    let word = Memo::new(move |_| {
        strength
            .get()
            .map(|strength| words.with_value(|words| words.of(strength).to_owned()))
    });
    let missing = move || {
        strength
            .get()
            .map(|strength| words.with_value(|words| words.missing(strength)))
    };
    view! {
        <div class="strength" hidden=move || strength.get().is_none()>
            <meter
                aria-label=words.with_value(|words| words.name.clone())
                min="0"
                max="4"
                low="1.5"
                high="2.5"
                optimum="4"
                value=move || strength.get().map_or(0.0, Strength::level)
            ></meter>
            <span role="status">{word}</span>
            <span>{missing}</span>
        </div>
    }
}
