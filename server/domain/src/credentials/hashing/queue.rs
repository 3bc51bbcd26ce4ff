//! A bounded first-in-first-out queue between callers and hashing threads.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::job::Job;

pub(super) struct Queue {
    state: Mutex<State>,
    ready: Condvar,
    capacity: usize,
    depth: AtomicUsize,
    taken: AtomicU64,
    waited_micros: AtomicU64,
}

struct State {
    jobs: VecDeque<(Instant, Job)>,
    closed: bool,
}

/// Why a job was not admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    Full,
    Closed,
}

/// What a thread is to do next.
pub(super) enum Next {
    Job(Job),
    /// Nothing came within the time.
    Idle,
    /// The queue is closed.
    End,
}

impl Queue {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            state: Mutex::new(State {
                jobs: VecDeque::with_capacity(capacity),
                closed: false,
            }),
            ready: Condvar::new(),
            capacity,
            depth: AtomicUsize::new(0),
            taken: AtomicU64::new(0),
            waited_micros: AtomicU64::new(0),
        }
    }

    /// Admits a job or refuses it at once. Jobs whose caller went away make room for it.
    pub(super) fn push(&self, job: Job) -> Result<(), Refused> {
        let mut state = self.lock();
        if state.closed {
            return Err(Refused::Closed);
        }
        if state.jobs.len() >= self.capacity {
            state.jobs.retain(|(_, waiting)| !waiting.is_abandoned());
        }
        if state.jobs.len() >= self.capacity {
            return Err(Refused::Full);
        }
        state.jobs.push_back((Instant::now(), job));
        self.depth.store(state.jobs.len(), Ordering::Relaxed);
        drop(state);
        self.ready.notify_one();
        Ok(())
    }

    /// Waits for the oldest job, at most for `patience` if there is one.
    pub(super) fn pop(&self, patience: Option<Duration>) -> Next {
        let nothing = |state: &mut State| state.jobs.is_empty() && !state.closed;
        let mut state = if let Some(patience) = patience {
            let waited = self
                .ready
                .wait_timeout_while(self.lock(), patience, nothing);
            waited.unwrap_or_else(PoisonError::into_inner).0
        } else {
            let waited = self.ready.wait_while(self.lock(), nothing);
            waited.unwrap_or_else(PoisonError::into_inner)
        };
        match state.jobs.pop_front() {
            Some((since, job)) => {
                self.depth.store(state.jobs.len(), Ordering::Relaxed);
                let waited = u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX);
                self.taken.fetch_add(1, Ordering::Relaxed);
                self.waited_micros.fetch_add(waited, Ordering::Relaxed);
                Next::Job(job)
            }
            None if state.closed => Next::End,
            None => Next::Idle,
        }
    }

    /// Lets no job in or out any more. Those that wait are dropped, which tells their callers.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let dropped = std::mem::take(&mut state.jobs);
        self.depth.store(0, Ordering::Relaxed);
        drop(state);
        drop(dropped);
        self.ready.notify_all();
    }

    /// How many jobs wait.
    pub(super) fn depth(&self) -> usize {
        self.depth.load(Ordering::Relaxed)
    }

    /// How many jobs were taken so far, and how long they had waited, all together.
    pub(super) fn waits(&self) -> (u64, Duration) {
        let waited = self.waited_micros.load(Ordering::Relaxed);
        (
            self.taken.load(Ordering::Relaxed),
            Duration::from_micros(waited),
        )
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code that can panic runs under the lock, and the state is whole at every step.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
