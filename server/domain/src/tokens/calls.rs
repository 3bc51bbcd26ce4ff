//! Calls with people's own tokens: gathered in memory and written in batches, so that a call doesn't
//! cost a write. What is lost at a crash is at most a few seconds of "last used".

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::{client::ClientAddress, clock::Timestamp};

/// Most tokens and days that wait for the next batch; past it, calls go uncounted rather than memory
/// grown.
const CAPACITY: usize = 50_000;

const MICROS_PER_DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// The day of a time, since 1970-01-01, UTC.
pub(super) const fn day_of(time: Timestamp) -> i64 {
    time.as_micros().div_euclid(MICROS_PER_DAY)
}

/// The calls with one token on one day that wait.
#[derive(Clone, Copy)]
pub(super) struct Waiting {
    pub(super) calls: i64,
    pub(super) last: Timestamp,
    pub(super) address: ClientAddress,
}

/// Calls that wait to be written.
#[derive(Default)]
pub(super) struct Calls {
    waiting: Mutex<HashMap<(String, i64), Waiting>>,
}

impl Calls {
    /// Counts a call.
    pub(super) fn note(&self, token: &str, now: Timestamp, address: ClientAddress) {
        let key = (token.to_owned(), day_of(now));
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(noted) = waiting.get_mut(&key) {
            noted.calls += 1;
            noted.last = now;
            noted.address = address;
        } else if waiting.len() < CAPACITY {
            let first = Waiting {
                calls: 1,
                last: now,
                address,
            };
            waiting.insert(key, first);
        }
    }

    /// Takes everything that waits.
    pub(super) fn take(&self) -> HashMap<(String, i64), Waiting> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *waiting)
    }

    /// Puts back what could not be written.
    pub(super) fn put_back(&self, taken: HashMap<(String, i64), Waiting>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, earlier) in taken {
            let noted = waiting.entry(key).or_insert(Waiting {
                calls: 0,
                ..earlier
            });
            noted.calls += earlier.calls;
        }
    }
}
