//! The island around every form: with JavaScript the form is sent by fetch and nothing reloads.
//!
//! There is one for all forms, and the fields inside it are the server's plain HTML, so that another
//! form costs the bundle nothing.

#![expect(missing_docs, reason = "`#[island]` makes a struct of its own")]

mod browser;
mod said;

use leptos::prelude::*;

use super::ErrorSummary;

pub use said::Said;

/// A form that posts to its page's own path. Give its fields and button as children; see
/// [`TextField`](super::TextField) for the marks that they carry.
#[island]
pub fn LiveForm(
    /// The page's own path.
    action: String,
    /// What was wrong with the form as it was sent before.
    said: Said,
    /// What to say when the server can't be reached.
    unreachable: Said,
    /// Fields and button.
    children: Children,
) -> impl IntoView {
    let said = RwSignal::new(said);
    let pending = StoredValue::new(false);
    view! {
        <form
            method="post"
            action=action
            novalidate
            on:submit=move |event| browser::submit(&event, pending, said, &unreachable)
        >
            <ErrorSummary said/>
            {children()}
        </form>
    }
}

/// The button that shows a password. It does nothing without JavaScript, so it comes with it.
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
    Effect::new(move || set_awake.set(true));
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
                        browser::show_password(&controls, shown.get_untracked());
                    }
                >
                    {word.clone()}
                </button>
            }
        })
    }
}
