//! What an access token says (RFC 9068 section 2.2).

use std::time::Duration;

use serde::Serialize;

use crate::clock::Timestamp;

/// How long an access token lives that a client was granted.
pub const ACCESS_TOKEN_LIFETIME: Duration = Duration::from_mins(5);

/// The claims of an access token.
#[derive(Serialize)]
pub(super) struct AccessClaims<'a> {
    iss: &'a str,
    aud: &'a [String],
    sub: &'a str,
    client_id: &'a str,
    iat: i64,
    exp: i64,
    jti: &'a str,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    epoch: Option<i64>,
}

/// What a token is to say.
pub(super) struct Statement<'a> {
    pub(super) issuer: &'a str,
    /// `sub`.
    pub(super) subject: &'a str,
    /// `None`: no account stands behind it.
    pub(super) epoch: Option<i64>,
    pub(super) client_id: &'a str,
    pub(super) jti: &'a str,
    pub(super) scopes: &'a [String],
    pub(super) audience: &'a [String],
    pub(super) auth_time: Option<Timestamp>,
    pub(super) sid: Option<&'a str>,
    pub(super) issued_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

impl<'a> Statement<'a> {
    pub(super) fn claims(&self) -> AccessClaims<'a> {
        AccessClaims {
            iss: self.issuer,
            aud: self.audience,
            sub: self.subject,
            client_id: self.client_id,
            iat: seconds(self.issued_at),
            exp: seconds(self.expires_at),
            jti: self.jti,
            scope: self.scopes.join(" "),
            auth_time: self.auth_time.map(seconds),
            sid: self.sid,
            epoch: self.epoch,
        }
    }
}

/// A `NumericDate` (RFC 7519 section 2), whole seconds.
pub(crate) const fn seconds(time: Timestamp) -> i64 {
    time.as_micros().div_euclid(1_000_000)
}
