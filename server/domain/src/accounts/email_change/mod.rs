//! Changing the address of an account: asked for, confirmed from the new address, and undone from
//! the old one.

mod confirm;
mod request;
mod undo;

use std::time::Duration;

use async_trait::async_trait;

pub(super) use confirm::Counted;
pub use request::{ChangeEmail, ChangeEmailOutcome};
pub use undo::{UndoLink, UndoOutcome};

use super::AccountId;
use crate::{clock::Timestamp, store::StorageError};

/// How long the former address can undo a change, and belongs to nobody else.
pub const UNDO_LIFETIME: Duration = Duration::from_hours(72);

/// A change at rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailChange {
    /// `UUIDv7`; what its links point at.
    pub id: String,
    /// Whose.
    pub account: AccountId,
    /// The new address as typed.
    pub address: String,
    /// The key under which it will be found.
    pub lookup_key: String,
    /// The key of the address that it replaces.
    pub former: String,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it can't be confirmed any more; once it counts, when it can't be undone any more.
    pub expires_at: Timestamp,
    /// Since when it counts, if it does. Of an account's changes, a later one counts since later,
    /// whatever the clocks say.
    pub changed_at: Option<Timestamp>,
}

/// Changes of addresses at rest.
#[async_trait]
pub trait EmailChanges {
    /// Writes a change that waits to be confirmed.
    async fn insert_email_change(&mut self, change: &EmailChange) -> Result<(), StorageError>;

    /// A change by id.
    async fn find_email_change(&mut self, id: &str) -> Result<Option<EmailChange>, StorageError>;

    /// The first change that counts by which an account gave an address up, if it can be undone.
    async fn find_email_change_from(
        &mut self,
        account: AccountId,
        former: &str,
    ) -> Result<Option<EmailChange>, StorageError>;

    /// The change of an account that waits to be confirmed.
    async fn find_waiting_email_change(
        &mut self,
        account: AccountId,
    ) -> Result<Option<EmailChange>, StorageError>;

    /// Removes the changes of an account that wait to be confirmed, and gives their ids.
    async fn delete_waiting_email_changes(
        &mut self,
        account: AccountId,
    ) -> Result<Vec<String>, StorageError>;

    /// Has a waiting change count from `now` on: the new address is the account's primary one, the
    /// former one is held until `undo_until`. `false` when the account's address is another one
    /// meanwhile; [`StorageError::Taken`] when the new one belongs to another account.
    async fn apply_email_change(
        &mut self,
        change: &EmailChange,
        now: Timestamp,
        undo_until: Timestamp,
    ) -> Result<bool, StorageError>;

    /// Puts the former address of a change back, whatever changes came after it, which are removed
    /// like the change itself; gives the ids of all of them. `None` when that address isn't held for
    /// the account any more.
    async fn undo_email_change(
        &mut self,
        change: &EmailChange,
        now: Timestamp,
    ) -> Result<Option<Vec<String>>, StorageError>;

    /// Removes changes that expired before `before`, and gives back the addresses that were held
    /// for them.
    async fn delete_expired_email_changes(
        &mut self,
        before: Timestamp,
    ) -> Result<u64, StorageError>;
}
