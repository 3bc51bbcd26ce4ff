//! Makes key pairs.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use jsonwebtoken::{
    EncodingKey,
    jwk::{Jwk, PublicKeyUse, ThumbprintHash},
};
use zeroize::Zeroizing;

use super::Algorithm;
use crate::random::{Random, random_bytes};

/// What stands before the 32 bytes of an Ed25519 key in PKCS#8 (RFC 8410 section 7).
pub(super) const ED25519_PKCS8: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];
/// A 2048-bit RSA key's PKCS#8 (RFC 5208) has so many bytes before the `RSAPrivateKey` (RFC 8017)
/// in it: version and algorithm never differ, and all lengths take two bytes.
const BEFORE_RSA_PRIVATE_KEY: usize = 26;

/// The machine could not make or use a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cryptographic library refused a key")]
pub struct NoKey;

/// A fresh pair.
pub(super) struct Made {
    /// The RFC 7638 thumbprint.
    pub(super) kid: String,
    /// The public half, with `kid`, `use` and `alg`.
    pub(super) public_jwk: String,
    /// The private half as DER, in the form that [`encoding_key`] takes.
    pub(super) private: Zeroizing<Vec<u8>>,
}

/// Makes a pair. RSA takes a good part of a second: never on a thread that answers requests.
pub(super) fn make(algorithm: Algorithm, random: &dyn Random) -> Result<Made, NoKey> {
    let private = Zeroizing::new(match algorithm {
        Algorithm::EdDsa => {
            let seed = Zeroizing::new(random_bytes::<32>(random));
            [ED25519_PKCS8.as_slice(), seed.as_slice()].concat()
        }
        // These two take their chance from the operating system themselves.
        Algorithm::Es256 => {
            let system = SystemRandom::new();
            let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &system);
            made.map_err(|_| NoKey)?.as_ref().to_vec()
        }
        Algorithm::Rs256 => {
            let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| NoKey)?;
            let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| NoKey)?;
            let der = der.as_ref().get(BEFORE_RSA_PRIVATE_KEY..).ok_or(NoKey)?;
            der.to_vec()
        }
    });
    let key = encoding_key(algorithm, &private);
    let mut public = Jwk::from_encoding_key(&key, name(algorithm)).map_err(|_| NoKey)?;
    public.common.public_key_use = Some(PublicKeyUse::Signature);
    let kid = public.thumbprint(ThumbprintHash::SHA256);
    let kid = kid.map_err(|_| NoKey)?;
    public.common.key_id = Some(kid.clone());
    Ok(Made {
        kid,
        public_jwk: serde_json::to_string(&public).map_err(|_| NoKey)?,
        private,
    })
}

/// A private half, ready to sign.
pub(super) fn encoding_key(algorithm: Algorithm, private: &[u8]) -> EncodingKey {
    match algorithm {
        Algorithm::EdDsa => EncodingKey::from_ed_der(private),
        Algorithm::Es256 => EncodingKey::from_ec_der(private),
        Algorithm::Rs256 => EncodingKey::from_rsa_der(private),
    }
}

/// What the library calls it.
pub(super) const fn name(algorithm: Algorithm) -> jsonwebtoken::Algorithm {
    match algorithm {
        Algorithm::EdDsa => jsonwebtoken::Algorithm::EdDSA,
        Algorithm::Es256 => jsonwebtoken::Algorithm::ES256,
        Algorithm::Rs256 => jsonwebtoken::Algorithm::RS256,
    }
}
