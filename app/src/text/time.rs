//! Times, as a person says them.

use std::time::Duration;

use domain::clock::Timestamp;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// "just now", "2 minutes ago", "3 days ago".
pub fn ago(now: Timestamp, then: Timestamp) -> String {
    let seconds = now.since(then).as_secs();
    let (count, unit) = match seconds {
        0..MINUTE => return "just now".into(),
        MINUTE..HOUR => (seconds / MINUTE, "minute"),
        HOUR..DAY => (seconds / HOUR, "hour"),
        _ => (seconds / DAY, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural} ago")
}

/// "at once", "in 1 minute", "in 2 hours".
pub fn ahead(now: Timestamp, then: Timestamp) -> String {
    let seconds = then.since(now).as_secs();
    let (count, unit) = match seconds {
        0 => return "at once".into(),
        1..HOUR => (seconds.div_ceil(MINUTE), "minute"),
        HOUR..DAY => (seconds / HOUR, "hour"),
        _ => (seconds / DAY, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("in {count} {unit}{plural}")
}

/// A moment that stays the same for everyone: "22 November 2026, 14:05 UTC".
pub fn moment(at: Timestamp) -> String {
    let format = time::macros::format_description!(
        "[day padding:none] [month repr:long] [year], [hour]:[minute] UTC"
    );
    time::OffsetDateTime::from_unix_timestamp(at.as_micros().div_euclid(1_000_000))
        .ok()
        .and_then(|at| at.format(format).ok())
        .unwrap_or_default()
}

/// A span such as a link's lifetime or a wait, rounded up: "24 hours", "7 days", "30 seconds".
pub fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    let hours = seconds.div_ceil(HOUR);
    let (count, unit) = if seconds < 2 * MINUTE {
        (seconds, "second")
    } else if seconds < 2 * HOUR && seconds != HOUR {
        (seconds.div_ceil(MINUTE), "minute")
    } else if hours > 24 && hours.is_multiple_of(24) {
        (hours / 24, "day")
    } else {
        (hours, "hour")
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

/// The hint beside "Stay signed in".
pub fn stay_hint(absolute: Duration, idle: Duration) -> String {
    let (absolute, idle) = (span(absolute), span(idle));
    format!(
        "Up to {absolute} on this browser, or until {idle} unused. Leave it off on a shared computer."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_out() {
        let at = Timestamp::from_micros(1_795_356_300_000_000);
        assert_eq!(moment(at), "22 November 2026, 14:05 UTC");
    }

    #[test]
    fn spans_read_as_a_person_would_say_them() {
        let now = Timestamp::from_micros(10 * i64::try_from(DAY).unwrap() * 1_000_000);
        let before = |seconds: u64| {
            ago(
                now,
                Timestamp::from_micros(
                    now.as_micros() - i64::try_from(seconds).unwrap() * 1_000_000,
                ),
            )
        };
        assert_eq!(before(0), "just now");
        assert_eq!(before(59), "just now");
        assert_eq!(before(60), "1 minute ago");
        assert_eq!(before(2 * HOUR), "2 hours ago");
        assert_eq!(before(3 * DAY), "3 days ago");
        assert_eq!(span(Duration::from_hours(24)), "24 hours");
        assert_eq!(span(Duration::from_hours(168)), "7 days");
        assert_eq!(span(Duration::from_hours(1)), "1 hour");
        assert_eq!(span(Duration::from_secs(1)), "1 second");
        assert_eq!(span(Duration::from_secs(30)), "30 seconds");
        assert_eq!(span(Duration::from_secs(121)), "3 minutes");
        assert_eq!(span(Duration::from_mins(15)), "15 minutes");
        // A clock that was set back is no reason for nonsense.
        assert_eq!(ago(Timestamp::from_micros(0), now), "just now");
    }
}
