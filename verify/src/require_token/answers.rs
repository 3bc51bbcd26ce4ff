//! What a request without a good enough token is answered (RFC 6750 §3, in the form of RFC 9457).

use axum::{
    body::Body,
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::Response,
};
use serde_json::json;

use crate::scopes::Scopes;

/// §3: without a token, no more is said than that one is wanted.
pub(super) fn unauthorized() -> Response {
    let answer = problem(StatusCode::UNAUTHORIZED, None, "An access token is needed");
    challenging(answer, "Bearer".to_owned())
}

/// §3.1: two tokens, or who knows what.
pub(super) fn invalid_request() -> Response {
    let detail = "There is more than one Authorization header";
    let answer = problem(StatusCode::BAD_REQUEST, Some("invalid_request"), detail);
    challenging(answer, r#"Bearer error="invalid_request""#.to_owned())
}

/// §3.1: why it isn't accepted is for the log alone.
pub(super) fn invalid_token() -> Response {
    let detail = "The access token isn't accepted";
    let answer = problem(StatusCode::UNAUTHORIZED, Some("invalid_token"), detail);
    challenging(answer, r#"Bearer error="invalid_token""#.to_owned())
}

/// §3.1: names what would be enough.
pub(super) fn insufficient_scope(needed: &Scopes) -> Response {
    let detail = "The access token's scopes don't cover this";
    let answer = problem(StatusCode::FORBIDDEN, Some("insufficient_scope"), detail);
    let challenge = format!(r#"Bearer error="insufficient_scope", scope="{needed}""#);
    challenging(answer, challenge)
}

/// The token may be good, but nobody can tell at the moment.
pub(super) fn unavailable() -> Response {
    let detail = "Access tokens can't be checked at the moment";
    let mut answer = problem(StatusCode::SERVICE_UNAVAILABLE, None, detail);
    let headers = answer.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
    answer
}

/// Our own mistake.
pub(super) fn server_error() -> Response {
    problem(
        StatusCode::INTERNAL_SERVER_ERROR,
        None,
        "Something went wrong here",
    )
}

/// RFC 9457 §4.2.1: a problem without a type of its own has the status for a title.
fn problem(status: StatusCode, error: Option<&str>, detail: &str) -> Response {
    let mut body = json!({
        "type": "about:blank",
        "title": status.canonical_reason(),
        "status": status.as_u16(),
        "detail": detail,
    });
    if let Some(error) = error {
        body["type"] = "https://www.rfc-editor.org/rfc/rfc6750#section-3.1".into();
        body["error"] = error.into();
    }
    let mut answer = Response::new(Body::from(body.to_string()));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// A scope that can't stand in a header was written by the programmer, not by who asks.
fn challenging(mut answer: Response, challenge: String) -> Response {
    let challenge = HeaderValue::try_from(challenge);
    let challenge = challenge.unwrap_or(HeaderValue::from_static("Bearer"));
    answer.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    answer
}
