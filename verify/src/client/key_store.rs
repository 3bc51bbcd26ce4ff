//! The key set, kept as long as it is good for.

use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Mutex;

use super::web::{Trouble, Web};
use crate::{keys::KeySet, refused::Refused};

/// For how many seconds a set is kept at least and at most, whatever the issuer says.
const KEPT: std::ops::RangeInclusive<u32> = 60..=3600;
/// For how many seconds a set is kept whose issuer doesn't say.
const KEPT_UNSAID: u32 = 300;
/// How many seconds lie at least between two fetches for the sake of unknown keys, and between one
/// that failed and the next when the set is due.
const FLOOR: i64 = 10;
/// The longest set that is read, in bytes.
const LONGEST: usize = 1024 * 1024;

pub(super) struct KeyStore {
    web: Arc<Web>,
    address: String,
    kept: RwLock<Option<Kept>>,
    /// Held by whoever fetches; who waits for it looks again at what is kept.
    fetching: Mutex<Tries>,
}

#[derive(Clone)]
struct Kept {
    keys: Arc<KeySet>,
    fetched: i64,
    due: i64,
}

/// When it was last tried, in seconds since 1970.
#[derive(Default)]
struct Tries {
    first: Option<i64>,
    unknown: Option<i64>,
    due: Option<i64>,
}

impl KeyStore {
    pub(super) fn new(web: Arc<Web>, address: String) -> Self {
        Self {
            web,
            address,
            kept: RwLock::new(None),
            fetching: Mutex::default(),
        }
    }

    /// What `judge` makes of the key set, which is fetched first when there is none. When a key is
    /// unknown, the set is fetched again and `judge` asked once more.
    pub(super) async fn with<T>(
        &self,
        now: i64,
        judge: impl Fn(&KeySet) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        let keys = match self.current() {
            Some(kept) => kept.keys,
            None => self.first(now).await?,
        };
        match judge(&keys) {
            Err(refused) if refused.is_unknown_key() => {
                let newer = self.newer_than(&keys, now).await.ok_or(refused)?;
                judge(&newer)
            }
            judged => judged,
        }
    }

    /// Fetches the set again if its time is over. Until that succeeds the old one stays.
    pub(super) async fn refresh(&self, now: i64) {
        // A clock that was set back would keep it forever.
        let due = |kept: &Kept| now >= kept.due || now < kept.fetched;
        if !self.current().as_ref().is_some_and(due) {
            return;
        }
        let mut tries = self.fetching.lock().await;
        if self.current().as_ref().is_some_and(due) && !is_recent(tries.due, now, FLOOR) {
            tries.due = Some(now);
            self.fetch(now).await;
        }
    }

    async fn first(&self, now: i64) -> Result<Arc<KeySet>, Refused> {
        let mut tries = self.fetching.lock().await;
        if self.current().is_none() && !is_recent(tries.first, now, 1) {
            tries.first = Some(now);
            self.fetch(now).await;
        }
        let kept = self.current().ok_or(Refused::KeysOutOfReach)?;
        Ok(kept.keys)
    }

    /// A set that was fetched after `keys`, unless one was fetched for the same sake just before.
    async fn newer_than(&self, keys: &Arc<KeySet>, now: i64) -> Option<Arc<KeySet>> {
        let newer = || {
            let kept = self.current()?;
            (!Arc::ptr_eq(&kept.keys, keys)).then_some(kept.keys)
        };
        let mut tries = self.fetching.lock().await;
        if newer().is_none() && !is_recent(tries.unknown, now, FLOOR) {
            tries.unknown = Some(now);
            self.fetch(now).await;
        }
        newer()
    }

    async fn fetch(&self, now: i64) {
        match self.ask(now).await {
            Ok(kept) => {
                let mut place = self.kept.write().unwrap_or_else(PoisonError::into_inner);
                *place = Some(kept);
            }
            Err(trouble) => {
                tracing::warn!(address = %self.address, %trouble, "The key set can't be had");
            }
        }
    }

    async fn ask(&self, now: i64) -> Result<Kept, Trouble> {
        let answer = self
            .web
            .get(&self.address, "application/json", LONGEST)
            .await?;
        let kept = answer.max_age.unwrap_or(KEPT_UNSAID);
        let kept = kept.clamp(*KEPT.start(), *KEPT.end());
        Ok(Kept {
            keys: Arc::new(KeySet::parse(&answer.body)?),
            fetched: now,
            due: now.saturating_add(kept.into()),
        })
    }

    fn current(&self) -> Option<Kept> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.clone()
    }
}

fn is_recent(tried: Option<i64>, now: i64, floor: i64) -> bool {
    tried.is_some_and(|tried| now.abs_diff(tried) < floor.unsigned_abs())
}
