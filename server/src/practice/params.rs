//! Parameters of OAuth, and who sends them.

use aws_lc_rs::digest::{SHA256, digest};
use axum::{body::Body, extract::Request};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use http::{HeaderMap, header::AUTHORIZATION, request::Parts};
use url::form_urlencoded;

use super::Practice;
use crate::{config::practice, http::posted};

/// Parameters, each sent once (RFC 6749 section 3.1). Unknown ones are ignored.
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    /// `None`: one of them was sent twice.
    pub(super) fn parse(encoded: &[u8]) -> Option<Self> {
        let mut found: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(encoded) {
            if found.iter().any(|(earlier, _)| *earlier == name) {
                return None;
            }
            // Sent without a value is as good as not sent.
            if !value.is_empty() {
                found.push((name.into_owned(), value.into_owned()));
            }
        }
        Some(Self(found))
    }

    /// The parameters of a form. `None`: it is none, or one of them was sent twice.
    pub(super) async fn of_form(practice: &Practice, request: Request) -> (Parts, Option<Self>) {
        let (parts, body): (Parts, Body) = request.into_parts();
        let read = posted(&parts, body, practice.app.door.body_bytes).await;
        let params = read.ok().and_then(|bytes| Self::parse(&bytes));
        (parts, params)
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// A parameter that is kept.
    pub(super) fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// Whether one of the words of a parameter is this one.
    pub(super) fn has_word(&self, name: &str, word: &str) -> bool {
        let words = self.get(name).unwrap_or_default();
        words.split(' ').any(|found| found == word)
    }
}

/// Whether the client proves to be ours, by `client_secret_basic` or `client_secret_post` but not by
/// both (RFC 6749 section 2.3.1).
pub(super) fn is_our_client(headers: &HeaderMap, params: &Params) -> bool {
    let posted = (params.get("client_id"), params.get("client_secret"));
    let ours =
        |id: &str, secret: &str| id == practice::CLIENT_ID && secret == practice::CLIENT_SECRET;
    if !headers.contains_key(AUTHORIZATION) {
        return matches!(posted, (Some(id), Some(secret)) if ours(id, secret));
    }
    let same_id = posted.0.is_none_or(|id| id == practice::CLIENT_ID);
    let basic = basic(headers).is_some_and(|(id, secret)| ours(&id, &secret));
    basic && same_id && posted.1.is_none()
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let encoded = scheme(headers, "basic")?;
    let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    // Both halves are encoded as in a form.
    let decode = |text: &str| {
        let mut pairs = form_urlencoded::parse(text.as_bytes());
        pairs.next().map(|(text, _)| text.into_owned())
    };
    Some((decode(id)?, decode(secret)?))
}

/// What follows the name of a scheme in `Authorization`.
pub(super) fn scheme<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let (scheme, rest) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case(name).then(|| rest.trim())
}

/// Whether the verifier is the one of the challenge (RFC 7636 section 4.6), where there is one.
pub(super) fn proves(verifier: Option<&str>, challenge: Option<&str>) -> bool {
    match (verifier, challenge) {
        (Some(verifier), Some(challenge)) => sha256(verifier.as_bytes(), 32) == challenge,
        (None, Some(_)) => false,
        (_, None) => true,
    }
}

/// The first bytes of a SHA-256, as JSON Web Tokens write them.
pub(super) fn sha256(text: &[u8], bytes: usize) -> String {
    let hash = digest(&SHA256, text);
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..bytes.min(32)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_is_proven() {
        // RFC 7636 appendix B
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(proves(Some(verifier), Some(challenge)));
        for wrong in [None, Some(""), Some(challenge)] {
            assert!(!proves(wrong, Some(challenge)));
        }
    }

    #[test]
    fn a_client_proves_itself_in_one_way_only() {
        let id = practice::CLIENT_ID;
        let secret = practice::CLIENT_SECRET;
        let basic = |id: &str, secret: &str| {
            let mut headers = HeaderMap::new();
            let text = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
            headers.insert(AUTHORIZATION, text.parse().unwrap());
            headers
        };
        let params = |text: &str| Params::parse(text.as_bytes()).unwrap();
        let posted = format!("client_id={id}&client_secret={secret}");
        for (headers, sent, ours) in [
            (HeaderMap::new(), posted.as_str(), true),
            (
                HeaderMap::new(),
                "client_id=practice&client_secret=x",
                false,
            ),
            (HeaderMap::new(), "client_id=practice", false),
            (basic(id, secret), "", true),
            (basic("p%72actice", secret), "client_id=practice", true),
            (basic(id, "x"), "", false),
            (basic(id, secret), "client_id=other", false),
            (basic(id, secret), posted.as_str(), false),
        ] {
            assert_eq!(is_our_client(&headers, &params(sent)), ours, "{sent}");
        }
    }

    #[test]
    fn what_is_sent_twice_is_refused_and_what_is_empty_is_not_there() {
        assert!(Params::parse(b"a=1&a=2").is_none());
        assert!(Params::parse(b"a=&b=2").unwrap().get("a").is_none());
    }
}
