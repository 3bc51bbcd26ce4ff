//! The button that copies what is shown. It does nothing without JavaScript, so it comes with it.

#![expect(missing_docs, reason = "`#[island]` makes a struct of its own")]

use leptos::prelude::*;

/// Copies the text of an element to the clipboard, and says so.
#[island]
pub fn CopyButton(
    /// The element's id.
    of: String,
    /// "Copy".
    copy: String,
    /// "Copied".
    copied: String,
) -> impl IntoView {
    let (awake, set_awake) = signal(false);
    let (done, set_done) = signal(false);
    Effect::new(move || set_awake.set(true));
    move || {
        let (of, copy, copied) = (of.clone(), copy.clone(), copied.clone());
        awake.get().then(|| {
            view! {
                <button
                    type="button"
                    class="button button--quiet"
                    on:click=move |_| {
                        copy_text(&of);
                        set_done.set(true);
                    }
                >
                    <span aria-live="polite">
                        {move || if done.get() { copied.clone() } else { copy.clone() }}
                    </span>
                </button>
            }
        })
    }
}

#[cfg(feature = "hydrate")]
fn copy_text(of: &str) {
    let window = web_sys::window();
    let Some(window) = window else { return };
    let element = window
        .document()
        .and_then(|document| document.get_element_by_id(of));
    if let Some(text) = element.and_then(|element| element.text_content()) {
        // Whether the browser lets us is its own business; the text stays there to be marked.
        drop(window.navigator().clipboard().write_text(&text));
    }
}

#[cfg(not(feature = "hydrate"))]
const fn copy_text(_: &str) {}
