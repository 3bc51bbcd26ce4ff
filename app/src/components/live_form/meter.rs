//! Showing how good a password looks.

use web_sys::{Element, HtmlInputElement};

use super::{field, password::MeterWords, strength::Strength};

/// Says in the field's frame what was judged; nothing while nothing is typed.
pub(super) fn show(input: &HtmlInputElement, words: &MeterWords, judged: Option<Strength>) {
    let Some(place) = field::in_frame(input, ".strength") else {
        return;
    };
    let _ = place.toggle_attribute_with_force("hidden", judged.is_none());
    let (word, missing) = judged.map_or(("", String::new()), |strength| words.of(strength));
    // The word's place is read out when it changes, which a count would do at every key.
    say(&place, "[role=status]", word);
    say(&place, "span:last-child", &missing);
    if let Ok(Some(meter)) = place.query_selector("meter") {
        let level = judged.map_or(0, Strength::level);
        let _ = meter.set_attribute("value", &level.to_string());
    }
}

fn say(place: &Element, selector: &str, text: &str) {
    if let Ok(Some(words)) = place.query_selector(selector)
        && words.text_content().as_deref() != Some(text)
    {
        words.set_text_content(Some(text));
    }
}
