//! Counts of failures, by HMAC.

use async_trait::async_trait;
use domain::{
    client::BrowserHash,
    clock::Timestamp,
    keys::Mac,
    store::StorageError,
    throttle::{Throttle, Throttles},
};
use sqlx::FromRow;

use crate::{unit_of_work::UnitOfWork, value::values};

#[derive(FromRow)]
struct ThrottleRow {
    failures: i64,
    blocked_until: i64,
    expires_at: i64,
}

#[derive(FromRow)]
struct Failures {
    failures: i64,
}

#[derive(FromRow)]
struct Known {
    known: i64,
}

#[async_trait]
impl Throttles for UnitOfWork {
    async fn find_throttle(
        &mut self,
        key: &Mac,
        now: Timestamp,
    ) -> Result<Option<Throttle>, StorageError> {
        let row: Option<ThrottleRow> = self
            .fetch_optional(
                "SELECT failures, blocked_until, expires_at
                 FROM throttles WHERE key_hmac = $1 AND expires_at > $2",
                values![key.as_bytes(), now],
            )
            .await?;
        Ok(row.map(|row| Throttle {
            failures: row.failures,
            blocked_until: Timestamp::from_micros(row.blocked_until),
            expires_at: Timestamp::from_micros(row.expires_at),
        }))
    }

    async fn count_failure(
        &mut self,
        key: &Mac,
        now: Timestamp,
        fresh_until: Timestamp,
    ) -> Result<i64, StorageError> {
        let row: Option<Failures> = self
            .fetch_optional(
                "INSERT INTO throttles (key_hmac, failures, window_started_at, blocked_until, expires_at)
                 VALUES ($1, 1, $2, $2, $3)
                 ON CONFLICT (key_hmac) DO UPDATE SET
                     failures = CASE WHEN throttles.expires_at > $2 THEN throttles.failures + 1 ELSE 1 END,
                     window_started_at = CASE WHEN throttles.expires_at > $2
                         THEN throttles.window_started_at ELSE $2 END,
                     blocked_until = CASE WHEN throttles.expires_at > $2
                         THEN throttles.blocked_until ELSE $2 END,
                     expires_at = CASE WHEN throttles.expires_at > $2 THEN throttles.expires_at ELSE $3 END
                 RETURNING failures",
                values![key.as_bytes(), now, fresh_until],
            )
            .await?;
        Ok(row.map_or(1, |row| row.failures))
    }

    async fn hold_throttle(
        &mut self,
        key: &Mac,
        blocked_until: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StorageError> {
        self.execute(
            "UPDATE throttles SET
                 blocked_until = CASE WHEN blocked_until < $2 THEN $2 ELSE blocked_until END,
                 expires_at = CASE WHEN expires_at < $3 THEN $3 ELSE expires_at END
             WHERE key_hmac = $1",
            values![key.as_bytes(), blocked_until, expires_at],
        )
        .await?;
        Ok(())
    }

    async fn claim_throttle(
        &mut self,
        key: &Mac,
        now: Timestamp,
        blocked_until: Timestamp,
    ) -> Result<bool, StorageError> {
        let claimed = self
            .execute(
                "UPDATE throttles SET blocked_until = $3
                 WHERE key_hmac = $1 AND blocked_until <= $2 AND expires_at > $2",
                values![key.as_bytes(), now, blocked_until],
            )
            .await?;
        Ok(claimed == 1)
    }

    async fn forget_throttle(&mut self, key: &Mac) -> Result<(), StorageError> {
        self.execute(
            "DELETE FROM throttles WHERE key_hmac = $1",
            values![key.as_bytes()],
        )
        .await?;
        Ok(())
    }

    async fn is_known_browser(
        &mut self,
        lookup_key: &str,
        browser: &BrowserHash,
    ) -> Result<bool, StorageError> {
        let row: Option<Known> = self
            .fetch_optional(
                "SELECT COUNT(*) AS known
                 FROM known_browsers k JOIN emails e ON e.account = k.account
                 WHERE e.lookup_key = $1 AND e.verified_at IS NOT NULL AND k.browser_hash = $2",
                values![lookup_key, browser.as_bytes()],
            )
            .await?;
        Ok(row.is_some_and(|row| row.known > 0))
    }

    async fn delete_expired_throttles(&mut self, before: Timestamp) -> Result<u64, StorageError> {
        self.execute(
            "DELETE FROM throttles WHERE expires_at < $1",
            values![before],
        )
        .await
    }
}
