//! What rests sealed, in whichever table. A sealed value begins with the name of the key that sealed
//! it, nine bytes long.

use async_trait::async_trait;
use domain::{
    installation::Installations,
    keys::{Purpose, SealedRow, SealedValues, signing::SigningKeys},
    store::StorageError,
};
use sqlx::FromRow;

use crate::{
    unit_of_work::UnitOfWork,
    value::{Value, values},
};

#[derive(FromRow)]
struct NamedRow {
    id: String,
    sealed: Vec<u8>,
}

#[derive(FromRow)]
struct HashedRow {
    id: Vec<u8>,
    sealed: Vec<u8>,
}

#[derive(FromRow)]
struct Count {
    count: i64,
}

fn text(id: &[u8]) -> String {
    String::from_utf8_lossy(id).into_owned()
}

impl UnitOfWork {
    async fn list_named(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<SealedRow>, StorageError> {
        let rows: Vec<NamedRow> = self.fetch_all(sql, values).await?;
        let rows = rows.into_iter().map(|row| SealedRow {
            id: row.id.into_bytes(),
            sealed: row.sealed,
        });
        Ok(rows.collect())
    }
}

#[async_trait]
impl SealedValues for UnitOfWork {
    async fn list_sealed_otherwise(
        &mut self,
        purpose: Purpose,
        head: &[u8],
        after: &[u8],
        limit: i64,
    ) -> Result<Vec<SealedRow>, StorageError> {
        let named = values![head, text(after), limit];
        match purpose {
            Purpose::Mail => {
                self.list_named(
                    "SELECT id, sealed FROM mail_queue
                     WHERE substr(sealed, 1, 9) <> $1 AND id > $2 ORDER BY id LIMIT $3",
                    named,
                )
                .await
            }
            Purpose::SigningKey => {
                self.list_named(
                    "SELECT kid AS id, sealed_private AS sealed FROM signing_keys
                     WHERE substr(sealed_private, 1, 9) <> $1 AND kid > $2 ORDER BY kid LIMIT $3",
                    named,
                )
                .await
            }
            Purpose::MacKey => {
                self.list_named(
                    "SELECT 'it' AS id, mac_key AS sealed FROM installation
                     WHERE substr(mac_key, 1, 9) <> $1 AND 'it' > $2 LIMIT $3",
                    named,
                )
                .await
            }
            Purpose::Flow => {
                let rows: Vec<HashedRow> = self
                    .fetch_all(
                        "SELECT state_hash AS id, verifier AS sealed FROM flows
                         WHERE substr(verifier, 1, 9) <> $1 AND state_hash > $2
                         ORDER BY state_hash LIMIT $3",
                        values![head, after, limit],
                    )
                    .await?;
                let rows = rows.into_iter().map(|row| SealedRow {
                    id: row.id,
                    sealed: row.sealed,
                });
                Ok(rows.collect())
            }
            // Counts are named, not sealed; what practice providers seal is in others' hands.
            Purpose::Throttle | Purpose::Practice => Ok(Vec::new()),
        }
    }

    async fn count_sealed_otherwise(
        &mut self,
        purpose: Purpose,
        head: &[u8],
    ) -> Result<i64, StorageError> {
        let sql = match purpose {
            Purpose::Mail => {
                "SELECT COUNT(*) AS count FROM mail_queue WHERE substr(sealed, 1, 9) <> $1"
            }
            Purpose::SigningKey => {
                "SELECT COUNT(*) AS count FROM signing_keys WHERE substr(sealed_private, 1, 9) <> $1"
            }
            Purpose::MacKey => {
                "SELECT COUNT(*) AS count FROM installation WHERE substr(mac_key, 1, 9) <> $1"
            }
            Purpose::Flow => {
                "SELECT COUNT(*) AS count FROM flows WHERE substr(verifier, 1, 9) <> $1"
            }
            Purpose::Throttle | Purpose::Practice => return Ok(0),
        };
        let row: Option<Count> = self.fetch_optional(sql, values![head]).await?;
        Ok(row.map_or(0, |row| row.count))
    }

    async fn reseal(
        &mut self,
        purpose: Purpose,
        row: &SealedRow,
        to: &[u8],
    ) -> Result<bool, StorageError> {
        let changed = match purpose {
            Purpose::Mail => {
                self.execute(
                    "UPDATE mail_queue SET sealed = $1 WHERE id = $2 AND sealed = $3",
                    values![to, text(&row.id), &*row.sealed],
                )
                .await?
            }
            Purpose::Flow => {
                self.execute(
                    "UPDATE flows SET verifier = $1 WHERE state_hash = $2 AND verifier = $3",
                    values![to, &*row.id, &*row.sealed],
                )
                .await?
            }
            Purpose::SigningKey => {
                let kid = text(&row.id);
                return self.reseal_signing_key(&kid, &row.sealed, to).await;
            }
            Purpose::MacKey => return self.replace_mac_key(Some(&row.sealed), to).await,
            Purpose::Throttle | Purpose::Practice => 0,
        };
        Ok(changed == 1)
    }
}
