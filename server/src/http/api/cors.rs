//! Which pages may call the API from a browser (Fetch standard, "CORS protocol"): those of the
//! configured origins, never with credentials, since no cookie counts here.

use axum::{body::Body, extract::Request, response::Response};
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
        ORIGIN, VARY,
    },
};

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PATCH, DELETE");
const HEADERS: HeaderValue =
    HeaderValue::from_static("authorization, content-type, if-none-match, last-event-id");
const EXPOSED: HeaderValue =
    HeaderValue::from_static("etag, retry-after, ratelimit, ratelimit-policy, www-authenticate");
/// How many seconds a browser may remember the answer to a preflight.
const REMEMBERED: HeaderValue = HeaderValue::from_static("600");

/// The configured origins, ready to compare.
pub(super) fn origins(configured: &[String]) -> Vec<HeaderValue> {
    let ready = configured
        .iter()
        .map(|origin| HeaderValue::from_str(origin));
    // The configuration took them for origins: they are plain ASCII.
    ready.filter_map(Result::ok).collect()
}

/// The origin of the page that calls, if its pages may.
pub(in crate::http) fn origin(allowed: &[HeaderValue], headers: &HeaderMap) -> Option<HeaderValue> {
    if allowed.is_empty() {
        return None;
    }
    let mut sent = headers.get_all(ORIGIN).iter();
    let origin = sent.next()?;
    let known = sent.next().is_none() && allowed.contains(origin);
    known.then(|| origin.clone())
}

/// The answer to a browser that asks whether a page of `origin` may call.
pub(in crate::http) fn preflight(
    request: &Request,
    origin: Option<&HeaderValue>,
) -> Option<Response> {
    let asks = *request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    if !asks || origin.is_none() {
        return None;
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
    headers.insert(ACCESS_CONTROL_MAX_AGE, REMEMBERED);
    Some(response)
}

/// Lets pages of everybody read the answer.
pub(in crate::http) fn allow_any(headers: &mut HeaderMap) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}

/// Lets pages of `origin` read the answer.
pub(in crate::http) fn allow(
    allowed: &[HeaderValue],
    origin: Option<HeaderValue>,
    headers: &mut HeaderMap,
) {
    if allowed.is_empty() {
        return;
    }
    headers.append(VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
}
