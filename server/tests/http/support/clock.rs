//! Time that passes when a test says so.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use domain::clock::{Clock, Timestamp};

/// 2026-01-01T00:00:00Z
const START: i64 = 1_767_225_600_000_000;

/// A clock that stands still until it is advanced.
pub(crate) struct TestClock(AtomicI64);

impl Default for TestClock {
    fn default() -> Self {
        Self(AtomicI64::new(START))
    }
}

impl TestClock {
    /// Lets `span` pass.
    pub(crate) fn advance(&self, span: Duration) {
        let micros = i64::try_from(span.as_micros()).expect("a span of this century");
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}
