//! Times as the API tells them.

use std::time::Duration;

use domain::clock::Timestamp;
use time::{Date, Month, OffsetDateTime, format_description::well_known::Rfc3339};

/// From one midnight to the next: UTC knows no other days.
pub(super) const DAY: Duration = Duration::from_hours(24);

/// The beginning of a day such as `2026-11-22`, UTC.
pub(super) fn date(text: &str) -> Option<Timestamp> {
    let mut parts = text.splitn(3, '-');
    let year = parts.next()?.parse().ok()?;
    let month = Month::try_from(parts.next()?.parse::<u8>().ok()?).ok()?;
    let day = Date::from_calendar_date(year, month, parts.next()?.parse().ok()?).ok()?;
    let seconds = day.midnight().assume_utc().unix_timestamp();
    Some(Timestamp::from_micros(seconds.checked_mul(1_000_000)?))
}

/// A time by RFC 3339, UTC, with as many digits of the second as it has.
pub(super) fn rfc3339(time: Timestamp) -> String {
    let nanos = i128::from(time.as_micros()) * 1000;
    let moment = OffsetDateTime::from_unix_timestamp_nanos(nanos);
    // Times that the calendar doesn't know are none of ours.
    let moment = moment.unwrap_or(OffsetDateTime::UNIX_EPOCH);
    moment.format(&Rfc3339).unwrap_or_default()
}
