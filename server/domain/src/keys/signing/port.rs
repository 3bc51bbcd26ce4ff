//! What signing keys need from storage.

use async_trait::async_trait;

use super::Algorithm;
use crate::{clock::Timestamp, store::StorageError};

/// What a key signs. A verifier tells them apart by the `typ` of what was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyPurpose {
    /// Access tokens (RFC 9068), those that people make for themselves among them.
    Access,
    /// The revocation feed.
    Feed,
    /// ID tokens, and what is told of people as JWTs (OpenID Connect Core sections 2 and 5.3.2).
    Id,
}

impl KeyPurpose {
    /// Every one there is.
    pub const ALL: [Self; 3] = [Self::Access, Self::Feed, Self::Id];

    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Feed => "feed",
            Self::Id => "id",
        }
    }

    /// From the stored word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.as_str() == word)
    }
}

/// A signing key at rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKeyRow {
    /// The RFC 7638 thumbprint of its public half.
    pub kid: String,
    /// What it signs.
    pub purpose: KeyPurpose,
    /// With which algorithm.
    pub algorithm: Algorithm,
    /// Counts the keys of one purpose and algorithm.
    pub generation: i64,
    /// Its public half as a JSON Web Key (RFC 7517).
    pub public_jwk: String,
    /// Its private half under the master key, until it stops signing.
    pub sealed_private: Option<Vec<u8>>,
    /// When it was made, and published.
    pub created_at: Timestamp,
    /// When it begins to sign.
    pub signs_from: Timestamp,
    /// When the next one signs in its place.
    pub signs_until: Timestamp,
    /// Until when it is published; `None` until it has stopped signing.
    pub published_until: Option<Timestamp>,
}

/// Signing keys at rest.
#[async_trait]
pub trait SigningKeys {
    /// Counts one more change of the keys. Whoever else changes them waits until this unit ends, so
    /// it comes first.
    async fn touch_signing_keys(&mut self) -> Result<(), StorageError>;

    /// How many changes of the keys there were.
    async fn signing_keys_revision(&mut self) -> Result<i64, StorageError>;

    /// All of them, by purpose, algorithm and generation.
    async fn list_signing_keys(&mut self) -> Result<Vec<SigningKeyRow>, StorageError>;

    /// Writes one; [`StorageError::Taken`] when its generation has one already.
    async fn insert_signing_key(&mut self, row: &SigningKeyRow) -> Result<(), StorageError>;

    /// Whether a key is still there; if so, nobody drops it before this unit ends.
    async fn hold_signing_key(&mut self, kid: &str) -> Result<bool, StorageError>;

    /// Gives a key other times of signing.
    async fn reschedule_signing_key(
        &mut self,
        kid: &str,
        signs_from: Timestamp,
        signs_until: Timestamp,
    ) -> Result<(), StorageError>;

    /// Destroys a private half; the public one is published until then.
    async fn retire_signing_key(
        &mut self,
        kid: &str,
        published_until: Timestamp,
    ) -> Result<(), StorageError>;

    /// Removes a key.
    async fn delete_signing_key(&mut self, kid: &str) -> Result<(), StorageError>;

    /// Puts another sealed form of a private half in the place of `from`; `false` when it isn't that
    /// any more.
    async fn reseal_signing_key(
        &mut self,
        kid: &str,
        from: &[u8],
        to: &[u8],
    ) -> Result<bool, StorageError>;

    /// When the last of people's own tokens expires that a key signed.
    async fn last_expiry_signed_by(&mut self, kid: &str)
    -> Result<Option<Timestamp>, StorageError>;
}
