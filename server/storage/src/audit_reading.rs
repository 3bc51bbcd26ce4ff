//! Reading audit events: one question, driven by the index that fits it.

use async_trait::async_trait;
use domain::{
    audit::{AuditReading, EventCount, EventKind, EventQuestion, FoundEvent, Outcome, Side},
    clock::Timestamp,
    store::StorageError,
};
use sqlx::FromRow;

use crate::{question::Question, unit_of_work::UnitOfWork, value::values};

/// The question with the condition by which the rows are found; the others only leave rows out.
macro_rules! events {
    ($found_by:literal) => {
        concat!(
            "SELECT e.id, e.at, e.kind, e.actor, e.subject, e.outcome, e.details, s.body, c.seq
             FROM audit_events e
             LEFT JOIN audit_sides s ON s.event = e.id
             LEFT JOIN audit_chain c ON c.event = e.id
             WHERE ",
            $found_by,
            " AND e.id < $1 AND e.id >= $2
                 AND (CAST($3 AS TEXT) IS NULL OR e.subject = $3)
                 AND (CAST($4 AS TEXT) IS NULL OR e.actor = $4)
                 AND (CAST($5 AS TEXT) IS NULL OR e.kind = $5)
                 AND (CAST($6 AS TEXT) IS NULL OR e.outcome = $6)
             ORDER BY e.id DESC LIMIT $7"
        )
    };
}

#[derive(FromRow)]
struct Found {
    id: String,
    at: i64,
    kind: String,
    actor: String,
    subject: Option<String>,
    outcome: String,
    details: String,
    body: Option<String>,
    seq: Option<i64>,
}

#[derive(FromRow)]
struct Counted {
    kind: String,
    span: i64,
    count: i64,
}

#[derive(FromRow)]
struct CountedMethod {
    facts: String,
    count: i64,
}

/// The words in the beginning of the details of a session that began.
fn amr_of(facts: &str) -> &str {
    let words = facts.strip_prefix(r#"{"amr":""#);
    words
        .and_then(|words| words.split('"').next())
        .unwrap_or("unknown")
}

impl From<Found> for FoundEvent {
    fn from(row: Found) -> Self {
        Self {
            id: row.id,
            at: Timestamp::from_micros(row.at),
            kind: row.kind,
            actor: row.actor,
            subject: row.subject,
            outcome: row.outcome,
            details: row.details,
            side: row.body.as_deref().map(Side::of),
            seq: row.seq,
        }
    }
}

#[async_trait]
impl AuditReading for UnitOfWork {
    async fn list_events(
        &mut self,
        question: &EventQuestion,
        limit: i64,
    ) -> Result<Vec<FoundEvent>, StorageError> {
        let sql = match question {
            EventQuestion {
                subject: Some(_), ..
            } => events!("e.subject = $3"),
            EventQuestion { actor: Some(_), .. } => events!("e.actor = $4"),
            EventQuestion { kind: Some(_), .. } => events!("e.kind = $5"),
            // Nearly all are successes, which have no index.
            EventQuestion {
                outcome: Some(outcome),
                ..
            } if outcome != Outcome::Success.as_str() => {
                events!("e.outcome <> 'success' AND e.outcome = $6")
            }
            _ => events!("TRUE"),
        };
        let rows: Vec<Found> = self
            .fetch_all(
                sql,
                values![
                    &*question.before,
                    &*question.from,
                    question.subject.clone(),
                    question.actor.clone(),
                    question.kind.clone(),
                    question.outcome.clone(),
                    limit
                ],
            )
            .await?;
        Ok(rows.into_iter().map(FoundEvent::from).collect())
    }
    async fn count_events(
        &mut self,
        kinds: &[EventKind],
        bounds: &[String],
    ) -> Result<Vec<EventCount>, StorageError> {
        // Each count stands by itself, so that either database looks into the index for it.
        let mut question = Question::new("WITH kinds (kind) AS (VALUES ");
        for (index, kind) in kinds.iter().enumerate() {
            let open = if index == 0 { "(" } else { ", (" };
            question = question.then(open).value(kind.as_str()).then(")");
        }
        question = question.then("), spans (span, low, high) AS (VALUES ");
        for (index, pair) in bounds.windows(2).enumerate() {
            question = question
                .then(if index == 0 { "(" } else { ", (" })
                .value(i64::try_from(index).unwrap_or(i64::MAX))
                .then(", ")
                .value(&*pair[0])
                .then(", ")
                .value(&*pair[1])
                .then(")");
        }
        let question = question.then(
            ") SELECT k.kind, s.span, (SELECT COUNT(*) FROM audit_events e
                 WHERE e.kind = k.kind AND e.id >= s.low AND e.id < s.high) AS count
             FROM kinds k CROSS JOIN spans s",
        );
        let rows: Vec<Counted> = question.all(self).await?;
        Ok(rows
            .into_iter()
            .map(|row| EventCount {
                kind: row.kind,
                span: usize::try_from(row.span).unwrap_or(usize::MAX),
                count: row.count,
            })
            .collect())
    }

    async fn count_other_methods(
        &mut self,
        from: &str,
        before: &str,
    ) -> Result<Vec<(String, i64)>, StorageError> {
        // The names of the details are in alphabetical order: behind the words stands the session's name.
        let rows: Vec<CountedMethod> = self
            .fetch_all(
                "SELECT f.facts, COUNT(*) AS count FROM (
                     SELECT CASE WHEN length(e.details) > 24
                         THEN substr(e.details, 1, length(e.details) - 24)
                         ELSE e.details END AS facts
                     FROM audit_events e
                     WHERE e.kind = 'session.started'
                         AND substr(e.details, 1, 13) <> '{\"amr\":\"pwd\",'
                         AND e.id >= $1 AND e.id < $2) f
                 GROUP BY f.facts",
                values![from, before],
            )
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| (amr_of(&row.facts).to_owned(), row.count))
            .collect())
    }
}
