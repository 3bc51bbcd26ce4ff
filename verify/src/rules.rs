//! What an access token has to be.

use crate::{
    algorithm::Algorithm,
    claims::Claims,
    compact::{self, Expected},
    keys::KeySet,
    refused::Refused,
};

/// The most by which clocks may be taken to differ, in seconds. A revocation is kept that much
/// longer than the token it is about.
pub const LONGEST_LEEWAY: u32 = 120;
/// The longest access token that is read unless the rules say otherwise, in bytes.
const LONGEST_TOKEN: usize = 8 * 1024;
/// By how much clocks are taken to differ unless the rules say otherwise, in seconds.
const LEEWAY: u32 = 30;
/// The `typ` of access tokens (RFC 9068 §2.1).
pub const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// What an access token has to be in order to be accepted: whose, for whom, how signed.
#[derive(Clone, Debug)]
pub struct Rules {
    issuer: String,
    audience: String,
    algorithms: Vec<Algorithm>,
    leeway: u32,
    longest: usize,
}

impl Rules {
    /// Accepts what `issuer` (its address without a trailing slash, compared letter for letter) gave
    /// out for `audience`: signed by `EdDSA`, at most 8 KiB long, judged by clocks that differ by at
    /// most 30 seconds.
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            audience: audience.into(),
            algorithms: vec![Algorithm::EdDsa],
            leeway: LEEWAY,
            longest: LONGEST_TOKEN,
        }
    }

    /// Accepts exactly these algorithms. An empty list accepts no token at all.
    #[must_use]
    pub fn algorithms(mut self, list: &[Algorithm]) -> Self {
        self.algorithms = list.to_vec();
        self
    }

    /// By how many seconds clocks may differ; more than [`LONGEST_LEEWAY`] counts as that.
    #[must_use]
    pub fn leeway(mut self, seconds: u32) -> Self {
        self.leeway = seconds.min(LONGEST_LEEWAY);
        self
    }

    /// The longest token that is read, in bytes.
    #[must_use]
    pub fn longest_token(mut self, bytes: usize) -> Self {
        self.longest = bytes;
        self
    }

    /// Who has to have issued a token.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// For whom a token has to be.
    pub fn audience(&self) -> &str {
        &self.audience
    }

    pub(crate) fn allowed(&self) -> &[Algorithm] {
        &self.algorithms
    }

    /// What the token says, if it is a genuine access token for us at `now` (seconds since 1970):
    /// its header by RFC 9068 §4 and RFC 8725 §3, its signature by a key of the set, the issuer
    /// exactly, the audience among its own, `exp` ahead, `iat` and `nbf` not, and `sub`, `client_id`
    /// and `jti` there. It may have been revoked all the same: [`crate::revocation`].
    ///
    /// # Errors
    /// [`Refused`]: the first reason that was met. [`Refused::UnknownKey`] may be cured by a newer
    /// key set.
    pub fn check(&self, token: &str, keys: &KeySet, now: i64) -> Result<Claims, Refused> {
        let expected = Expected {
            kind: ACCESS_TOKEN_TYPE,
            algorithms: &self.algorithms,
            longest: self.longest,
        };
        let members = compact::open(token, &expected, keys)?;
        let not_before = members.optional_time("nbf")?;
        let claims = Claims::read(members)?;
        self.check_issuer(&claims.iss)?;
        if !claims.aud.contains(&self.audience) {
            return Err(Refused::Audience);
        }
        self.check_times(claims.iat, claims.exp, now)?;
        if not_before.is_some_and(|time| self.lies_ahead(time, now)) {
            return Err(Refused::NotYet);
        }
        Ok(claims)
    }

    pub(crate) fn check_issuer(&self, issuer: &str) -> Result<(), Refused> {
        if issuer == self.issuer {
            Ok(())
        } else {
            Err(Refused::Issuer)
        }
    }

    /// RFC 7519 §4.1.4: `exp` is the first second at which a token isn't accepted any more.
    pub(crate) fn check_times(&self, iat: i64, exp: i64, now: i64) -> Result<(), Refused> {
        if exp.saturating_add(self.leeway.into()) <= now {
            return Err(Refused::Expired);
        }
        if self.lies_ahead(iat, now) {
            return Err(Refused::FromTheFuture);
        }
        Ok(())
    }

    fn lies_ahead(&self, time: i64, now: i64) -> bool {
        time > now.saturating_add(self.leeway.into())
    }
}
