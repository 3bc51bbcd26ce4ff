//! Time, as something that is passed in.

use std::{
    future::Future,
    pin::Pin,
    time::{Duration, SystemTime},
};

/// Tells the time and waits. Tests bring their own.
pub trait Clock: Send + Sync + 'static {
    /// Whole seconds since 1970.
    fn now(&self) -> i64;

    /// Lets some time go by.
    fn wait(&self, span: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(span))
    }
}

/// The machine's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the Clock that is passed in"
    )]
    fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        since.map_or(0, |since| {
            i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
        })
    }
}
