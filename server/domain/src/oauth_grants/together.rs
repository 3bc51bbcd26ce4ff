//! Tokens for clients that act for themselves, written down together.
//!
//! A service that talks to others asks for tokens by the thousand, and each has to be on the disk before
//! it is handed out. Those that are asked for while a unit is being kept go into the next one: the wait for
//! the disk, the rows and the audit event are theirs together.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

use super::AccessTokenRow;
use crate::{
    audit::{Actor, By, EventKind},
    client::Client,
    foundation::Foundation,
    store::{StorageError, Work},
};

/// Most tokens of one unit.
const AT_ONCE: usize = 256;
/// Most tokens that one event tells of.
const TOLD_TOGETHER: usize = 64;

/// What became of a token: whether its client is still there.
type Outcome = Result<bool, NotKept>;

/// The unit was not kept, nor any token in it.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
struct NotKept {
    message: String,
    /// The same may well succeed later.
    passing: bool,
}

impl From<&StorageError> for NotKept {
    fn from(error: &StorageError) -> Self {
        Self {
            message: error.to_string(),
            passing: matches!(error, StorageError::Unavailable(_)),
        }
    }
}

impl From<NotKept> for StorageError {
    fn from(failed: NotKept) -> Self {
        if failed.passing {
            Self::Unavailable(Box::new(failed))
        } else {
            Self::Database(Box::new(failed))
        }
    }
}

struct Wanted {
    row: AccessTokenRow,
    who: Client,
    kept: oneshot::Sender<Outcome>,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<Wanted>,
    /// Somebody is writing, and looks again before they stop.
    tended: bool,
}

/// Writes down tokens that clients ask for at the same moment. What waits here was promised to nobody.
pub(super) struct Together {
    foundation: Foundation,
    queue: Mutex<Queue>,
}

impl Together {
    pub(super) fn new(foundation: Foundation) -> Arc<Self> {
        Arc::new(Self {
            foundation,
            queue: Mutex::default(),
        })
    }

    /// Writes a token that `who` asks for, and the event; returns when both are kept. `false`: its client
    /// is gone.
    pub(super) async fn keep(
        self: &Arc<Self>,
        row: AccessTokenRow,
        who: &Client,
    ) -> Result<bool, StorageError> {
        let (kept, outcome) = oneshot::channel();
        let who = who.clone();
        let tended = self.wait(Wanted { row, who, kept });
        if !tended {
            // In a task of its own: whoever stops waiting takes nobody else's token along.
            tokio::spawn(Turn::of(self).tend());
        }
        let stopped = NotKept {
            message: "the program stops".to_owned(),
            passing: true,
        };
        Ok(outcome.await.unwrap_or(Err(stopped))?)
    }

    /// Lets somebody wait, and says whether another one has the turn.
    fn wait(&self, wanted: Wanted) -> bool {
        let mut queue = self.queue();
        queue.waiting.push(wanted);
        mem::replace(&mut queue.tended, true)
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes these in one unit, and says of each whether its client is there.
    async fn write(&self, wanted: &mut [Wanted]) -> Result<Vec<bool>, StorageError> {
        let mut work = self.foundation.store.begin().await?;
        // One order for all who hold clients, or two could wait for each other.
        wanted.sort_by(|one, other| one.key().cmp(&other.key()));
        let mut there = Vec::with_capacity(wanted.len());
        let mut rows = Vec::with_capacity(wanted.len());
        for of_client in wanted.chunk_by(|one, next| one.row.client == next.row.client) {
            // Whoever removes the client ends its tokens: those that it was given before, and none after.
            let held = work.hold_client(&of_client[0].row.client).await?;
            there.extend(of_client.iter().map(|_| held));
            if held {
                rows.extend(of_client.iter().map(|wanted| &wanted.row));
                self.tell(work.as_mut(), of_client).await?;
            }
        }
        if !rows.is_empty() {
            work.insert_access_tokens(&rows).await?;
            work.commit().await?;
        }
        Ok(there)
    }

    /// Writes one event for what one caller asked for.
    async fn tell(&self, work: &mut dyn Work, of_client: &[Wanted]) -> Result<(), StorageError> {
        for of_caller in of_client.chunk_by(|one, next| one.key() == next.key()) {
            for some in of_caller.chunks(TOLD_TOGETHER) {
                let ids: Vec<&str> = some.iter().map(|wanted| wanted.row.id.as_str()).collect();
                let (ids, first) = (ids.join(" "), &some[0]);
                let name = if some.len() == 1 { "token" } else { "tokens" };
                let details = [("client", first.row.client.as_str()), (name, &ids)];
                let by = By {
                    actor: Actor::Anonymous,
                    client: Some(&first.who),
                };
                let what = (EventKind::TokensIssued, None);
                by.note(work, &self.foundation, what, &details).await?;
            }
        }
        Ok(())
    }
}

impl Wanted {
    /// Which client asks, and from where.
    fn key(&self) -> (&str, &[u8; 16], &str) {
        let Client {
            address,
            user_agent,
            ..
        } = &self.who;
        (&self.row.client, address.as_bytes(), user_agent.as_str())
    }
}

/// The writer's turn. Without it somebody else takes it, whatever became of this one.
struct Turn {
    of: Arc<Together>,
    over: bool,
}

impl Turn {
    fn of(together: &Arc<Together>) -> Self {
        Self {
            of: Arc::clone(together),
            over: false,
        }
    }

    async fn tend(mut self) {
        loop {
            // Whoever is about to ask comes along, which costs nobody a wait where nobody is.
            tokio::task::yield_now().await;
            let Some(mut wanted) = self.next() else {
                return;
            };
            let written = self.of.write(&mut wanted).await;
            let failed = written.as_ref().err().map(NotKept::from);
            let mut there = written.unwrap_or_default().into_iter();
            for wanted in wanted {
                let outcome = match &failed {
                    Some(failed) => Err(failed.clone()),
                    None => Ok(there.next().unwrap_or(false)),
                };
                // Whoever stopped waiting doesn't need the answer.
                let _ = wanted.kept.send(outcome);
            }
        }
    }

    /// Those who wait; with nobody there the turn is over.
    fn next(&mut self) -> Option<Vec<Wanted>> {
        let mut queue = self.of.queue();
        if queue.waiting.is_empty() {
            queue.tended = false;
            self.over = true;
            return None;
        }
        let some = queue.waiting.len().min(AT_ONCE);
        Some(queue.waiting.drain(..some).collect())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.over {
            let mut queue = self.of.queue();
            queue.tended = false;
            // Nobody comes back to them: they hear that nothing was kept.
            queue.waiting.clear();
        }
    }
}
