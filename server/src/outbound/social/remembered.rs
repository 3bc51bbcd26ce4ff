//! What a provider said, for a while.

use std::{sync::Arc, time::Duration};

use domain::{
    clock::{Clock, Timestamp},
    social::ProviderProblem,
};
use tokio::sync::Mutex;

/// How long a failure is answered with itself: long enough that whoever waited for the same question
/// doesn't ask again, short enough that it heals by itself.
pub(super) const FAILURE: Duration = Duration::from_secs(3);

/// An answer that is good for a while. Whoever comes while it is being asked for waits for the same
/// answer.
pub(super) struct Remembered<T> {
    clock: Arc<dyn Clock>,
    lifetime: Duration,
    last: Mutex<Option<Said<T>>>,
}

struct Said<T> {
    at: Timestamp,
    answer: Result<Arc<T>, ProviderProblem>,
}

impl<T> Remembered<T> {
    /// Nothing yet.
    pub(super) fn new(lifetime: Duration, clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            lifetime,
            last: Mutex::new(None),
        }
    }

    /// What is remembered, else what `ask` brings.
    pub(super) async fn or_ask(
        &self,
        ask: impl Future<Output = Result<T, ProviderProblem>>,
    ) -> Result<Arc<T>, ProviderProblem> {
        let mut last = self.last.lock().await;
        if let Some(said) = &*last {
            let lifetime = match said.answer {
                Ok(_) => self.lifetime,
                Err(_) => FAILURE,
            };
            if young(self.clock.now(), said.at, lifetime) {
                return said.answer.clone();
            }
        }
        let answer = ask.await.map(Arc::new);
        *last = Some(Said {
            at: self.clock.now(),
            answer: answer.clone(),
        });
        answer
    }
}

/// Whether something of that time is still good. What is from the future never is: the clock was set
/// back, and nobody knows how old it is.
pub(super) fn young(now: Timestamp, at: Timestamp, lifetime: Duration) -> bool {
    at <= now && now.since(at) < lifetime
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{super::tests::clock::TestClock, *};

    const HOUR: Duration = Duration::from_hours(1);

    struct Asked {
        times: AtomicUsize,
        clock: Arc<TestClock>,
        remembered: Remembered<usize>,
    }

    impl Asked {
        fn new() -> Self {
            let clock = Arc::new(TestClock::default());
            Self {
                times: AtomicUsize::new(0),
                remembered: Remembered::new(HOUR, Arc::clone(&clock) as Arc<dyn Clock>),
                clock,
            }
        }

        async fn ask(&self, works: bool) -> Option<usize> {
            let ask = async {
                let times = self.times.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                works
                    .then_some(times)
                    .ok_or(ProviderProblem::OutOfReach("a test"))
            };
            self.remembered.or_ask(ask).await.ok().map(|said| *said)
        }
    }

    #[tokio::test]
    async fn an_answer_is_asked_for_again_after_its_time() {
        let asked = Asked::new();
        assert_eq!(asked.ask(true).await, Some(0));
        asked.clock.advance(Duration::from_mins(59));
        assert_eq!(asked.ask(true).await, Some(0));
        asked.clock.advance(Duration::from_mins(1));
        assert_eq!(asked.ask(true).await, Some(1));
    }

    #[tokio::test]
    async fn a_failure_heals_within_seconds() {
        let asked = Asked::new();
        assert_eq!(asked.ask(false).await, None);
        assert_eq!(asked.ask(true).await, None, "still the same failure");
        asked.clock.advance(FAILURE);
        assert_eq!(asked.ask(true).await, Some(1));
    }

    #[tokio::test]
    async fn whoever_comes_at_the_same_time_gets_the_same_answer() {
        let asked = Asked::new();
        let (one, two, three) = tokio::join!(asked.ask(true), asked.ask(true), asked.ask(true));
        assert_eq!((one, two, three), (Some(0), Some(0), Some(0)));
        let failing = Asked::new();
        tokio::join!(failing.ask(false), failing.ask(false));
        assert_eq!(failing.times.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_clock_that_is_set_back_does_not_keep_an_answer_for_years() {
        let asked = Asked::new();
        asked.clock.advance(HOUR * 24 * 365);
        assert_eq!(asked.ask(true).await, Some(0));
        asked.clock.set_back(HOUR * 24 * 365);
        assert_eq!(asked.ask(true).await, Some(1));
    }
}
