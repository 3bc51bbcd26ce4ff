//! The public keys that tokens are signed with.

use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::DecodingKey;
use serde::Deserialize;

use crate::{algorithm::Algorithm, members::Members};

/// Members that hold a private or a secret key (RFC 7518 §6.2.2, §6.3.2, §6.4.1).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/// The lengths of RSA moduli that are used, in bits (RFC 7518 §3.3 asks for 2048 at least; longer
/// ones than these only cost time).
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// A key set (RFC 7517 §5) with its keys ready for use, found by `kid`.
#[derive(Default)]
pub struct KeySet {
    keys: HashMap<String, Key>,
}

pub(crate) struct Key {
    pub(crate) algorithm: Algorithm,
    pub(crate) key: DecodingKey,
}

/// Why a text isn't a key set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// Not JSON with a list of objects by the name `keys`, or an object names a member twice.
    #[error("it is not a JSON Web Key Set")]
    Malformed,
    /// Two keys claim the same name: which one signed couldn't be told.
    #[error("two of its keys have the same kid")]
    DuplicateKeyId,
}

#[derive(Deserialize)]
struct Written {
    keys: Vec<Members>,
}

impl KeySet {
    /// Reads a key set. Keys that can't verify a token are left out, as RFC 7517 §5 asks: of another
    /// type or curve, for another algorithm or use, without `kid`, too short, or private: a private
    /// key that was published is nobody's signature.
    ///
    /// # Errors
    /// [`KeySetError`] when it isn't a key set, or when two keys have the same `kid`, used or not.
    pub fn parse(jwks_json: &str) -> Result<Self, KeySetError> {
        let written: Written =
            serde_json::from_str(jwks_json).map_err(|_| KeySetError::Malformed)?;
        let mut seen = HashSet::new();
        let mut keys = HashMap::new();
        for jwk in &written.keys {
            let Some(kid) = jwk.text("kid") else { continue };
            if !seen.insert(kid) {
                return Err(KeySetError::DuplicateKeyId);
            }
            if let Some(key) = Key::read(jwk) {
                keys.insert(kid.to_owned(), key);
            }
        }
        Ok(Self { keys })
    }

    /// Whether a usable key has this name.
    pub fn contains(&self, kid: &str) -> bool {
        self.keys.contains_key(kid)
    }

    /// How many usable keys there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is no usable key.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    pub(crate) fn get(&self, kid: &str) -> Option<&Key> {
        self.keys.get(kid)
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.keys.keys()).finish()
    }
}

impl Key {
    fn read(jwk: &Members) -> Option<Self> {
        if PRIVATE.into_iter().any(|name| jwk.has(name)) || !is_for_verifying(jwk) {
            return None;
        }
        let (algorithm, key) = match (jwk.text("kty")?, jwk.text("crv")) {
            ("OKP", Some("Ed25519")) => {
                let x: [u8; 32] = bytes(jwk, "x")?.try_into().ok()?;
                (Algorithm::EdDsa, DecodingKey::from_ed_der(&x))
            }
            ("EC", Some("P-256")) => {
                let x: [u8; 32] = bytes(jwk, "x")?.try_into().ok()?;
                let y: [u8; 32] = bytes(jwk, "y")?.try_into().ok()?;
                // SEC 1 §2.3.3: an uncompressed point.
                let point = [&[4], x.as_slice(), &y].concat();
                (Algorithm::Es256, DecodingKey::from_ec_der(&point))
            }
            ("RSA", _) => (Algorithm::Rs256, rsa(jwk)?),
            _ => return None,
        };
        match jwk.get("alg") {
            Some(named) if named.as_str() != Some(algorithm.as_str()) => None,
            _ => Some(Self { algorithm, key }),
        }
    }
}

/// RFC 7517 §4.2 and §4.3: neither has to be there; what is there counts.
fn is_for_verifying(jwk: &Members) -> bool {
    let purpose = jwk.get("use").is_none_or(|purpose| purpose == "sig");
    let operations = jwk.get("key_ops").is_none_or(|operations| {
        operations
            .as_array()
            .is_some_and(|list| list.iter().any(|operation| operation == "verify"))
    });
    purpose && operations
}

fn rsa(jwk: &Members) -> Option<DecodingKey> {
    let modulus = bytes(jwk, "n")?;
    let exponent = bytes(jwk, "e")?;
    // RFC 7518 §2: no leading zeros, so that the length tells the size.
    let first = modulus.first().filter(|first| **first != 0)?;
    let bits = modulus.len() * 8 - first.leading_zeros() as usize;
    let small = exponent.len() <= 4 && exponent.first().is_some_and(|first| *first != 0);
    let odd = exponent.last().is_some_and(|last| last % 2 == 1);
    (RSA_BITS.contains(&bits) && small && odd && exponent != [1])
        .then(|| DecodingKey::from_rsa_raw_components(&modulus, &exponent))
}

fn bytes(jwk: &Members, name: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(jwk.text(name)?).ok()
}
