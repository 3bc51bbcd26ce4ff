//! The keys with which a provider signs (RFC 7517).

use std::{sync::Arc, time::Duration};

use domain::{
    clock::{Clock, Timestamp},
    social::ProviderProblem,
};
use http::StatusCode;
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use super::super::{
    remembered::{FAILURE, young},
    web::Web,
};

/// How long a key that the provider withdrew may be believed at most.
const LIFETIME: Duration = Duration::from_mins(10);
/// How long to wait, after keys were fetched for an unknown name, before that is done again.
const FLOOR: Duration = Duration::from_secs(5);
/// So many keys are kept. Google has two, Microsoft about ten.
const MOST: usize = 64;

/// One key, and what may be checked with it.
#[derive(Clone)]
pub(super) struct Key {
    name: Option<String>,
    algorithms: &'static [Algorithm],
    pub(super) decoding: DecodingKey,
}

/// The keys of one provider, as last seen.
pub(super) struct Keys {
    clock: Arc<dyn Clock>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    keys: Vec<Key>,
    fetched: Option<Timestamp>,
    /// When they were last fetched for a name that wasn't among them.
    searched: Option<Timestamp>,
    /// When and why they last couldn't be fetched.
    failed: Option<(Timestamp, ProviderProblem)>,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

impl Keys {
    /// None yet.
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            seen: Mutex::default(),
        }
    }

    /// The key for a token. Keys that aren't known are looked for, but not all the time.
    pub(super) async fn find(
        &self,
        web: &Web,
        url: &Url,
        name: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<Key, ProviderProblem> {
        let mut seen = self.seen.lock().await;
        let now = self.clock.now();
        let good = |at: Option<Timestamp>, span| at.is_some_and(|at| young(now, at, span));
        let fresh = good(seen.fetched, LIFETIME);
        if fresh {
            if let Some(key) = seen.find(name, algorithm) {
                return Ok(key);
            }
            if good(seen.searched, FLOOR) {
                return Err(UNKNOWN);
            }
        }
        if let Some((at, problem)) = &seen.failed
            && young(now, *at, FAILURE)
        {
            return Err(problem.clone());
        }
        let fetched = fetch(web, url).await;
        let now = self.clock.now();
        let keys = fetched.inspect_err(|problem| seen.failed = Some((now, problem.clone())))?;
        *seen = Seen {
            keys,
            fetched: Some(now),
            searched: if fresh { Some(now) } else { seen.searched },
            failed: None,
        };
        seen.find(name, algorithm).ok_or(UNKNOWN)
    }
}

const UNKNOWN: ProviderProblem = ProviderProblem::NotTrusted("signed with an unknown key");

impl Seen {
    /// A token without a name of its key can only mean the one key that there is.
    fn find(&self, name: Option<&str>, algorithm: Algorithm) -> Option<Key> {
        let mut fitting = self.keys.iter().filter(|key| {
            key.algorithms.contains(&algorithm) && (name.is_none() || key.name.as_deref() == name)
        });
        let first = fitting.next()?;
        let alone = name.is_some() || fitting.next().is_none();
        alone.then(|| first.clone())
    }
}

async fn fetch(web: &Web, url: &Url) -> Result<Vec<Key>, ProviderProblem> {
    let answer = web.get(url, "application/json", None).await?;
    if answer.status != StatusCode::OK {
        return Err(ProviderProblem::Nonsense("no keys"));
    }
    let set: Set = serde_json::from_slice(&answer.body)
        .map_err(|_| ProviderProblem::Nonsense("keys that are none"))?;
    // A key of a kind that nobody heard of must not hide the others (RFC 7517 §5).
    Ok(set.keys.into_iter().filter_map(key).take(MOST).collect())
}

/// A key, if it is one for signatures that we take.
pub(super) fn key(jwk: Value) -> Option<Key> {
    let jwk: Jwk = serde_json::from_value(jwk).ok()?;
    let signs = matches!(
        jwk.common.public_key_use,
        None | Some(PublicKeyUse::Signature)
    );
    let operations = jwk.common.key_operations.as_ref();
    let verifies = operations.is_none_or(|all| all.contains(&KeyOperations::Verify));
    if !(signs && verifies) {
        return None;
    }
    let fitting: &'static [Algorithm] = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => &[
            Algorithm::RS256,
            Algorithm::RS384,
            Algorithm::RS512,
            Algorithm::PS256,
            Algorithm::PS384,
            Algorithm::PS512,
        ],
        AlgorithmParameters::EllipticCurve(key) => match key.curve {
            EllipticCurve::P256 => &[Algorithm::ES256],
            EllipticCurve::P384 => &[Algorithm::ES384],
            _ => return None,
        },
        AlgorithmParameters::OctetKeyPair(key) => match key.curve {
            EllipticCurve::Ed25519 => &[Algorithm::EdDSA],
            _ => return None,
        },
        // A shared secret in public is none.
        _ => return None,
    };
    let algorithms = match jwk.common.key_algorithm {
        None => fitting,
        Some(only) => {
            let only = Algorithm::try_from(only).ok()?;
            let place = fitting.iter().position(|one| *one == only)?;
            &fitting[place..=place]
        }
    };
    Some(Key {
        name: jwk.common.key_id.clone(),
        algorithms,
        decoding: DecodingKey::from_jwk(&jwk).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ed(more: &Value) -> Value {
        let mut jwk = json!({ "kty": "OKP", "crv": "Ed25519", "kid": "a",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
        let all = jwk.as_object_mut().expect("an object");
        all.extend(more.as_object().expect("an object").clone());
        jwk
    }

    #[test]
    fn only_keys_for_signatures_are_taken() {
        for good in [
            json!({}),
            json!({ "use": "sig", "alg": "EdDSA" }),
            json!({ "key_ops": ["verify"] }),
            json!({ "kid": null, "x5c": ["AAAA"], "unheard": [1] }),
        ] {
            assert!(key(ed(&good)).is_some(), "{good}");
        }
        for bad in [
            json!({ "use": "enc" }),
            json!({ "key_ops": ["sign"] }),
            json!({ "alg": "HS256" }),
            json!({ "alg": "RS256" }),
            json!({ "alg": "unheard" }),
            json!({ "crv": "P-256" }),
            json!({ "crv": "X25519" }),
            json!({ "kty": "oct", "k": "c2VjcmV0" }),
            json!({ "x": "*" }),
        ] {
            assert!(key(ed(&bad)).is_none(), "{bad}");
        }
        assert!(key(json!("a")).is_none());
    }

    #[test]
    fn a_key_fits_the_algorithms_of_its_kind_and_no_other() {
        let rsa = |alg: Value| key(json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB", "alg": alg }));
        assert_eq!(rsa(Value::Null).map(|key| key.algorithms.len()), Some(6));
        let only = rsa(json!("PS384")).expect("a key");
        assert_eq!(only.algorithms, [Algorithm::PS384]);
        let ec = key(json!({ "kty": "EC", "crv": "P-384", "x": "AQAB", "y": "AQAB" }));
        assert_eq!(ec.expect("a key").algorithms, [Algorithm::ES384]);
    }

    #[test]
    fn without_a_name_only_the_one_key_is_meant() {
        let keys = |all: &[Value]| Seen {
            keys: all.iter().cloned().filter_map(key).collect(),
            ..Seen::default()
        };
        let one = keys(&[ed(&json!({}))]);
        assert!(one.find(None, Algorithm::EdDSA).is_some());
        assert!(one.find(Some("a"), Algorithm::EdDSA).is_some());
        assert!(one.find(Some("b"), Algorithm::EdDSA).is_none());
        assert!(one.find(Some("a"), Algorithm::RS256).is_none());
        let two = keys(&[ed(&json!({})), ed(&json!({ "kid": "b" }))]);
        assert!(two.find(None, Algorithm::EdDSA).is_none());
        assert!(two.find(Some("b"), Algorithm::EdDSA).is_some());
    }
}
