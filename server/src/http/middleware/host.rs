//! Only our own name is answered: another one means DNS rebinding or a misled proxy.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{StatusCode, header::HOST};

use crate::http::{
    error::plain,
    state::{AppState, Door},
};

/// Refuses a `Host` other than `public_url`'s with 421 (RFC 9110 section 15.5.20).
pub(in crate::http) async fn only_our_host(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    if request.uri().path_and_query().is_none() {
        return plain(
            StatusCode::BAD_REQUEST,
            "There is nothing to connect to here.\n",
        );
    }
    if is_ours(&state.door, &request) {
        return next.run(request).await;
    }
    let sentence = format!("This server answers at {} only.\n", state.site.public_url);
    plain(StatusCode::MISDIRECTED_REQUEST, sentence)
}

/// Whether a request is for us, by its one `Host` and by its target.
pub(in crate::http) fn is_ours<B>(door: &Door, request: &http::Request<B>) -> bool {
    // The scheme's own port says nothing (RFC 9110 section 4.2.3).
    let port = if door.https { ":443" } else { ":80" };
    let known = door.host.strip_suffix(port).unwrap_or(&door.host);
    let ours = |host: &str| {
        let host = host.strip_suffix(port).unwrap_or(host);
        host.eq_ignore_ascii_case(known)
    };
    let mut hosts = request.headers().get_all(HOST).iter();
    let header = hosts.next().and_then(|host| host.to_str().ok());
    // RFC 9112 section 3.2: exactly one Host. A request for a whole URL must name us there too.
    let named = header.is_some_and(ours) && hosts.next().is_none();
    let targeted = request.uri().authority();
    named && targeted.is_none_or(|authority| ours(authority.as_str()))
}
