//! The revocation feed: what followers are told.

use std::sync::{Arc, Mutex, PoisonError};

use latchkey_verify::revocation::{Entry, FEED_TYPE, Feed, Revoked};
use tokio::sync::watch;

use super::{RevocationRow, claims::seconds};
use crate::{
    clock::Timestamp,
    foundation::Foundation,
    keys::signing::{KeyPurpose, KeysService},
    store::StorageError,
};

/// A copy of what the database holds.
struct Copy {
    seq: i64,
    rows: Vec<RevocationRow>,
}

/// Tells what was revoked.
pub struct FeedService {
    foundation: Foundation,
    keys: KeysService,
    copy: Mutex<Arc<Copy>>,
    latest: watch::Sender<i64>,
}

impl FeedService {
    /// A feed signed by `keys`.
    pub fn new(foundation: Foundation, keys: KeysService) -> Self {
        Self {
            foundation,
            keys,
            copy: Mutex::new(Arc::new(Copy {
                seq: -1,
                rows: Vec::new(),
            })),
            latest: watch::Sender::new(-1),
        }
    }

    /// Reads on in the database, and wakes followers when there is more.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; the copy stays as it is.
    pub async fn refresh(&self) -> Result<(), StorageError> {
        self.read().await.map(drop)
    }

    async fn read(&self) -> Result<Arc<Copy>, StorageError> {
        let now = self.foundation.now();
        let mut work = self.foundation.store.read().await?;
        let seq = work.revocations_seq().await?;
        let known = Arc::clone(&self.copy.lock().unwrap_or_else(PoisonError::into_inner));
        if known.seq == seq {
            return Ok(known);
        }
        // A count that fell is another database's, put back from a backup.
        let (since, kept) = if known.seq < seq {
            (known.seq, known.rows.as_slice())
        } else {
            (-1, [].as_slice())
        };
        let fresh = work.list_revocations(since, now).await?;
        // Revoked while we read: the next reading has them again, at their place.
        let fresh: Vec<_> = fresh.into_iter().filter(|row| row.seq <= seq).collect();
        let moved = |row: &RevocationRow| fresh.iter().any(|other| other.entry == row.entry);
        let alive = |row: &&RevocationRow| row.expires_at > now && !moved(row);
        let mut rows: Vec<_> = kept.iter().filter(alive).copied().collect();
        rows.extend(fresh);
        let read = Arc::new(Copy { seq, rows });
        {
            let mut copy = self.copy.lock().unwrap_or_else(PoisonError::into_inner);
            *copy = Arc::clone(&read);
        }
        self.latest.send_replace(seq);
        Ok(read)
    }

    /// What was revoked after `since`, or all of it.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn page(&self, since: Option<i64>) -> Result<Feed, StorageError> {
        let copy = self.read().await?;
        Ok(copy.page(since, self.foundation.now()))
    }

    /// The same as a JWS (RFC 7515) that counts for a minute.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails or nothing can be signed.
    pub async fn signed(&self, since: Option<i64>) -> Result<String, StorageError> {
        let page = self.page(since).await?;
        let claims = page.to_claims(&self.foundation.issuer, seconds(self.foundation.now()));
        let signed = self.keys.sign(KeyPurpose::Feed, FEED_TYPE, &claims).await?;
        Ok(signed.token)
    }

    /// Wakes whenever there is more.
    pub fn follow(&self) -> watch::Receiver<i64> {
        self.latest.subscribe()
    }
}

impl Copy {
    fn page(&self, since: Option<i64>, now: Timestamp) -> Feed {
        // Whoever knows more than there is knows another feed: they are told everything.
        let since = since.filter(|since| *since <= self.seq);
        let from = since.unwrap_or(-1);
        let items = self
            .rows
            .iter()
            .filter(|row| row.seq > from && row.expires_at > now)
            .map(|row| Revoked {
                id: Entry::from_bytes(row.entry),
                exp: seconds(row.expires_at),
            });
        Feed {
            seq: self.seq,
            since,
            made_at: None,
            items: items.collect(),
        }
    }
}
