//! No request runs for ever, however slowly its body arrives.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

use http::{HeaderValue, header::CONNECTION};

use crate::http::{
    error::page::{Refusal, refuse},
    state::AppState,
};

/// Whether the body of a request is being waited for: then it is the client who is slow.
#[derive(Clone, Default)]
pub(in crate::http) struct BodyAwaited(Arc<AtomicBool>);

impl BodyAwaited {
    /// Says that reading begins, or that it is over.
    pub(in crate::http) fn set(&self, awaited: bool) {
        self.0.store(awaited, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Answers once the time of a request is over: 408 when its body didn't come, else 503.
pub(in crate::http) async fn time_limit(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let body = BodyAwaited::default();
    request.extensions_mut().insert(body.clone());
    let mut late = Request::new(axum::body::Body::empty());
    *late.headers_mut() = request.headers().clone();
    *late.uri_mut() = request.uri().clone();
    late.extensions_mut().extend(request.extensions().clone());
    let limit = state.door.request_time;
    if let Ok(response) = tokio::time::timeout(limit, next.run(request)).await {
        return response;
    }
    let path = late.uri().path();
    if body.get() {
        tracing::debug!(path, "the body of a request did not come in time");
        let mut response = refuse(&state, late, Refusal::BodyTooSlow).await;
        // What still comes is nobody's (RFC 9110 section 15.5.9).
        response
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
        return response;
    }
    tracing::warn!(path, "a request took too long");
    refuse(&state, late, Refusal::TooSlow).await
}
