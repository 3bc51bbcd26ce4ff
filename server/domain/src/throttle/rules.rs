//! The numbers.

use std::time::Duration;

/// How many wrong passwords are free, and what the others cost. (NIST SP 800-63B-4 section 3.2.2,
/// OWASP ASVS 5.0 6.3.1.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThrottleRules {
    /// Wrong passwords per account, or per known browser of it, before the first wait.
    pub free_failures: i64,
    /// The first wait; it doubles with each further failure.
    pub first_wait: Duration,
    /// The longest wait.
    pub longest_wait: Duration,
    /// From so many failures on, a password alone works only from a browser known to the account.
    pub known_browsers_only_from: i64,
    /// How many failures such a browser has then, until a reset mail is used.
    pub known_browser_failures: i64,
    /// Wrong passwords from one address within [`Self::address_window`].
    pub address_failures: i64,
    /// The window in which they are counted.
    pub address_window: Duration,
}

impl Default for ThrottleRules {
    fn default() -> Self {
        Self {
            free_failures: 5,
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_mins(15),
            known_browsers_only_from: 100,
            known_browser_failures: 10,
            address_failures: 60,
            address_window: Duration::from_mins(10),
        }
    }
}

impl ThrottleRules {
    /// How long nothing is checked after so many failures.
    pub fn wait_after(&self, failures: i64) -> Duration {
        let beyond = failures.saturating_sub(self.free_failures);
        if beyond < 1 {
            return Duration::ZERO;
        }
        let doublings = u32::try_from(beyond - 1).unwrap_or(u32::MAX);
        let factor = 1_u32.checked_shl(doublings).unwrap_or(u32::MAX);
        self.first_wait
            .checked_mul(factor)
            .map_or(self.longest_wait, |wait| wait.min(self.longest_wait))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_are_free_then_the_wait_doubles_from_one_second_to_fifteen_minutes() {
        let rules = ThrottleRules::default();
        for failures in 0..=5 {
            assert_eq!(rules.wait_after(failures), Duration::ZERO);
        }
        for (failures, seconds) in [(6, 1), (7, 2), (8, 4), (15, 512), (16, 900), (17, 900)] {
            assert_eq!(
                rules.wait_after(failures),
                Duration::from_secs(seconds),
                "{failures}"
            );
        }
        for failures in [100, 1_000_000, i64::MAX] {
            assert_eq!(rules.wait_after(failures), Duration::from_mins(15));
        }
    }
}
