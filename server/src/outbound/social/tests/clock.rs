//! Time that passes when a test says so.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use domain::clock::{Clock, Timestamp};

/// 2026-01-01T00:00:00Z, in seconds.
pub(crate) const START: i64 = 1_767_225_600;

/// A clock that stands still until it is moved.
pub(crate) struct TestClock(AtomicI64);

impl Default for TestClock {
    fn default() -> Self {
        Self(AtomicI64::new(START * 1_000_000))
    }
}

impl TestClock {
    /// Lets `span` pass.
    pub(crate) fn advance(&self, span: Duration) {
        self.0.fetch_add(micros(span), Ordering::SeqCst);
    }

    /// Somebody puts the clock right.
    pub(crate) fn set_back(&self, span: Duration) {
        self.0.fetch_sub(micros(span), Ordering::SeqCst);
    }
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).expect("a span of this century")
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}
