//! What was there when sessions began.

use std::collections::HashMap;

use domain::{
    admin::{SessionSpan, Surroundings},
    client::ClientAddress,
    store::StorageError,
};
use sqlx::FromRow;

use crate::{question::Question, unit_of_work::UnitOfWork};

#[derive(FromRow)]
struct Beginning {
    id: String,
    accounts: i64,
    browser_is_new: bool,
}

/// An address of one of the account's sessions, or the details of a note about it.
#[derive(FromRow)]
struct Nearby {
    id: String,
    address: Option<Vec<u8>>,
    details: Option<String>,
}

/// The spans as a table `q`.
fn asked(spans: &[SessionSpan]) -> Question {
    let mut question = Question::new("WITH q (id, since, low, high) AS (VALUES ");
    for (index, span) in spans.iter().enumerate() {
        question = question
            .then(if index == 0 { "(" } else { ", (" })
            .value(&*span.id)
            .then(", ")
            .value(span.since)
            .then(", ")
            .value(&*span.first_id)
            .then(", ")
            .value(&*span.end_id)
            .then(")");
    }
    question.then(") ")
}

pub(super) async fn surroundings(
    work: &mut UnitOfWork,
    spans: &[SessionSpan],
    most: i64,
) -> Result<Vec<Surroundings>, StorageError> {
    let beginnings = asked(spans)
        .then(
            "SELECT s.id,
                 (SELECT COUNT(*) FROM (
                     SELECT DISTINCT o.account FROM sessions o
                     WHERE o.address = s.address AND o.id >= q.low AND o.id < q.high
                     LIMIT ",
        )
        .value(most)
        .then(
            ") d) AS accounts,
                 EXISTS (SELECT 1 FROM known_browsers k
                     WHERE k.account = s.account AND k.browser_hash = s.browser_hash
                         AND k.first_seen_at = s.created_at)
                 AND EXISTS (SELECT 1 FROM known_browsers k
                     WHERE k.account = s.account AND k.first_seen_at < s.created_at) AS browser_is_new
             FROM q JOIN sessions s ON s.id = q.id",
        );
    let beginnings: Vec<Beginning> = beginnings.all(work).await?;
    // A session was last used when it began, or later.
    let nearby = asked(spans).then(
        "SELECT DISTINCT q.id, o.address, CAST(NULL AS TEXT) AS details
         FROM q JOIN sessions s ON s.id = q.id
         JOIN sessions o ON o.account = s.account AND o.last_seen_at >= q.since
         WHERE o.id >= q.low AND o.id < q.high
         UNION ALL
         SELECT q.id, NULL, e.details
         FROM q JOIN sessions s ON s.id = q.id
         JOIN audit_events e ON e.subject = s.account AND e.id >= q.low AND e.id < q.high
         WHERE e.kind = 'sign_in.failed'",
    );
    let nearby: Vec<Nearby> = nearby.all(work).await?;
    let mut found: HashMap<_, _> = beginnings
        .into_iter()
        .map(|row| {
            let around = Surroundings {
                id: row.id.clone(),
                accounts: row.accounts,
                browser_is_new: row.browser_is_new,
                ..Surroundings::default()
            };
            (row.id, around)
        })
        .collect();
    for row in nearby {
        let Some(around) = found.get_mut(&row.id) else {
            continue;
        };
        if let Some(address) = row.address {
            let address = ClientAddress::from_bytes(&address);
            around
                .addresses
                .push(address.ok_or(StorageError::Inconsistent {
                    table: "sessions",
                    column: "address",
                })?);
        }
        around.failures.extend(row.details);
    }
    Ok(found.into_values().collect())
}
