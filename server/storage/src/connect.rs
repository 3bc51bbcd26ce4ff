//! Opening a database by its URL.

use std::{
    path::PathBuf,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use domain::store::{StorageError, Store, Work};
use sqlx::{
    Connection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::sync::Notify;

use crate::{
    group_commit::{GroupCommit, open_writer},
    migrations,
    readers::Readers,
    unit_of_work::{Bells, Held, UnitOfWork, failed, note_refusal},
};

/// How long a writer waits for a lock that another process holds, such as the command line.
const BUSY: Duration = Duration::from_secs(5);
/// How long a request waits for a connection before it is told that the server is overloaded.
const ACQUIRE: Duration = Duration::from_secs(5);

/// Where the data is.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// The embedded database: a file.
    Sqlite(PathBuf),
    /// A PostgreSQL server, with its `postgres://` URL.
    Postgres(String),
}

// A PostgreSQL URL may hold a password.
impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Postgres(_) => f.write_str("Postgres(…)"),
        }
    }
}

/// Most connections to the database.
#[derive(Clone, Copy, Debug)]
pub struct PoolSizes {
    /// That only read.
    pub readers: u32,
    /// That write; SQLite always has one.
    pub writers: u32,
}

/// The connections of one kind.
#[derive(Clone, Copy, Debug)]
pub struct Pool {
    /// What they do.
    pub name: &'static str,
    /// How many are open.
    pub open: usize,
    /// How many of those wait for something to do.
    pub idle: usize,
}

/// Why a database can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The URL isn't one.
    #[error("not a database URL: write sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE")]
    Url,
    /// The database can't be opened or reached.
    #[error("the database can't be opened: {0}")]
    Open(#[source] sqlx::Error),
    /// A migration failed, or the database was migrated by a newer version.
    #[error("the database can't be migrated: {0}")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// The texts by which people are found couldn't be written.
    #[error("what people are found by can't be written: {0}")]
    Texts(#[source] StorageError),
}

impl FromStr for DatabaseUrl {
    type Err = ConnectError;

    fn from_str(url: &str) -> Result<Self, ConnectError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            PgConnectOptions::from_str(url).map_err(|_| ConnectError::Url)?;
            return Ok(Self::Postgres(url.to_owned()));
        }
        let path = url.strip_prefix("sqlite:").ok_or(ConnectError::Url)?;
        let path = path.strip_prefix("//").unwrap_or(path);
        // A query would be taken for part of the file's name.
        if path.is_empty() || path.contains('?') || path.contains(":memory:") {
            return Err(ConnectError::Url);
        }
        Ok(Self::Sqlite(path.into()))
    }
}

/// An open, migrated database.
pub struct Database {
    inner: Inner,
    bells: Bells,
    /// A write was not taken, and none was tried since to find out.
    pub(crate) refused: Arc<AtomicBool>,
}

enum Inner {
    Sqlite {
        writer: GroupCommit,
        readers: Readers,
    },
    Postgres {
        writers: PgPool,
        readers: PgPool,
    },
}

/// What readers tell PostgreSQL: everything they ask for has an index. Its planner doesn't know how rare
/// a text is, and would rather hash every session, which takes seconds
/// (`docs/decisions/0026-searching-a-million-people.md`).
const READING: [(&str, &str); 5] = [
    ("default_transaction_read_only", "on"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("jit", "off"),
    ("random_page_cost", "1.1"),
];

fn sqlite_options(path: &PathBuf) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
}

impl Database {
    fn over(inner: Inner) -> Self {
        Self {
            inner,
            bells: Bells::default(),
            refused: Arc::default(),
        }
    }

    /// Opens the database and brings it to this version's shape.
    ///
    /// # Errors
    /// [`ConnectError`] when it can't be opened, reached or migrated.
    pub async fn open(url: &DatabaseUrl, sizes: PoolSizes) -> Result<Self, ConnectError> {
        let database = Self::connect(url, sizes).await?;
        database
            .renew_search_texts()
            .await
            .map_err(ConnectError::Texts)?;
        Ok(database)
    }

    async fn connect(url: &DatabaseUrl, sizes: PoolSizes) -> Result<Self, ConnectError> {
        match url {
            DatabaseUrl::Sqlite(path) => {
                let options = sqlite_options(path)
                    .create_if_missing(true)
                    // What savepoints put aside stays out of temporary files.
                    .pragma("temp_store", "MEMORY")
                    .auto_vacuum(SqliteAutoVacuum::Incremental);
                let mut connection = open_writer(&options, BUSY)
                    .await
                    .map_err(ConnectError::Open)?;
                // All of them in one transaction: sqlx locks nothing here, and a second process that
                // starts at the same moment would begin with the same migration.
                let mut all = connection
                    .begin_with("BEGIN IMMEDIATE")
                    .await
                    .map_err(ConnectError::Open)?;
                migrations::sqlite()
                    .run_direct(None, &mut *all, false)
                    .await
                    .map_err(ConnectError::Migrate)?;
                all.commit().await.map_err(ConnectError::Open)?;
                let reading = sqlite_options(path).pragma("query_only", "ON");
                let readers = Readers::new(reading, sizes.readers, ACQUIRE);
                Ok(Self::over(Inner::Sqlite {
                    writer: GroupCommit::start(connection),
                    readers,
                }))
            }
            DatabaseUrl::Postgres(url) => {
                let options = PgConnectOptions::from_str(url)
                    .map_err(|_| ConnectError::Url)?
                    .application_name("latchkey");
                let mut connection = sqlx::PgConnection::connect_with(&options)
                    .await
                    .map_err(ConnectError::Open)?;
                migrations::postgres()
                    .run_direct(None, &mut connection, false)
                    .await
                    .map_err(ConnectError::Migrate)?;
                connection.close().await.map_err(ConnectError::Open)?;
                let pool = |size: u32| {
                    PgPoolOptions::new()
                        .max_connections(size.max(1))
                        .acquire_timeout(ACQUIRE)
                };
                let reading = options.clone().options(READING);
                Ok(Self::over(Inner::Postgres {
                    writers: pool(sizes.writers).connect_lazy_with(options),
                    readers: pool(sizes.readers).connect_lazy_with(reading),
                }))
            }
        }
    }

    /// Lets what runs finish, then closes every connection.
    pub async fn close(&self) {
        match &self.inner {
            Inner::Sqlite { writer, readers } => {
                readers.close().await;
                writer.clone().close().await;
            }
            Inner::Postgres { writers, readers } => {
                readers.close().await;
                writers.close().await;
            }
        }
    }

    fn unit(&self, held: Held) -> UnitOfWork {
        UnitOfWork::new(held, self.bells.clone(), Arc::clone(&self.refused))
    }

    /// A unit that reads and writes.
    pub(crate) async fn writing(&self) -> Result<UnitOfWork, StorageError> {
        let held = match &self.inner {
            Inner::Sqlite { writer, .. } => writer.begin().await.map(Held::Sqlite),
            Inner::Postgres { writers, .. } => writers.begin().await.map(Held::Postgres),
        };
        let held = held.map_err(failed);
        note_refusal(&self.refused, &held);
        Ok(self.unit(held?))
    }

    /// The connections that are open, for those who watch.
    pub fn pools(&self) -> Vec<Pool> {
        let pool = |name, of: &PgPool| Pool {
            name,
            open: usize::try_from(of.size()).unwrap_or(usize::MAX),
            idle: of.num_idle(),
        };
        match &self.inner {
            // Its one writer is always there.
            Inner::Sqlite { readers, .. } => {
                let (open, idle) = readers.count();
                vec![Pool {
                    name: "readers",
                    open,
                    idle,
                }]
            }
            Inner::Postgres { writers, readers } => {
                vec![pool("readers", readers), pool("writers", writers)]
            }
        }
    }

    /// What kind of database it is, for logs.
    pub const fn kind(&self) -> &'static str {
        match self.inner {
            Inner::Sqlite { .. } => "sqlite",
            Inner::Postgres { .. } => "postgres",
        }
    }
}

#[async_trait]
impl Store for Database {
    async fn begin(&self) -> Result<Box<dyn Work>, StorageError> {
        Ok(Box::new(self.writing().await?))
    }

    async fn read(&self) -> Result<Box<dyn Work>, StorageError> {
        let held = match &self.inner {
            Inner::Sqlite { readers, .. } => {
                Held::SqliteReader(readers.acquire().await.map_err(failed)?)
            }
            Inner::Postgres { readers, .. } => {
                Held::PostgresReader(readers.acquire().await.map_err(failed)?)
            }
        };
        Ok(Box::new(self.unit(held)))
    }

    fn mail_bell(&self) -> Arc<Notify> {
        Arc::clone(&self.bells.mail)
    }

    fn revocation_bell(&self) -> Arc<Notify> {
        Arc::clone(&self.bells.revocations)
    }

    fn changes_of_callers(&self) -> u64 {
        self.bells.callers.load(Ordering::Acquire)
    }
}
