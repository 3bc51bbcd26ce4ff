//! What happens to a form in the browser.

use leptos::{prelude::*, task::spawn_local};
use serde::Deserialize;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Element, FormData, Headers, HtmlButtonElement, HtmlFormElement, RequestInit, Response,
    SubmitEvent, UrlSearchParams,
};

use super::{field, said::Said};

/// The header by which a server function's answer says that its `Location` is to be followed.
const REDIRECT: &str = "serverfnredirect";

/// Sends the form once, and shows what comes back.
pub(super) fn submit(
    event: &SubmitEvent,
    pending: StoredValue<bool>,
    said: RwSignal<Said>,
    unreachable: &Said,
) {
    let form = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    // Without its data the browser sends the form by itself.
    let Some(form) = form else { return };
    let button = event
        .submitter()
        .and_then(|button| button.dyn_into::<HtmlButtonElement>().ok());
    // A button that leads elsewhere is pressed the way it is without this.
    if let Some(button) = &button
        && button.has_attribute("formaction")
    {
        return;
    }
    let Ok(data) = typed(&form, button.as_ref()) else {
        return;
    };
    event.prevent_default();
    // A second press would send the form twice.
    if pending.get_value() {
        return;
    }
    pending.set_value(true);
    set_busy(button.as_ref(), true);
    let unreachable = unreachable.clone();
    spawn_local(async move {
        let refused = match send(&form, &data).await {
            Ok(Answer::Go(location)) => {
                let _ = window().location().assign(&location);
                return;
            }
            Ok(Answer::Refused(refused)) if refused.elsewhere => {
                let _ = form.submit();
                return;
            }
            Ok(Answer::Refused(refused)) => refused,
            Err(_) => unreachable,
        };
        pending.set_value(false);
        set_busy(button.as_ref(), false);
        mark_title(&refused);
        mark_fields(&form, &refused);
        if let Some(suggested) = &refused.suggestion {
            field::fill(&form, suggested);
        }
        said.set(refused);
    });
}

/// What a browser would send: the fields, and the button that was pressed if it has a name.
fn typed(form: &HtmlFormElement, button: Option<&HtmlButtonElement>) -> Result<FormData, JsValue> {
    let data = FormData::new_with_form(form)?;
    if let Some(button) = button.filter(|button| !button.name().is_empty()) {
        data.append_with_str(&button.name(), &button.value())?;
    }
    Ok(data)
}

enum Answer {
    Go(String),
    Refused(Said),
}

#[derive(Deserialize)]
struct Refusal {
    said: Said,
}

async fn send(form: &HtmlFormElement, data: &FormData) -> Result<Answer, JsValue> {
    let headers = Headers::new()?;
    headers.set("Accept", "application/json")?;
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_headers(&headers);
    request.set_body(&UrlSearchParams::new_with_str_sequence_sequence(data)?.into());
    // Not `form.action()`: a field called "action" would stand in its place.
    let action = form.get_attribute("action").unwrap_or_default();
    let response = JsFuture::from(window().fetch_with_str_and_init(&action, &request)).await?;
    let response: Response = response.dyn_into()?;
    // Read before the page is left: a browser counts the answer as aborted otherwise.
    let body = JsFuture::from(response.text()?).await?;
    if response.headers().has(REDIRECT)?
        && let Some(location) = response.headers().get("location")?
    {
        return Ok(Answer::Go(location));
    }
    let body = body.as_string().unwrap_or_default();
    // An answer that isn't ours comes from something between us.
    match leptos::serde_json::from_str::<Refusal>(&body) {
        Ok(refusal) => Ok(Answer::Refused(refusal.said)),
        Err(_) => Err(JsValue::NULL),
    }
}

pub(super) fn each(form: &HtmlFormElement, selector: &str, mut with: impl FnMut(Element)) {
    let Ok(found) = form.query_selector_all(selector) else {
        return;
    };
    for at in 0..found.length() {
        if let Some(element) = found.get(at).and_then(|node| node.dyn_into().ok()) {
            with(element);
        }
    }
}

/// A pressed button that names its work in `data-working` says so while it lasts.
fn set_busy(button: Option<&HtmlButtonElement>, busy: bool) {
    let Some(button) = button else { return };
    let Some(other) = button.get_attribute("data-working") else {
        return;
    };
    let said = button.text_content().unwrap_or_default();
    button.set_text_content(Some(&other));
    let _ = button.set_attribute("data-working", &said);
    let _ = if busy {
        button.set_attribute("aria-busy", "true")
    } else {
        button.remove_attribute("aria-busy")
    };
}

fn mark_title(said: &Said) {
    let title = document().title();
    let plain = title.strip_prefix(&said.title).unwrap_or(&title);
    let mark = if said.is_empty() { "" } else { &said.title };
    document().set_title(&format!("{mark}{plain}"));
}

/// Each field's frame names it in `data-field`, and has the place for its message.
fn mark_fields(form: &HtmlFormElement, said: &Said) {
    each(form, "[data-field]", |frame| {
        let name = frame.get_attribute("data-field").unwrap_or_default();
        let message = said.of(&name);
        let wrong = message.is_some();
        let _ = frame.class_list().toggle_with_force("field--error", wrong);
        if let Ok(Some(place)) = frame.query_selector(".error") {
            let _ = place.toggle_attribute_with_force("hidden", !wrong);
            if let Ok(Some(words)) = place.query_selector("span") {
                words.set_text_content(message);
            }
        }
        if let Ok(Some(control)) = frame.query_selector("[name]") {
            let _ = if wrong {
                control.set_attribute("aria-invalid", "true")
            } else {
                control.remove_attribute("aria-invalid")
            };
        }
    });
}
