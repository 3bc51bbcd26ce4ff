//! One line and one count a request: never a query string, cookie or body.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use http::{Method, StatusCode};

use crate::{
    http::{front::JWKS, oauth, state::AppState},
    metrics::Metrics,
};

/// Logs method, path, status and time.
pub(in crate::http) async fn request_log(request: Request, next: Next) -> Response {
    let asked = Asked::by(&request);
    let response = next.run(request).await;
    if let Some(asked) = asked {
        asked.answered(response.status());
    }
    response
}

/// The same, and counts the answer.
pub(in crate::http) async fn request_count(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let (asked, counted) = (Asked::by(&request), Counted::of(&request));
    let response = next.run(request).await;
    if let Some(asked) = asked {
        asked.answered(response.status());
    }
    counted.answered(&state.metrics, response.status());
    response
}

/// A request that will be counted, by its route.
pub(in crate::http) struct Counted {
    route: Option<MatchedPath>,
    method: Method,
    started: Instant,
}

impl Counted {
    /// What is to be counted of a request.
    pub(super) fn of(request: &Request) -> Self {
        Self {
            route: request.extensions().get().cloned(),
            method: request.method().clone(),
            started: Instant::now(),
        }
    }

    /// Counts it.
    pub(super) fn answered(self, metrics: &Metrics, status: StatusCode) {
        let route = self.route.as_ref().map(MatchedPath::as_str);
        metrics.answered(route, &self.method, status, self.started.elapsed());
    }
}

/// A request that will be logged.
pub(in crate::http) struct Asked {
    method: Method,
    path: Box<str>,
    quiet: bool,
    started: Instant,
}

impl Asked {
    /// What is to be logged of a request; nothing where nobody reads it.
    pub(in crate::http) fn by<B>(request: &http::Request<B>) -> Option<Self> {
        let path = request.uri().path();
        // Asked for again and again, by machines, and the answer says nothing.
        let quiet = path.starts_with("/assets/")
            || matches!(
                path,
                "/healthz" | "/readyz" | JWKS | oauth::OPENID | oauth::OAUTH
            );
        let read = if quiet {
            tracing::enabled!(tracing::Level::DEBUG)
        } else {
            tracing::enabled!(tracing::Level::INFO)
        };
        read.then(|| Self {
            method: request.method().clone(),
            path: path.into(),
            quiet,
            started: Instant::now(),
        })
    }

    /// Writes the line.
    pub(super) fn answered(self, status: StatusCode) {
        let Self { method, path, .. } = &self;
        let status = status.as_u16();
        let micros = u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX);
        if self.quiet {
            tracing::debug!(%method, path, status, micros, "answered");
        } else {
            tracing::info!(%method, path, status, micros, "answered");
        }
    }
}
