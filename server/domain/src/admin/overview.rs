//! What went on lately, in numbers.

use std::time::Duration;

use super::{SessionFilter, SupportDesk};
use crate::{
    audit::{EventCount, EventKind},
    clock::Timestamp,
    random::first_id_of,
    store::StorageError,
};

/// Who was active so lately is active now: last use is written down once a minute.
pub const ACTIVE_WITHIN: Duration = Duration::from_mins(5);
/// Sessions are counted exactly up to here.
pub const MOST_COUNTED: i64 = 10_000;

/// How many days are told of, today among them.
const DAYS: i64 = 30;
const MICROS_PER_DAY: i64 = 24 * 60 * 60 * 1_000_000;
const COUNTED: [EventKind; 4] = [
    EventKind::SessionStarted,
    EventKind::SignInFailed,
    EventKind::ApiTokenCreated,
    EventKind::TokensIssued,
];

/// What went on lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// How many sessions are alive; [`MOST_COUNTED`] stands for itself and more.
    pub sessions: i64,
    /// How many of them were used within [`ACTIVE_WITHIN`]; likewise.
    pub active_sessions: i64,
    /// The last 30 days, oldest first, today last. A day on which nothing happened is among them.
    pub days: Vec<OverviewDay>,
    /// How those of these days signed in, the most used way first.
    pub methods: Vec<MethodCount>,
}

/// A day, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverviewDay {
    /// When it began.
    pub began_at: Timestamp,
    /// Sessions that began.
    pub sign_ins: i64,
    /// Notes of wrong passwords. One is made when they first have somebody wait, and again each time
    /// that their number doubles.
    pub failure_notes: i64,
    /// API tokens that people made, and sign-ins by which a program was given tokens.
    pub tokens: i64,
}

/// A way to sign in, and how often it was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodCount {
    /// `amr` words (RFC 8176), separated by spaces.
    pub amr: String,
    /// Sessions that began this way.
    pub sign_ins: i64,
}

/// When the days began of which is told at `now`, and when the last of them ends.
fn bounds(now: Timestamp) -> Vec<Timestamp> {
    let today = now.as_micros().div_euclid(MICROS_PER_DAY);
    (today - DAYS + 1..=today + 1)
        .map(|day| Timestamp::from_micros(day.saturating_mul(MICROS_PER_DAY)))
        .collect()
}

/// The days that began at `starts`, with what was counted on each.
fn days(starts: &[Timestamp], counts: &[EventCount]) -> Vec<OverviewDay> {
    let mut days: Vec<_> = starts
        .iter()
        .map(|start| OverviewDay {
            began_at: *start,
            sign_ins: 0,
            failure_notes: 0,
            tokens: 0,
        })
        .collect();
    for found in counts {
        let Some(day) = days.get_mut(found.span) else {
            continue;
        };
        match EventKind::parse(&found.kind) {
            Some(EventKind::SessionStarted) => day.sign_ins += found.count,
            Some(EventKind::SignInFailed) => day.failure_notes += found.count,
            Some(EventKind::ApiTokenCreated | EventKind::TokensIssued) => day.tokens += found.count,
            _ => {}
        }
    }
    days
}

/// The ways of `sign_ins` sessions: all but the `others` began with a password alone.
fn methods(sign_ins: i64, others: Vec<(String, i64)>) -> Vec<MethodCount> {
    let counted: i64 = others.iter().map(|(_, count)| count).sum();
    // What begins between two questions is counted by one of them alone.
    let by_password = ("pwd".to_owned(), sign_ins - counted);
    let mut methods: Vec<_> = others
        .into_iter()
        .chain([by_password])
        .filter(|(_, count)| *count > 0)
        .map(|(amr, sign_ins)| MethodCount { amr, sign_ins })
        .collect();
    methods.sort_by(|a, b| (b.sign_ins, &a.amr).cmp(&(a.sign_ins, &b.amr)));
    methods
}

impl SupportDesk {
    /// What went on in the last 30 days, by the audit trail.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn overview(&self) -> Result<Overview, StorageError> {
        let now = self.shared.foundation.now();
        let active = SessionFilter {
            seen_since: Some(now.minus(ACTIVE_WITHIN)),
            ..SessionFilter::default()
        };
        let all = SessionFilter::default();
        let sessions = self.count_sessions(&all, MOST_COUNTED).await?;
        let active_sessions = self.count_sessions(&active, MOST_COUNTED).await?;

        let bounds = bounds(now);
        let ids: Vec<_> = bounds.iter().copied().map(first_id_of).collect();
        let mut work = self.shared.foundation.store.read().await?;
        let counts = work.count_events(&COUNTED, &ids).await?;
        let (first, end) = (&ids[0], &ids[ids.len() - 1]);
        let others = work.count_other_methods(first, end).await?;
        let days = days(&bounds[..bounds.len() - 1], &counts);
        let sign_ins = days.iter().map(|day| day.sign_ins).sum();
        Ok(Overview {
            sessions,
            active_sessions,
            methods: methods(sign_ins, others),
            days,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-01T12:00:00Z.
    const NOON: Timestamp = Timestamp::from_micros(1_767_268_800_000_000);

    fn count(kind: &str, span: usize, count: i64) -> EventCount {
        EventCount {
            kind: kind.to_owned(),
            span,
            count,
        }
    }

    #[test]
    fn thirty_days_end_with_today_whatever_the_hour() {
        let midnight = NOON.minus(Duration::from_hours(12));
        let last = midnight.plus(Duration::from_hours(24));
        for now in [midnight, NOON, last.minus(Duration::from_micros(1))] {
            let bounds = bounds(now);
            assert_eq!(bounds.len(), 31);
            assert_eq!(bounds[29..], [midnight, last]);
            assert_eq!(bounds[0], midnight.minus(Duration::from_hours(24 * 29)));
        }
        assert_eq!(bounds(last)[29], last);
    }

    #[test]
    fn a_day_without_events_is_a_day() {
        let starts = &bounds(NOON)[..30];
        let counts = [
            count("session.started", 29, 3),
            count("sign_in.failed", 28, 2),
            count("api_token.created", 0, 1),
            count("tokens.issued", 0, 4),
            count("session.started", 30, 9),
            count("of.another.version", 1, 9),
        ];
        let days = days(starts, &counts);
        let told: Vec<_> = days
            .iter()
            .map(|day| (day.sign_ins, day.failure_notes, day.tokens))
            .collect();
        assert_eq!(told.len(), 30);
        assert_eq!(
            (told[0], told[28], told[29]),
            ((0, 0, 5), (0, 2, 0), (3, 0, 0))
        );
        assert!(told[1..28].iter().all(|day| *day == (0, 0, 0)));
        assert_eq!(days[29].began_at, starts[29]);
    }

    #[test]
    fn what_is_no_other_method_is_a_password_and_the_most_used_comes_first() {
        let told = |sign_ins, others: &[(&str, i64)]| {
            let others = others.iter().map(|(amr, many)| ((*amr).to_owned(), *many));
            let methods = methods(sign_ins, others.collect());
            let told = methods.into_iter().map(|found| (found.amr, found.sign_ins));
            told.map(|(amr, many)| format!("{amr} {many}"))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            told(9, &[("fed", 2), ("pwd otp", 4)]),
            ["pwd otp 4", "pwd 3", "fed 2"]
        );
        assert_eq!(
            told(4, &[("pwd otp", 2), ("fed", 2)]),
            ["fed 2", "pwd otp 2"]
        );
        assert_eq!(told(1, &[("fed", 2)]), ["fed 2"], "one began meanwhile");
        assert!(told(0, &[]).is_empty());
    }
}
