//! `/metrics`: what Prometheus fetches.

use std::{net::IpAddr, sync::Arc};

use app::context::Services;
use axum::{
    Router,
    extract::{Request, State},
    middleware::from_fn,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, FORWARDED, HOST, VIA, X_CONTENT_TYPE_OPTIONS},
};
use storage::Database;

use super::{
    error::plain,
    front::Front,
    health,
    middleware::{self, is_ours},
    state::AppState,
};
use crate::{metrics::Metrics, serving::Peer};

/// Where metrics are.
pub(super) const PATH: &str = "/metrics";
/// What Prometheus calls its text format.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// Marks of a request that came through a reverse proxy.
const FORWARDED_BY: [&str; 3] = ["x-forwarded-for", "x-forwarded-host", "x-real-ip"];

/// What there is to be measured.
#[derive(Clone)]
pub(crate) struct Measured {
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) services: Arc<Services>,
    pub(crate) database: Arc<Database>,
}

/// The routes of a listener for whoever watches: health, and metrics for all who reach it.
pub(crate) fn metrics_router(measured: Measured) -> Front {
    let router = Router::new()
        .route("/healthz", get(health::alive))
        .route(PATH, get(show))
        .layer(from_fn(middleware::request_log))
        .with_state(measured);
    Front::new(None, router)
}

async fn show(State(measured): State<Measured>) -> Response {
    let Measured {
        metrics,
        services,
        database,
    } = measured;
    let mut response = match metrics.text(&services, &database).await {
        Ok(text) => ([(CONTENT_TYPE, HeaderValue::from_static(TEXT))], text).into_response(),
        Err(error) => {
            tracing::warn!(%error, "metrics can't be told");
            plain(
                StatusCode::SERVICE_UNAVAILABLE,
                "The database can't be counted now.\n",
            )
        }
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// The same where everybody comes in: for callers on this machine, and only where no listener is
/// set aside for it.
pub(super) async fn show_here(State(state): State<AppState>, request: Request) -> Response {
    let peer = request.extensions().get::<Peer>();
    let here = peer.is_some_and(|Peer(address)| address.ip().to_canonical().is_loopback());
    let named = is_ours(&state.door, &request) || names_this_machine(request.headers());
    if !state.door.metrics_here || !here || !named || is_forwarded(request.headers()) {
        let sentence =
            "Metrics are told to callers on this machine, or where listen.metrics_address says.\n";
        return plain(StatusCode::NOT_FOUND, sentence);
    }
    show(State(Measured {
        metrics: Arc::clone(&state.metrics),
        services: Arc::clone(&state.services),
        database: Arc::clone(&state.database),
    }))
    .await
}

/// Whether the one `Host` is a name that no other site can have (against DNS rebinding).
fn names_this_machine(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    let Some(host) = host.filter(|_| hosts.next().is_none()) else {
        return false;
    };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    let address: Option<IpAddr> = bare.unwrap_or(name).parse().ok();
    name.eq_ignore_ascii_case("localhost") || address.is_some_and(|address| address.is_loopback())
}

/// A proxy on this machine speaks for others.
fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.contains_key(FORWARDED)
        || headers.contains_key(VIA)
        || FORWARDED_BY.iter().any(|name| headers.contains_key(*name))
}
