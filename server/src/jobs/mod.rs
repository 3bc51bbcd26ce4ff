//! What runs beside the requests.

mod expiry;

use std::{sync::Arc, time::Duration};

use app::context::Services;
use tokio::{task::JoinSet, time::MissedTickBehavior};

/// How often "last active" is written.
const LAST_SEEN: Duration = Duration::from_secs(5);
/// How often what expired is removed.
const EXPIRY: Duration = Duration::from_mins(5);

/// Starts the jobs. Dropping the set ends them.
pub(crate) fn start(services: &Arc<Services>) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    let shared = Arc::clone(services);
    jobs.spawn(async move {
        let mut ticks = every(LAST_SEEN);
        loop {
            ticks.tick().await;
            if let Err(error) = shared.sessions.flush_last_seen().await {
                tracing::warn!(%error, "the times of last use could not be written; trying again");
            }
        }
    });
    let shared = Arc::clone(services);
    jobs.spawn(async move {
        let mut ticks = every(EXPIRY);
        loop {
            ticks.tick().await;
            match expiry::sweep(&shared.foundation).await {
                Ok(0) => {}
                Ok(removed) => tracing::debug!(removed, "removed what had expired"),
                Err(error) => tracing::warn!(%error, "what expired could not be removed"),
            }
        }
    });
    jobs
}

fn every(span: Duration) -> tokio::time::Interval {
    let mut ticks = tokio::time::interval(span);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
