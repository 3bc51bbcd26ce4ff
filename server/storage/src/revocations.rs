//! Revocations, in the order in which the feed tells them.

use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    store::StorageError,
    tokens::{RevocationRow, Revocations},
};
use sqlx::FromRow;

use crate::{unit_of_work::UnitOfWork, value::values};

#[derive(FromRow)]
struct Stored {
    entry: Vec<u8>,
    seq: i64,
    expires_at: i64,
}

#[derive(FromRow)]
struct Count {
    value: i64,
}

#[async_trait]
impl Revocations for UnitOfWork {
    async fn next_revocation(&mut self) -> Result<i64, StorageError> {
        let row: Option<Count> = self
            .fetch_optional(
                "UPDATE counters SET value = value + 1 WHERE name = 'revocations' RETURNING value",
                values![],
            )
            .await?;
        row.map(|row| row.value).ok_or(StorageError::Inconsistent {
            table: "counters",
            column: "name",
        })
    }

    async fn revocations_seq(&mut self) -> Result<i64, StorageError> {
        let row: Option<Count> = self
            .fetch_optional(
                "SELECT value FROM counters WHERE name = 'revocations'",
                values![],
            )
            .await?;
        Ok(row.map_or(0, |row| row.value))
    }

    async fn insert_revocation(&mut self, row: &RevocationRow) -> Result<(), StorageError> {
        let news = self.news();
        news.callers = true;
        news.revocations = true;
        self.execute(
            "INSERT INTO revocations (entry, seq, expires_at) VALUES ($1, $2, $3)
             ON CONFLICT (entry) DO UPDATE SET seq = excluded.seq,
                 expires_at = CASE WHEN excluded.expires_at > revocations.expires_at
                     THEN excluded.expires_at ELSE revocations.expires_at END",
            values![&row.entry, row.seq, row.expires_at],
        )
        .await?;
        Ok(())
    }

    async fn list_revocations(
        &mut self,
        since: i64,
        now: Timestamp,
    ) -> Result<Vec<RevocationRow>, StorageError> {
        let rows: Vec<Stored> = self
            .fetch_all(
                "SELECT entry, seq, expires_at FROM revocations
                 WHERE seq > $1 AND expires_at > $2 ORDER BY seq",
                values![since, now],
            )
            .await?;
        let rows = rows.into_iter().map(|row| {
            let entry = row.entry.as_slice().try_into();
            Ok(RevocationRow {
                entry: entry.map_err(|_| StorageError::Inconsistent {
                    table: "revocations",
                    column: "entry",
                })?,
                seq: row.seq,
                expires_at: Timestamp::from_micros(row.expires_at),
            })
        });
        rows.collect()
    }

    async fn delete_expired_revocations(&mut self, before: Timestamp) -> Result<u64, StorageError> {
        self.execute(
            "DELETE FROM revocations WHERE expires_at < $1",
            values![before],
        )
        .await
    }
}
