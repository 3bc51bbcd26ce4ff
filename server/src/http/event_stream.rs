//! Server-sent events (HTML standard, section 9.2).

use std::{convert::Infallible, time::Duration};

use axum::{
    body::{Body, Bytes},
    response::Response,
};
use futures_util::Stream;
use http::{HeaderName, HeaderValue, header::CONTENT_TYPE};

/// How often something is said: proxies close what is silent.
pub(super) const BREATH: Duration = Duration::from_secs(15);
/// What is said when there is nothing to say.
pub(super) const SILENCE: Bytes = Bytes::from_static(b": \n\n");
/// For nginx, which would hold events back.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// An answer that goes on as long as the events do.
pub(super) fn answer(
    events: impl Stream<Item = Result<Bytes, Infallible>> + Send + 'static,
) -> Response {
    let mut response = Response::new(Body::from_stream(events));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(BUFFERING, HeaderValue::from_static("no"));
    response
}
