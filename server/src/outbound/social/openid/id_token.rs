//! Whether an ID token is to be believed (OpenID Connect Core 1.0 §3.1.3.7, RFC 8725).

use std::{sync::Once, time::Duration};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{clock::Timestamp, social::ProviderProblem};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, crypto::aws_lc};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq;

use super::claims::Claims;

/// How far the provider's clock may be off.
const SKEW: Duration = Duration::from_mins(1);
/// How old a proof may be that was asked for anew.
const FRESH: Duration = Duration::from_mins(15);
/// Ways to say with the token by what to check it, and extensions that must be understood.
const REFUSED: [&str; 4] = ["crit", "jku", "x5u", "jwk"];

/// What an ID token must say to be for us.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client: &'a str,
    pub(super) nonce: &'a str,
    /// The access token that came with it.
    pub(super) access_token: &'a str,
    /// Whether an old proof won't do.
    pub(super) fresh: bool,
    pub(super) now: Timestamp,
}

/// What the header of a token says about its signature, while nobody believes it.
pub(super) struct Signature {
    pub(super) algorithm: Algorithm,
    /// `kid`.
    pub(super) key: Option<String>,
}

const fn untrusted<T>(reason: &'static str) -> Result<T, ProviderProblem> {
    Err(ProviderProblem::NotTrusted(reason))
}

/// Reads the header of a token that is signed by one of these algorithms.
pub(super) fn signature(
    token: &str,
    algorithms: &[Algorithm],
) -> Result<Signature, ProviderProblem> {
    let Some(header) = header(token) else {
        return untrusted("an ID token that is none");
    };
    if REFUSED.iter().any(|name| header.contains_key(*name)) {
        return untrusted("an ID token that brings its own key or an extension");
    }
    // RFC 8725 §3.11: an access token or a logout token says so.
    let kind = header.get("typ").map(Value::as_str);
    if kind.is_some_and(|kind| !kind.is_some_and(|kind| kind.eq_ignore_ascii_case("JWT"))) {
        return untrusted("a token that isn't an ID token");
    }
    let named = header.get("alg").and_then(Value::as_str);
    let algorithm = named.and_then(|name| name.parse().ok());
    match algorithm.filter(|algorithm| algorithms.contains(algorithm)) {
        None => untrusted("signed by an algorithm that isn't taken"),
        Some(algorithm) => Ok(Signature {
            algorithm,
            key: header.get("kid").and_then(Value::as_str).map(str::to_owned),
        }),
    }
}

fn header(token: &str) -> Option<Map<String, Value>> {
    let (header, rest) = token.split_once('.')?;
    if rest.split('.').count() != 2 {
        return None;
    }
    let header = BASE64_URL_SAFE_NO_PAD.decode(header).ok()?;
    serde_json::from_slice(&header).ok()
}

/// What a token claims, once everything about it is right.
pub(super) fn verify(
    token: &str,
    algorithm: Algorithm,
    key: &DecodingKey,
    expected: &Expected<'_>,
) -> Result<Claims, ProviderProblem> {
    install();
    let mut validation = Validation::new(algorithm);
    // The library would ask the machine for the time, and passes over what isn't there.
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    let data = jsonwebtoken::decode::<Claims>(token, key, &validation);
    let claims = data.map_err(|error| {
        use jsonwebtoken::errors::ErrorKind;

        ProviderProblem::NotTrusted(match error.kind() {
            ErrorKind::Json(_) => "an ID token without its claims",
            _ => "an ID token with a wrong signature",
        })
    })?;
    let claims = claims.claims;
    check_parties(&claims, expected)?;
    check_times(&claims, expected)?;
    let nonce = claims.nonce.as_deref().unwrap_or_default();
    if !bool::from(nonce.as_bytes().ct_eq(expected.nonce.as_bytes())) {
        return untrusted("an ID token with another nonce");
    }
    let bound = half_hash(algorithm, expected.access_token);
    if claims.at_hash.as_ref().is_some_and(|hash| *hash != bound) {
        return untrusted("an ID token for another access token");
    }
    Ok(claims)
}

/// Who says it, of whom, and to whom.
fn check_parties(claims: &Claims, expected: &Expected<'_>) -> Result<(), ProviderProblem> {
    if claims.iss != expected.issuer {
        return untrusted("an ID token of another issuer");
    }
    if !claims.aud.contains(expected.client) {
        return untrusted("an ID token for another audience");
    }
    match &claims.azp {
        Some(party) if party != expected.client => {
            return untrusted("an ID token for another party (azp)");
        }
        None if claims.aud.is_several() => {
            return untrusted("an ID token for several audiences and no party (azp)");
        }
        _ => {}
    }
    let fits = (1..=255).contains(&claims.sub.len())
        && claims.sub.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if !fits {
        return untrusted("an ID token of nobody (sub)");
    }
    Ok(())
}

/// Since when, until when, and of when.
fn check_times(claims: &Claims, expected: &Expected<'_>) -> Result<(), ProviderProblem> {
    let latest = expected.now.plus(SKEW);
    let (Some(exp), Some(iat)) = (time(claims.exp), time(claims.iat)) else {
        return untrusted("an ID token of no known time");
    };
    if expected.now >= exp.plus(SKEW) {
        return untrusted("an expired ID token");
    }
    if iat > latest {
        return untrusted("an ID token from the future");
    }
    if let Some(nbf) = claims.nbf
        && time(nbf).is_none_or(|nbf| nbf > latest)
    {
        return untrusted("an ID token for the future");
    }
    if let Some(proved) = claims.auth_time.filter(|_| expected.fresh) {
        let recent = time(proved)
            .is_some_and(|proved| proved <= latest && expected.now < proved.plus(FRESH + SKEW));
        if !recent {
            return untrusted("an old proof where a new one was asked for");
        }
    }
    Ok(())
}

/// A `NumericDate`: seconds, perhaps with a fraction (RFC 7519 §2).
pub(super) fn time(seconds: f64) -> Option<Timestamp> {
    let since = Duration::try_from_secs_f64(seconds).ok()?;
    Some(Timestamp::from_micros(0).plus(since))
}

/// `at_hash` (OpenID Connect Core §3.1.3.6). Ed25519 hashes with SHA-512.
fn half_hash(algorithm: Algorithm, access_token: &str) -> String {
    let hash = match algorithm {
        Algorithm::RS384 | Algorithm::PS384 | Algorithm::ES384 => {
            Sha384::digest(access_token).to_vec()
        }
        Algorithm::RS512 | Algorithm::PS512 | Algorithm::EdDSA => {
            Sha512::digest(access_token).to_vec()
        }
        _ => Sha256::digest(access_token).to_vec(),
    };
    BASE64_URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])
}

/// Tells the library with what to compute, once.
fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Somebody else in the program did it before: fine.
        let _ = aws_lc::DEFAULT_PROVIDER.install_default();
    });
}
