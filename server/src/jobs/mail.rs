//! Delivers queued mail. Every node runs this; the claims in the queue share the work out.

use std::{sync::Arc, time::Duration};

use domain::{
    foundation::Foundation,
    mail::{self, Attempt, ClaimedMail, Settled, Trouble, TroubleKind},
};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};

use super::{Watched, every};
use crate::{metrics::Job, outbound::mail::Mailer};

/// Most mails under way at once.
const AT_ONCE: usize = 4;
/// How often mail is looked for that other processes have queued, or that is due again.
const POLL: Duration = Duration::from_secs(5);
/// How much longer than an attempt a claim stands: for writing the outcome down, and for clocks of
/// nodes that differ.
const SLACK: Duration = Duration::from_mins(1);
/// How long to wait before an outcome that the database did not take is offered again.
const AGAIN: Duration = Duration::from_secs(1);

/// Delivers until it is told to stop; then nothing more is begun.
pub(super) struct Delivery {
    pub(super) foundation: Foundation,
    pub(super) mailer: Mailer,
    pub(super) watched: Watched,
}

/// `Some`: everything has to be over by then.
pub(super) type Stopping = watch::Receiver<Option<Instant>>;

impl Delivery {
    /// Runs until `stopping` says so and what was under way is over.
    pub(super) async fn run(self, mut stopping: Stopping) {
        let delivery = Arc::new(self);
        let bell = delivery.foundation.store.mail_bell();
        let mut polls = every(POLL);
        let mut under_way = JoinSet::new();
        while !is_told(&stopping) {
            while under_way.len() < AT_ONCE
                && !is_told(&stopping)
                && let Some(mail) = delivery.claim().await
            {
                under_way.spawn(Arc::clone(&delivery).send(mail, stopping.clone()));
            }
            tokio::select! {
                // Nobody is left who could tell us to stop: that is an order too.
                told = stopping.changed() => if told.is_err() { break },
                () = bell.notified() => {}
                _ = polls.tick() => {}
                Some(_) = under_way.join_next() => {}
            }
        }
        while under_way.join_next().await.is_some() {}
    }

    async fn claim(&self) -> Option<ClaimedMail> {
        let lease = self.mailer.longest_attempt() + SLACK;
        let claimed = mail::claim(&self.foundation, lease).await;
        self.watched.count(Job::Mail, &claimed);
        match claimed {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::warn!(%error, "queued mail can't be looked for; trying again");
                None
            }
        }
    }

    async fn send(self: Arc<Self>, mail: ClaimedMail, stopping: Stopping) {
        let mut conversation = self.mailer.conversation();
        let attempt = match self.mailer.letter(&mail) {
            Err(trouble) => Attempt::Failed(trouble),
            Ok(letter) => tokio::select! {
                delivered = conversation.deliver(&letter) => match delivered {
                    Ok(()) => Attempt::Delivered,
                    Err(trouble) => Attempt::Failed(trouble),
                },
                () = out_of_time(stopping.clone()) => Attempt::BrokenOff,
            },
        };
        // Given back at once it would be sent at once; the mail server may have it.
        let attempt = match attempt {
            Attempt::BrokenOff if conversation.handed_over() => {
                Attempt::Failed(Trouble::silent(TroubleKind::NoAnswer))
            }
            other => other,
        };
        // Written down first: dying during the farewell must not send it again.
        self.settle(&mail, attempt, stopping).await;
        conversation.end().await;
    }

    /// Writes the outcome down; tries again while the claim stands, since a delivered mail that
    /// isn't written down is sent twice.
    async fn settle(&self, mail: &ClaimedMail, attempt: Attempt, stopping: Stopping) {
        let end = Instant::now() + SLACK / 2;
        loop {
            match mail::settle(&self.foundation, mail, attempt).await {
                Ok(settled) => return self.tell(mail, attempt, settled),
                Err(error) if Instant::now() + AGAIN < end && !is_told(&stopping) => {
                    tracing::warn!(mail.id, %error, "what became of a mail can't be written down; trying again");
                    sleep(AGAIN).await;
                }
                Err(error) => {
                    tracing::error!(mail.id, %error, "what became of a mail is not written down");
                    return;
                }
            }
        }
    }

    /// Never names a recipient.
    fn tell(&self, mail: &ClaimedMail, attempt: Attempt, settled: Settled) {
        let why = match attempt {
            Attempt::Failed(trouble) => trouble.code(),
            Attempt::Delivered | Attempt::BrokenOff => String::new(),
        };
        let (id, attempt) = (mail.id.as_str(), mail.attempt);
        match settled {
            Settled::Delivered => {
                let waited = self.foundation.now().since(mail.created_at);
                let waited_ms = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
                tracing::info!(mail.id = id, attempt, waited_ms, "a mail was delivered");
            }
            Settled::Retry(at) => {
                let wait_s = at.since(self.foundation.now()).as_secs();
                tracing::warn!(
                    mail.id = id,
                    attempt,
                    why,
                    wait_s,
                    "a mail was not delivered; trying again later"
                );
            }
            Settled::GivenUp => {
                tracing::warn!(mail.id = id, attempt, why, "a mail was given up");
            }
            Settled::Released => {
                tracing::info!(
                    mail.id = id,
                    "a mail was not finished before the stop and waits"
                );
            }
            Settled::Overtaken => {
                tracing::warn!(
                    mail.id = id,
                    attempt,
                    "a mail took longer than its claim, and may be sent twice"
                );
            }
        }
    }
}

fn is_told(stopping: &Stopping) -> bool {
    stopping.borrow().is_some()
}

/// Resolves when what is under way has to be over.
async fn out_of_time(mut stopping: Stopping) {
    let asked = stopping.wait_for(Option::is_some).await;
    let end = asked.map_or_else(|_| Instant::now(), |end| end.unwrap_or_else(Instant::now));
    sleep_until(end).await;
}
