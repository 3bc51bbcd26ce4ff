//! Forms are taken from our own pages only (CSRF).

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderValue, Method};

use crate::http::{
    error::page::{Refusal, refuse},
    state::AppState,
};

/// Lets changes pass when `Sec-Fetch-Site` says same-origin or none; without it, when `Origin` is
/// ours; without either, since then it is no browser that could be misled.
pub(in crate::http) async fn same_origin(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if safe || ours(request.headers(), &state.door.origin) {
        return next.run(request).await;
    }
    tracing::info!(
        path = request.uri().path(),
        "a form from another site was refused"
    );
    refuse(&state, request, Refusal::CrossSite).await
}

fn ours(headers: &HeaderMap, origin: &str) -> bool {
    let once = |name: &str| {
        let mut values = headers.get_all(name).iter();
        let value = values.next().map(HeaderValue::as_bytes);
        // Sent twice, it is no browser's.
        if values.next().is_some() {
            Some(&b"twice"[..])
        } else {
            value
        }
    };
    if let Some(site) = once("sec-fetch-site") {
        return matches!(site, b"same-origin" | b"none");
    }
    once("origin").is_none_or(|sent| sent == origin.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_forms_of_our_own_pages_pass() {
        let cases: [(&[(&'static str, &'static str)], bool); 8] = [
            (&[], true),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (
                &[
                    ("sec-fetch-site", "cross-site"),
                    ("origin", "https://us.example"),
                ],
                false,
            ),
            (&[("origin", "https://us.example")], true),
            (&[("origin", "https://evil.example")], false),
            (&[("origin", "null")], false),
        ];
        for (sent, passes) in cases {
            let mut headers = HeaderMap::new();
            for (name, value) in sent {
                headers.insert(*name, value.parse().unwrap());
            }
            assert_eq!(ours(&headers, "https://us.example"), passes, "{sent:?}");
        }
    }
}
