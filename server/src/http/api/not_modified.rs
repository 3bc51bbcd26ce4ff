//! Copies that are up to date (RFC 9110 section 13.1.2).

use http::{HeaderMap, header::IF_NONE_MATCH};

/// Whether the caller's copy has this entity tag. Compared weakly.
pub(in crate::http) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let opaque = tag.trim_start_matches("W/");
    let sent = headers.get_all(IF_NONE_MATCH).iter();
    let texts = sent.filter_map(|value| value.to_str().ok());
    let mut tags = texts.flat_map(|text| text.split(',')).map(str::trim);
    tags.any(|known| known == "*" || known.trim_start_matches("W/") == opaque)
}
