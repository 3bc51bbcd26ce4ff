//! The two cookies: one for the session, one that marks a browser and survives signing out.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use domain::{client::BrowserHash, random::random_bytes, sessions::SessionKeyHash};
use http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};
use tower_sessions::{SessionManagerLayer, cookie::SameSite};

use super::state::AppState;
use crate::session_store::{Store, key_hash};

const SESSION: &str = "latchkey";
const BROWSER: &str = "latchkey-browser";
/// 400 days, the longest that browsers keep (RFC 6265bis section 5.5).
const BROWSER_LIFETIME: u32 = 400 * 24 * 60 * 60;

/// The browser behind the request, as its cookie marks it, and whether this answer brings the cookie.
#[derive(Clone, Copy)]
pub(super) struct Browser(pub(super) BrowserHash, pub(super) bool);

fn named(name: &str, https: bool) -> String {
    // The prefix makes browsers refuse the cookie unless it is Secure, host-only and Path=/.
    let prefix = if https { "__Host-" } else { "" };
    format!("{prefix}{name}")
}

/// tower-sessions with our cookie.
pub(super) fn session_layer(store: Store, https: bool) -> SessionManagerLayer<Store> {
    SessionManagerLayer::new(store)
        .with_name(named(SESSION, https))
        .with_secure(https)
        .with_http_only(true)
        // Strict would not be sent on the way back from a provider.
        .with_same_site(SameSite::Lax)
        .with_path("/")
}

/// Gives every browser a mark, and gives the session cookie's removal the attributes without which
/// browsers ignore it.
pub(super) async fn browser_cookie(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let https = state.door.https;
    let name = named(BROWSER, https);
    let sent = read(request.headers(), &name).filter(|value| plausible(value));
    let fresh = sent.is_none().then(|| {
        let bytes = random_bytes::<16>(state.services.foundation.random.as_ref());
        bytes
            .iter()
            .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
    });
    let value = sent.or_else(|| fresh.clone()).unwrap_or_default();
    request
        .extensions_mut()
        .insert(Browser(BrowserHash::of(&value), fresh.is_some()));
    keep_only_session(request.headers_mut(), &named(SESSION, https));

    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    complete_removal(headers, &named(SESSION, https), https);
    if let Some(value) = fresh {
        let secure = if https { "; Secure" } else { "" };
        let cookie = format!(
            "{name}={value}; HttpOnly; SameSite=Lax; Path=/; Max-Age={BROWSER_LIFETIME}{secure}"
        );
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            headers.append(SET_COOKIE, cookie);
        }
    }
    response
}

/// 128 bits in lower-case hex, as we give them.
fn plausible(value: &str) -> bool {
    value.len() == 32
        && value
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The value of a cookie that was sent under exactly this name, once. Sent twice, somebody else on a
/// neighbouring host may have set one of them, and neither is believed.
fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut values = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned());
    let value = values.next()?;
    values.next().is_none().then_some(value)
}

/// The key of the session that a request names, whether there is one or not.
pub(super) fn session_key(headers: &HeaderMap, https: bool) -> Option<SessionKeyHash> {
    let value = read(headers, &named(SESSION, https))?;
    value.parse().ok().map(key_hash)
}

/// Leaves the session layer nothing but the session's cookie, byte for byte: it would decode percent
/// escapes in names, and `__%48ost-` isn't protected by browsers as `__Host-` is.
fn keep_only_session(headers: &mut HeaderMap, name: &str) {
    let session = read(headers, name).filter(|value| !value.contains('%'));
    headers.remove(COOKIE);
    if let Some(value) = session
        && let Ok(cookie) = HeaderValue::from_str(&format!("{name}={value}"))
    {
        headers.insert(COOKIE, cookie);
    }
}

/// tower-sessions removes the cookie without Secure, and a `__Host-` cookie without it is refused.
fn complete_removal(headers: &mut HeaderMap, name: &str, https: bool) {
    let prefix = format!("{name}=;");
    let cookies: Vec<_> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    if !cookies
        .iter()
        .any(|cookie| cookie.as_bytes().starts_with(prefix.as_bytes()))
    {
        return;
    }
    headers.remove(SET_COOKIE);
    let secure = if https { "; Secure" } else { "" };
    for cookie in cookies {
        let complete = if cookie.as_bytes().starts_with(prefix.as_bytes()) {
            HeaderValue::from_str(&format!(
                "{name}=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0{secure}"
            ))
            .unwrap_or(cookie)
        } else {
            cookie
        };
        headers.append(SET_COOKIE, complete);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_removed_session_cookie_keeps_its_attributes() {
        let mut headers = HeaderMap::new();
        headers.append(
            SET_COOKIE,
            HeaderValue::from_static("__Host-latchkey=; Path=/; Max-Age=0"),
        );
        headers.append(SET_COOKIE, HeaderValue::from_static("other=1"));
        complete_removal(&mut headers, "__Host-latchkey", true);
        let cookies: Vec<_> = headers.get_all(SET_COOKIE).iter().collect();
        assert_eq!(
            cookies,
            [
                "__Host-latchkey=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0; Secure",
                "other=1"
            ]
        );
    }

    #[test]
    fn only_the_exact_cookie_reaches_the_session_layer() {
        let cases = [
            ("a=1; __Host-latchkey=v; b=2", Some("__Host-latchkey=v")),
            ("__%48ost-latchkey=v", None),
            ("__Host%2dlatchkey=v", None),
            ("__Host-latchkey=%76", None),
            (
                "__Host-latchkey=v; __%48ost-latchkey=w",
                Some("__Host-latchkey=v"),
            ),
            ("__Host-latchkey=v; __Host-latchkey=w", None),
            ("__host-latchkey=v", None),
        ];
        for (sent, kept) in cases {
            let mut headers = HeaderMap::new();
            headers.append(COOKIE, HeaderValue::from_static(sent));
            keep_only_session(&mut headers, "__Host-latchkey");
            let left = headers.get(COOKIE).map(|cookie| cookie.to_str().unwrap());
            assert_eq!(left, kept, "{sent}");
        }
    }

    #[test]
    fn only_marks_of_our_making_are_believed() {
        assert!(plausible("0123456789abcdef0123456789abcdef"));
        for value in [
            "",
            "x",
            "0123456789ABCDEF0123456789ABCDEF",
            "0123456789abcdef0123456789abcdeg",
        ] {
            assert!(!plausible(value), "{value}");
        }
    }
}
