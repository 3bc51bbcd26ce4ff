//! When sessions were last used: gathered in memory and written in batches, so that a request
//! doesn't cost a write. What is lost at a crash is at most a few seconds of "last active".

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::clock::Timestamp;

/// A session seen again within this span isn't noted again.
const GRANULARITY: Duration = Duration::from_mins(1);
/// Most sessions that wait for the next batch; past it, notes are dropped rather than memory grown.
const CAPACITY: usize = 50_000;

/// Notes that wait to be written. The rows in the database stay the truth.
#[derive(Default)]
pub(super) struct LastSeen(Mutex<Notes>);

#[derive(Default)]
struct Notes {
    waiting: HashMap<String, Timestamp>,
    /// The batch written last. Who read a row before it was written looks here afterwards, and
    /// mustn't take the session for one that nobody used.
    written: HashMap<String, Timestamp>,
}

impl LastSeen {
    /// The later of what is stored and what is known here.
    pub(super) fn latest(&self, session: &str, stored: Timestamp) -> Timestamp {
        let notes = self.notes();
        [&notes.waiting, &notes.written]
            .into_iter()
            .filter_map(|notes| notes.get(session).copied())
            .fold(stored, Timestamp::max)
    }

    /// Notes that a session last seen at `latest` is used at `now`.
    pub(super) fn note(&self, session: &str, latest: Timestamp, now: Timestamp) {
        if now.since(latest) < GRANULARITY {
            return;
        }
        let waiting = &mut self.notes().waiting;
        if waiting.len() < CAPACITY || waiting.contains_key(session) {
            waiting.insert(session.to_owned(), now);
        }
    }

    /// Everything that waits.
    pub(super) fn snapshot(&self) -> HashMap<String, Timestamp> {
        self.notes().waiting.clone()
    }

    /// Takes the notes that were written off the list, unless a later one came in meanwhile. They
    /// stay readable until the next batch.
    pub(super) fn keep_written(&self, written: HashMap<String, Timestamp>) {
        let mut notes = self.notes();
        notes
            .waiting
            .retain(|session, at| written.get(session) != Some(at));
        // A burst shouldn't hold its memory for ever.
        if notes.waiting.is_empty() {
            notes.waiting.shrink_to_fit();
        }
        notes.written = written;
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNED_IN: Timestamp = Timestamp::from_micros(0);

    fn later(minutes: u64) -> Timestamp {
        SIGNED_IN.plus(Duration::from_mins(minutes))
    }

    #[test]
    fn a_use_that_was_just_written_counts_for_who_read_the_row_before() {
        let seen = LastSeen::default();
        seen.note("s", SIGNED_IN, later(90));
        let batch = seen.snapshot();
        seen.keep_written(batch);
        assert_eq!(seen.latest("s", SIGNED_IN), later(90));
        assert!(seen.snapshot().is_empty());
    }

    #[test]
    fn a_use_during_the_writing_waits_for_the_next_batch() {
        let seen = LastSeen::default();
        seen.note("s", SIGNED_IN, later(1));
        let batch = seen.snapshot();
        seen.note("s", later(1), later(2));
        seen.keep_written(batch);
        assert_eq!(seen.snapshot().get("s"), Some(&later(2)));
        assert_eq!(seen.latest("s", SIGNED_IN), later(2));
    }

    #[test]
    fn the_same_minute_is_noted_once() {
        let seen = LastSeen::default();
        seen.note("s", SIGNED_IN, SIGNED_IN.plus(Duration::from_secs(59)));
        assert!(seen.snapshot().is_empty());
    }
}
