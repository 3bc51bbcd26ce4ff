//! Password hashing: argon2id behind a seam, on threads of its own, with a bounded queue.
//!
//! * [`PasswordHash`] is the only stored form: a PHC string.
//! * [`PasswordHashing`] is the seam to what computes argon2id. [`ReferenceEngine`] makes every
//!   stored hash; [`FastEngine`] only verifies, so that a defect in it can refuse a person but
//!   never store a bad hash.
//! * [`HashingPool`] is what the rest of the program uses: it admits a request or says "busy" at
//!   once, never blocks the caller's thread and keeps memory flat. New passwords are judged there
//!   too, since that is computation of the same order.
//!
//! Sources: RFC 9106 (argon2), NIST SP 800-63B-4 section 3.1.1 (passwords),
//! `docs/decisions/0006-hashing-engines.md` (why there are two engines).

mod choice;
mod engine;
mod fast;
mod job;
mod params;
mod phc;
mod pool;
mod queue;
mod reference;
mod self_test;
mod trust;
mod worker;

#[cfg(test)]
mod tests;

pub use choice::{EngineChoice, UnknownEngine};
pub use engine::{EngineError, PasswordHashing};
pub use fast::FastEngine;
pub use job::{HashingError, Verified};
pub use params::{Argon2Params, ParamsError};
pub use phc::{ParseHashError, PasswordHash};
pub use pool::{HashingPool, HashingPoolConfig, StartError};
pub use reference::ReferenceEngine;
pub use self_test::SelfTestError;

/// Bytes of salt in every hash made here (RFC 9106 section 3.1 recommends 16).
pub const SALT_LENGTH: usize = 16;

/// Bytes of tag in every hash made here (RFC 9106 section 4 recommends 32).
pub const TAG_LENGTH: usize = 32;
