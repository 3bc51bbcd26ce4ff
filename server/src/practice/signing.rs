//! The keys of practice Google.

use std::sync::Arc;

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
};
use jsonwebtoken::{
    Algorithm, EncodingKey, Header, encode,
    jwk::{Jwk, PublicKeyUse, ThumbprintHash},
};
use serde::Serialize;
use tokio::{sync::Mutex, task::spawn_blocking};

/// A 2048-bit RSA key's PKCS#8 (RFC 5208) has so many bytes before the `RSAPrivateKey` (RFC 8017)
/// in it: version and algorithm never differ, and all lengths take two bytes.
const BEFORE_RSA_PRIVATE_KEY: usize = 26;
/// So many keys are published: the one that signs, and the one before.
const PUBLISHED: usize = 2;

/// Why nothing could be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the practice provider's signing key does not work")]
pub(super) struct NoKey;

/// Keys that are made when they are first needed, since making one takes longer than a start may.
/// They live as long as the process: nobody relies on practice tokens for longer, and a restart is
/// one more rotation.
#[derive(Default)]
pub(super) struct SigningKeys(Mutex<Vec<Arc<SigningKey>>>);

/// One key.
pub(super) struct SigningKey {
    private: EncodingKey,
    public: Jwk,
}

impl SigningKeys {
    /// The key that signs.
    pub(super) async fn current(&self) -> Result<Arc<SigningKey>, NoKey> {
        let mut keys = self.0.lock().await;
        match keys.first() {
            Some(key) => Ok(Arc::clone(key)),
            None => add(&mut keys).await,
        }
    }

    /// Another key signs from now on.
    pub(super) async fn rotate(&self) -> Result<Arc<SigningKey>, NoKey> {
        add(&mut *self.0.lock().await).await
    }

    /// The public halves, the current one first.
    pub(super) async fn published(&self) -> Result<Vec<Jwk>, NoKey> {
        self.current().await?;
        let keys = self.0.lock().await;
        Ok(keys.iter().map(|key| key.public.clone()).collect())
    }
}

async fn add(keys: &mut Vec<Arc<SigningKey>>) -> Result<Arc<SigningKey>, NoKey> {
    let made = spawn_blocking(SigningKey::generate).await;
    let key = Arc::new(made.map_err(|_| NoKey)??);
    keys.insert(0, Arc::clone(&key));
    keys.truncate(PUBLISHED);
    Ok(key)
}

impl SigningKey {
    fn generate() -> Result<Self, NoKey> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| NoKey)?;
        let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| NoKey)?;
        let der = der.as_ref().get(BEFORE_RSA_PRIVATE_KEY..).ok_or(NoKey)?;
        let private = EncodingKey::from_rsa_der(der);
        let mut public = Jwk::from_encoding_key(&private, Algorithm::RS256).map_err(|_| NoKey)?;
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        let thumbprint = public.thumbprint(ThumbprintHash::SHA256);
        public.common.key_id = Some(thumbprint.map_err(|_| NoKey)?);
        Ok(Self { private, public })
    }

    /// Signs claims with RS256.
    pub(super) fn sign(&self, claims: &impl Serialize) -> Result<String, NoKey> {
        let mut header = Header::new(Algorithm::RS256);
        header.kid.clone_from(&self.public.common.key_id);
        encode(&header, claims, &self.private).map_err(|_| NoKey)
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{DecodingKey, Validation, decode};
    use serde_json::{Value, json};

    use super::*;

    #[tokio::test]
    async fn a_rotated_key_has_another_name_and_the_one_before_stays_published() {
        let keys = SigningKeys::default();
        let first = keys.current().await.unwrap();
        let published = keys.published().await.unwrap();
        assert_eq!(published, std::slice::from_ref(&first.public));
        let second = keys.rotate().await.unwrap();
        let third = keys.rotate().await.unwrap();
        let published = keys.published().await.unwrap();
        assert_eq!(published, [third.public.clone(), second.public.clone()]);
        assert_ne!(published[0].common.key_id, published[1].common.key_id);
    }

    #[tokio::test]
    async fn what_is_signed_can_be_verified_with_the_published_key() {
        let keys = SigningKeys::default();
        let key = keys.current().await.unwrap();
        let token = key.sign(&json!({ "sub": "1815" })).unwrap();
        let mut validation = Validation::new(Algorithm::RS256);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        let public = DecodingKey::from_jwk(&key.public).unwrap();
        let read = decode::<Value>(&token, &public, &validation).unwrap();
        assert_eq!(read.claims["sub"], "1815");
        assert_eq!(read.header.kid, key.public.common.key_id);
    }
}
