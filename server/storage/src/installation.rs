//! The installation's one row.

use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    installation::{Installation, Installations},
    store::StorageError,
};
use sqlx::FromRow;

use crate::{unit_of_work::UnitOfWork, value::values};

#[derive(FromRow)]
struct InstallationRow {
    issuer: String,
    rp_id: String,
    pairwise_salt: String,
    created_at: i64,
}

#[derive(FromRow)]
struct MacKeyRow {
    mac_key: Option<Vec<u8>>,
}

#[async_trait]
impl Installations for UnitOfWork {
    async fn find_installation(&mut self) -> Result<Option<Installation>, StorageError> {
        let row: Option<InstallationRow> = self
            .fetch_optional(
                "SELECT issuer, rp_id, pairwise_salt, created_at FROM installation WHERE id = 1",
                values![],
            )
            .await?;
        Ok(row.map(|row| Installation {
            issuer: row.issuer,
            rp_id: row.rp_id,
            pairwise_salt: row.pairwise_salt,
            created_at: Timestamp::from_micros(row.created_at),
        }))
    }

    async fn insert_installation(&mut self, row: &Installation) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO installation (id, issuer, rp_id, pairwise_salt, created_at)
             VALUES (1, $1, $2, $3, $4)",
            values![
                &*row.issuer,
                &*row.rp_id,
                &*row.pairwise_salt,
                row.created_at
            ],
        )
        .await?;
        Ok(())
    }

    async fn find_mac_key(&mut self) -> Result<Option<Vec<u8>>, StorageError> {
        let row: Option<MacKeyRow> = self
            .fetch_optional("SELECT mac_key FROM installation WHERE id = 1", values![])
            .await?;
        Ok(row.and_then(|row| row.mac_key))
    }

    async fn replace_mac_key(
        &mut self,
        from: Option<&[u8]>,
        to: &[u8],
    ) -> Result<bool, StorageError> {
        let changed = match from {
            Some(from) => {
                self.execute(
                    "UPDATE installation SET mac_key = $1 WHERE id = 1 AND mac_key = $2",
                    values![to, from],
                )
                .await?
            }
            None => {
                self.execute(
                    "UPDATE installation SET mac_key = $1 WHERE id = 1 AND mac_key IS NULL",
                    values![to],
                )
                .await?
            }
        };
        Ok(changed == 1)
    }

    async fn change_issuer(&mut self, issuer: &str, rp_id: &str) -> Result<(), StorageError> {
        self.execute(
            "UPDATE installation SET issuer = $1, rp_id = $2 WHERE id = 1",
            values![issuer, rp_id],
        )
        .await?;
        Ok(())
    }
}
