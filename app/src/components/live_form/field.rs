//! What happens to a password field in the browser.

use leptos::prelude::document;
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{Element, Event, HtmlFormElement, HtmlInputElement};

use super::{browser::each, said::Suggested};

/// Calls `then` now, and whenever what is typed has changed.
pub(super) fn watch(id: &str, mut then: impl FnMut(&HtmlInputElement) + 'static) {
    let Some(input) = by_id(id) else { return };
    then(&input);
    let typed = input.clone();
    let listener = Closure::<dyn FnMut()>::new(move || then(&typed));
    let _ = input.add_event_listener_with_callback("input", listener.as_ref().unchecked_ref());
    // It lives as long as the page.
    listener.forget();
}

/// Whether what is typed can be read.
pub(super) fn is_shown(input: &HtmlInputElement) -> bool {
    input.type_() == "text"
}

/// Shows or hides what is typed.
pub(super) fn show(id: &str, shown: bool) {
    if let Some(input) = by_id(id) {
        input.set_type(if shown { "text" } else { "password" });
    }
}

/// What stands in the form's other fields that are no secrets.
pub(super) fn beside(input: &HtmlInputElement) -> String {
    let mut all = String::new();
    let Some(form) = input.form() else { return all };
    each(&form, "[type=email], [type=text]", |other| {
        if let Ok(other) = other.dyn_into::<HtmlInputElement>()
            && other != *input
        {
            all.push_str(&other.value());
            all.push(' ');
        }
    });
    all
}

/// Fills in what was suggested, in plain sight, and says what to do with it.
pub(super) fn fill(form: &HtmlFormElement, suggested: &Suggested) {
    let found = form.query_selector(&format!("[name={}]", suggested.field));
    let input = found.ok().flatten();
    let Some(input) = input.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) else {
        return;
    };
    input.set_type("text");
    input.set_value(&suggested.passphrase);
    say(&input, Some(suggested));
    if let Ok(event) = Event::new("input") {
        let _ = input.dispatch_event(&event);
    }
}

/// Takes a suggestion back that isn't what is typed any more.
pub(super) fn drop_other_suggestion(input: &HtmlInputElement, typed: &str) {
    let shown = in_frame(input, ".suggestion code").and_then(|code| code.text_content());
    if shown.is_some_and(|shown| !shown.is_empty() && shown != typed) {
        say(input, None);
    }
}

fn say(input: &HtmlInputElement, suggested: Option<&Suggested>) {
    let Some(place) = in_frame(input, ".suggestion") else {
        return;
    };
    for (selector, text) in [
        ("code", suggested.map(|suggested| &*suggested.passphrase)),
        ("span", suggested.map(|suggested| &*suggested.note)),
    ] {
        if let Ok(Some(words)) = place.query_selector(selector) {
            words.set_text_content(text);
        }
    }
    if let Ok(Some(paragraph)) = place.query_selector("p") {
        let _ = paragraph.toggle_attribute_with_force("hidden", suggested.is_none());
    }
}

/// What stands in the field's frame.
pub(super) fn in_frame(input: &HtmlInputElement, selector: &str) -> Option<Element> {
    let frame = input.closest("[data-field]").ok().flatten()?;
    frame.query_selector(selector).ok().flatten()
}

fn by_id(id: &str) -> Option<HtmlInputElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}
