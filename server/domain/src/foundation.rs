//! What every service stands on.

use std::sync::Arc;

use crate::{
    clock::{Clock, Timestamp},
    keys::{KeyRing, MacKey},
    random::Random,
    store::Store,
    watching::Tally,
};

/// Storage, time, chance and keys, handed to each service at start.
#[derive(Clone)]
pub struct Foundation {
    /// Where units of work come from.
    pub store: Arc<dyn Store>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bytes.
    pub random: Arc<dyn Random>,
    /// Seals what rests encrypted.
    pub keys: Arc<KeyRing>,
    /// Names rows whose owners the table must not tell.
    pub names: Arc<MacKey>,
    /// `public_url` without a trailing slash: `iss` of every token (RFC 8414 section 2).
    pub issuer: Arc<str>,
    /// Counts for those who watch.
    pub tally: Arc<dyn Tally>,
}

impl Foundation {
    /// The current time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
