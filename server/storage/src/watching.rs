//! How much there is.

use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    store::StorageError,
    watching::{Stock, StockTaking},
};
use sqlx::FromRow;

use crate::{unit_of_work::UnitOfWork, value::values};

#[derive(FromRow)]
struct StockRow {
    accounts: i64,
    sessions: i64,
    api_tokens: i64,
    mail_waiting: i64,
    mail_failed: i64,
    mail_since: Option<i64>,
    audit_waiting: i64,
}

#[async_trait]
impl StockTaking for UnitOfWork {
    async fn take_stock(&mut self, now: Timestamp) -> Result<Stock, StorageError> {
        let row: Option<StockRow> = self
            .fetch_optional(
                "SELECT
                     (SELECT COUNT(*) FROM accounts) AS accounts,
                     (SELECT COUNT(*) FROM sessions WHERE idle_until > $1) AS sessions,
                     (SELECT COUNT(*) FROM api_tokens WHERE expires_at > $1) AS api_tokens,
                     (SELECT COUNT(*) FROM mail_queue
                      WHERE failed_at IS NULL AND expires_at > $1) AS mail_waiting,
                     (SELECT COUNT(*) FROM mail_queue
                      WHERE failed_at IS NOT NULL AND expires_at > $1) AS mail_failed,
                     (SELECT MIN(created_at) FROM mail_queue
                      WHERE failed_at IS NULL AND expires_at > $1) AS mail_since,
                     (SELECT COUNT(*) FROM audit_pending) AS audit_waiting",
                values![now],
            )
            .await?;
        let Some(row) = row else {
            return Ok(Stock::default());
        };
        Ok(Stock {
            accounts: row.accounts,
            sessions: row.sessions,
            api_tokens: row.api_tokens,
            mail_waiting: row.mail_waiting,
            mail_failed: row.mail_failed,
            mail_oldest: row
                .mail_since
                .map(|since| now.since(Timestamp::from_micros(since)))
                .unwrap_or_default(),
            audit_waiting: row.audit_waiting,
        })
    }
}
