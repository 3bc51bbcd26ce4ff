//! The queue of sealed mails.

use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    mail::{MailClaim, MailCounts, MailQueue, QueuedMail, StoredMail},
    store::StorageError,
};
use sqlx::FromRow;

use crate::{unit_of_work::UnitOfWork, value::values};

#[derive(FromRow)]
struct MailRow {
    id: String,
    sealed: Vec<u8>,
    created_at: i64,
    expires_at: i64,
    attempts: i64,
    next_attempt_at: i64,
    claimed_until: Option<i64>,
    last_error: Option<String>,
    failed_at: Option<i64>,
}

impl From<MailRow> for StoredMail {
    fn from(row: MailRow) -> Self {
        Self {
            mail: QueuedMail {
                id: row.id,
                sealed: row.sealed,
                created_at: Timestamp::from_micros(row.created_at),
                expires_at: Timestamp::from_micros(row.expires_at),
            },
            attempts: row.attempts,
            next_attempt_at: Timestamp::from_micros(row.next_attempt_at),
            claimed_until: row.claimed_until.map(Timestamp::from_micros),
            last_error: row.last_error,
            failed_at: row.failed_at.map(Timestamp::from_micros),
        }
    }
}

#[derive(FromRow)]
struct CountsRow {
    waiting: i64,
    failed: i64,
}

#[derive(FromRow)]
struct IdRow {
    #[expect(dead_code, reason = "that there is a row says it all")]
    id: String,
}

#[async_trait]
impl MailQueue for UnitOfWork {
    async fn insert_mail(&mut self, mail: &QueuedMail) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO mail_queue (id, sealed, created_at, expires_at, next_attempt_at)
             VALUES ($1, $2, $3, $4, $3)",
            values![&*mail.id, &*mail.sealed, mail.created_at, mail.expires_at],
        )
        .await?;
        self.news().mail = true;
        Ok(())
    }

    async fn list_mail(&mut self, limit: i64) -> Result<Vec<StoredMail>, StorageError> {
        let rows: Vec<MailRow> = self
            .fetch_all(
                "SELECT id, sealed, created_at, expires_at, attempts, next_attempt_at,
                        claimed_until, last_error, failed_at
                 FROM mail_queue ORDER BY created_at DESC, id DESC LIMIT $1",
                values![limit],
            )
            .await?;
        Ok(rows.into_iter().map(StoredMail::from).collect())
    }

    async fn find_mail(&mut self, id: &str) -> Result<Option<StoredMail>, StorageError> {
        let row: Option<MailRow> = self
            .fetch_optional(
                "SELECT id, sealed, created_at, expires_at, attempts, next_attempt_at,
                        claimed_until, last_error, failed_at
                 FROM mail_queue WHERE id = $1",
                values![id],
            )
            .await?;
        Ok(row.map(StoredMail::from))
    }

    async fn count_mail(&mut self, now: Timestamp) -> Result<MailCounts, StorageError> {
        let row: Option<CountsRow> = self
            .fetch_optional(
                "SELECT COUNT(*) - COUNT(failed_at) AS waiting, COUNT(failed_at) AS failed
                 FROM mail_queue WHERE expires_at > $1",
                values![now],
            )
            .await?;
        Ok(MailCounts {
            waiting: row.as_ref().map_or(0, |row| row.waiting),
            failed: row.map_or(0, |row| row.failed),
        })
    }

    async fn is_mail_due(&mut self, now: Timestamp) -> Result<bool, StorageError> {
        let row: Option<IdRow> = self
            .fetch_optional(
                "SELECT id FROM mail_queue
                 WHERE next_attempt_at <= $1 AND expires_at > $1 AND failed_at IS NULL
                   AND (claimed_by IS NULL OR claimed_until <= $1)
                 LIMIT 1",
                values![now],
            )
            .await?;
        Ok(row.is_some())
    }

    async fn claim_mail(
        &mut self,
        claim: MailClaim<'_>,
    ) -> Result<Option<StoredMail>, StorageError> {
        // On PostgreSQL two nodes can choose the same row. The second waits for the first's commit,
        // and the outer condition, judged anew, refuses it.
        let row: Option<MailRow> = self
            .fetch_optional(
                "UPDATE mail_queue
                 SET claimed_by = $1, claimed_until = $2, attempts = attempts + 1
                 WHERE id = (
                     SELECT id FROM mail_queue
                     WHERE next_attempt_at <= $3 AND expires_at > $3 AND failed_at IS NULL
                       AND (claimed_by IS NULL OR claimed_until <= $3)
                     ORDER BY next_attempt_at, id LIMIT 1)
                   AND next_attempt_at <= $3 AND failed_at IS NULL
                   AND (claimed_by IS NULL OR claimed_until <= $3)
                 RETURNING id, sealed, created_at, expires_at, attempts, next_attempt_at,
                           claimed_until, last_error, failed_at",
                values![claim.by, claim.until, claim.now],
            )
            .await?;
        Ok(row.map(StoredMail::from))
    }

    async fn delete_claimed_mail(&mut self, id: &str, by: &str) -> Result<bool, StorageError> {
        let gone = self
            .execute(
                "DELETE FROM mail_queue WHERE id = $1 AND claimed_by = $2",
                values![id, by],
            )
            .await?;
        Ok(gone == 1)
    }

    async fn defer_mail(
        &mut self,
        id: &str,
        by: &str,
        next_attempt_at: Timestamp,
        error: &str,
    ) -> Result<bool, StorageError> {
        let changed = self
            .execute(
                "UPDATE mail_queue
                 SET claimed_by = NULL, claimed_until = NULL, next_attempt_at = $3, last_error = $4
                 WHERE id = $1 AND claimed_by = $2",
                values![id, by, next_attempt_at, error],
            )
            .await?;
        Ok(changed == 1)
    }

    async fn release_mail(&mut self, id: &str, by: &str) -> Result<bool, StorageError> {
        let changed = self
            .execute(
                "UPDATE mail_queue
                 SET claimed_by = NULL, claimed_until = NULL, attempts = attempts - 1
                 WHERE id = $1 AND claimed_by = $2",
                values![id, by],
            )
            .await?;
        Ok(changed == 1)
    }

    async fn fail_mail(
        &mut self,
        id: &str,
        by: &str,
        failed_at: Timestamp,
        error: &str,
        sealed: &[u8],
    ) -> Result<bool, StorageError> {
        // Moved to the end of the queue, so that nobody looking for work passes it again and again.
        let changed = self
            .execute(
                "UPDATE mail_queue
                 SET claimed_by = NULL, claimed_until = NULL, next_attempt_at = expires_at,
                     failed_at = $3, last_error = $4, sealed = $5
                 WHERE id = $1 AND claimed_by = $2",
                values![id, by, failed_at, error, sealed],
            )
            .await?;
        Ok(changed == 1)
    }

    async fn delete_mail(&mut self, id: &str) -> Result<(), StorageError> {
        self.execute("DELETE FROM mail_queue WHERE id = $1", values![id])
            .await?;
        Ok(())
    }

    async fn delete_expired_mail(&mut self, before: Timestamp) -> Result<u64, StorageError> {
        self.execute(
            "DELETE FROM mail_queue WHERE expires_at < $1",
            values![before],
        )
        .await
    }
}
