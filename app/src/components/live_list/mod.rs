//! The list that renews itself. Without JavaScript it is as it was when the page was asked for.

#![expect(missing_docs, reason = "`#[island]` makes a struct of its own")]

use leptos::prelude::*;

#[cfg(feature = "hydrate")]
mod browser;

/// Listens for changes while the page is looked at, and puts the page's new list in the place of the
/// one that is there. Where somebody is at work in the list, or nobody was at the page for a while,
/// it asks first.
#[island]
pub fn LiveList(
    /// Where changes are told as server-sent events, each named "changed".
    events: String,
    /// The element's id.
    of: String,
    /// "There is something new. Show it".
    show: String,
) -> impl IntoView {
    let (asks, set_asks) = signal(false);
    let list = StoredValue::new(of);
    Effect::new(move || start(&events, &list.get_value(), set_asks));
    view! {
        <div class="live" aria-live="polite">
            {move || {
                let show = show.clone();
                asks.get()
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button button--quiet"
                                on:click=move |_| renew(&list.get_value(), set_asks)
                            >
                                {show}
                            </button>
                        }
                    })
            }}
        </div>
    }
}

#[cfg(feature = "hydrate")]
use browser::{renew, start};

#[cfg(not(feature = "hydrate"))]
const fn start(_: &str, _: &str, _: WriteSignal<bool>) {}

#[cfg(not(feature = "hydrate"))]
const fn renew(_: &str, _: WriteSignal<bool>) {}
