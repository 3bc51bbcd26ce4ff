//! The texts by which people are found. Whoever changes a name or an address writes them in the same
//! unit.

use domain::{admin::search_text_of, store::StorageError};
use sqlx::FromRow;

use crate::{connect::Database, unit_of_work::UnitOfWork, value::values};

/// Counts up whenever texts are folded differently than before.
const FOLDING: i64 = 1;
/// How many texts one unit writes after the folding changed.
const BATCH: i64 = 500;

#[derive(FromRow)]
struct Part {
    name: String,
    address: Option<String>,
}

#[derive(FromRow)]
struct Id {
    id: String,
}

#[derive(FromRow)]
struct Count {
    value: i64,
}

impl UnitOfWork {
    /// Writes a new account's text.
    pub(crate) async fn insert_search_text(
        &mut self,
        account: &str,
        name: &str,
        address: &str,
    ) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO search_texts (account, text) VALUES ($1, $2)",
            values![account, search_text_of(name, [address])],
        )
        .await?;
        Ok(())
    }

    /// Writes an account's text anew, from its name and addresses as they are now.
    pub(crate) async fn renew_search_text(&mut self, account: &str) -> Result<(), StorageError> {
        let parts: Vec<Part> = self
            .fetch_all(
                "SELECT a.name, e.address FROM accounts a LEFT JOIN emails e ON e.account = a.id
                 WHERE a.id = $1 ORDER BY e.is_primary DESC, e.id",
                values![account],
            )
            .await?;
        let Some(first) = parts.first() else {
            return Ok(());
        };
        let addresses = parts.iter().filter_map(|part| part.address.as_deref());
        let text = search_text_of(&first.name, addresses);
        self.execute(
            "INSERT INTO search_texts (account, text) VALUES ($1, $2)
             ON CONFLICT (account) DO UPDATE SET text = excluded.text",
            values![account, text],
        )
        .await?;
        Ok(())
    }
}

impl Database {
    /// Writes everyone's text if they were folded differently before.
    pub(crate) async fn renew_search_texts(&self) -> Result<(), StorageError> {
        let mut work = self.writing().await?;
        let known: Option<Count> = work
            .fetch_optional(
                "SELECT value FROM counters WHERE name = 'search_texts'",
                values![],
            )
            .await?;
        if known.is_some_and(|known| known.value >= FOLDING) {
            return Ok(());
        }
        let mut after = String::new();
        loop {
            let accounts: Vec<Id> = work
                .fetch_all(
                    "SELECT id FROM accounts WHERE id > $1 ORDER BY id LIMIT $2",
                    values![&*after, BATCH],
                )
                .await?;
            for account in &accounts {
                work.renew_search_text(&account.id).await?;
            }
            let Some(last) = accounts.into_iter().next_back() else {
                break;
            };
            after = last.id;
            domain::store::Work::commit(Box::new(work)).await?;
            work = self.writing().await?;
        }
        work.execute(
            "UPDATE counters SET value = $1 WHERE name = 'search_texts'",
            values![FOLDING],
        )
        .await?;
        domain::store::Work::commit(Box::new(work)).await
    }
}
