//! Times, as a person says them.

use std::time::Duration;

use domain::clock::Timestamp;

use super::{Text, t, t_with};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// "just now", "2 minutes ago", "3 days ago".
pub fn ago(now: Timestamp, then: Timestamp) -> String {
    let seconds = now.since(then).as_secs();
    match seconds {
        0..MINUTE => t(Text::JustNow).to_owned(),
        MINUTE..HOUR => counted(seconds / MINUTE, Text::MinuteAgo, Text::MinutesAgo),
        HOUR..DAY => counted(seconds / HOUR, Text::HourAgo, Text::HoursAgo),
        _ => counted(seconds / DAY, Text::DayAgo, Text::DaysAgo),
    }
}

/// "at once", "in 1 minute", "in 2 hours".
pub fn ahead(now: Timestamp, then: Timestamp) -> String {
    let seconds = then.since(now).as_secs();
    match seconds {
        0 => t(Text::AtOnce).to_owned(),
        1..HOUR => counted(seconds.div_ceil(MINUTE), Text::InMinute, Text::InMinutes),
        // What was asked for a moment ago is still called by its name.
        HOUR..DAY => counted((seconds + HOUR / 2) / HOUR, Text::InHour, Text::InHours),
        _ => counted((seconds + DAY / 2) / DAY, Text::InDay, Text::InDays),
    }
}

/// A moment that stays the same for everyone: "22 November 2026, 14:05 UTC".
pub fn moment(at: Timestamp) -> String {
    let seconds = at.as_micros().div_euclid(1_000_000);
    let Ok(at) = time::OffsetDateTime::from_unix_timestamp(seconds) else {
        return String::new();
    };
    let before = usize::from(u8::from(at.month())) - 1;
    let month = t(Text::Months).split(' ').nth(before).unwrap_or_default();
    let clock = format!("{:02}:{:02}", at.hour(), at.minute());
    t_with(
        Text::Moment,
        &[
            ("day", &at.day()),
            ("month", &month),
            ("year", &at.year()),
            ("time", &clock),
        ],
    )
}

/// A day, written out: "22 November 2026". UTC.
pub fn calendar_day(at: Timestamp) -> String {
    let seconds = at.as_micros().div_euclid(1_000_000);
    let Ok(at) = time::OffsetDateTime::from_unix_timestamp(seconds) else {
        return String::new();
    };
    let before = usize::from(u8::from(at.month())) - 1;
    let month = t(Text::Months).split(' ').nth(before).unwrap_or_default();
    let parts: [(_, &dyn std::fmt::Display); 3] =
        [("day", &at.day()), ("month", &month), ("year", &at.year())];
    t_with(Text::CalendarDay, &parts)
}

/// The time of a day: "14:05". UTC.
pub fn time_of_day(at: Timestamp) -> String {
    let seconds = at.as_micros().div_euclid(1_000_000);
    time::OffsetDateTime::from_unix_timestamp(seconds).map_or_else(
        |_| String::new(),
        |at| format!("{:02}:{:02}", at.hour(), at.minute()),
    )
}

/// A day as machines and date fields write it, UTC: "2026-11-22".
pub fn day(at: Timestamp) -> String {
    let seconds = at.as_micros().div_euclid(1_000_000);
    let Ok(at) = time::OffsetDateTime::from_unix_timestamp(seconds) else {
        return String::new();
    };
    let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
    format!("{year:04}-{month:02}-{day:02}")
}

/// A span such as a link's lifetime or a wait, rounded up: "24 hours", "7 days", "30 seconds".
pub fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    let hours = seconds.div_ceil(HOUR);
    if seconds < 2 * MINUTE {
        counted(seconds, Text::Second, Text::Seconds)
    } else if seconds < 2 * HOUR && seconds != HOUR {
        counted(seconds.div_ceil(MINUTE), Text::Minute, Text::Minutes)
    } else if hours > 24 && hours.is_multiple_of(24) {
        counted(hours / 24, Text::Day, Text::Days)
    } else {
        counted(hours, Text::Hour, Text::Hours)
    }
}

/// The form of a count: `one` has its number in it.
fn counted(count: u64, one: Text, many: Text) -> String {
    if count == 1 {
        t(one).to_owned()
    } else {
        t_with(many, &[("count", &count)])
    }
}

/// The hint beside "Stay signed in".
pub fn stay_hint(absolute: Duration, idle: Duration) -> String {
    let (absolute, idle) = (span(absolute), span(idle));
    t_with(Text::StayHint, &[("absolute", &absolute), ("idle", &idle)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Language, with_language};

    #[test]
    fn a_moment_is_written_out() {
        let at = Timestamp::from_micros(1_795_356_300_000_000);
        assert_eq!(moment(at), "22 November 2026, 14:05 UTC");
        let german = with_language(Language::German, || moment(at));
        assert_eq!(german, "22. November 2026 um 14:05 Uhr (UTC)");
        for (micros, is) in [(0, "1 January 1970, 00:00 UTC"), (i64::MAX, "")] {
            assert_eq!(moment(Timestamp::from_micros(micros)), is);
        }
    }

    #[test]
    fn german_counts_by_its_own_grammar() {
        let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000);
        let ahead_and_ago = |seconds| (ahead(at(0), at(seconds)), ago(at(seconds), at(0)));
        with_language(Language::German, || {
            assert_eq!(ahead_and_ago(0), ("sofort".into(), "gerade eben".into()));
            assert_eq!(
                ahead_and_ago(60),
                ("in 1 Minute".into(), "vor 1 Minute".into())
            );
            assert_eq!(
                ahead_and_ago(7200),
                ("in 2 Stunden".into(), "vor 2 Stunden".into())
            );
            assert_eq!(
                ahead_and_ago(86_400),
                ("in 1 Tag".into(), "vor 1 Tag".into())
            );
            assert_eq!(
                ahead_and_ago(259_200),
                ("in 3 Tagen".into(), "vor 3 Tagen".into())
            );
            assert_eq!(span(Duration::from_hours(168)), "7 Tage");
            assert_eq!(span(Duration::from_secs(1)), "1 Sekunde");
        });
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
