//! `[hashing]`: how much password hashing is admitted at once.

use std::num::NonZeroUsize;

use super::{Key, loading::Values};

const THREADS: Key = Key::whole(
    "hashing.threads",
    0,
    0..=1024,
    "The threads that hash passwords; 0 means one per core.",
);
const QUEUE: Key = Key::whole(
    "hashing.queue_per_thread",
    32,
    1..=4096,
    "The requests that may wait for each hashing thread; more are told to come back later.",
);

pub(super) static KEYS: [Key; 2] = [THREADS, QUEUE];

/// How much password hashing is admitted at once.
#[derive(Clone, Debug)]
pub struct Hashing {
    /// Threads; one per core if `None`.
    pub threads: Option<NonZeroUsize>,
    /// Requests that may wait, per thread.
    pub queue_per_thread: NonZeroUsize,
}

impl Hashing {
    pub(super) fn read(values: &mut Values) -> Option<Self> {
        let threads = values.whole(&THREADS);
        let queue = values.whole(&QUEUE);
        Some(Self {
            threads: NonZeroUsize::new(threads?),
            queue_per_thread: NonZeroUsize::new(queue?)?,
        })
    }
}
