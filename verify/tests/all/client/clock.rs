//! Time that moves by hand.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use latchkey_verify::Clock;
use tokio::sync::watch;

use crate::support::NOW;

/// A clock that stands still until it is told to go on. It knows how long the follower waits.
#[derive(Clone)]
pub(crate) struct HandClock {
    now: Arc<watch::Sender<i64>>,
    until: Arc<watch::Sender<i64>>,
}

impl HandClock {
    pub(crate) fn new() -> Self {
        Self {
            now: Arc::new(watch::Sender::new(NOW)),
            until: Arc::new(watch::Sender::new(0)),
        }
    }

    /// Goes on, or back, and returns when the follower has done what was to do then.
    pub(crate) async fn pass(&self, seconds: i64) {
        self.now.send_modify(|now| *now += seconds);
        self.idle().await;
    }

    /// Returns when the follower waits, with the seconds that it will wait.
    pub(crate) async fn idle(&self) -> i64 {
        let mut until = self.until.subscribe();
        let waiting = until.wait_for(|until| *until > self.now()).await;
        *waiting.expect("a sender") - self.now()
    }
}

impl Clock for HandClock {
    fn now(&self) -> i64 {
        *self.now.borrow()
    }

    fn wait(&self, span: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let until = self.now() + i64::try_from(span.as_secs()).expect("a short span");
        self.until.send_replace(until);
        Box::pin(async move {
            let mut now = self.now.subscribe();
            now.wait_for(|now| *now >= until).await.expect("a sender");
        })
    }
}
