//! Counts of failures, by HMAC.

use async_trait::async_trait;
use domain::{
    accounts::SignInRecord,
    client::BrowserHash,
    clock::Timestamp,
    keys::Mac,
    store::StorageError,
    throttle::{Throttle, Throttles},
};
use sqlx::FromRow;

use crate::{
    accounts::{SIGN_IN, SignInRow},
    unit_of_work::UnitOfWork,
    value::{Value, values},
};

#[derive(FromRow)]
struct ThrottleRow {
    failures: i64,
    blocked_until: i64,
    expires_at: i64,
}

impl From<ThrottleRow> for Throttle {
    fn from(row: ThrottleRow) -> Self {
        Self {
            failures: row.failures,
            blocked_until: Timestamp::from_micros(row.blocked_until),
            expires_at: Timestamp::from_micros(row.expires_at),
        }
    }
}

#[derive(FromRow)]
struct KeyedRow {
    key_hmac: Vec<u8>,
    failures: i64,
    blocked_until: i64,
    expires_at: i64,
}

impl KeyedRow {
    const fn throttle(&self) -> Throttle {
        Throttle {
            failures: self.failures,
            blocked_until: Timestamp::from_micros(self.blocked_until),
            expires_at: Timestamp::from_micros(self.expires_at),
        }
    }
}

const BY_KEYS: &str = "SELECT key_hmac, failures, blocked_until, expires_at
     FROM throttles WHERE key_hmac IN ($1, $2, $3) AND expires_at > $4";

fn by_keys(keys: [&Mac; 3], now: Timestamp) -> Vec<Value> {
    let [one, two, three] = keys.map(Mac::as_bytes);
    values![one, two, three, now]
}

fn in_order(keys: [&Mac; 3], rows: &[KeyedRow]) -> [Option<Throttle>; 3] {
    keys.map(|key| {
        rows.iter()
            .find(|row| row.key_hmac == key.as_bytes())
            .map(KeyedRow::throttle)
    })
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
        Ok(row.map(Throttle::from))
    }

    async fn find_throttles(
        &mut self,
        keys: [&Mac; 3],
        now: Timestamp,
    ) -> Result<[Option<Throttle>; 3], StorageError> {
        let rows: Vec<KeyedRow> = self.fetch_all(BY_KEYS, by_keys(keys, now)).await?;
        Ok(in_order(keys, &rows))
    }

    async fn find_throttles_and_sign_in(
        &mut self,
        (keys, now): ([&Mac; 3], Timestamp),
        lookup_key: &str,
    ) -> Result<([Option<Throttle>; 3], Option<SignInRecord>), StorageError> {
        let asked = (BY_KEYS, by_keys(keys, now));
        let (rows, found) = self
            .fetch_both::<KeyedRow, SignInRow>(asked, (SIGN_IN, values![lookup_key]))
            .await?;
        let record = found.into_iter().next().map_or(Ok(None), SignInRow::record);
        Ok((in_order(keys, &rows), record?))
    }

    async fn count_failure(
        &mut self,
        key: &Mac,
        now: Timestamp,
        fresh_until: Timestamp,
    ) -> Result<Throttle, StorageError> {
        let row: Option<ThrottleRow> = self
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
                 RETURNING failures, blocked_until, expires_at",
                values![key.as_bytes(), now, fresh_until],
            )
            .await?;
        row.map(Throttle::from).ok_or(StorageError::Inconsistent {
            table: "throttles",
            column: "failures",
        })
    }

    async fn uncount_failure(&mut self, key: &Mac) -> Result<(), StorageError> {
        self.execute(
            "UPDATE throttles SET failures = failures - 1 WHERE key_hmac = $1 AND failures > 0",
            values![key.as_bytes()],
        )
        .await?;
        Ok(())
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
