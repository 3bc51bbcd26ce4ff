//! What plain http is answered where https is spoken elsewhere: the way there.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    middleware::from_fn,
    response::Response,
    routing::get,
};
use http::{
    HeaderValue, Method, StatusCode,
    header::{CACHE_CONTROL, CONNECTION, HOST, LOCATION, X_CONTENT_TYPE_OPTIONS},
    uri::{Authority, PathAndQuery},
};
use percent_encoding::{CONTROLS, utf8_percent_encode};

use super::{error::plain, front::Front, health, middleware};
use crate::config::PublicUrl;

/// The routes of the listener for plain http: health, and the way to `public_url` for the rest.
pub(crate) fn redirect_router(public_url: &PublicUrl) -> Front {
    let router = Router::new()
        .route("/healthz", get(health::alive))
        .fallback(redirect)
        .layer(from_fn(middleware::request_log))
        .with_state(Arc::new(public_url.clone()));
    Front::new(None, router)
}

/// 308 to the same page over https, and to nowhere else.
async fn redirect(State(public_url): State<Arc<PublicUrl>>, request: Request) -> Response {
    let mut response = answer(&public_url, &request);
    let headers = response.headers_mut();
    // Whoever comes this way goes on elsewhere, and the path may hold something personal.
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn answer(public_url: &PublicUrl, request: &Request) -> Response {
    let issuer = public_url.issuer();
    if !is_for(public_url.host(), request) {
        let sentence = format!("This server answers at {issuer} only.\n");
        return plain(StatusCode::MISDIRECTED_REQUEST, sentence);
    }
    // What was sent with it has crossed the network readably: sending it again would hide that.
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let sentence = format!("Use https: {issuer}. What you sent here was not encrypted.\n");
        return plain(StatusCode::FORBIDDEN, sentence);
    }
    let target = request.uri().path_and_query().map(PathAndQuery::as_str);
    let location = target
        .filter(|target| target.starts_with('/'))
        .map(|target| format!("{issuer}{}", utf8_percent_encode(target, CONTROLS)));
    match location.and_then(|location| HeaderValue::from_str(&location).ok()) {
        Some(location) => {
            let mut response = plain(StatusCode::PERMANENT_REDIRECT, "");
            response.headers_mut().insert(LOCATION, location);
            response
        }
        None => plain(StatusCode::BAD_REQUEST, "There is no such page.\n"),
    }
}

/// Whether the one `Host`, and the target if it is a whole URL, name this host; any port will do.
fn is_for(host: &str, request: &Request) -> bool {
    let named = |authority: &Authority| {
        authority.host().eq_ignore_ascii_case(host) && !authority.as_str().contains('@')
    };
    let mut hosts = request.headers().get_all(HOST).iter();
    let first = hosts
        .next()
        .and_then(|sent| Authority::try_from(sent.as_bytes()).ok());
    first.is_some_and(|sent| named(&sent))
        && hosts.next().is_none()
        && request.uri().authority().is_none_or(named)
}
