//! The unit of work: what belongs together is kept together, or not at all.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::Notify;

use crate::{
    accounts::{Accounts, EmailChanges, Invitations, Registrations},
    admin::Directory,
    audit::{AuditChain, AuditReading, AuditTrail},
    clients::Clients,
    installation::Installations,
    keys::{SealedValues, signing::SigningKeys},
    links::OneTimeLinks,
    mail::MailQueue,
    oauth_grants::Authorizations,
    sessions::Sessions,
    social::Identities,
    throttle::Throttles,
    tokens::{Grants, Revocations, Tokens},
    watching::StockTaking,
};

/// A failure of the machine or the database; never something a person did.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database refused.
    #[error("the database failed: {0}")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database is unreachable, full or too busy: the same may well succeed later.
    #[error("the database is unavailable: {0}")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A unique value exists already. Verbs that can meet it turn it into an outcome.
    #[error("a unique value exists already")]
    Taken,
    /// A row holds what no version of this program writes.
    #[error("the table {table} holds nonsense in {column}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
}

/// One unit of work over every port. Dropping it undoes what it did.
#[async_trait]
pub trait Work:
    Accounts
    + Registrations
    + EmailChanges
    + Invitations
    + Sessions
    + Identities
    + OneTimeLinks
    + MailQueue
    + AuditTrail
    + AuditChain
    + AuditReading
    + Installations
    + Throttles
    + SigningKeys
    + SealedValues
    + Tokens
    + Grants
    + Clients
    + Authorizations
    + Revocations
    + Directory
    + StockTaking
    + Send
{
    /// Keeps everything this unit did. When it returns, a power cut loses nothing of it.
    ///
    /// # Errors
    /// [`StorageError`] when the database could not promise that; nothing is kept then.
    async fn commit(self: Box<Self>) -> Result<(), StorageError>;
}

/// Where units of work come from.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Opens a unit that reads and writes. Do nothing slow inside, above all no hashing.
    ///
    /// # Errors
    /// [`StorageError`] when the database can't be reached.
    async fn begin(&self) -> Result<Box<dyn Work>, StorageError>;

    /// Opens a unit that only reads, beside the writers. The database refuses its writes.
    ///
    /// # Errors
    /// [`StorageError`] when the database can't be reached.
    async fn read(&self) -> Result<Box<dyn Work>, StorageError>;

    /// Rings after each unit of this process that queued mail was committed. Other processes are
    /// not heard.
    fn mail_bell(&self) -> Arc<Notify>;

    /// Rings after each unit of this process that revoked something was committed. Other processes
    /// are not heard.
    fn revocation_bell(&self) -> Arc<Notify>;

    /// How many units of this process were committed that may have changed who may call the API, or
    /// as whom, or which secrets of which clients count. What was read before it rose may be out of date.
    fn changes_of_callers(&self) -> u64;
}
