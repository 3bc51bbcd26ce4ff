//! A hashing thread and what it shares with the others.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::engine::{EngineError, PasswordHashing};
use super::job::{Against, HashingError, Job, Reply, Verified};
use super::params::Argon2Params;
use super::phc::{ParseHashError, PasswordHash};
use super::queue::{Next, Queue};
use super::reference::ReferenceEngine;
use super::self_test::cross_check;
use super::trust::{FastTrust, Trust};
use super::{SALT_LENGTH, TAG_LENGTH};

/// Makes a fast engine for a thread.
pub(super) type MakeEngine = Arc<dyn Fn() -> Box<dyn PasswordHashing> + Send + Sync>;

/// How long a thread keeps its memory block when no request comes. Short, because of what the
/// block tells (see [`PasswordHashing::release`]); long enough that a loaded server never allocates.
const PATIENCE: Duration = Duration::from_secs(1);

/// How many answers a thread keeps together while requests wait, and for how long at most. What
/// follows an answer finds the processor's caches full of argon2's blocks; done for several in one
/// go, only the first has to fetch its code and pages, and their changes share one COMMIT. Nobody
/// waits for it on a server that isn't busy.
const TOGETHER: usize = 6;
const KEPT_FOR: Duration = Duration::from_millis(40);

/// What the threads of a pool have in common.
pub(super) struct Shared {
    pub(super) queue: Queue,
    pub(super) busy: AtomicUsize,
    pub(super) trust: FastTrust,
    params: Argon2Params,
    dummy: PasswordHash,
    make_fast: MakeEngine,
    threads: NonZeroUsize,
    /// A moving average of what one request takes.
    average_micros: AtomicU64,
}

impl Shared {
    pub(super) fn new(
        params: Argon2Params,
        threads: NonZeroUsize,
        capacity: usize,
        trust: Trust,
        make_fast: MakeEngine,
    ) -> Result<Self, ParseHashError> {
        Ok(Self {
            queue: Queue::new(capacity),
            busy: AtomicUsize::new(0),
            trust: FastTrust::new(trust),
            params,
            dummy: PasswordHash::from_parts(params, &[0x5a; SALT_LENGTH], &[0xa5; TAG_LENGTH])?,
            make_fast,
            threads,
            average_micros: AtomicU64::new(0),
        })
    }

    /// Seconds until what waits now is done, at least 1.
    pub(super) fn retry_after_seconds(&self) -> u32 {
        let average = self.average_micros.load(Ordering::Relaxed);
        let waiting = self.queue.depth() as u64;
        let micros = average.saturating_mul(waiting) / self.threads.get() as u64;
        u32::try_from(micros.div_ceil(1_000_000))
            .unwrap_or(u32::MAX)
            .max(1)
    }

    fn record(&self, started: Instant) {
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        // Threads may overwrite each other's value: an estimate can stand that.
        let average = match self.average_micros.load(Ordering::Relaxed) {
            0 => micros,
            average => average.saturating_mul(7).saturating_add(micros) / 8,
        };
        self.average_micros.store(average, Ordering::Relaxed);
    }
}

/// Hashes until the queue is closed.
pub(super) fn run(shared: &Shared) {
    let mut worker = Worker::new(shared);
    let mut answers = Answers::default();
    loop {
        if answers.are_due() {
            answers.send();
        }
        let patience = if answers.kept.is_empty() {
            worker.holds_memory().then_some(PATIENCE)
        } else {
            Some(Duration::ZERO)
        };
        match shared.queue.pop(patience) {
            Next::Job(job) if job.is_abandoned() => {}
            Next::Job(job) => answers.keep(worker.answer(job)),
            Next::Idle if !answers.kept.is_empty() => answers.send(),
            Next::Idle => worker.release(),
            Next::End => return,
        }
    }
}

/// An answer on its way. A reply may find nobody: the caller can go away at any time.
type Answer = Box<dyn FnOnce()>;

fn to<T: 'static>(reply: Reply<T>, answer: Result<T, HashingError>) -> Answer {
    Box::new(move || {
        let _ = reply.send(answer);
    })
}

/// The answers of one thread that nobody was told yet.
#[derive(Default)]
struct Answers {
    kept: Vec<Answer>,
    /// When the oldest was ready.
    since: Option<Instant>,
}

impl Answers {
    fn keep(&mut self, answer: Answer) {
        self.since.get_or_insert_with(Instant::now);
        self.kept.push(answer);
    }

    fn are_due(&self) -> bool {
        self.kept.len() >= TOGETHER || self.since.is_some_and(|since| since.elapsed() >= KEPT_FOR)
    }

    fn send(&mut self) {
        self.since = None;
        for tell in self.kept.drain(..) {
            tell();
        }
    }
}

impl Drop for Answers {
    fn drop(&mut self) {
        self.send();
    }
}

/// Counts and times the work. Gives nothing if it panicked.
fn guarded<T>(shared: &Shared, work: impl FnOnce() -> T) -> Option<T> {
    shared.busy.fetch_add(1, Ordering::Relaxed);
    let started = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(work));
    shared.record(started);
    shared.busy.fetch_sub(1, Ordering::Relaxed);
    outcome.ok()
}

struct Worker<'a> {
    shared: &'a Shared,
    reference: ReferenceEngine,
    fast: Box<dyn PasswordHashing>,
}

impl<'a> Worker<'a> {
    fn new(shared: &'a Shared) -> Self {
        Self {
            shared,
            reference: ReferenceEngine::new(),
            fast: (shared.make_fast)(),
        }
    }

    fn holds_memory(&self) -> bool {
        self.fast.held_kib() + self.reference.held_kib() > 0
    }

    fn release(&mut self) {
        self.fast.release();
        self.reference.release();
    }

    fn answer(&mut self, job: Job) -> Answer {
        match job {
            Job::Hash {
                password,
                salt,
                reply,
            } => to(reply, self.hashing(|worker| worker.hash(&password, &salt))),
            Job::Verify {
                password,
                against,
                reply,
            } => {
                let answer = self.hashing(|worker| worker.verify_against(&password, &against));
                to(reply, answer)
            }
            Job::Judge {
                password,
                policy,
                context,
                reply,
            } => {
                let answer = guarded(self.shared, || policy.judge(&password, &context));
                if answer.is_none() {
                    tracing::error!("judging a password panicked");
                }
                let answer = answer.ok_or(HashingError::Failed);
                to(reply, answer.map(|judgement| judgement.map(|()| password)))
            }
        }
    }

    /// Turns the failure or panic of an engine into an error.
    fn hashing<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, EngineError>,
    ) -> Result<T, HashingError> {
        let shared = self.shared;
        let answer = match guarded(shared, || work(self)) {
            Some(Ok(answer)) => Ok(answer),
            Some(Err(error)) => {
                tracing::error!(%error, "a password hash could not be computed");
                Err(HashingError::Failed)
            }
            None => {
                tracing::error!("a password hashing engine panicked");
                shared.trust.switch_off("a hashing thread panicked");
                // The engines are thrown away, so nothing half-done is seen again.
                *self = Self::new(shared);
                Err(HashingError::Failed)
            }
        };
        self.shrink();
        answer
    }

    /// A stored hash of higher cost than is configured must not leave a bigger block behind.
    fn shrink(&mut self) {
        let allowed = usize::try_from(self.shared.params.memory_kib).unwrap_or(usize::MAX);
        if self.fast.held_kib() > allowed {
            self.fast.release();
        }
        if self.reference.held_kib() > allowed {
            self.reference.release();
        }
    }

    fn hash(
        &mut self,
        password: &[u8],
        salt: &[u8; SALT_LENGTH],
    ) -> Result<PasswordHash, EngineError> {
        let params = self.shared.params;
        self.reference().hash(password, salt, &params)
    }

    fn verify_against(
        &mut self,
        password: &[u8],
        against: &Against,
    ) -> Result<Verified, EngineError> {
        let params = self.shared.params;
        match against {
            Against::Stored(stored) => self.verify(password, stored).map(|matches| Verified {
                matches,
                needs_rehash: matches && stored.needs_rehash(&params),
            }),
            Against::Dummy => self.verify(password, &self.shared.dummy).map(|_| Verified {
                matches: false,
                needs_rehash: false,
            }),
        }
    }

    fn verify(&mut self, password: &[u8], stored: &PasswordHash) -> Result<bool, EngineError> {
        match self.shared.trust.get() {
            Trust::Off => self.reference().verify(password, stored),
            Trust::Proven => match self.fast().verify(password, stored) {
                Err(error) => {
                    tracing::warn!(%error, "a password is verified by {}", ReferenceEngine::NAME);
                    self.reference().verify(password, stored)
                }
                answer => answer,
            },
            Trust::Unproven => {
                let fast = self.fast.as_mut();
                let (agree, matches) = cross_check(fast, &mut self.reference, password, stored)?;
                if agree {
                    self.shared.trust.prove();
                } else {
                    self.shared
                        .trust
                        .switch_off("the engines disagree at full cost");
                }
                Ok(matches)
            }
        }
    }

    /// The reference engine; the fast one gives its memory back, so that a thread holds one block.
    fn reference(&mut self) -> &mut ReferenceEngine {
        self.fast.release();
        &mut self.reference
    }

    /// The fast engine; the reference gives its memory back.
    fn fast(&mut self) -> &mut dyn PasswordHashing {
        self.reference.release();
        self.fast.as_mut()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;

    #[test]
    fn answers_are_kept_until_there_are_some_or_the_first_waited_long() {
        let told = Rc::new(Cell::new(0));
        let mut answers = Answers::default();
        let keep = |answers: &mut Answers| {
            let told = Rc::clone(&told);
            answers.keep(Box::new(move || told.set(told.get() + 1)));
        };
        for _ in 1..TOGETHER {
            keep(&mut answers);
        }
        assert_eq!(told.get(), 0);
        keep(&mut answers);
        assert!(answers.are_due());
        answers.send();
        assert_eq!(told.get(), TOGETHER);
        assert!(!answers.are_due());

        keep(&mut answers);
        answers.since = Instant::now().checked_sub(KEPT_FOR);
        assert!(answers.are_due());
        // Whoever waits is told, however the thread ends.
        drop(answers);
        assert_eq!(told.get(), TOGETHER + 1);
    }
}
