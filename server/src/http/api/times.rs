//! Times as the API tells them.

use domain::clock::Timestamp;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// A time by RFC 3339, UTC, with as many digits of the second as it has.
pub(super) fn rfc3339(time: Timestamp) -> String {
    let nanos = i128::from(time.as_micros()) * 1000;
    let moment = OffsetDateTime::from_unix_timestamp_nanos(nanos);
    // Times that the calendar doesn't know are none of ours.
    let moment = moment.unwrap_or(OffsetDateTime::UNIX_EPOCH);
    moment.format(&Rfc3339).unwrap_or_default()
}
