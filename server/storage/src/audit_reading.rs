//! Reading audit events: one question, driven by the index that fits it.

use async_trait::async_trait;
use domain::{
    audit::{AuditReading, EventQuestion, FoundEvent, Side},
    clock::Timestamp,
    store::StorageError,
};
use sqlx::FromRow;

use crate::{unit_of_work::UnitOfWork, value::values};

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
            EventQuestion {
                outcome: Some(_), ..
            } => events!("e.outcome = $6"),
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
}
