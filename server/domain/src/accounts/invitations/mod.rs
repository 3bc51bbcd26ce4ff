//! Invitations: an operator asks somebody in, by a link that only their mailbox gets.

mod accept;
mod invite;

use async_trait::async_trait;

use super::Role;
use crate::{clock::Timestamp, store::StorageError};

pub use accept::{AcceptInvitation, AcceptOutcome, InvitationLink};
pub use invite::{Invite, InviteOutcome};

/// An invitation at rest. A later one for the same address replaces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// `UUIDv7`; what the link points at.
    pub id: String,
    /// The address that mail goes to.
    pub address: String,
    /// The key under which it is found.
    pub lookup_key: String,
    /// What the operator calls the person.
    pub name: Option<String>,
    /// The role that the account will have.
    pub role: Option<Role>,
    /// When.
    pub created_at: Timestamp,
    /// From when on it is over.
    pub expires_at: Timestamp,
}

/// Invitations at rest.
#[async_trait]
pub trait Invitations {
    /// Writes an invitation; [`StorageError::Taken`] when one for the address is there.
    async fn insert_invitation(&mut self, invitation: &Invitation) -> Result<(), StorageError>;

    /// An invitation by id.
    async fn find_invitation(&mut self, id: &str) -> Result<Option<Invitation>, StorageError>;

    /// Invitations in the order of their making, after `after`, at most `limit`, that `now` finds
    /// alive and whose address has no account.
    async fn list_invitations(
        &mut self,
        now: Timestamp,
        after: &str,
        limit: i64,
    ) -> Result<Vec<Invitation>, StorageError>;

    /// Removes an invitation. `true` for exactly one caller.
    async fn delete_invitation(&mut self, id: &str) -> Result<bool, StorageError>;

    /// Removes the invitation for an address and gives its id.
    async fn delete_invitation_of(
        &mut self,
        lookup_key: &str,
    ) -> Result<Option<String>, StorageError>;

    /// Removes invitations that expired before `before`.
    async fn delete_expired_invitations(&mut self, before: Timestamp) -> Result<u64, StorageError>;
}
