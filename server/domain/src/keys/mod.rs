//! Keys: master keys, under which everything rests that is encrypted, the key of names, and keys that
//! sign tokens.

mod key_ring;
mod mac_key;
mod resealing;
pub mod signing;

pub use key_ring::{KeyRing, KeyRingError, MasterKey, MasterKeyId, Purpose, SealError};
pub use mac_key::{Mac, MacKey};
pub use resealing::{Resealed, SealedRow, SealedValues, count_sealed_otherwise, reseal};
