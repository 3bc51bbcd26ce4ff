//! Time, as an argument.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::{Date, Month};

/// Microseconds since 1970-01-01T00:00:00Z. The form in which times are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// The beginning of a day such as `2026-11-22`, UTC.
    pub fn of_day(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        let year = parts.next()?.parse().ok()?;
        let month = Month::try_from(parts.next()?.parse::<u8>().ok()?).ok()?;
        let day = Date::from_calendar_date(year, month, parts.next()?.parse().ok()?).ok()?;
        let seconds = day.midnight().assume_utc().unix_timestamp();
        Some(Self(seconds.checked_mul(1_000_000)?))
    }

    /// Microseconds since the Unix epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole milliseconds since the Unix epoch; times before it count as zero.
    pub fn as_millis(self) -> u64 {
        u64::try_from(self.0 / 1000).unwrap_or(0)
    }

    /// How long ago `earlier` was; zero when it lies ahead.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// This moment plus `span`, saturating.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)),
        )
    }

    /// This moment less `span`, saturating.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)),
        )
    }
}

/// Tells the time. Nothing else in the program asks the machine for it.
pub trait Clock: Send + Sync + 'static {
    /// The current time.
    fn now(&self) -> Timestamp;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_its_beginning_and_nothing_else_is_one() {
        assert_eq!(
            Timestamp::of_day("2026-01-01"),
            Some(Timestamp::from_micros(1_767_225_600_000_000))
        );
        for odd in [
            "",
            "2026",
            "2026-13-01",
            "2026-02-30",
            "2026-1-1-1",
            "x-y-z",
            "99999-01-01",
        ] {
            assert_eq!(Timestamp::of_day(odd), None, "{odd}");
        }
    }
}
