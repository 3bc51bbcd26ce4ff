//! How a refusal looks, by who gets it.

pub(super) mod api;
pub(super) mod oauth;
pub(super) mod page;

use std::any::Any;

use axum::{body::Body, response::Response};
use http::StatusCode;

/// The answer to a request whose handler panicked. A defect, noted as such.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape of tower-http's handler"
)]
pub(super) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let message = panic_message(panic.as_ref());
    tracing::error!(message, "a request handler panicked");
    plain(
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something broke on our side. Please try again.\n",
    )
}

/// What a panic said.
pub(super) fn panic_message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
}

/// One sentence of plain text.
pub(super) fn plain(status: StatusCode, sentence: impl Into<Body>) -> Response {
    let mut response = Response::new(sentence.into());
    *response.status_mut() = status;
    response.headers_mut().insert(
        http::header::CONTENT_TYPE,
        http::HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
}
