//! Fills a database with people who could be, to measure and to look at what is there for many.
//!
//! Everything is drawn from one number, so that two databases filled alike hold the same. People have
//! no password, save the first few. Written past the ports, since a million units of work take hours;
//! the tables are those of the migrations, their indexes are made anew once the rows are there.

mod bulk;
mod chance;
mod events;
mod people;
mod sessions;
mod words;

use domain::{clock::Timestamp, credentials::PasswordHash, store::Work as _};
use sqlx::FromRow;

use crate::{Database, DatabaseUrl, PoolSizes, connect::ConnectError, value::values};
use bulk::Bulk;
use chance::Chance;

/// What is to be written.
pub struct Seeding {
    /// How many people, the administrator among them.
    pub users: u32,
    /// How many sessions of theirs, all alive, begun within 90 days.
    pub sessions: u32,
    /// What everything is drawn from.
    pub number: u64,
    /// Whether accounts may be there already.
    pub into_existing: bool,
    /// The password of the administrator and the nine people after her.
    pub password: PasswordHash,
    /// The moment before which everything happened.
    pub now: Timestamp,
}

/// Who may do everything in a database that was filled.
pub const ADMINISTRATOR: &str = "admin@seed.example";

/// Why a database wasn't filled. What was written until then stays.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// It has accounts, and nobody said that this is fine.
    #[error("the database has accounts already")]
    NotEmpty,
    /// It can't be opened.
    #[error(transparent)]
    Open(#[from] ConnectError),
    /// It failed.
    #[error("the database failed: {0}")]
    Failed(Box<dyn std::error::Error + Send + Sync>),
}

impl From<sqlx::Error> for SeedError {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(Box::new(error))
    }
}

impl From<domain::store::StorageError> for SeedError {
    fn from(error: domain::store::StorageError) -> Self {
        Self::Failed(Box::new(error))
    }
}

#[derive(FromRow)]
struct Known {
    accounts: i64,
}

/// Migrates a database and fills it. `told` hears how far it is. No server may run on it.
///
/// # Errors
/// [`SeedError`] when it has accounts or fails.
pub async fn seed(
    url: &DatabaseUrl,
    seeding: &Seeding,
    told: impl Fn(&str),
) -> Result<(), SeedError> {
    let sizes = PoolSizes {
        readers: 1,
        writers: 1,
    };
    let database = Database::open(url, sizes).await?;
    let mut work = database.writing().await?;
    let known: Option<Known> = work
        .fetch_optional(
            "SELECT COUNT(*) AS accounts FROM (SELECT 1 FROM accounts LIMIT 1) a",
            values![],
        )
        .await?;
    Box::new(work).commit().await?;
    database.close().await;
    // Nobody else may be there when the journal is switched off.
    drop(database);
    let is_empty = known.is_none_or(|known| known.accounts == 0);
    if !is_empty && !seeding.into_existing {
        return Err(SeedError::NotEmpty);
    }
    let mut bulk = Bulk::open(url).await?;
    if is_empty {
        bulk.forget_journal().await;
    }
    let mut chance = Chance::new(seeding.number);
    bulk.begin().await?;
    told("people");
    let people = people::write(&mut bulk, &mut chance, seeding).await?;
    told("sessions");
    sessions::write(&mut bulk, &mut chance, seeding, &people).await?;
    told("tokens and events");
    sessions::write_tokens(&mut bulk, &mut chance, seeding, &people).await?;
    events::write(&mut bulk, &mut chance, seeding, &people).await?;
    told("indexes");
    bulk.finish().await
}
