//! The hashing pool: what the rest of the program uses.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::{io, thread};

use thiserror::Error;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::SALT_LENGTH;
use super::choice::EngineChoice;
use super::engine::PasswordHashing;
use super::fast::FastEngine;
use super::job::{Against, HashingError, Job, Reply, Verified};
use super::params::{Argon2Params, ParamsError};
use super::phc::{ParseHashError, PasswordHash};
use super::queue::Refused;
use super::reference::ReferenceEngine;
use super::self_test::{self, SelfTestError};
use super::trust::Trust;
use super::worker::{self, MakeEngine, Shared};
use crate::credentials::{Password, PasswordContext, PasswordPolicy, PasswordProblem};

/// How a pool is set up.
#[derive(Clone, Copy, Debug)]
pub struct HashingPoolConfig {
    /// Which engine verifies.
    pub engine: EngineChoice,
    /// The cost of hashes made from now on.
    pub params: Argon2Params,
    /// Hashing threads; as many as the process may use cores if `None`.
    pub threads: Option<NonZeroUsize>,
    /// Requests that may wait, per thread.
    pub queue_per_thread: NonZeroUsize,
}

impl Default for HashingPoolConfig {
    fn default() -> Self {
        Self {
            engine: EngineChoice::default(),
            params: Argon2Params::default(),
            threads: None,
            queue_per_thread: NonZeroUsize::new(32).unwrap_or(NonZeroUsize::MIN),
        }
    }
}

/// Why a pool did not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The configured cost is out of bounds.
    #[error("the password hashing parameters are out of bounds: {0}")]
    Params(#[from] ParamsError),
    /// The reference engine, or the fast one that was asked for by name, is not to be trusted here.
    #[error("the password hashing self-test failed: {0}")]
    SelfTest(#[from] SelfTestError),
    /// The dummy hash could not be put together.
    #[error("the dummy password hash could not be built: {0}")]
    Dummy(#[from] ParseHashError),
    /// The operating system gave no thread.
    #[error("a password hashing thread could not be started: {0}")]
    Thread(#[from] io::Error),
}

/// Threads that hash passwords and judge new ones, with a bounded queue before them.
///
/// Admission never blocks: a request is queued or refused with [`HashingError::Busy`] at once. A
/// request whose future is dropped is not computed once its turn comes. Each thread holds at most
/// one memory block of the configured size, and gives it back after a second without work. Dropping the pool ends its threads after the hash that
/// each is at; nothing waits for them.
pub struct HashingPool {
    shared: Arc<Shared>,
}

impl HashingPool {
    /// Tests the engines (about a millisecond) and starts the threads. Memory blocks come with the
    /// first requests.
    ///
    /// # Errors
    /// When the parameters are out of bounds, a self-test fails (with [`EngineChoice::Auto`] a
    /// failing fast engine is a warning instead) or a thread cannot be started.
    pub fn start(config: &HashingPoolConfig) -> Result<Self, StartError> {
        Self::start_with(config, Arc::new(|| Box::new(FastEngine::new())))
    }

    /// As [`start`](Self::start), with another fast engine: for tests.
    pub(super) fn start_with(
        config: &HashingPoolConfig,
        make_fast: MakeEngine,
    ) -> Result<Self, StartError> {
        let mut reference = ReferenceEngine::new();
        self_test::known_answers(&mut reference)?;
        let trust = match config.engine {
            EngineChoice::Reference => Trust::Off,
            EngineChoice::Fast => {
                test_fast(&make_fast, &mut reference)?;
                Trust::Unproven
            }
            EngineChoice::Auto => match test_fast(&make_fast, &mut reference) {
                Ok(()) => Trust::Unproven,
                Err(error) => {
                    tracing::warn!(%error, "password hashing: {} verifies", ReferenceEngine::NAME);
                    Trust::Off
                }
            },
        };
        Self::launch(config, trust, make_fast)
    }

    /// Starts the threads without a self-test.
    pub(super) fn launch(
        config: &HashingPoolConfig,
        trust: Trust,
        make_fast: MakeEngine,
    ) -> Result<Self, StartError> {
        config.params.validate()?;
        let threads = config
            .threads
            .or_else(|| thread::available_parallelism().ok())
            .unwrap_or(NonZeroUsize::MIN);
        let capacity = threads.get().saturating_mul(config.queue_per_thread.get());
        let shared = Arc::new(Shared::new(
            config.params,
            threads,
            capacity,
            trust,
            make_fast,
        )?);
        // Built first: when a thread cannot be started, dropping it ends those before it.
        let pool = Self { shared };
        for number in 0..threads.get() {
            let shared = Arc::clone(&pool.shared);
            thread::Builder::new()
                .name(format!("hashing-{number}"))
                .spawn(move || worker::run(&shared))?;
        }
        Ok(pool)
    }

    /// Makes the hash to store, with the configured cost. `salt` must be fresh from a
    /// cryptographic random source. The password is wiped afterwards.
    ///
    /// # Errors
    /// See [`HashingError`].
    pub async fn hash(
        &self,
        password: Zeroizing<Vec<u8>>,
        salt: [u8; SALT_LENGTH],
    ) -> Result<PasswordHash, HashingError> {
        self.ask(|reply| Job::Hash {
            password,
            salt,
            reply,
        })
        .await
    }

    /// Whether `stored` was made from `password`, and whether it should be made anew. The password
    /// is wiped afterwards.
    ///
    /// # Errors
    /// See [`HashingError`]. A wrong password is an answer, not an error.
    pub async fn verify(
        &self,
        password: Zeroizing<Vec<u8>>,
        stored: PasswordHash,
    ) -> Result<Verified, HashingError> {
        self.ask(|reply| Job::Verify {
            password,
            against: Against::Stored(stored),
            reply,
        })
        .await
    }

    /// For an account that does not exist: does the work of [`verify`](Self::verify) at the
    /// configured cost, so that the time tells nothing, and never matches.
    ///
    /// # Errors
    /// See [`HashingError`].
    pub async fn verify_dummy(
        &self,
        password: Zeroizing<Vec<u8>>,
    ) -> Result<Verified, HashingError> {
        self.ask(|reply| Job::Verify {
            password,
            against: Against::Dummy,
            reply,
        })
        .await
    }

    /// Judges a new password by `policy`, and gives it back if it passes. It is here because it is
    /// computation like the rest: a millisecond as a rule, tens of them for text that is made for
    /// it. Sign-in never asks for it.
    ///
    /// # Errors
    /// See [`HashingError`]. That a password is refused is an answer, not an error.
    pub async fn judge(
        &self,
        policy: PasswordPolicy,
        password: Password,
        context: PasswordContext,
    ) -> Result<Result<Password, PasswordProblem>, HashingError> {
        self.ask(|reply| Job::Judge {
            password,
            policy,
            context,
            reply,
        })
        .await
    }

    /// Requests that wait.
    pub fn depth(&self) -> usize {
        self.shared.queue.depth()
    }

    /// How many requests were taken up since the start, and how long they had waited, all together.
    pub fn waits(&self) -> (u64, Duration) {
        self.shared.queue.waits()
    }

    /// Threads that are hashing now.
    pub fn busy(&self) -> usize {
        self.shared.busy.load(Ordering::Relaxed)
    }

    /// The name of the engine that verifies now.
    pub fn verifying_engine(&self) -> &'static str {
        match self.shared.trust.get() {
            Trust::Off => ReferenceEngine::NAME,
            Trust::Unproven | Trust::Proven => FastEngine::NAME,
        }
    }

    #[cfg(test)]
    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    async fn ask<T>(&self, job: impl FnOnce(Reply<T>) -> Job) -> Result<T, HashingError> {
        let (reply, answer) = oneshot::channel();
        self.shared
            .queue
            .push(job(reply))
            .map_err(|refused| match refused {
                Refused::Closed => HashingError::Stopped,
                Refused::Full => HashingError::Busy {
                    retry_after_seconds: self.shared.retry_after_seconds(),
                },
            })?;
        // A reply that is dropped unanswered was in the queue when it was closed.
        answer.await.unwrap_or(Err(HashingError::Stopped))
    }
}

impl Drop for HashingPool {
    fn drop(&mut self) {
        self.shared.queue.close();
    }
}

fn test_fast(make: &MakeEngine, reference: &mut dyn PasswordHashing) -> Result<(), SelfTestError> {
    catch_unwind(AssertUnwindSafe(|| {
        let mut fast = make();
        self_test::known_answers(fast.as_mut())?;
        self_test::agreement(fast.as_mut(), reference)
    }))
    .unwrap_or(Err(SelfTestError::Panicked(FastEngine::NAME)))
}
