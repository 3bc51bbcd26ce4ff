//! The dispatcher: one unit of work over either database. The only file that branches on which.

use async_trait::async_trait;
use domain::store::{StorageError, Work};
use sqlx::{
    FromRow, PgConnection, Postgres, Sqlite, SqliteConnection, Transaction, pool::PoolConnection,
    postgres::PgRow, sqlite::SqliteRow,
};

use crate::{group_commit::SqliteUnit, value::Value};

/// A row struct that reads from both databases.
pub(crate) trait Row:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}
impl<T> Row for T where
    T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

/// One unit of work. Readers see the last commit and are refused writes by the database.
pub(crate) enum UnitOfWork {
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
    fn connection(&mut self) -> Result<Connection<'_>, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(unit) => Connection::Sqlite(unit.connection()?),
            Self::SqliteReader(reader) => Connection::Sqlite(&mut *reader),
            Self::Postgres(transaction) => Connection::Postgres(&mut *transaction),
            Self::PostgresReader(reader) => Connection::Postgres(&mut *reader),
        })
    }

    /// Runs a statement and says how many rows it changed.
    pub(crate) async fn execute(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<u64, StorageError> {
        let changed = match self.connection().map_err(failed)? {
            Connection::Sqlite(connection) => {
                let query = bind!(sqlx::query(sql), values);
                query.execute(connection).await.map(|done| done.rows_affected())
            }
            Connection::Postgres(connection) => {
                let query = bind!(sqlx::query(sql), values);
                query.execute(connection).await.map(|done| done.rows_affected())
            }
        };
        changed.map_err(failed)
    }

    /// Reads the first row, if there is one.
    pub(crate) async fn fetch_optional<R: Row>(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Option<R>, StorageError> {
        let row = match self.connection().map_err(failed)? {
            Connection::Sqlite(connection) => {
                bind!(sqlx::query_as(sql), values).fetch_optional(connection).await
            }
            Connection::Postgres(connection) => {
                bind!(sqlx::query_as(sql), values).fetch_optional(connection).await
            }
        };
        row.map_err(failed)
    }

    /// Reads every row.
    pub(crate) async fn fetch_all<R: Row>(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<R>, StorageError> {
        let rows = match self.connection().map_err(failed)? {
            Connection::Sqlite(connection) => {
                bind!(sqlx::query_as(sql), values).fetch_all(connection).await
            }
            Connection::Postgres(connection) => {
                bind!(sqlx::query_as(sql), values).fetch_all(connection).await
            }
        };
        rows.map_err(failed)
    }
}

#[async_trait]
impl Work for UnitOfWork {
    async fn commit(self: Box<Self>) -> Result<(), StorageError> {
        match *self {
            Self::Sqlite(unit) => unit.commit().await.map_err(failed),
            Self::Postgres(transaction) => transaction.commit().await.map_err(failed),
            // A reader has nothing to keep.
            Self::SqliteReader(_) | Self::PostgresReader(_) => Ok(()),
        }
    }
}

/// The one translation of the driver's errors.
pub(crate) fn failed(error: sqlx::Error) -> StorageError {
    if error.as_database_error().is_some_and(|error| error.is_unique_violation()) {
        StorageError::Taken
    } else {
        StorageError::Database(Box::new(error))
    }
}
