//! Master keys, and the one way in which anything is encrypted at rest.

mod key_ring;

pub use key_ring::{KeyRing, KeyRingError, Mac, MasterKey, Purpose, SealError};
