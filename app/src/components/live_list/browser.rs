//! What happens to a list in the browser.

use std::{cell::Cell, rc::Rc};

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DomParser, EventSource, Response, SupportedType,
    js_sys::{Date, Function},
};

/// Whoever touched nothing for so long, in milliseconds, isn't there: renewing the list for them
/// would keep them signed in.
const AWAY: f64 = 10.0 * 60.0 * 1000.0;

/// Follows while the page is seen.
pub(super) fn start(events: &str, list: &str, asks: WriteSignal<bool>) {
    let touched = Rc::new(Cell::new(Date::now()));
    for input in ["pointermove", "pointerdown", "keydown", "scroll"] {
        let touched = Rc::clone(&touched);
        listen(input, move || touched.set(Date::now()));
    }
    let list = list.to_owned();
    let changed = move || {
        let away = Date::now() - touched.get() > AWAY;
        if away || is_worked_in(&list) {
            asks.set(true);
        } else {
            put(&list, asks, false);
        }
    };
    let changed = Closure::<dyn FnMut()>::new(changed).into_js_value();
    let source = Rc::new(Cell::new(open(events, &changed)));
    let events = events.to_owned();
    listen("visibilitychange", move || {
        // A browser has six connections to a server, for all of its tabs.
        if let Some(open) = source.take() {
            open.close();
        }
        if !document().hidden() {
            source.set(open(&events, &changed));
            if let Ok(changed) = changed.clone().dyn_into::<Function>() {
                let _ = changed.call0(&JsValue::NULL);
            }
        }
    });
}

fn open(events: &str, changed: &JsValue) -> Option<EventSource> {
    let source = EventSource::new(events).ok()?;
    let changed = changed.dyn_ref()?;
    source
        .add_event_listener_with_callback("changed", changed)
        .ok()?;
    Some(source)
}

fn listen(event: &str, act: impl FnMut() + 'static) {
    let act = Closure::<dyn FnMut()>::new(act).into_js_value();
    if let Some(act) = act.dyn_ref() {
        let _ = document().add_event_listener_with_callback(event, act);
    }
}

/// Whether something of the list is chosen, or about to be.
fn is_worked_in(list: &str) -> bool {
    let Some(list) = document().get_element_by_id(list) else {
        return false;
    };
    let chosen = list.query_selector("input:checked").ok().flatten();
    let focus = document().active_element();
    chosen.is_some() || list.contains(focus.as_ref().map(AsRef::as_ref))
}

/// Puts the page's new list there, whatever was chosen in the one before.
pub(super) fn renew(list: &str, asks: WriteSignal<bool>) {
    put(list, asks, true);
}

fn put(list: &str, asks: WriteSignal<bool>, wanted: bool) {
    let list = list.to_owned();
    spawn_local(async move {
        // What can't be had now is offered.
        asks.set(take(&list, wanted).await.is_err());
    });
}

/// Asks for the page anew, and takes its list unless somebody began to work in it meanwhile.
async fn take(list: &str, wanted: bool) -> Result<(), JsValue> {
    let page = window().location().href()?;
    let answer: Response = JsFuture::from(window().fetch_with_str(&page))
        .await?
        .dyn_into()?;
    let text = JsFuture::from(answer.text()?).await?;
    let text = text.as_string().unwrap_or_default();
    if !wanted && is_worked_in(list) {
        return Err(JsValue::NULL);
    }
    let page = DomParser::new()?.parse_from_string(&text, SupportedType::TextHtml)?;
    let new = page.get_element_by_id(list);
    let old = document().get_element_by_id(list);
    let (Some(new), Some(old)) = (new, old) else {
        return Err(JsValue::NULL);
    };
    old.replace_with_with_node_1(&new)
}
