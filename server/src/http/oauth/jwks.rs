//! `/.well-known/jwks.json`: the public halves of our keys (RFC 7517 section 5).

use std::sync::{Arc, PoisonError, RwLock};

use axum::{
    body::{Body, Bytes},
    extract::State,
    response::Response,
};
use domain::keys::signing::Jwks;
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG},
};

use crate::http::{api::is_known, state::AppState};

/// How long a copy is good for. A key that follows another is published for longer before it signs.
const CACHED: &str = "public, max-age=300";

/// The key set as it goes over the wire, made anew only when the keys change.
#[derive(Default)]
pub(in crate::http) struct ReadyJwks(RwLock<Option<Ready>>);

#[derive(Clone)]
struct Ready {
    of: Arc<str>,
    tag: HeaderValue,
    body: Bytes,
}

impl ReadyJwks {
    fn of(&self, jwks: &Jwks) -> Ready {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(ready) = &*known
            && Arc::ptr_eq(&ready.of, &jwks.etag)
        {
            return ready.clone();
        }
        drop(known);
        let ready = Ready {
            of: Arc::clone(&jwks.etag),
            // Base64url between quotes.
            tag: HeaderValue::from_str(&jwks.etag).unwrap_or(HeaderValue::from_static("\"\"")),
            body: Bytes::copy_from_slice(jwks.json.as_bytes()),
        };
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *known = Some(ready.clone());
        ready
    }
}

/// The key set. Anybody may read it, from any page.
pub(in crate::http) async fn jwks(State(state): State<AppState>, headers: HeaderMap) -> Response {
    key_set(&state, &headers)
}

/// The key set as an answer.
pub(in crate::http) fn key_set(state: &AppState, headers: &HeaderMap) -> Response {
    let jwks = state.services.keys.jwks();
    let ready = state.jwks.of(&jwks);
    let mut response = if is_known(headers, &jwks.etag) {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        Response::new(Body::from(ready.body))
    };
    let headers = response.headers_mut();
    headers.reserve(8);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(CACHED));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ETAG, ready.tag);
    response
}
