//! How often a password may be guessed: per account, per known browser, per address.
//!
//! The counts stand in the database, keyed by HMAC, so that three nodes count like one and the table
//! names nobody. Addresses without an account are counted alike.

mod password_checks;
mod rules;

use async_trait::async_trait;

use crate::{
    accounts::SignInRecord, client::BrowserHash, clock::Timestamp, keys::Mac, store::StorageError,
};

pub use password_checks::{Allowed, Checked, Held, PasswordChecks, Whom};
pub use rules::ThrottleRules;

/// A count at rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// Failures so far.
    pub failures: i64,
    /// Nothing is checked before this.
    pub blocked_until: Timestamp,
    /// When the count is forgotten.
    pub expires_at: Timestamp,
}

/// The whole seconds until a time, at least 1.
pub(crate) fn seconds_until(until: Timestamp, now: Timestamp) -> u32 {
    let left = until.since(now);
    let whole = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    u32::try_from(whole.max(1)).unwrap_or(u32::MAX)
}

/// Counts at rest.
#[async_trait]
pub trait Throttles {
    /// The count under a key, unless it was to be forgotten by `now`.
    async fn find_throttle(
        &mut self,
        key: &Mac,
        now: Timestamp,
    ) -> Result<Option<Throttle>, StorageError>;

    /// The counts under several keys, in one question.
    async fn find_throttles(
        &mut self,
        keys: [&Mac; 3],
        now: Timestamp,
    ) -> Result<[Option<Throttle>; 3], StorageError>;

    /// The same, and what signing in with an address needs.
    async fn find_throttles_and_sign_in(
        &mut self,
        keys_at: ([&Mac; 3], Timestamp),
        lookup_key: &str,
    ) -> Result<([Option<Throttle>; 3], Option<SignInRecord>), StorageError>;

    /// Counts one more failure and gives the count as it is now. A count that was to be forgotten
    /// by `now` begins anew and expires at `fresh_until`; a live one keeps its expiry.
    async fn count_failure(
        &mut self,
        key: &Mac,
        now: Timestamp,
        fresh_until: Timestamp,
    ) -> Result<Throttle, StorageError>;

    /// Takes one failure back.
    async fn uncount_failure(&mut self, key: &Mac) -> Result<(), StorageError>;

    /// Sets until when nothing is checked and when the count is forgotten; neither moves back.
    async fn hold_throttle(
        &mut self,
        key: &Mac,
        blocked_until: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StorageError>;

    /// Forgets a count.
    async fn forget_throttle(&mut self, key: &Mac) -> Result<(), StorageError>;

    /// Whether a browser belongs to the account behind an address. The same question, with the same
    /// work, for addresses without one.
    async fn is_known_browser(
        &mut self,
        lookup_key: &str,
        browser: &BrowserHash,
    ) -> Result<bool, StorageError>;

    /// Forgets counts that expired before `before`.
    async fn delete_expired_throttles(&mut self, before: Timestamp) -> Result<u64, StorageError>;
}
