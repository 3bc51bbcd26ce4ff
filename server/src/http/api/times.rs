//! Times as the API tells them.

use std::time::Duration;

use domain::clock::Timestamp;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// From one midnight to the next: UTC knows no other days.
pub(super) const DAY: Duration = Duration::from_hours(24);

/// A moment such as `2026-11-22T09:30:00Z` (RFC 3339).
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    let micros = moment.unix_timestamp_nanos() / 1000;
    i64::try_from(micros).ok().map(Timestamp::from_micros)
}

/// A time by RFC 3339, UTC, with as many digits of the second as it has.
pub(super) fn rfc3339(time: Timestamp) -> String {
    let nanos = i128::from(time.as_micros()) * 1000;
    let moment = OffsetDateTime::from_unix_timestamp_nanos(nanos);
    // Times that the calendar doesn't know are none of ours.
    let moment = moment.unwrap_or(OffsetDateTime::UNIX_EPOCH);
    moment.format(&Rfc3339).unwrap_or_default()
}
