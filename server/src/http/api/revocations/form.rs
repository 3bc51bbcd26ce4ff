//! In which form the feed is wanted (RFC 9110 section 12.5.1).

use http::{HeaderMap, header::ACCEPT};

/// How the feed is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Events,
    Signed,
}

/// The form of the greatest weight, the first among equals; JSON where nothing of ours is asked for.
pub(super) fn asked_for(headers: &HeaderMap) -> Form {
    let values = headers.get_all(ACCEPT).iter();
    let texts = values.filter_map(|value| value.to_str().ok());
    let mut best = (Form::Json, 0);
    for range in texts.flat_map(|text| text.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let media_type = parts.next().unwrap_or_default().to_ascii_lowercase();
        let form = match media_type.as_str() {
            "text/event-stream" | "text/*" => Form::Events,
            "application/jwt" => Form::Signed,
            "application/json" | "application/*" | "*/*" => Form::Json,
            _ => continue,
        };
        let weight =
            parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let weight = weight.map_or(1000, thousandths);
        if weight > best.1 {
            best = (form, weight);
        }
    }
    best.0
}

/// A weight in thousandths (RFC 9110 section 12.4.2); what isn't one weighs nothing.
fn thousandths(text: &str) -> u32 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    match whole {
        "1" => 1000,
        "0" if digits => format!("{fraction:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn what_is_asked_for_most_is_given() {
        let cases = [
            ("", Form::Json),
            ("*/*", Form::Json),
            ("text/html", Form::Json),
            ("application/json", Form::Json),
            ("application/jwt", Form::Signed),
            ("TEXT/Event-Stream; charset=utf-8", Form::Events),
            ("text/event-stream, */*", Form::Events),
            (
                "text/event-stream;q=0.5, application/jwt;q=0.9",
                Form::Signed,
            ),
            (
                "text/event-stream;q=0, application/jwt;q=0.001",
                Form::Signed,
            ),
            ("text/event-stream;q=nan", Form::Json),
            ("text/html,application/xhtml+xml,*/*;q=0.8", Form::Json),
        ];
        for (accept, form) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(asked_for(&headers), form, "{accept}");
        }
        assert_eq!(asked_for(&HeaderMap::new()), Form::Json);
    }
}
