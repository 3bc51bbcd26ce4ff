//! What every service stands on.

use std::sync::Arc;

use crate::{
    clock::{Clock, Timestamp},
    keys::KeyRing,
    random::Random,
    store::Store,
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
}

impl Foundation {
    /// The current time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
