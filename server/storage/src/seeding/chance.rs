//! Chance that can be had again.

use domain::{
    clock::Timestamp,
    random::{Random, time_ordered_id},
};
use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers drawn from one number (splitmix64). For made-up people only: whoever knows one number
/// knows all.
pub(super) struct Chance(AtomicU64);

impl Chance {
    pub(super) const fn new(number: u64) -> Self {
        Self(AtomicU64::new(number))
    }

    fn next(&self) -> u64 {
        let mut x = self
            .0
            .fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed)
            .wrapping_add(0x9e37_79b9_7f4a_7c15);
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// A number below `end`.
    pub(super) fn below(&self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// Whether something happens that does so `times` in a thousand.
    pub(super) fn is(&self, times: u64) -> bool {
        self.below(1000) < times
    }

    /// One of them.
    pub(super) fn of<'a, T>(&self, all: &'a [T]) -> &'a T {
        let place = usize::try_from(self.below(all.len() as u64)).unwrap_or(0);
        &all[place]
    }

    /// Bytes.
    pub(super) fn bytes<const N: usize>(&self) -> [u8; N] {
        domain::random::random_bytes(self)
    }

    /// Bytes whose first say the how manieth they are, so that an index of them grows at its end.
    pub(super) fn numbered<const N: usize>(&self, count: u64) -> [u8; N] {
        let mut bytes = self.bytes::<N>();
        bytes[..6].copy_from_slice(&count.to_be_bytes()[2..]);
        bytes
    }

    /// A `UUIDv7` of that moment.
    pub(super) fn id(&self, at: Timestamp) -> String {
        time_ordered_id(at, self).to_string()
    }
}

impl Random for Chance {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }
}
