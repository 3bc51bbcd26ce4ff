//! JWTs by which clients prove who they are (RFC 7523 section 3, OpenID Connect Core section 9).

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey, Header, Validation, decode, decode_header,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyOperations, PublicKeyUse},
};
use serde::{Deserialize, Deserializer, de::Error};

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
/// The shortest RSA modulus, in bytes.
const SHORTEST_MODULUS: usize = 256;
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
    #[serde(deserialize_with = "whole_seconds")]
    exp: i64,
    jti: String,
    #[serde(default, deserialize_with = "whole_seconds_if_said")]
    iat: Option<i64>,
    #[serde(default, deserialize_with = "whole_seconds_if_said")]
    nbf: Option<i64>,
}

/// A `NumericDate`, which may have a fraction (RFC 7519 section 2): what is behind the point is left out.
fn whole_seconds<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    let said = serde_json::Number::deserialize(from)?;
    if let Some(whole) = said.as_i64() {
        return Ok(whole);
    }
    // Beyond that a double has gaps, and no clock goes there.
    let fits = |seconds: &f64| seconds.abs() < 9e15;
    let seconds = said.as_f64().filter(fits).map(f64::floor);
    #[expect(clippy::cast_possible_truncation, reason = "it is whole, and fits")]
    let seconds = seconds.map(|seconds| seconds as i64);
    seconds.ok_or_else(|| Error::custom("not a time"))
}

fn whole_seconds_if_said<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    whole_seconds(from).map(Some)
}

/// What a key set is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judged {
    /// Something in it verifies assertions.
    Usable,
    /// It holds what only its owner may know (RFC 7518 sections 6.2.2, 6.3.2 and 6.4).
    Secret,
    /// Nothing in it does.
    Useless,
}

/// Looks at a key set before it is kept.
pub(super) fn judge(jwks: &str) -> Judged {
    let members: Option<serde_json::Value> = serde_json::from_str(jwks).ok();
    let keys = members.as_ref().and_then(|set| set.get("keys")?.as_array());
    let secret = |key: &serde_json::Value| key.get("d").is_some() || key.get("k").is_some();
    if keys.is_some_and(|keys| keys.iter().any(secret)) {
        return Judged::Secret;
    }
    let set: Option<JwkSet> = serde_json::from_str(jwks).ok();
    let usable = |set: JwkSet| {
        let mut keys = set.keys.iter();
        keys.any(|key| ALGORITHMS.into_iter().any(|with| verifies(key, with)))
    };
    if set.is_some_and(usable) {
        Judged::Usable
    } else {
        Judged::Useless
    }
}

/// Whether a key is for verifying with an algorithm, and strong enough (RFC 7518 section 3.3, RFC 8725
/// section 3.1).
fn verifies(key: &Jwk, with: Algorithm) -> bool {
    let meant = key.common.public_key_use.as_ref();
    let operations = key.common.key_operations.as_ref();
    let named = key.common.key_algorithm.map(|named| named.to_string());
    let fits = match &key.algorithm {
        AlgorithmParameters::OctetKeyPair(pair) => {
            with == Algorithm::EdDSA && pair.curve == EllipticCurve::Ed25519
        }
        AlgorithmParameters::EllipticCurve(point) => {
            with == Algorithm::ES256 && point.curve == EllipticCurve::P256
        }
        AlgorithmParameters::RSA(numbers) => {
            let long = |modulus: Vec<u8>| modulus.len() >= SHORTEST_MODULUS;
            matches!(with, Algorithm::RS256 | Algorithm::PS256)
                && URL_SAFE_NO_PAD.decode(&numbers.n).is_ok_and(long)
        }
        _ => false,
    };
    fits && meant.is_none_or(|meant| *meant == PublicKeyUse::Signature)
        && operations.is_none_or(|all| all.contains(&KeyOperations::Verify))
        && named.is_none_or(|named| named.parse() == Ok(with))
        && DecodingKey::from_jwk(key).is_ok()
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
    // A JWT that was made for something else proves nothing here (section 3.11).
    let typed = header.typ.as_deref().is_none_or(|typ| {
        let kinds = ["JWT", "client-authentication+jwt"];
        kinds.iter().any(|kind| kind.eq_ignore_ascii_case(typ))
    });
    (!trapped && typed && ALGORITHMS.contains(&header.alg)).then_some((header, subject.sub))
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
    let fits = |key: &&Jwk| verifies(key, header.alg);
    let candidates = set.keys.iter().filter(named).filter(fits).take(8);
    candidates
        .filter_map(|key| DecodingKey::from_jwk(key).ok())
        .find_map(|key| decode::<Claims>(assertion, &key, &rules).ok())
        .map(|read| read.claims)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn with(key: &Value, changed: &Value) -> Judged {
        let mut key = key.clone();
        if let (Value::Object(key), Value::Object(changed)) = (&mut key, changed) {
            key.extend(changed.clone());
        }
        judge(&json!({ "keys": [key] }).to_string())
    }

    #[test]
    fn a_key_set_is_kept_if_something_in_it_verifies() {
        let x = URL_SAFE_NO_PAD.encode([7; 32]);
        let pair = json!({"kty": "OKP", "crv": "Ed25519", "x": x});
        let point = json!({"kty": "EC", "crv": "P-256", "x": x, "y": x});
        let rsa = json!({"kty": "RSA", "e": "AQAB", "n": URL_SAFE_NO_PAD.encode([0xff; 256])});
        for (key, algorithm) in [(&pair, "EdDSA"), (&point, "ES256"), (&rsa, "PS256")] {
            assert_eq!(with(key, &json!({})), Judged::Usable);
            let said = json!({"alg": algorithm, "use": "sig", "key_ops": ["verify"], "kid": "a"});
            assert_eq!(with(key, &said), Judged::Usable);
            for other in [
                json!({"alg": "RS512"}),
                json!({"alg": "HS256"}),
                json!({"use": "enc"}),
                json!({"key_ops": ["sign"]}),
                json!({"kty": "other"}),
            ] {
                assert_eq!(with(key, &other), Judged::Useless, "{key} {other}");
            }
            assert_eq!(with(key, &json!({"d": "AQAB"})), Judged::Secret);
        }
        let short = URL_SAFE_NO_PAD.encode([0xff; 128]);
        assert_eq!(with(&rsa, &json!({"n": short})), Judged::Useless);
        let curve = json!({"crv": "P-384"});
        assert_eq!(with(&point, &curve), Judged::Useless);
        let shared = json!({"kty": "oct", "k": "c2VjcmV0"});
        assert_eq!(with(&shared, &json!({})), Judged::Secret);
        for text in ["", "[]", "{}", "{\"keys\":[]}", "{\"keys\":[{}]}"] {
            assert_eq!(judge(text), Judged::Useless, "{text}");
        }
    }

    #[test]
    fn a_key_verifies_what_it_says_and_nothing_else() {
        let n = URL_SAFE_NO_PAD.encode([0xff; 256]);
        let key = json!({"kty": "RSA", "e": "AQAB", "n": n, "alg": "RS256"});
        let key: Jwk = serde_json::from_value(key).unwrap();
        assert!(verifies(&key, Algorithm::RS256));
        assert!(!verifies(&key, Algorithm::PS256) && !verifies(&key, Algorithm::EdDSA));
    }
}
