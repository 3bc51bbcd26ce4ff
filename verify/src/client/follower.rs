//! Follows the revocation feed.

use std::{
    sync::{Arc, PoisonError, RwLockReadGuard, RwLockWriteGuard},
    time::Duration,
};

use super::{Shared, web::Trouble};
use crate::revocation::{Discontinuous, LONGEST_FEED, Revocations, check_feed};

/// How often the feed is asked.
const PACE: Duration = Duration::from_secs(1);
/// The longest pause after failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Asks the feed again and again, and keeps the key set fresh meanwhile.
pub(super) async fn follow(shared: Arc<Shared>, address: String) {
    let mut pause = PACE;
    loop {
        shared.keys.refresh(shared.clock.now()).await;
        let next = match shared.read_feed(&address).await {
            Ok(()) => {
                shared.heard.send_replace(true);
                PACE
            }
            Err(trouble) => {
                tracing::warn!(%address, %trouble, "The revocation feed can't be followed");
                (pause * 2).min(LONGEST_PAUSE)
            }
        };
        shared.clock.wait(pause.min(next)).await;
        pause = next;
    }
}

impl Shared {
    /// Reads what is new, or everything at first and after a gap.
    async fn read_feed(&self, address: &str) -> Result<(), Trouble> {
        let since = {
            let known = self.known();
            known.is_heard().then(|| known.seq())
        };
        let Some(since) = since else {
            return self.read(address).await;
        };
        match self.read(&format!("{address}?since={since}")).await {
            Err(Trouble::Discontinuous(Discontinuous::Gap { .. })) => self.read(address).await,
            read => read,
        }
    }

    async fn read(&self, address: &str) -> Result<(), Trouble> {
        let answer = self
            .web
            .get(address, "application/jwt", LONGEST_FEED)
            .await?;
        let now = self.clock.now();
        let jws = answer.body.trim_ascii();
        let feed = self
            .keys
            .with(now, |keys| check_feed(&self.rules, jws, keys, now))
            .await?;
        let mut known = self.known_mut();
        known.apply(&feed, now)?;
        known.forget(now);
        Ok(())
    }

    pub(super) fn known(&self) -> RwLockReadGuard<'_, Revocations> {
        let known = self.revocations.read();
        known.unwrap_or_else(PoisonError::into_inner)
    }

    fn known_mut(&self) -> RwLockWriteGuard<'_, Revocations> {
        let known = self.revocations.write();
        known.unwrap_or_else(PoisonError::into_inner)
    }
}
