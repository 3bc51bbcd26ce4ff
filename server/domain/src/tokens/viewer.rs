//! Looks at a token for whoever holds it: what it says, and whether it counts. Nothing is kept.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use latchkey_verify::{Algorithm, Refused, Rules};
use serde_json::Value;

use super::{
    PersonalTokens,
    callers::{find, is_over},
    claims::seconds,
};
use crate::{clock::Timestamp, store::StorageError};

/// Longest token that is looked at, in bytes.
const LONGEST: usize = 8 * 1024;

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its header as JSON, if it can be read.
    pub header: Option<String>,
    /// Its claims as JSON, if they can be read.
    pub claims: Option<String>,
    /// Its times: the claim's name, and the moment.
    pub times: Vec<(&'static str, Timestamp)>,
    /// Whether it counts.
    pub verdict: Verdict,
}

/// Whether a token counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Ours, genuine, alive.
    Valid,
    /// Not, and why.
    Invalid(Refused),
}

impl PersonalTokens {
    /// Takes a token apart and judges it as the API would that it names first.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn look_at(&self, token: &str) -> Result<Seen, StorageError> {
        let token = token.trim();
        // As it stands in a header or a curl line.
        let token = token.strip_prefix("Bearer ").unwrap_or(token).trim_start();
        if token.len() > LONGEST {
            return Ok(Seen {
                header: None,
                claims: None,
                times: Vec::new(),
                verdict: Verdict::Invalid(Refused::TooLong),
            });
        }
        let mut parts = token.split('.').map(decoded);
        let header = parts.next().flatten();
        let claims = parts.next().flatten();
        let times = ["auth_time", "iat", "nbf", "exp"].into_iter();
        let times = times.filter_map(|name| {
            let whole = claims.as_ref()?.get(name)?.as_i64()?;
            // What no calendar knows isn't shown as a time.
            let sane = (0..=253_402_300_799).contains(&whole);
            sane.then(|| (name, Timestamp::from_micros(whole * 1_000_000)))
        });
        let times = times.collect();
        let audience = claims.as_ref().and_then(|claims| first(claims.get("aud")?));
        let verdict = self
            .judge_shown(token, audience.unwrap_or_default())
            .await?;
        let pretty = |value: Value| serde_json::to_string_pretty(&value).ok();
        Ok(Seen {
            header: header.and_then(pretty),
            claims: claims.and_then(pretty),
            times,
            verdict,
        })
    }

    async fn judge_shown(&self, token: &str, audience: &str) -> Result<Verdict, StorageError> {
        let now = self.foundation.now();
        let rules = Rules::new(&*self.foundation.issuer, audience)
            .algorithms(&Algorithm::ALL)
            .leeway(0);
        let judged = self
            .keys
            .with_key_set(|keys| rules.check(token, keys, seconds(now)));
        let claims = match judged {
            Ok(claims) => claims,
            Err(refused) => return Ok(Verdict::Invalid(refused)),
        };
        let known = find(&self.foundation, &claims, now).await?;
        Ok(if known.is_none_or(|person| is_over(&claims, &person)) {
            Verdict::Invalid(Refused::Revoked)
        } else {
            Verdict::Valid
        })
    }
}

fn decoded(part: &str) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    let value: Value = serde_json::from_slice(&bytes).ok()?;
    value.is_object().then_some(value)
}

fn first(audience: &Value) -> Option<&str> {
    match audience {
        Value::String(one) => Some(one),
        Value::Array(all) => all.first()?.as_str(),
        _ => None,
    }
}
