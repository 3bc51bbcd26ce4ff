//! The dispatcher: one unit of work over either database. The only file that branches on which.

use std::sync::Arc;

use async_trait::async_trait;
use domain::store::{StorageError, Work};
use sqlx::{
    FromRow, PgConnection, Postgres, Sqlite, SqliteConnection, Transaction, pool::PoolConnection,
    postgres::PgRow, sqlite::SqliteRow,
};
use tokio::sync::Notify;

use crate::{group_commit::SqliteUnit, value::Value};

/// A row struct that reads from both databases.
pub(crate) trait Row:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{}

/// One unit of work. Readers see the last commit and are refused writes by the database.
///
/// A writer whose statement failed or was given up does nothing more and can't be committed: SQLite
/// would go on and keep the rest, PostgreSQL would answer a COMMIT without keeping anything.
pub(crate) struct UnitOfWork {
    held: Held,
    broken: bool,
    bell: Arc<Notify>,
    rings: bool,
}

/// A statement of a unit failed before.
#[derive(Debug, thiserror::Error)]
#[error("a statement of this unit failed: nothing more of it is done or kept")]
struct Broken;

/// What a unit works on.
pub(crate) enum Held {
    Sqlite(SqliteUnit),
    SqliteReader(PoolConnection<Sqlite>),
    Postgres(Transaction<'static, Postgres>),
    PostgresReader(PoolConnection<Postgres>),
}

enum Connection<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

macro_rules! bind {
    ($query:expr, $values:expr) => {{
        let mut query = $query;
        for value in $values {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Int(number) => query.bind(number),
                Value::Bool(flag) => query.bind(flag),
                Value::Bytes(bytes) => query.bind(bytes),
                Value::OptionalText(text) => query.bind(text),
                Value::OptionalBytes(bytes) => query.bind(bytes),
            };
        }
        query
    }};
}

impl UnitOfWork {
    /// A unit on `held`. `bell` is for whoever waits for mail that it queues.
    pub(crate) const fn new(held: Held, bell: Arc<Notify>) -> Self {
        Self {
            held,
            broken: false,
            bell,
            rings: false,
        }
    }

    /// Has the commit ring the bell. Before it there is nothing to be seen.
    pub(crate) const fn ring_when_committed(&mut self) {
        self.rings = true;
    }

    /// The connection for one statement. Until [`Self::finish`] hears that it succeeded, a writer
    /// counts as broken.
    fn connection(&mut self) -> Result<Connection<'_>, StorageError> {
        if self.broken {
            return Err(StorageError::Database(Box::new(Broken)));
        }
        self.broken = matches!(self.held, Held::Sqlite(_) | Held::Postgres(_));
        Ok(match &mut self.held {
            Held::Sqlite(unit) => Connection::Sqlite(unit.connection().map_err(failed)?),
            Held::SqliteReader(reader) => Connection::Sqlite(&mut *reader),
            Held::Postgres(transaction) => Connection::Postgres(&mut *transaction),
            Held::PostgresReader(reader) => Connection::Postgres(&mut *reader),
        })
    }

    fn finish<T>(&mut self, result: Result<T, sqlx::Error>) -> Result<T, StorageError> {
        self.broken &= result.is_err();
        result.map_err(failed)
    }

    /// Runs a statement and says how many rows it changed.
    pub(crate) async fn execute(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<u64, StorageError> {
        let changed = match self.connection()? {
            Connection::Sqlite(connection) => {
                let query = bind!(sqlx::query(sql), values);
                query
                    .execute(connection)
                    .await
                    .map(|done| done.rows_affected())
            }
            Connection::Postgres(connection) => {
                let query = bind!(sqlx::query(sql), values);
                query
                    .execute(connection)
                    .await
                    .map(|done| done.rows_affected())
            }
        };
        self.finish(changed)
    }

    /// Reads the first row, if there is one.
    pub(crate) async fn fetch_optional<R: Row>(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Option<R>, StorageError> {
        let row = match self.connection()? {
            Connection::Sqlite(connection) => {
                bind!(sqlx::query_as(sql), values)
                    .fetch_optional(connection)
                    .await
            }
            Connection::Postgres(connection) => {
                bind!(sqlx::query_as(sql), values)
                    .fetch_optional(connection)
                    .await
            }
        };
        self.finish(row)
    }

    /// Reads every row.
    pub(crate) async fn fetch_all<R: Row>(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<R>, StorageError> {
        let rows = match self.connection()? {
            Connection::Sqlite(connection) => {
                bind!(sqlx::query_as(sql), values)
                    .fetch_all(connection)
                    .await
            }
            Connection::Postgres(connection) => {
                bind!(sqlx::query_as(sql), values)
                    .fetch_all(connection)
                    .await
            }
        };
        self.finish(rows)
    }
}

#[async_trait]
impl Work for UnitOfWork {
    async fn commit(self: Box<Self>) -> Result<(), StorageError> {
        if self.broken {
            return Err(StorageError::Database(Box::new(Broken)));
        }
        match self.held {
            Held::Sqlite(unit) => unit.commit().await.map_err(failed)?,
            Held::Postgres(transaction) => transaction.commit().await.map_err(failed)?,
            // A reader has nothing to keep.
            Held::SqliteReader(_) | Held::PostgresReader(_) => {}
        }
        if self.rings {
            self.bell.notify_one();
        }
        Ok(())
    }
}

/// The one translation of the driver's errors.
pub(crate) fn failed(error: sqlx::Error) -> StorageError {
    if error
        .as_database_error()
        .is_some_and(sqlx::error::DatabaseError::is_unique_violation)
    {
        StorageError::Taken
    } else {
        StorageError::Database(Box::new(error))
    }
}
