//! One line a request: never a query string, cookie or body.

use std::time::Instant;

use axum::{extract::Request, middleware::Next, response::Response};

/// Logs method, path, status and time.
pub(in crate::http) async fn request_log(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    if path.starts_with("/assets/") || path == "/healthz" || path == "/readyz" {
        tracing::debug!(%method, path, status, micros, "answered");
    } else {
        tracing::info!(%method, path, status, micros, "answered");
    }
    response
}
