//! Audit events and their side rows.

use async_trait::async_trait;
use domain::{
    accounts::AccountId,
    audit::{Actor, AuditTrail, EventKind, EventRow},
    clock::Timestamp,
    store::StorageError,
};
use sqlx::FromRow;

use crate::{unit_of_work::UnitOfWork, value::values};

/// The statements that keep an event, so that each says the same as the others.
macro_rules! event {
    () => {
        "INSERT INTO audit_events (id, at, kind, actor, subject, outcome, details, side_digest)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    };
}
macro_rules! side {
    () => {
        "INSERT INTO audit_sides (event, salt, body) VALUES ($1, $9, $10)"
    };
}
const EVENT: &str = event!();
const EVENT_THEN_SIDE: &str = concat!(event!(), "; ", side!());
const EVENT_WITH_SIDE: &str = concat!("WITH event AS (", event!(), ") ", side!());

#[derive(FromRow)]
struct NewestRow {
    id: Option<String>,
}

#[derive(FromRow)]
struct MomentRow {
    at: i64,
}

#[async_trait]
impl AuditTrail for UnitOfWork {
    async fn append_event(&mut self, event: &EventRow) -> Result<(), StorageError> {
        let mut values = values![
            &*event.id,
            event.at,
            event.kind.as_str(),
            &*event.actor,
            event.subject.map(|subject| subject.to_string()),
            event.kind.outcome().as_str(),
            &*event.details,
            event.side_digest.map(|digest| digest.to_vec())
        ];
        let Some((salt, body)) = &event.side else {
            return self.execute_later((EVENT, 1), EVENT, values).await;
        };
        values.extend(values![salt, &**body]);
        self.execute_later((EVENT_THEN_SIDE, 2), EVENT_WITH_SIDE, values)
            .await
    }

    async fn erase_sides_of(&mut self, account: AccountId) -> Result<(), StorageError> {
        self.execute(
            "DELETE FROM audit_sides WHERE event IN (
                 SELECT id FROM audit_events WHERE subject = $1
                 UNION SELECT id FROM audit_events WHERE actor = $2)",
            values![account.to_string(), Actor::Account(account).to_string()],
        )
        .await?;
        Ok(())
    }

    async fn newest_of_either(
        &mut self,
        [one, other]: [EventKind; 2],
    ) -> Result<Option<String>, StorageError> {
        // Each of the two is one look at the end of an index; an OR would be none.
        let row: Option<NewestRow> = self
            .fetch_optional(
                "SELECT MAX(id) AS id FROM (
                     SELECT MAX(id) AS id FROM audit_events WHERE kind = $1
                     UNION ALL SELECT MAX(id) AS id FROM audit_events WHERE kind = $2
                 ) AS newest",
                values![one.as_str(), other.as_str()],
            )
            .await?;
        Ok(row.and_then(|row| row.id))
    }

    async fn newest_event_at(&mut self) -> Result<Option<Timestamp>, StorageError> {
        // Ids sort by time.
        let row: Option<MomentRow> = self
            .fetch_optional(
                "SELECT at FROM audit_events ORDER BY id DESC LIMIT 1",
                values![],
            )
            .await?;
        Ok(row.map(|row| Timestamp::from_micros(row.at)))
    }
}
