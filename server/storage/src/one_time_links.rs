//! One-time links, by the hash of their token.

use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    links::{LinkHash, LinkPurpose, OneTimeLink, OneTimeLinks},
    store::StorageError,
};
use sqlx::FromRow;

use crate::{unit_of_work::UnitOfWork, value::values};

#[derive(FromRow)]
struct LinkRow {
    target: String,
    created_at: i64,
    expires_at: i64,
    used_at: Option<i64>,
}

#[async_trait]
impl OneTimeLinks for UnitOfWork {
    async fn insert_link(&mut self, link: &OneTimeLink) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO one_time_links (hash, purpose, target, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5)",
            values![
                link.hash.as_bytes(),
                link.purpose.as_str(),
                &*link.target,
                link.created_at,
                link.expires_at
            ],
        )
        .await?;
        Ok(())
    }

    async fn find_link(
        &mut self,
        purpose: LinkPurpose,
        hash: &LinkHash,
    ) -> Result<Option<OneTimeLink>, StorageError> {
        let row: Option<LinkRow> = self
            .fetch_optional(
                "SELECT target, created_at, expires_at, used_at
                 FROM one_time_links WHERE hash = $1 AND purpose = $2",
                values![hash.as_bytes(), purpose.as_str()],
            )
            .await?;
        Ok(row.map(|row| OneTimeLink {
            purpose,
            hash: *hash,
            target: row.target,
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
            used_at: row.used_at.map(Timestamp::from_micros),
        }))
    }

    async fn use_link(
        &mut self,
        purpose: LinkPurpose,
        hash: &LinkHash,
        now: Timestamp,
    ) -> Result<bool, StorageError> {
        let used = self
            .execute(
                "UPDATE one_time_links SET used_at = $1
                 WHERE hash = $2 AND purpose = $3 AND used_at IS NULL AND expires_at > $1",
                values![now, hash.as_bytes(), purpose.as_str()],
            )
            .await?;
        Ok(used == 1)
    }

    async fn delete_unused_links(&mut self, target: &str) -> Result<(), StorageError> {
        self.execute(
            "DELETE FROM one_time_links WHERE target = $1 AND used_at IS NULL",
            values![target],
        )
        .await?;
        Ok(())
    }

    async fn delete_expired_links(&mut self, before: Timestamp) -> Result<u64, StorageError> {
        self.execute(
            "DELETE FROM one_time_links WHERE expires_at < $1",
            values![before],
        )
        .await
    }
}
