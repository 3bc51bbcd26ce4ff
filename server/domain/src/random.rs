//! Randomness, as an argument.

use uuid::Uuid;

use crate::clock::Timestamp;

/// A source of cryptographically secure random bytes.
pub trait Random: Send + Sync + 'static {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// `N` random bytes.
pub fn random_bytes<const N: usize>(random: &dyn Random) -> [u8; N] {
    let mut bytes = [0; N];
    random.fill(&mut bytes);
    bytes
}

/// An id of [`time_ordered_id`] as it is stored; `None` for any other text.
pub fn read_id(text: &str) -> Option<String> {
    Some(Uuid::try_parse(text).ok()?.to_string())
}

/// What no id of [`time_ordered_id`] of that millisecond or later is below, and each earlier one is.
pub fn first_id_of(time: Timestamp) -> String {
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&time.as_millis().to_be_bytes()[2..]);
    Uuid::from_bytes(bytes).to_string()
}

/// A `UUIDv7` (RFC 9562 section 5.7): sorts by time of creation.
pub fn time_ordered_id(now: Timestamp, random: &dyn Random) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(now.as_millis(), &random_bytes(random)).into_uuid()
}
