//! Keeps keys up, takes up what other processes revoked or rotated, and warns of tokens that end.

use std::{sync::Arc, time::Duration};

use app::context::Services;

use super::{Watched, every};
use crate::metrics::Job;

/// How often changes of other processes are looked for: theirs are to be known within two seconds.
const POLL: Duration = Duration::from_secs(1);
/// How often keys are looked after, and tokens that end soon.
const TEND: Duration = Duration::from_mins(1);

/// Takes up revocations and keys: at once those of this process, within [`POLL`] those of others.
pub(super) async fn follow(services: Arc<Services>, watched: Watched) {
    let bell = services.foundation.store.revocation_bell();
    let mut polls = every(POLL);
    loop {
        tokio::select! {
            () = bell.notified() => {}
            _ = polls.tick() => {
                if let Err(error) = services.keys.refresh().await {
                    tracing::warn!(%error, "changes of the signing keys could not be looked for");
                }
            }
        }
        let turn = services.feed.refresh().await;
        watched.count(Job::Revocations, &turn);
        if let Err(error) = turn {
            tracing::warn!(%error, "revocations could not be looked for; trying again");
        }
    }
}

/// Makes, hands over, destroys and removes signing keys when it is time.
pub(super) async fn tend(services: Arc<Services>, watched: Watched) {
    let mut ticks = every(TEND);
    loop {
        ticks.tick().await;
        let turn = services.keys.tend().await;
        watched.count(Job::Keys, &turn);
        if let Err(error) = turn {
            tracing::error!(%error, "the signing keys could not be looked after; trying again");
        }
        if let Err(error) = services.tokens.warn_of_expiry().await {
            tracing::warn!(%error, "owners could not be told of tokens that end; trying again");
        }
    }
}
