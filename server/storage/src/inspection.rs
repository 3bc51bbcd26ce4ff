//! Looking at a database that is there, without making, migrating or changing anything.

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use domain::{
    clock::Timestamp,
    store::{StorageError, Work},
};
use sqlx::{
    Connection, PgConnection, PgPool, SqliteConnection,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::SqliteConnectOptions,
};
use tokio::time::timeout;

use crate::{
    connect::{ConnectError, DatabaseUrl},
    migrations,
    readers::Readers,
    unit_of_work::{Bells, Held, Row, UnitOfWork, failed},
};

/// How long a server may take to let us in.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most places of damage that are told.
const DAMAGES: &str = "PRAGMA quick_check(5)";

/// What the tables of a database are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// There are none yet.
    Empty,
    /// There are tables, none of them ours.
    Foreign,
    /// This version's.
    Current,
    /// An older version's.
    Older {
        /// How many migrations are to come.
        pending: usize,
    },
    /// A newer version's.
    Newer {
        /// A migration that this version doesn't know.
        migration: i64,
    },
    /// Nobody's: a migration broke off, or is another one than ours of that number.
    Broken {
        /// Which.
        migration: i64,
    },
}

/// A database that is looked at.
pub struct Inspection(Inner);

enum Inner {
    Sqlite {
        connection: SqliteConnection,
        readers: Readers,
        path: PathBuf,
    },
    Postgres {
        connection: PgConnection,
        readers: PgPool,
    },
}

impl Inspection {
    /// Opens what is there; `None` when there is no such file.
    ///
    /// # Errors
    /// [`ConnectError`] when it can't be opened or reached.
    pub async fn open(url: &DatabaseUrl) -> Result<Option<Self>, ConnectError> {
        match url {
            DatabaseUrl::Sqlite(path) => {
                if !path.try_exists().unwrap_or(true) {
                    return Ok(None);
                }
                let options = unchanging(path);
                let connection = SqliteConnection::connect_with(&options)
                    .await
                    .map_err(ConnectError::Open)?;
                Ok(Some(Self(Inner::Sqlite {
                    connection,
                    readers: Readers::new(options, 1, PATIENCE),
                    path: path.clone(),
                })))
            }
            DatabaseUrl::Postgres(url) => {
                let options = PgConnectOptions::from_str(url)
                    .map_err(|_| ConnectError::Url)?
                    .application_name("latchkey")
                    .options([("default_transaction_read_only", "on")]);
                let connection = timeout(PATIENCE, PgConnection::connect_with(&options))
                    .await
                    .unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut).into()))
                    .map_err(ConnectError::Open)?;
                Ok(Some(Self(Inner::Postgres {
                    connection,
                    readers: PgPoolOptions::new()
                        .max_connections(1)
                        .acquire_timeout(PATIENCE)
                        .connect_lazy_with(options),
                })))
            }
        }
    }

    /// The database's name and version, such as `SQLite 3.51.1`.
    ///
    /// # Errors
    /// [`StorageError`] when it doesn't answer.
    pub async fn version(&mut self) -> Result<String, StorageError> {
        let (name, question) = match self.0 {
            Inner::Sqlite { .. } => ("SQLite", "SELECT sqlite_version()"),
            Inner::Postgres { .. } => ("PostgreSQL", "SHOW server_version"),
        };
        let rows: Vec<(String,)> = self.rows(question).await?;
        let version = rows
            .into_iter()
            .next()
            .map_or_else(String::new, |row| row.0);
        Ok(format!("{name} {version}"))
    }

    /// Compares the tables with this version's.
    ///
    /// # Errors
    /// [`StorageError`] when it can't be read.
    pub async fn shape(&mut self) -> Result<Shape, StorageError> {
        let (question, migrator) = match self.0 {
            Inner::Sqlite { .. } => (
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
                migrations::sqlite(),
            ),
            Inner::Postgres { .. } => (
                "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema()",
                migrations::postgres(),
            ),
        };
        let tables: Vec<(String,)> = self.rows(question).await?;
        if !tables.iter().any(|(name,)| name == "_sqlx_migrations") {
            return Ok(if tables.is_empty() {
                Shape::Empty
            } else {
                Shape::Foreign
            });
        }
        let applied = self
            .rows("SELECT version, success, checksum FROM _sqlx_migrations ORDER BY version")
            .await?;
        Ok(compare(&applied, &migrator))
    }

    /// What time it is to the server; `None` for a file.
    ///
    /// # Errors
    /// [`StorageError`] when it doesn't answer.
    pub async fn now(&mut self) -> Result<Option<Timestamp>, StorageError> {
        if let Inner::Sqlite { .. } = self.0 {
            return Ok(None);
        }
        let rows: Vec<(i64,)> = self
            .rows("SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint")
            .await?;
        Ok(rows.first().map(|row| Timestamp::from_micros(row.0)))
    }

    /// Whether a file is in WAL mode, as opening it to serve leaves it; `None` for a server.
    pub fn is_wal(&self) -> Option<bool> {
        match &self.0 {
            Inner::Sqlite { path, .. } => Some(has_wal_header(path).unwrap_or(false)),
            Inner::Postgres { .. } => None,
        }
    }

    /// A unit that only reads; it can't be asked before the tables are this version's.
    ///
    /// # Errors
    /// [`StorageError`] when the database can't be reached.
    pub async fn read(&self) -> Result<Box<dyn Work>, StorageError> {
        let held = match &self.0 {
            Inner::Sqlite { readers, .. } => {
                Held::SqliteReader(readers.acquire().await.map_err(failed)?)
            }
            Inner::Postgres { readers, .. } => {
                Held::PostgresReader(readers.acquire().await.map_err(failed)?)
            }
        };
        Ok(Box::new(UnitOfWork::new(
            held,
            Bells::default(),
            Arc::default(),
        )))
    }

    /// Closes every connection.
    pub async fn close(self) {
        // What was only read needs no proper end.
        match self.0 {
            Inner::Sqlite {
                connection,
                readers,
                ..
            } => {
                readers.close().await;
                let _ = connection.close().await;
            }
            Inner::Postgres {
                connection,
                readers,
            } => {
                readers.close().await;
                let _ = connection.close().await;
            }
        }
    }

    async fn rows<R: Row>(&mut self, question: &'static str) -> Result<Vec<R>, StorageError> {
        match &mut self.0 {
            Inner::Sqlite { connection, .. } => {
                sqlx::query_as(question).fetch_all(connection).await
            }
            Inner::Postgres { connection, .. } => {
                sqlx::query_as(question).fetch_all(connection).await
            }
        }
        .map_err(failed)
    }
}

fn compare(applied: &[(i64, bool, Vec<u8>)], migrator: &Migrator) -> Shape {
    for (version, success, checksum) in applied {
        let known = migrator.iter().find(|known| known.version == *version);
        let migration = *version;
        match known {
            None => return Shape::Newer { migration },
            Some(known) if !success || known.checksum.as_ref() != checksum => {
                return Shape::Broken { migration };
            }
            Some(_) => {}
        }
    }
    match migrator.iter().count() - applied.len() {
        0 => Shape::Current,
        pending => Shape::Older { pending },
    }
}

/// Reads a whole database file and tells where it is damaged; nothing for a server, which looks
/// after that itself. Takes seconds for each GiB.
///
/// # Errors
/// [`ConnectError::Open`] when it can't be read at all.
pub async fn damage(url: &DatabaseUrl) -> Result<Vec<String>, ConnectError> {
    let DatabaseUrl::Sqlite(path) = url else {
        return Ok(Vec::new());
    };
    loop {
        let at_rest = !is_in_use(path);
        let found = check(path).await.map_err(ConnectError::Open)?;
        // A server that started meanwhile changes what is read as if nobody did.
        if found.is_empty() || !at_rest || !is_in_use(path) {
            return Ok(found);
        }
    }
}

async fn check(path: &Path) -> Result<Vec<String>, sqlx::Error> {
    let mut connection = SqliteConnection::connect_with(&unchanging(path)).await?;
    let rows: Vec<(String,)> = sqlx::query_as(DAMAGES).fetch_all(&mut connection).await?;
    connection.close().await?;
    let found = rows.into_iter().map(|row| row.0);
    Ok(found.filter(|line| line != "ok").collect())
}

/// A file that nobody has open is read as one that can't change: even a reader would put files of
/// its own beside one in WAL mode.
fn unchanging(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .immutable(!is_in_use(path))
        .busy_timeout(PATIENCE)
}

/// Whether somebody has it open, or died with it open: then the log holds what the file doesn't.
fn is_in_use(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    Path::new(&log).exists()
}

/// <https://www.sqlite.org/fileformat2.html#file_format_version_numbers>
fn has_wal_header(path: &Path) -> io::Result<bool> {
    let mut head = [0; 20];
    std::fs::File::open(path)?.read_exact(&mut head)?;
    Ok(head[18..] == [2, 2])
}
