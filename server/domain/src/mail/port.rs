//! What the rules of mail need from storage.

use async_trait::async_trait;

use crate::{clock::Timestamp, store::StorageError};

/// A mail as it is queued.
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

/// A mail at rest, with what became of it so far.
#[derive(Clone, Debug)]
pub struct StoredMail {
    /// As it was queued; once it failed, sealed without its message.
    pub mail: QueuedMail,
    /// How often sending it was begun.
    pub attempts: i64,
    /// When it is due.
    pub next_attempt_at: Timestamp,
    /// Until when somebody who sends it has it to themselves.
    pub claimed_until: Option<Timestamp>,
    /// The code of the last [`super::Trouble`].
    pub last_error: Option<String>,
    /// When it was given up.
    pub failed_at: Option<Timestamp>,
}

/// How many mails there are whose time isn't over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailCounts {
    /// That wait to be sent, or are being sent.
    pub waiting: i64,
    /// That were given up.
    pub failed: i64,
}

/// Who takes a mail, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct MailClaim<'a> {
    /// A name that is used for one claim only.
    pub by: &'a str,
    /// The present.
    pub now: Timestamp,
    /// When others may take it.
    pub until: Timestamp,
}

/// The mail queue at rest. Verbs that take `by` do something only while the claim of that name
/// stands, and say whether they did.
#[async_trait]
pub trait MailQueue {
    /// Adds a mail. Committing it rings [`crate::store::Store::mail_bell`].
    async fn insert_mail(&mut self, mail: &QueuedMail) -> Result<(), StorageError>;
    /// The newest mails first, at most `limit`.
    async fn list_mail(&mut self, limit: i64) -> Result<Vec<StoredMail>, StorageError>;
    /// One mail by id.
    async fn find_mail(&mut self, id: &str) -> Result<Option<StoredMail>, StorageError>;
    /// Counts the mails that aren't expired.
    async fn count_mail(&mut self, now: Timestamp) -> Result<MailCounts, StorageError>;
    /// Whether a mail is due that nobody has claimed.
    async fn is_mail_due(&mut self, now: Timestamp) -> Result<bool, StorageError>;
    /// Claims the mail that is due the longest and counts the attempt. `None` as well when another
    /// node was quicker, though others may be due.
    async fn claim_mail(
        &mut self,
        claim: MailClaim<'_>,
    ) -> Result<Option<StoredMail>, StorageError>;
    /// Forgets a mail that was delivered.
    async fn delete_claimed_mail(&mut self, id: &str, by: &str) -> Result<bool, StorageError>;
    /// Has a mail tried again later.
    async fn defer_mail(
        &mut self,
        id: &str,
        by: &str,
        next_attempt_at: Timestamp,
        error: &str,
    ) -> Result<bool, StorageError>;
    /// Gives a mail back that was not tried after all.
    async fn release_mail(&mut self, id: &str, by: &str) -> Result<bool, StorageError>;
    /// Gives a mail up, keeping `sealed` in place of its text.
    async fn fail_mail(
        &mut self,
        id: &str,
        by: &str,
        failed_at: Timestamp,
        error: &str,
        sealed: &[u8],
    ) -> Result<bool, StorageError>;
    /// Takes a mail back, whoever is about to send it.
    async fn delete_mail(&mut self, id: &str) -> Result<(), StorageError>;
    /// Forgets mails that expired before `before`.
    async fn delete_expired_mail(&mut self, before: Timestamp) -> Result<u64, StorageError>;
}
