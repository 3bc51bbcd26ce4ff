//! A sign-up that waits for its address to be confirmed. Not yet an account.

use crate::{
    client::BrowserHash, clock::Timestamp, credentials::PasswordHash, social::FoundIdentity,
};

/// A sign-up at rest. A later one for the same address replaces it, so that nobody can plant a
/// password in someone else's account.
#[derive(Clone)]
pub struct Registration {
    /// `UUIDv7`; what the confirmation link points at.
    pub id: String,
    /// The address as typed.
    pub email: String,
    /// The key under which it is found.
    pub lookup_key: String,
    /// The name that was given.
    pub name: String,
    /// The hash of the password that was chosen; `None` with an identity.
    pub password: Option<PasswordHash>,
    /// Who they are where they came from.
    pub identity: Option<FoundIdentity>,
    /// Where they were going: a parsed local path.
    pub next: Option<String>,
    /// The browser that signed up.
    pub browser: Option<BrowserHash>,
    /// When.
    pub created_at: Timestamp,
    /// When it is forgotten.
    pub expires_at: Timestamp,
}
