//! Chains audit events within a second, and states hourly how far the chain has come.

use std::{sync::Arc, time::Duration};

use super::{Watched, every};
use crate::{audit_trail::AuditTrail, metrics::Job};

/// How often events are looked for that wait for their place.
const CHAIN: Duration = Duration::from_millis(500);
/// How often a checkpoint is made, and old events are let go.
const STATE: Duration = Duration::from_hours(1);

/// Chains. Every node does: the database lets them in one after another.
pub(super) async fn chain(trail: Arc<AuditTrail>, watched: Watched) {
    let mut ticks = every(CHAIN);
    let mut failing = false;
    loop {
        ticks.tick().await;
        let chained = trail.chain().await;
        watched.count(Job::AuditChain, &chained);
        if let (Err(error), false) = (&chained, failing) {
            tracing::warn!(%error, "audit events could not be chained; trying again");
        }
        failing = chained.is_err();
    }
}

/// Makes checkpoints, and lets old events go.
pub(super) async fn state(trail: Arc<AuditTrail>, watched: Watched) {
    let mut ticks = every(STATE);
    loop {
        ticks.tick().await;
        let stated = trail.state().await;
        watched.count(Job::AuditCheckpoint, &stated);
        if let Err(error) = stated {
            tracing::warn!(%error, "no checkpoint of the audit trail was made; trying again in an hour");
        }
        match trail.forget().await {
            Err(error) => tracing::warn!(%error, "old audit events could not be removed"),
            Ok(removed) => {
                if removed.events > 0 {
                    tracing::info!(removed.events, "removed old audit events");
                }
                if let Some(place) = removed.stopped_at {
                    tracing::error!(
                        place,
                        "the audit trail doesn't hold: nothing is removed from there on. Run `latchkey doctor \
                         --audit`"
                    );
                }
            }
        }
    }
}
