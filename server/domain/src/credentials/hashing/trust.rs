//! Whether a pool may use its fast engine.

use std::sync::atomic::{AtomicU8, Ordering};

use super::fast::FastEngine;
use super::reference::ReferenceEngine;

/// What is known of the fast engine, shared by all threads of a pool.
pub(super) struct FastTrust(AtomicU8);

/// The states of [`FastTrust`]. `Off` is final.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Trust {
    /// Not to be used: not chosen, or found wrong.
    Off = 0,
    /// Passed its self-test; the cross-check at full cost is still to come.
    Unproven = 1,
    /// Agreed with the reference at full cost.
    Proven = 2,
}

impl FastTrust {
    pub(super) const fn new(trust: Trust) -> Self {
        Self(AtomicU8::new(trust as u8))
    }

    pub(super) fn get(&self) -> Trust {
        match self.0.load(Ordering::Relaxed) {
            1 => Trust::Unproven,
            2 => Trust::Proven,
            _ => Trust::Off,
        }
    }

    /// The cross-check passed. Does not bring back an engine that was switched off meanwhile.
    pub(super) fn prove(&self) {
        let (from, to) = (Trust::Unproven as u8, Trust::Proven as u8);
        let _ = self
            .0
            .compare_exchange(from, to, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Switches the fast engine off for the whole pool, with one warning.
    pub(super) fn switch_off(&self, reason: &str) {
        if self.0.swap(Trust::Off as u8, Ordering::Relaxed) != Trust::Off as u8 {
            tracing::warn!(
                reason,
                "password hashing: {} is switched off, {} verifies from now on",
                FastEngine::NAME,
                ReferenceEngine::NAME,
            );
        }
    }
}
