//! JWTs by which clients prove who they are (RFC 7523 section 3, OpenID Connect Core section 9).

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey, Header, Validation, decode, decode_header,
    jwk::{Jwk, JwkSet, KeyOperations, PublicKeyUse},
};
use serde::Deserialize;

use super::{
    Authentication, ClientRefused, ClientsService, JwksSource, RegisteredClient,
    authenticate::known,
};
use crate::{clock::Timestamp, keys::Purpose, store::StorageError, tokens::seconds};

/// What clients may sign with.
const ALGORITHMS: [Algorithm; 4] = [
    Algorithm::EdDSA,
    Algorithm::ES256,
    Algorithm::RS256,
    Algorithm::PS256,
];
/// How far ahead an assertion may end: its `jti` is remembered until then.
const LONGEST_LIFE: Duration = Duration::from_hours(1);
/// By how many seconds clocks may differ.
const LEEWAY: i64 = 30;
/// The longest `jti`, in bytes.
const LONGEST_ID: usize = 256;

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    jti: String,
    iat: Option<i64>,
    nbf: Option<i64>,
}

/// Whether a key set holds a key to verify with.
pub(super) fn has_keys(jwks: &str) -> bool {
    let set: Option<JwkSet> = serde_json::from_str(jwks).ok();
    set.is_some_and(|set| {
        set.keys
            .iter()
            .any(|key| DecodingKey::from_jwk(key).is_ok())
    })
}

impl ClientsService {
    /// The client that signed an assertion, once for each assertion.
    pub(super) async fn by_assertion(
        &self,
        id: Option<&str>,
        assertion: &str,
    ) -> Result<Result<RegisteredClient, ClientRefused>, StorageError> {
        let Some((header, named)) = unverified(assertion) else {
            return Ok(Err(ClientRefused));
        };
        if id.is_some_and(|id| id != named) {
            return Ok(Err(ClientRefused));
        }
        let mut work = self.foundation.store.read().await?;
        let client = known(work.as_mut(), &named, Authentication::PrivateKeyJwt).await?;
        drop(work);
        let Some(client) = client else {
            return Ok(Err(ClientRefused));
        };
        let Some(claims) = self.verified(&client, &header, assertion).await else {
            return Ok(Err(ClientRefused));
        };
        let now = self.foundation.now();
        let Some(until) = self.accepts(&claims, &client.id, now) else {
            return Ok(Err(ClientRefused));
        };
        let of = format!("{}\0{}", client.id, claims.jti);
        let macs = &self.foundation.names;
        let key = macs.mac(Purpose::Throttle, "assertion", of.as_bytes());
        let mut work = self.foundation.store.begin().await?;
        if !work.note_replay(key.as_bytes(), until).await? {
            return Ok(Err(ClientRefused));
        }
        work.commit().await?;
        Ok(Ok(client))
    }

    /// What an assertion says, if a key of the client signed it. A key that isn't known is looked for
    /// anew, once.
    async fn verified(
        &self,
        client: &RegisteredClient,
        header: &Header,
        assertion: &str,
    ) -> Option<Claims> {
        match client.keys.as_ref()? {
            JwksSource::Inline(jwks) => opened(jwks, header, assertion),
            JwksSource::Uri(uri) => {
                for anew in [false, true] {
                    let jwks = self.keys.fetch(uri, anew).await.ok()?;
                    if let Some(claims) = opened(&jwks, header, assertion) {
                        return Some(claims);
                    }
                }
                None
            }
        }
    }

    /// Until when an assertion counts, if it does (RFC 7523 section 3). It has to be meant for us: by
    /// our issuer's name, or by the address that it is sent to.
    fn accepts(&self, claims: &Claims, client: &str, now: Timestamp) -> Option<Timestamp> {
        let issuer: &str = &self.foundation.issuer;
        let endpoint = format!("{issuer}/oauth/token");
        let for_us = |audience: &String| *audience == issuer || *audience == endpoint;
        let for_us = match &claims.aud {
            Audience::One(audience) => for_us(audience),
            Audience::Several(audiences) => audiences.iter().any(for_us),
        };
        let at = seconds(now);
        let until = Timestamp::from_micros(claims.exp.checked_mul(1_000_000)?);
        let fits = for_us
            && claims.iss == client
            && claims.sub == client
            && claims.exp.saturating_add(LEEWAY) > at
            && until <= now.plus(LONGEST_LIFE)
            && claims.iat.is_none_or(|iat| iat <= at + LEEWAY)
            && claims.nbf.is_none_or(|nbf| nbf <= at + LEEWAY)
            && (1..=LONGEST_ID).contains(&claims.jti.len());
        fits.then(|| until.plus(Duration::from_mins(1)))
    }
}

/// The header, and who an assertion says that it is of. Nothing is believed yet.
fn unverified(assertion: &str) -> Option<(Header, String)> {
    #[derive(Deserialize)]
    struct Subject {
        sub: String,
    }
    let header = decode_header(assertion).ok()?;
    let mut parts = assertion.split('.');
    let payload = URL_SAFE_NO_PAD.decode(parts.nth(1)?).ok()?;
    let subject: Subject = serde_json::from_slice(&payload).ok()?;
    let raw = URL_SAFE_NO_PAD.decode(assertion.split('.').next()?).ok()?;
    let members: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&raw).ok()?;
    // What has to be understood and isn't, and keys that a stranger brings along (RFC 8725 section 3).
    let traps = ["crit", "jku", "x5u", "jwk", "x5c"];
    let trapped = traps.into_iter().any(|name| members.contains_key(name));
    (!trapped && ALGORITHMS.contains(&header.alg)).then_some((header, subject.sub))
}

/// What an assertion says, by a key of this set.
fn opened(jwks: &str, header: &Header, assertion: &str) -> Option<Claims> {
    let set: JwkSet = serde_json::from_str(jwks).ok()?;
    let mut rules = Validation::new(header.alg);
    rules.required_spec_claims.clear();
    rules.validate_exp = false;
    rules.validate_aud = false;
    let named = |key: &&Jwk| {
        header
            .kid
            .as_ref()
            .is_none_or(|kid| key.common.key_id.as_ref() == Some(kid))
    };
    let verifies = |key: &&Jwk| {
        let meant = key.common.public_key_use.as_ref();
        let meant = meant.is_none_or(|meant| *meant == PublicKeyUse::Signature);
        let operations = key.common.key_operations.as_ref();
        meant && operations.is_none_or(|all| all.contains(&KeyOperations::Verify))
    };
    let candidates = set.keys.iter().filter(named).filter(verifies).take(8);
    candidates
        .filter_map(|key| DecodingKey::from_jwk(key).ok())
        .find_map(|key| decode::<Claims>(assertion, &key, &rules).ok())
        .map(|read| read.claims)
}
