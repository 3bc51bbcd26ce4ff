//! The bundle: read from `target/site` in development, embedded in a release.

use app::shell::BundleHead;
use axum::{body::Body, extract::Path, response::Response};
use flate2::read::GzDecoder;
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY},
};
use rust_embed::RustEmbed;
use std::{borrow::Cow, io::Read};

#[derive(RustEmbed)]
#[folder = "../target/site"]
#[allow_missing = true]
struct Bundle;

const INDEX: &str = "index.html";
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// No file of the bundle comes near it.
const LARGEST: u64 = 16 * 1024 * 1024;

/// What the bundle's index.html has in its head: its manifest.
pub(super) fn bundle_head() -> BundleHead {
    let Some(index) = Bundle::get(INDEX) else {
        tracing::warn!("there is no browser bundle: pages are served as plain HTML");
        return BundleHead::default();
    };
    let text = String::from_utf8_lossy(&index.data);
    let head = text
        .split_once("<head>")
        .and_then(|(_, rest)| rest.split_once("</head>"))
        .map(|(head, _)| head.trim());
    if let Some(head) = head {
        BundleHead::of(head)
    } else {
        tracing::warn!("the bundle's index.html has no <head>: pages are served as plain HTML");
        BundleHead::default()
    }
}

/// A file of the bundle. Names carry a hash of the content, so they can be kept for ever.
pub(super) async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let servable = path != INDEX && ENCODINGS.iter().all(|(_, suffix)| !path.ends_with(suffix));
    let found = servable.then(|| encoded(&path, &headers)).flatten();
    let Some((file, encoding)) = found else {
        let mut response = Response::new(Body::from("not found\n"));
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    };
    let mut response = Response::new(match file {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    });
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(&path)));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    if let Some(encoding) = encoding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

fn encoded(path: &str, headers: &HeaderMap) -> Option<(Cow<'static, [u8]>, Option<&'static str>)> {
    let accepted = headers
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let accepts = |encoding: &str| {
        accepted.split(',').any(|item| {
            let mut parts = item.split(';').map(str::trim);
            let named = parts
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case(encoding));
            named && parts.all(|part| !matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
    };
    for (encoding, suffix) in ENCODINGS {
        if accepts(encoding)
            && let Some(file) = Bundle::get(&format!("{path}{suffix}"))
        {
            return Some((file.data, Some(encoding)));
        }
    }
    if let Some(file) = Bundle::get(path) {
        return Some((file.data, None));
    }
    let packed = Bundle::get(&format!("{path}.gz"))?;
    Some((Cow::Owned(unpacked(&packed.data)?), None))
}

/// A release has no plain copy of what compresses well: every browser takes gzip.
fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let unpacking = GzDecoder::new(packed).take(LARGEST).read_to_end(&mut bytes);
    unpacking.is_ok().then_some(bytes)
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf latchkey | gzip -n`.
    const PACKED: &[u8] = &[
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xcb, 0x49, 0x2c, 0x49, 0xce,
        0xc8, 0x4e, 0xad, 0x04, 0x00, 0xd1, 0xc2, 0xc5, 0x0a, 0x08, 0x00, 0x00, 0x00,
    ];

    #[test]
    fn what_was_packed_is_unpacked_and_what_is_broken_is_no_file() {
        assert_eq!(unpacked(PACKED).unwrap(), b"latchkey");
        assert_eq!(unpacked(&PACKED[..PACKED.len() - 1]), None);
        assert_eq!(unpacked(b"latchkey"), None);
    }
}
