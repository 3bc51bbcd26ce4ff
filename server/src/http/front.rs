//! What every request meets first.

use std::{convert::Infallible, time::Instant};

use axum::{Router, body::Body, response::Response};
use http::{Method, Request};
use hyper::body::Incoming;
use tower::{Service, ServiceExt};

use super::{
    middleware::{Asked, fixed_headers, is_ours},
    oauth,
    state::AppState,
};
use crate::serving::Peer;

/// Where verifiers find our keys (RFC 8414 section 2).
pub(super) const JWKS: &str = "/.well-known/jwks.json";

/// The whole program as one service. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Front {
    /// `None` where nothing is published.
    state: Option<AppState>,
    router: Router,
}

impl Front {
    pub(super) const fn new(state: Option<AppState>, router: Router) -> Self {
        Self { state, router }
    }

    /// Answers a request of `peer`.
    pub(crate) async fn answer(
        mut self,
        peer: Peer,
        mut request: Request<Incoming>,
    ) -> Result<Response, Infallible> {
        if let Some(response) = self.published(&request) {
            return Ok(response);
        }
        request.extensions_mut().insert(peer);
        let mut router = self.router.as_service();
        router.ready().await?.call(request.map(Body::new)).await
    }

    /// What is published, asked for as verifiers do. It is ready, and choosing a route would cost
    /// more than answering; everything else about it is the router's.
    fn published(&self, request: &Request<Incoming>) -> Option<Response> {
        let state = self.state.as_ref()?;
        let path = match request.uri().path() {
            JWKS => JWKS,
            oauth::OPENID => oauth::OPENID,
            oauth::OAUTH => oauth::OAUTH,
            _ => return None,
        };
        let plain = request.method() == Method::GET;
        if !plain || !is_ours(&state.door, request) || Asked::by(request).is_some() {
            return None;
        }
        let asked = Instant::now();
        let mut response = match path {
            JWKS => oauth::key_set(state, request.headers()),
            _ => oauth::metadata(state),
        };
        fixed_headers(response.headers_mut(), state.door.https);
        let (method, status) = (request.method(), response.status());
        let took = asked.elapsed();
        state.metrics.answered(Some(path), method, status, took);
        Some(response)
    }
}
