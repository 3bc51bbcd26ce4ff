//! What runs beside the requests.

mod audit;
mod certificate;
mod expiry;
mod mail;
mod master_keys;
mod tokens;

use std::{sync::Arc, time::Duration};

use app::context::Services;
use domain::clock::Clock;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, MissedTickBehavior},
};

use crate::{
    audit_trail::AuditTrail,
    metrics::{Job, Metrics},
    outbound::mail::Mailer,
    secrets::KeyFile,
    tls::Certificate,
};

/// How often "last active" is written.
const LAST_SEEN: Duration = Duration::from_secs(5);
/// How often what expired is removed.
const EXPIRY: Duration = Duration::from_mins(5);

/// The jobs of a server. Dropping them ends them where they are.
pub(crate) struct Jobs {
    /// May end at any moment.
    careless: JoinSet<()>,
    /// Finish what is under way.
    careful: JoinSet<()>,
    stopping: watch::Sender<Option<Instant>>,
    drain: Duration,
    watched: Watched,
}

/// Has each turn of a job counted.
#[derive(Clone)]
struct Watched {
    metrics: Arc<Metrics>,
    clock: Arc<dyn Clock>,
}

impl Watched {
    fn count<T, E>(&self, job: Job, turn: &Result<T, E>) {
        self.metrics.worked(job, self.clock.now(), turn);
    }
}

/// Tells the jobs to begin nothing more.
pub(crate) struct Stop(watch::Sender<Option<Instant>>, Duration);

impl Stop {
    /// Tells them.
    pub(crate) fn begin(self) {
        let end = Instant::now() + self.1;
        self.0.send_replace(Some(end));
    }
}

impl Jobs {
    /// Starts the jobs. What is under way when they are stopped is given `drain`.
    pub(crate) fn start(
        services: &Arc<Services>,
        metrics: &Arc<Metrics>,
        mailer: Option<Mailer>,
        drain: Duration,
    ) -> Self {
        let watched = Watched {
            metrics: Arc::clone(metrics),
            clock: Arc::clone(&services.foundation.clock),
        };
        let (stopping, stopped) = watch::channel(None);
        let mut careful = JoinSet::new();
        if let Some(mailer) = mailer {
            let delivery = mail::Delivery {
                foundation: services.foundation.clone(),
                mailer,
                watched: watched.clone(),
            };
            careful.spawn(delivery.run(stopped));
        }
        Self {
            careless: start_careless(services, &watched),
            careful,
            watched,
            stopping,
            drain,
        }
    }

    /// Takes up changes of the key file.
    pub(crate) fn follow(&mut self, file: Arc<KeyFile>, services: Arc<Services>) {
        self.careless.spawn(master_keys::follow(file, services));
    }

    /// Keeps the audit trail.
    pub(crate) fn keep(&mut self, trail: &Arc<AuditTrail>) {
        let watched = &self.watched;
        self.careless
            .spawn(audit::chain(Arc::clone(trail), watched.clone()));
        self.careless
            .spawn(audit::state(Arc::clone(trail), watched.clone()));
    }

    /// Takes up changes of the certificate's files.
    pub(crate) fn watch(&mut self, certificate: Arc<Certificate>) {
        self.careless.spawn(certificate::watch(certificate));
    }

    /// For whoever hears first that the server stops.
    pub(crate) fn stop(&self) -> Stop {
        Stop(self.stopping.clone(), self.drain)
    }

    /// Ends the jobs, once they have finished or given back what was under way.
    pub(crate) async fn end(mut self) {
        self.stopping.send_if_modified(|end| {
            let first = end.is_none();
            end.get_or_insert_with(|| Instant::now() + self.drain);
            first
        });
        while self.careful.join_next().await.is_some() {}
        self.careless.shutdown().await;
    }
}

fn start_careless(services: &Arc<Services>, watched: &Watched) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    let (shared, seen) = (Arc::clone(services), watched.clone());
    jobs.spawn(async move {
        let mut ticks = every(LAST_SEEN);
        loop {
            ticks.tick().await;
            let turn = shared.sessions.flush_last_seen().await;
            seen.count(Job::LastSeen, &turn);
            if let Err(error) = turn {
                tracing::warn!(%error, "the times of last use could not be written; trying again");
            }
            if let Err(error) = shared.callers.flush().await {
                tracing::warn!(%error, "calls with tokens could not be counted; trying again");
            }
        }
    });
    jobs.spawn(tokens::follow(Arc::clone(services), watched.clone()));
    jobs.spawn(tokens::tend(Arc::clone(services), watched.clone()));
    let (shared, seen) = (Arc::clone(services), watched.clone());
    jobs.spawn(async move {
        let mut ticks = every(EXPIRY);
        loop {
            ticks.tick().await;
            let turn = expiry::sweep(&shared).await;
            seen.count(Job::Expiry, &turn);
            match turn {
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
