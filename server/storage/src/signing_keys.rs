//! Signing keys, by purpose, algorithm and generation.

use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    keys::signing::{Algorithm, KeyPurpose, SigningKeyRow, SigningKeys},
    store::StorageError,
};
use sqlx::FromRow;

use crate::{unit_of_work::UnitOfWork, value::values};

#[derive(FromRow)]
struct Stored {
    kid: String,
    purpose: String,
    algorithm: String,
    generation: i64,
    public_jwk: String,
    sealed_private: Option<Vec<u8>>,
    created_at: i64,
    signs_from: i64,
    signs_until: i64,
    published_until: Option<i64>,
}

impl TryFrom<Stored> for SigningKeyRow {
    type Error = StorageError;

    fn try_from(row: Stored) -> Result<Self, StorageError> {
        let nonsense = |column| StorageError::Inconsistent {
            table: "signing_keys",
            column,
        };
        Ok(Self {
            purpose: KeyPurpose::parse(&row.purpose).ok_or_else(|| nonsense("purpose"))?,
            algorithm: Algorithm::parse(&row.algorithm).ok_or_else(|| nonsense("algorithm"))?,
            kid: row.kid,
            generation: row.generation,
            public_jwk: row.public_jwk,
            sealed_private: row.sealed_private,
            created_at: Timestamp::from_micros(row.created_at),
            signs_from: Timestamp::from_micros(row.signs_from),
            signs_until: Timestamp::from_micros(row.signs_until),
            published_until: row.published_until.map(Timestamp::from_micros),
        })
    }
}

#[derive(FromRow)]
struct Count {
    value: i64,
}

#[derive(FromRow)]
struct There {
    kid: String,
}

#[derive(FromRow)]
struct Last {
    last: Option<i64>,
}

#[async_trait]
impl SigningKeys for UnitOfWork {
    async fn touch_signing_keys(&mut self) -> Result<(), StorageError> {
        self.execute(
            "UPDATE counters SET value = value + 1 WHERE name = 'keys'",
            values![],
        )
        .await?;
        Ok(())
    }

    async fn signing_keys_revision(&mut self) -> Result<i64, StorageError> {
        let row: Option<Count> = self
            .fetch_optional("SELECT value FROM counters WHERE name = 'keys'", values![])
            .await?;
        Ok(row.map_or(0, |row| row.value))
    }

    async fn list_signing_keys(&mut self) -> Result<Vec<SigningKeyRow>, StorageError> {
        let rows: Vec<Stored> = self
            .fetch_all(
                "SELECT kid, purpose, algorithm, generation, public_jwk, sealed_private, created_at,
                     signs_from, signs_until, published_until
                 FROM signing_keys ORDER BY purpose, algorithm, generation",
                values![],
            )
            .await?;
        rows.into_iter().map(SigningKeyRow::try_from).collect()
    }

    async fn insert_signing_key(&mut self, row: &SigningKeyRow) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO signing_keys (kid, purpose, algorithm, generation, public_jwk,
                 sealed_private, created_at, signs_from, signs_until, published_until)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            values![
                &*row.kid,
                row.purpose.as_str(),
                row.algorithm.as_str(),
                row.generation,
                &*row.public_jwk,
                row.sealed_private.clone(),
                row.created_at,
                row.signs_from,
                row.signs_until,
                row.published_until
            ],
        )
        .await?;
        Ok(())
    }

    async fn hold_signing_key(&mut self, kid: &str) -> Result<bool, StorageError> {
        self.hold(
            "SELECT kid FROM signing_keys WHERE kid = $1 FOR KEY SHARE",
            values![kid],
        )
        .await?;
        let there: Option<There> = self
            .fetch_optional("SELECT kid FROM signing_keys WHERE kid = $1", values![kid])
            .await?;
        Ok(there.is_some_and(|there| there.kid == kid))
    }

    async fn reschedule_signing_key(
        &mut self,
        kid: &str,
        signs_from: Timestamp,
        signs_until: Timestamp,
    ) -> Result<(), StorageError> {
        self.execute(
            "UPDATE signing_keys SET signs_from = $1, signs_until = $2 WHERE kid = $3",
            values![signs_from, signs_until, kid],
        )
        .await?;
        Ok(())
    }

    async fn retire_signing_key(
        &mut self,
        kid: &str,
        published_until: Timestamp,
    ) -> Result<(), StorageError> {
        self.execute(
            "UPDATE signing_keys SET sealed_private = NULL, published_until = $1 WHERE kid = $2",
            values![published_until, kid],
        )
        .await?;
        Ok(())
    }

    async fn delete_signing_key(&mut self, kid: &str) -> Result<(), StorageError> {
        self.news().callers = true;
        self.execute("DELETE FROM signing_keys WHERE kid = $1", values![kid])
            .await?;
        Ok(())
    }

    async fn reseal_signing_key(
        &mut self,
        kid: &str,
        from: &[u8],
        to: &[u8],
    ) -> Result<bool, StorageError> {
        let resealed = self
            .execute(
                "UPDATE signing_keys SET sealed_private = $1 WHERE kid = $2 AND sealed_private = $3",
                values![to, kid, from],
            )
            .await?;
        Ok(resealed == 1)
    }

    async fn last_expiry_signed_by(
        &mut self,
        kid: &str,
    ) -> Result<Option<Timestamp>, StorageError> {
        let row: Option<Last> = self
            .fetch_optional(
                "SELECT MAX(expires_at) AS last FROM api_tokens WHERE kid = $1",
                values![kid],
            )
            .await?;
        let last = row.and_then(|row| row.last);
        Ok(last.map(Timestamp::from_micros))
    }
}
