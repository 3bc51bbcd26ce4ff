//! Checks tokens by keys and revocations that it fetches itself.

mod builder;
mod clock;
mod follower;
mod key_store;
mod web;

use std::{
    fmt,
    sync::{Arc, RwLock},
};

use tokio::{sync::watch, task::JoinHandle};

pub use builder::{Builder, NoVerifier};
pub use clock::{Clock, SystemClock};

use crate::{claims::Claims, refused::Refused, revocation::Revocations, rules::Rules};
use key_store::KeyStore;
use web::Web;

/// Checks the tokens that an API is sent. Made once, cloned at will: all clones share one key set
/// and one copy of the revocations.
///
/// - The key set is fetched when it is first needed, again when its `Cache-Control: max-age` is over
///   (not before a minute, not after an hour), and again when a token names a key that isn't in it
///   (at most every 10 seconds; calls that wait share the answer). What a new set leaves out isn't
///   accepted any more. While the issuer can't be reached, the last set stays.
/// - The revocation feed is asked every second by a task of its own, which ends with the last clone.
///   When it fails, the pauses grow up to 15 seconds. As long as the feed wasn't heard for a minute,
///   tokens that live longer than ten minutes are refused.
#[derive(Clone)]
pub struct Verifier(Arc<Following>);

struct Following {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

/// What checks and the follower have in common.
struct Shared {
    rules: Rules,
    clock: Box<dyn Clock>,
    web: Arc<Web>,
    keys: KeyStore,
    revocations: RwLock<Revocations>,
    heard: watch::Sender<bool>,
}

impl Verifier {
    /// A verifier of what `issuer` (the address of the Latchkey server, without a trailing slash)
    /// gives out for `audience` (the API's own name there).
    pub fn builder(issuer: impl Into<String>, audience: impl Into<String>) -> Builder {
        Builder::new(Rules::new(issuer, audience))
    }

    /// What the token says, if it is genuine, meant for this API, of this time and not revoked.
    /// Asks the issuer only when it has no key set yet or doesn't know the token's key.
    ///
    /// # Errors
    /// [`Refused`] with the reason, for the log. [`Refused::KeysOutOfReach`] as long as the issuer
    /// was never reached.
    pub async fn check(&self, token: &str) -> Result<Claims, Refused> {
        let shared = &self.0.shared;
        let now = shared.clock.now();
        let claims = shared
            .keys
            .with(now, |keys| shared.rules.check(token, keys, now))
            .await?;
        shared.known().check(&claims, now)?;
        Ok(claims)
    }

    /// Waits until the key set and the feed were heard for the first time. An API may start without;
    /// it then refuses long-lived tokens for a moment.
    pub async fn ready(&self) {
        // The sender lives as long as this verifier.
        let _ = self
            .0
            .shared
            .heard
            .subscribe()
            .wait_for(|heard| *heard)
            .await;
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Verifier")
            .field(&self.0.shared.rules)
            .finish()
    }
}
