//! One-time links: 256 random bits in a mail, only their hash at rest, used once.

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::{
    clock::Timestamp,
    random::{Random, random_bytes},
    store::{StorageError, Work},
};

/// The secret part of a one-time link. Shown only to the mail that carries it.
pub struct LinkToken(String);

impl LinkToken {
    /// A new token of 256 random bits.
    pub fn generate(random: &dyn Random) -> Self {
        Self(URL_SAFE_NO_PAD.encode(random_bytes::<32>(random)))
    }

    /// The text for the link.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is stored.
    pub fn hash(&self) -> LinkHash {
        LinkHash(Sha256::digest(self.0.as_bytes()).into())
    }
}

/// SHA-256 of a link token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkHash([u8; 32]);

impl LinkHash {
    /// Hashes what a person's link carried; `None` when it can't be a token of ours.
    pub fn of_typed(token: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        (bytes.len() == 32).then(|| Self(Sha256::digest(token.as_bytes()).into()))
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Confirms the address of a registration.
    ConfirmRegistration,
    /// Sets a new password for an account.
    ResetPassword,
    /// Confirms the new address of an account.
    ConfirmEmailChange,
    /// Puts the former address of an account back.
    UndoEmailChange,
    /// Makes the account that somebody is invited to.
    AcceptInvitation,
}

impl LinkPurpose {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConfirmRegistration => "confirm_registration",
            Self::ResetPassword => "reset_password",
            Self::ConfirmEmailChange => "confirm_email_change",
            Self::UndoEmailChange => "undo_email_change",
            Self::AcceptInvitation => "accept_invitation",
        }
    }
}

/// A link at rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneTimeLink {
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Hash of its token.
    pub hash: LinkHash,
    /// The id of what it acts on.
    pub target: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is refused.
    pub expires_at: Timestamp,
    /// When it was used, if it was.
    pub used_at: Option<Timestamp>,
}

/// What a token that somebody brought leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum FoundLink {
    /// A link that can be used.
    Live(OneTimeLink),
    /// Its time is over.
    Expired,
    /// It did its work already.
    Used,
    /// Not a link of ours, or none for this purpose.
    Unknown,
}

/// Looks at a link without using it: mail scanners follow links.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn find(
    work: &mut dyn Work,
    purpose: LinkPurpose,
    token: &str,
    now: Timestamp,
) -> Result<FoundLink, StorageError> {
    let Some(hash) = LinkHash::of_typed(token) else {
        return Ok(FoundLink::Unknown);
    };
    Ok(match work.find_link(purpose, &hash).await? {
        None => FoundLink::Unknown,
        Some(link) if link.used_at.is_some() => FoundLink::Used,
        Some(link) if link.expires_at <= now => FoundLink::Expired,
        Some(link) => FoundLink::Live(link),
    })
}

/// One-time links at rest.
#[async_trait]
pub trait OneTimeLinks {
    /// Keeps a new link.
    async fn insert_link(&mut self, link: &OneTimeLink) -> Result<(), StorageError>;

    /// Looks at a link without using it.
    async fn find_link(
        &mut self,
        purpose: LinkPurpose,
        hash: &LinkHash,
    ) -> Result<Option<OneTimeLink>, StorageError>;

    /// Marks a link as used. `true` for exactly one caller, and only before it expires.
    async fn use_link(
        &mut self,
        purpose: LinkPurpose,
        hash: &LinkHash,
        now: Timestamp,
    ) -> Result<bool, StorageError>;

    /// Forgets the unused links to a target, so that older mails stop working.
    async fn delete_unused_links(&mut self, target: &str) -> Result<(), StorageError>;

    /// Forgets links that expired before `before`.
    async fn delete_expired_links(&mut self, before: Timestamp) -> Result<u64, StorageError>;
}
