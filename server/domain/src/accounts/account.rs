//! An account and its names: one for ourselves, one for the world.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    client::Client,
    clock::Timestamp,
    language::Language,
    random::{Random, random_bytes, time_ordered_id},
};

/// Our own name for an account (`UUIDv7`). It never leaves the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountId(Uuid);

impl AccountId {
    /// A new id.
    pub fn generate(now: Timestamp, random: &dyn Random) -> Self {
        Self(time_ordered_id(now, random))
    }

    /// From stored text.
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::parse_str(text).ok().map(Self)
    }
}

impl std::fmt::Display for AccountId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What the world sees as `sub` (OpenID Connect Core section 2): 128 random bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject(String);

impl Subject {
    /// A new subject.
    pub fn generate(random: &dyn Random) -> Self {
        Self(URL_SAFE_NO_PAD.encode(random_bytes::<16>(random)))
    }

    /// From stored text.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The user handle of an account's passkeys (WebAuthn section 5.4.3): 64 random bytes.
pub struct WebauthnUserHandle([u8; 64]);

impl WebauthnUserHandle {
    /// A new handle.
    pub fn generate(random: &dyn Random) -> Self {
        Self(random_bytes(random))
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

/// What an account may do beyond its own affairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees people, sessions, tokens and the audit trail, and ends sessions.
    Support,
    /// Everything.
    Admin,
}

impl Role {
    /// Every one there is, the one that may most last.
    pub const ALL: [Self; 2] = [Self::Support, Self::Admin];

    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Support => "support",
            Self::Admin => "admin",
        }
    }

    /// From the stored word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// An account, as pages show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Our name for it.
    pub id: AccountId,
    /// The world's name for it.
    pub subject: Subject,
    /// What the person wants to be called.
    pub name: String,
    /// The primary address, as it was typed when it was confirmed.
    pub email: String,
    /// The language the person chose, unless their browser is to say.
    pub language: Option<Language>,
    /// When it was born.
    pub created_at: Timestamp,
}

impl Account {
    /// The language for a mail to the person that a request of `client` causes: what they chose,
    /// else what is read where it comes from.
    pub fn language_of_mail(&self, client: &Client) -> Language {
        self.language.unwrap_or(client.language)
    }
}
