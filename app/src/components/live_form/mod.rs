//! The island around every form: with JavaScript the form is sent by fetch and nothing reloads.
//!
//! There is one for all forms, and the fields inside it are the server's plain HTML, so that another
//! form costs the bundle nothing.

#![expect(missing_docs, reason = "`#[island]` makes a struct of its own")]

mod browser;
mod field;
mod meter;
pub mod password;
mod said;
mod strength;

use leptos::prelude::*;

use super::ErrorSummary;

pub use password::{MeterWords, PasswordMeter, RevealPassword};
pub use said::{Said, Suggested};

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
