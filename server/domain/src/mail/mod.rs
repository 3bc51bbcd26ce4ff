//! Mail to people: queued in the unit that causes it, encrypted until it is delivered.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    foundation::Foundation,
    keys::{Purpose, SealError},
    random::time_ordered_id,
    store::{StorageError, Work},
};

/// How long an undelivered mail is kept.
pub const MAIL_LIFETIME: Duration = Duration::from_hours(72);

/// A mail, in codes; its sentences stand in the catalogue of texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Message {
    /// Asks to confirm the address that someone signed up with. Carries nothing that they typed: a
    /// stranger could send their own words to any address that way.
    ConfirmAddress {
        /// The one-time token for `/verify-email`.
        token: String,
        /// How long the link lives, in seconds.
        lifetime: u64,
    },
    /// Tells an owner that someone signed up with their address again.
    AlreadyRegistered {
        /// The account's name.
        name: String,
    },
    /// Carries the link that sets a new password.
    ResetPassword {
        /// The account's name.
        name: String,
        /// The one-time token for `/reset-password`.
        token: String,
        /// How long the link lives, in seconds.
        lifetime: u64,
    },
    /// Tells an owner that their password was changed.
    PasswordChanged {
        /// The account's name.
        name: String,
        /// When, in microseconds UTC.
        at: i64,
        /// From where.
        address: String,
        /// What the browser called itself.
        user_agent: String,
    },
}

/// A queued mail at rest.
#[derive(Clone, Debug)]
pub struct QueuedMail {
    /// `UUIDv7`.
    pub id: String,
    /// Recipient and message, sealed.
    pub sealed: Vec<u8>,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it is given up.
    pub expires_at: Timestamp,
}

/// A queued mail, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedMail {
    /// Its id.
    pub id: String,
    /// The recipient's address.
    pub to: String,
    /// What it says.
    pub message: Message,
    /// When it was queued.
    pub created_at: Timestamp,
}

/// The mail queue at rest.
#[async_trait]
pub trait MailQueue {
    /// Adds a mail.
    async fn insert_mail(&mut self, mail: &QueuedMail) -> Result<(), StorageError>;
    /// The newest mails first, at most `limit`.
    async fn list_mail(&mut self, limit: i64) -> Result<Vec<QueuedMail>, StorageError>;
    /// One mail by id.
    async fn find_mail(&mut self, id: &str) -> Result<Option<QueuedMail>, StorageError>;
    /// Takes a mail back.
    async fn delete_mail(&mut self, id: &str) -> Result<(), StorageError>;
    /// Forgets mails that expired before `before`.
    async fn delete_expired_mail(&mut self, before: Timestamp) -> Result<u64, StorageError>;
}

/// Why the queue failed.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A mail can't be sealed or opened.
    #[error("a queued mail can't be read: {0}")]
    Sealed(#[from] SealError),
    /// An opened mail isn't a message of this version.
    #[error("a queued mail holds an unknown message")]
    Unknown,
}

impl From<MailError> for StorageError {
    fn from(error: MailError) -> Self {
        match error {
            MailError::Storage(error) => error,
            other => Self::Database(Box::new(other)),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    to: String,
    message: Message,
}

/// Queues `message` to `to` as part of `work` and gives the mail's id.
///
/// # Errors
/// [`MailError`] when it can't be sealed or stored.
pub async fn queue(
    foundation: &Foundation,
    work: &mut dyn Work,
    to: &str,
    message: Message,
) -> Result<String, MailError> {
    let now = foundation.now();
    let random = foundation.random.as_ref();
    let id = time_ordered_id(now, random).to_string();
    let plain = serde_json::to_vec(&Sealed {
        to: to.to_owned(),
        message,
    })
    .map_err(|_| MailError::Unknown)?;
    let sealed = foundation.keys.seal(Purpose::Mail, &id, &plain, random)?;
    work.insert_mail(&QueuedMail {
        id: id.clone(),
        sealed,
        created_at: now,
        expires_at: now.plus(MAIL_LIFETIME),
    })
    .await?;
    Ok(id)
}

/// The newest queued mails, opened; at most `limit`.
///
/// # Errors
/// [`MailError`] when the database fails or a mail can't be opened.
pub async fn list(foundation: &Foundation, limit: i64) -> Result<Vec<OpenedMail>, MailError> {
    let rows = foundation.store.read().await?.list_mail(limit).await?;
    rows.into_iter().map(|row| open(foundation, row)).collect()
}

/// One queued mail, opened.
///
/// # Errors
/// [`MailError`] when the database fails or the mail can't be opened.
pub async fn find(foundation: &Foundation, id: &str) -> Result<Option<OpenedMail>, MailError> {
    let row = foundation.store.read().await?.find_mail(id).await?;
    row.map(|row| open(foundation, row)).transpose()
}

fn open(foundation: &Foundation, row: QueuedMail) -> Result<OpenedMail, MailError> {
    let plain = foundation.keys.open(Purpose::Mail, &row.id, &row.sealed)?;
    let Sealed { to, message } = serde_json::from_slice(&plain).map_err(|_| MailError::Unknown)?;
    Ok(OpenedMail {
        id: row.id,
        to,
        message,
        created_at: row.created_at,
    })
}
