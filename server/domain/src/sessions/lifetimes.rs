//! How long a session lives.

use std::time::Duration;

use crate::clock::Timestamp;

/// Idle and absolute lifetime of one kind of session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// Ends the session when it isn't used for this long.
    pub idle: Duration,
    /// Ends the session this long after sign-in, used or not.
    pub absolute: Duration,
}

/// Lifetimes with "Stay signed in" (7 and 30 days by default) and without (2 and 12 hours).
/// Administrators always get the latter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// With "Stay signed in".
    pub persistent: Lifetime,
    /// Without.
    pub short: Lifetime,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            persistent: Lifetime {
                idle: Duration::from_hours(7 * 24),
                absolute: Duration::from_hours(30 * 24),
            },
            short: Lifetime {
                idle: Duration::from_hours(2),
                absolute: Duration::from_hours(12),
            },
        }
    }
}

impl Lifetimes {
    /// The one that applies.
    pub const fn of(&self, persistent: bool) -> Lifetime {
        if persistent {
            self.persistent
        } else {
            self.short
        }
    }
}

impl Lifetime {
    /// When a session last used at `last_seen` falls idle, never after its absolute end.
    pub fn idle_until(&self, last_seen: Timestamp, absolute_until: Timestamp) -> Timestamp {
        last_seen.plus(self.idle).min(absolute_until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_lifetimes_are_the_promised_ones() {
        let hours = |n| Duration::from_hours(n);
        let lifetimes = Lifetimes::default();
        assert_eq!(
            lifetimes.of(true),
            Lifetime {
                idle: hours(168),
                absolute: hours(720)
            }
        );
        assert_eq!(
            lifetimes.of(false),
            Lifetime {
                idle: hours(2),
                absolute: hours(12)
            }
        );
    }

    #[test]
    fn use_never_extends_a_session_past_its_absolute_end() {
        let end = Timestamp::from_micros(1_000_000);
        let lifetime = Lifetimes::default().short;
        assert_eq!(
            lifetime.idle_until(Timestamp::from_micros(999_999), end),
            end
        );
    }
}
