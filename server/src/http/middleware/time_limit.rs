//! No request runs for ever, however slowly its body arrives.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

use crate::http::{
    error::page::{Refusal, refuse},
    state::AppState,
};

/// Answers 503 once the time of a request is over.
pub(in crate::http) async fn time_limit(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let mut late = Request::new(axum::body::Body::empty());
    *late.headers_mut() = request.headers().clone();
    *late.uri_mut() = request.uri().clone();
    late.extensions_mut().extend(request.extensions().clone());
    let limit = state.door.request_time;
    if let Ok(response) = tokio::time::timeout(limit, next.run(request)).await {
        return response;
    }
    tracing::warn!(path = late.uri().path(), "a request took too long");
    refuse(&state, late, Refusal::TooSlow).await
}
