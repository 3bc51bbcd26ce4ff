//! One token and what has to come of it.

use latchkey_verify::Refused;
use serde_json::{Value, json};

use crate::support::{NOW, Signer, changed, claims, header, text};

pub(super) struct Row {
    pub(super) name: String,
    /// What it is meant to be: an access token or a feed.
    pub(super) typ: &'static str,
    pub(super) token: String,
    pub(super) now: i64,
    /// `None` when it has to be accepted.
    pub(super) expected: Option<Refused>,
}

impl Row {
    pub(super) fn new(
        name: impl Into<String>,
        token: String,
        expected: impl Into<Option<Refused>>,
    ) -> Self {
        Self {
            name: name.into(),
            typ: "at+jwt",
            token,
            now: NOW,
            expected: expected.into(),
        }
    }

    pub(super) fn of_feed(mut self) -> Self {
        self.typ = "revocations+jwt";
        self
    }

    pub(super) fn written(&self) -> Value {
        json!({
            "name": self.name,
            "typ": self.typ,
            "jws": self.token,
            "now": self.now,
            "expected": self.expected.map_or("ok".to_owned(), |reason| format!("refused: {reason}")),
        })
    }
}

/// Signed by the first key, of exactly these texts.
pub(super) fn written(header: &str, claims: &str) -> String {
    Signer::ed_dsa(1).token_of(header.as_bytes(), claims.as_bytes())
}

/// A token with a signature that somebody made up.
pub(super) fn with_signature(header: &Value, claims: &Value, signature: &[u8]) -> String {
    let part = |value: &Value| text(value.to_string().as_bytes());
    format!("{}.{}.{}", part(header), part(claims), text(signature))
}

/// Signed by the first key.
pub(super) fn signed(header: &Value, claims: &Value) -> String {
    Signer::ed_dsa(1).token(header, claims)
}

/// A good token but for one member of its header.
pub(super) fn with_header(name: &str, value: Value) -> String {
    signed(&changed(header(), name, value), &claims())
}

/// A good token but for one claim.
pub(super) fn with_claim(name: &str, value: Value) -> String {
    signed(&header(), &changed(claims(), name, value))
}
