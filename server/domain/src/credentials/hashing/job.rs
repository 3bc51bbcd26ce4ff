//! What the pool is asked and what it answers.

use thiserror::Error;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::SALT_LENGTH;
use super::phc::PasswordHash;
use crate::credentials::{Password, PasswordContext, PasswordPolicy, PasswordProblem};

/// The answer to a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Verified {
    /// Whether the stored hash was made from this password.
    pub matches: bool,
    /// Whether the password is right and its stored hash was made at a lower cost than is
    /// configured now: then make a new one with [`HashingPool::hash`](super::HashingPool::hash).
    pub needs_rehash: bool,
}

/// Why there is no answer. None of these says anything about the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HashingError {
    /// The queue is full: answer 503 with `Retry-After`.
    #[error("password hashing is busy, try again in {retry_after_seconds} s")]
    Busy {
        /// Seconds until the queue has probably drained, at least 1.
        retry_after_seconds: u32,
    },
    /// The pool is shutting down.
    #[error("password hashing has stopped")]
    Stopped,
    /// The hash or the judgement could not be computed; the log says why.
    #[error("password hashing failed")]
    Failed,
}

/// Where an answer goes. Closed once the caller went away.
pub(super) type Reply<T> = oneshot::Sender<Result<T, HashingError>>;

/// One request. The password is wiped when the job is dropped, wherever that happens.
pub(super) enum Job {
    Hash {
        password: Zeroizing<Vec<u8>>,
        salt: [u8; SALT_LENGTH],
        reply: Reply<PasswordHash>,
    },
    Verify {
        password: Zeroizing<Vec<u8>>,
        against: Against,
        reply: Reply<Verified>,
    },
    Judge {
        password: Password,
        policy: PasswordPolicy,
        context: PasswordContext,
        reply: Reply<Result<Password, PasswordProblem>>,
    },
}

/// What to verify against.
pub(super) enum Against {
    Stored(PasswordHash),
    /// Nothing: the same work, and the answer is no.
    Dummy,
}

impl Job {
    /// Whether nobody waits for the answer any more.
    pub(super) fn is_abandoned(&self) -> bool {
        match self {
            Self::Hash { reply, .. } => reply.is_closed(),
            Self::Verify { reply, .. } => reply.is_closed(),
            Self::Judge { reply, .. } => reply.is_closed(),
        }
    }
}
