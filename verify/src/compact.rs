//! A signed token in its compact form (RFC 7515 §7.1): taken apart, its header judged, its signature
//! checked. What kinds of tokens have in common is here; what they claim is read by who asks.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::crypto;

use crate::{
    algorithm::Algorithm,
    keys::KeySet,
    members::Members,
    refused::{Part, Refused},
};

/// Headers by which a token would bring its own key (RFC 7515 §4.1.2, §4.1.3, §4.1.5, §4.1.6).
const EMBEDDED: [&str; 4] = ["jwk", "jku", "x5c", "x5u"];

/// What a token has to be before its claims are looked at.
pub(crate) struct Expected<'a> {
    /// Its media type, without `application/`.
    pub(crate) kind: &'a str,
    pub(crate) algorithms: &'a [Algorithm],
    /// In bytes.
    pub(crate) longest: usize,
}

/// The claims of a token whose header and signature are as expected. Cheap refusals come before
/// dear ones, and no claim is read before the signature is known to be right.
pub(crate) fn open(token: &str, expected: &Expected, keys: &KeySet) -> Result<Members, Refused> {
    if token.len() > expected.longest {
        return Err(Refused::TooLong);
    }
    let mut parts = token.split('.');
    let (Some(header), Some(claims), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Refused::Parts);
    };
    let header = Members::parse(&decode(header, Part::Header)?, Part::Header)?;
    let algorithm = judge_header(&header, expected)?;
    let kid = header.text("kid").ok_or(Refused::NoKeyId)?;
    let key = keys.get(kid).ok_or(Refused::UnknownKey)?;
    if key.algorithm != algorithm {
        return Err(Refused::KeyMismatch);
    }

    let signed = &token[..token.len() - signature.len() - 1];
    let claims = decode(claims, Part::Claims)?;
    // The backend would call it a wrong signature.
    decode(signature, Part::Signature)?;
    match crypto::verify(signature, signed.as_bytes(), &key.key, algorithm.backend()) {
        Ok(true) => Members::parse(&claims, Part::Claims),
        Ok(false) | Err(_) => Err(Refused::Signature),
    }
}

fn judge_header(header: &Members, expected: &Expected) -> Result<Algorithm, Refused> {
    if header.has("crit") {
        return Err(Refused::Critical);
    }
    if let Some(name) = EMBEDDED.into_iter().find(|name| header.has(name)) {
        return Err(Refused::EmbeddedKey(name));
    }
    let algorithm = header
        .text("alg")
        .and_then(Algorithm::parse)
        .filter(|algorithm| expected.algorithms.contains(algorithm))
        .ok_or(Refused::Algorithm)?;
    if !header
        .text("typ")
        .is_some_and(|kind| is_kind(kind, expected.kind))
    {
        return Err(Refused::Type);
    }
    Ok(algorithm)
}

/// Media types compare case-insensitively, and `application/` may be left out (RFC 7515 §4.1.9).
fn is_kind(written: &str, expected: &str) -> bool {
    let written = written.to_ascii_lowercase();
    written.strip_prefix("application/").unwrap_or(&written) == expected
}

/// Bits that belong to no byte have to be zero: each token has one spelling only.
fn decode(text: &str, part: Part) -> Result<Vec<u8>, Refused> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| Refused::NotBase64(part))
}
