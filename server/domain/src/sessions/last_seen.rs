//! When sessions were last used: gathered in memory and written in batches, so that a request
//! doesn't cost a write. What is lost at a crash is at most a few seconds of "last active".

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::clock::Timestamp;

/// A session seen again within this span isn't noted again.
const GRANULARITY: Duration = Duration::from_mins(1);
/// Most sessions that wait for the next batch; past it, notes are dropped rather than memory grown.
const CAPACITY: usize = 50_000;

/// Notes that wait to be written. The rows in the database stay the truth.
#[derive(Default)]
pub(super) struct LastSeen {
    waiting: Mutex<HashMap<String, Timestamp>>,
}

impl LastSeen {
    /// The later of what is stored and what waits.
    pub(super) fn latest(&self, session: &str, stored: Timestamp) -> Timestamp {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting
            .get(session)
            .copied()
            .map_or(stored, |noted| noted.max(stored))
    }

    /// Notes that a session last seen at `latest` is used at `now`.
    pub(super) fn note(&self, session: &str, latest: Timestamp, now: Timestamp) {
        if now.since(latest) < GRANULARITY {
            return;
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < CAPACITY || waiting.contains_key(session) {
            waiting.insert(session.to_owned(), now);
        }
    }

    /// Everything that waits. The notes stay readable until [`Self::forget`].
    pub(super) fn snapshot(&self) -> Vec<(String, Timestamp)> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting
            .iter()
            .map(|(session, at)| (session.clone(), *at))
            .collect()
    }

    /// Drops notes that were written, unless a later one came in meanwhile.
    pub(super) fn forget(&self, written: &[(String, Timestamp)]) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        for (session, at) in written {
            if waiting.get(session) == Some(at) {
                waiting.remove(session);
            }
        }
        // A burst shouldn't hold its memory for ever.
        if waiting.is_empty() {
            waiting.shrink_to_fit();
        }
    }
}
