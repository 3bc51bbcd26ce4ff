//! The queue of sealed mails.

use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    mail::{MailQueue, QueuedMail},
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
}

impl From<MailRow> for QueuedMail {
    fn from(row: MailRow) -> Self {
        Self {
            id: row.id,
            sealed: row.sealed,
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
        }
    }
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
        Ok(())
    }

    async fn list_mail(&mut self, limit: i64) -> Result<Vec<QueuedMail>, StorageError> {
        let rows: Vec<MailRow> = self
            .fetch_all(
                "SELECT id, sealed, created_at, expires_at
                 FROM mail_queue ORDER BY created_at DESC, id DESC LIMIT $1",
                values![limit],
            )
            .await?;
        Ok(rows.into_iter().map(QueuedMail::from).collect())
    }

    async fn find_mail(&mut self, id: &str) -> Result<Option<QueuedMail>, StorageError> {
        let row: Option<MailRow> = self
            .fetch_optional(
                "SELECT id, sealed, created_at, expires_at FROM mail_queue WHERE id = $1",
                values![id],
            )
            .await?;
        Ok(row.map(QueuedMail::from))
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
