//! Whether the database takes writes, for whoever asks if this node is ready.

use std::sync::atomic::Ordering;

use domain::store::{StorageError, Work};

use crate::{Database, value::values};

/// A count that belongs to nobody and has always expired.
const KEY: [u8; 32] = [0; 32];

impl Database {
    /// Whether what is written is kept. The database is asked only after a write was not taken, so
    /// that asking often costs nothing.
    pub async fn takes_writes(&self) -> bool {
        if !self.refused.load(Ordering::Relaxed) {
            return true;
        }
        let taken = self.try_a_write().await;
        self.refused.store(taken.is_err(), Ordering::Relaxed);
        taken.is_ok()
    }

    async fn try_a_write(&self) -> Result<(), StorageError> {
        let mut work = self.writing().await?;
        // Always another number: SQLite writes nothing when nothing changes.
        work.execute(
            "INSERT INTO throttles (key_hmac, failures, window_started_at, blocked_until, expires_at)
             VALUES ($1, 0, 0, 0, 0)
             ON CONFLICT (key_hmac) DO UPDATE SET failures = throttles.failures + 1",
            values![&KEY],
        )
        .await?;
        Box::new(work).commit().await
    }
}
