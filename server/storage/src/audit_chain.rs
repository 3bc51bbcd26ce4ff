//! The chain of audit events, and what was cut from its beginning.

use std::{fmt::Write as _, sync::LazyLock};

use async_trait::async_trait;
use domain::{
    audit::{AuditChain, CutRow, Link, LinkRow, StoredEvent, Unchained},
    clock::Timestamp,
    store::StorageError,
};
use sqlx::FromRow;

use crate::{unit_of_work::UnitOfWork, value::values};

/// So many places are written by one statement: each way to a server takes longer than a row.
const ROWS: usize = 50;

static INSERT_ROWS: LazyLock<String> = LazyLock::new(|| {
    let mut sql = "INSERT INTO audit_chain (seq, event, prev, hash) VALUES ".to_owned();
    for row in 0..ROWS {
        let (first, comma) = (row * 4 + 1, if row == 0 { "" } else { ", " });
        // Writing to a string can't fail.
        let _ = write!(
            sql,
            "{comma}(${first}, ${}, ${}, ${})",
            first + 1,
            first + 2,
            first + 3
        );
    }
    sql
});

#[derive(FromRow)]
struct HeadRow {
    seq: i64,
    hash: Vec<u8>,
}

#[derive(FromRow)]
struct PendingRow {
    event: String,
}

#[derive(FromRow)]
struct EventRow {
    id: String,
    at: i64,
    kind: String,
    actor: String,
    subject: Option<String>,
    outcome: String,
    details: String,
    side_digest: Option<Vec<u8>>,
}

#[derive(FromRow)]
struct PlaceRow {
    seq: i64,
    event: String,
    prev: Vec<u8>,
    hash: Vec<u8>,
    id: Option<String>,
    at: Option<i64>,
    kind: Option<String>,
    actor: Option<String>,
    subject: Option<String>,
    outcome: Option<String>,
    details: Option<String>,
    side_digest: Option<Vec<u8>>,
    salt: Option<Vec<u8>>,
    body: Option<String>,
}

#[derive(FromRow)]
struct StoredCut {
    seq: i64,
    hash: Vec<u8>,
    at: i64,
    signed: String,
}

#[derive(FromRow)]
struct UnchainedRow {
    waiting: i64,
    lost: i64,
}

impl From<EventRow> for StoredEvent {
    fn from(row: EventRow) -> Self {
        Self {
            id: row.id,
            at: Timestamp::from_micros(row.at),
            kind: row.kind,
            actor: row.actor,
            subject: row.subject,
            outcome: row.outcome,
            details: row.details,
            side_digest: row.side_digest,
        }
    }
}

impl PlaceRow {
    /// The event's columns, when there is one: they are all there then, or none.
    fn stored(&mut self) -> Option<StoredEvent> {
        Some(StoredEvent {
            id: self.id.take()?,
            at: Timestamp::from_micros(self.at?),
            kind: self.kind.take()?,
            actor: self.actor.take()?,
            subject: self.subject.take(),
            outcome: self.outcome.take()?,
            details: self.details.take()?,
            side_digest: self.side_digest.take(),
        })
    }
}

impl From<PlaceRow> for LinkRow {
    fn from(mut row: PlaceRow) -> Self {
        Self {
            stored: row.stored(),
            seq: row.seq,
            event: row.event,
            prev: row.prev,
            hash: row.hash,
            side: row.salt.zip(row.body),
        }
    }
}

#[async_trait]
impl AuditChain for UnitOfWork {
    async fn hold_audit_chain(&mut self) -> Result<(), StorageError> {
        self.execute(
            "UPDATE counters SET value = value + 1 WHERE name = 'audit'",
            values![],
        )
        .await?;
        Ok(())
    }

    async fn audit_head(&mut self) -> Result<Option<(i64, Vec<u8>)>, StorageError> {
        let row: Option<HeadRow> = self
            .fetch_optional(
                "SELECT seq, hash FROM audit_chain ORDER BY seq DESC LIMIT 1",
                values![],
            )
            .await?;
        Ok(row.map(|row| (row.seq, row.hash)))
    }

    async fn has_pending_events(&mut self) -> Result<bool, StorageError> {
        let row: Option<PendingRow> = self
            .fetch_optional("SELECT event FROM audit_pending LIMIT 1", values![])
            .await?;
        Ok(row.is_some_and(|row| !row.event.is_empty()))
    }

    async fn list_pending_events(&mut self, limit: i64) -> Result<Vec<StoredEvent>, StorageError> {
        let rows: Vec<EventRow> = self
            .fetch_all(
                "SELECT e.id, e.at, e.kind, e.actor, e.subject, e.outcome, e.details, e.side_digest
                 FROM audit_pending p JOIN audit_events e ON e.id = p.event
                 WHERE NOT EXISTS (SELECT 1 FROM audit_chain c WHERE c.event = p.event)
                 ORDER BY p.event LIMIT $1",
                values![limit],
            )
            .await?;
        Ok(rows.into_iter().map(StoredEvent::from).collect())
    }

    async fn append_links(&mut self, links: &[Link]) -> Result<(), StorageError> {
        let Some(first) = links.first().map(|link| link.seq) else {
            return Ok(());
        };
        for chunk in links.chunks(ROWS) {
            let row = |link: &Link| values![link.seq, &*link.event, &link.prev, &link.hash];
            if chunk.len() == ROWS {
                let values = chunk.iter().flat_map(row).collect();
                self.execute(&INSERT_ROWS, values).await?;
                continue;
            }
            for link in chunk {
                self.execute(
                    "INSERT INTO audit_chain (seq, event, prev, hash) VALUES ($1, $2, $3, $4)",
                    row(link),
                )
                .await?;
            }
        }
        self.execute(
            "DELETE FROM audit_pending WHERE event IN (SELECT event FROM audit_chain WHERE seq >= $1)",
            values![first],
        )
        .await?;
        Ok(())
    }

    async fn list_links(&mut self, after: i64, limit: i64) -> Result<Vec<LinkRow>, StorageError> {
        let rows: Vec<PlaceRow> = self
            .fetch_all(
                "SELECT c.seq, c.event, c.prev, c.hash, e.id, e.at, e.kind, e.actor, e.subject, e.outcome,
                     e.details, e.side_digest, s.salt, s.body
                 FROM audit_chain c
                 LEFT JOIN audit_events e ON e.id = c.event
                 LEFT JOIN audit_sides s ON s.event = c.event
                 WHERE c.seq > $1 ORDER BY c.seq LIMIT $2",
                values![after, limit],
            )
            .await?;
        Ok(rows.into_iter().map(LinkRow::from).collect())
    }

    async fn newest_cut(&mut self) -> Result<Option<CutRow>, StorageError> {
        let row: Option<StoredCut> = self
            .fetch_optional(
                "SELECT seq, hash, at, signed FROM audit_cuts ORDER BY seq DESC LIMIT 1",
                values![],
            )
            .await?;
        Ok(row.map(|row| CutRow {
            seq: row.seq,
            hash: row.hash,
            at: Timestamp::from_micros(row.at),
            signed: row.signed,
        }))
    }

    async fn cut_chain(&mut self, cut: &CutRow) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO audit_cuts (seq, hash, at, signed) VALUES ($1, $2, $3, $4)",
            values![cut.seq, cut.hash.clone(), cut.at, &*cut.signed],
        )
        .await?;
        // The triggers let an event go as long as its place says that it is old enough.
        for sql in [
            "DELETE FROM audit_sides WHERE event IN (SELECT event FROM audit_chain WHERE seq <= $1)",
            "DELETE FROM audit_events WHERE id IN (SELECT event FROM audit_chain WHERE seq <= $1)",
            "DELETE FROM audit_chain WHERE seq <= $1",
        ] {
            self.execute(sql, values![cut.seq]).await?;
        }
        Ok(())
    }

    async fn count_unchained(&mut self, before: Timestamp) -> Result<Unchained, StorageError> {
        let row: Option<UnchainedRow> = self
            .fetch_optional(
                "SELECT COUNT(p.event) AS waiting, COUNT(*) - COUNT(p.event) AS lost
                 FROM audit_events e LEFT JOIN audit_pending p ON p.event = e.id
                 WHERE e.at < $1 AND NOT EXISTS (SELECT 1 FROM audit_chain c WHERE c.event = e.id)",
                values![before],
            )
            .await?;
        Ok(row.map_or_else(Unchained::default, |row| Unchained {
            waiting: row.waiting,
            lost: row.lost,
        }))
    }
}
