//! The dispatcher: one unit of work over either database. The only file that branches on which.

use std::{
    mem,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use domain::store::{StorageError, Work};
use futures_util::{Stream, TryStreamExt as _};
use sqlx::{
    Either, Executor as _, FromRow, PgConnection, Postgres, SqlSafeStr, Sqlite, SqliteConnection,
    Transaction,
    pool::PoolConnection,
    postgres::PgRow,
    sqlite::{SqliteQueryResult, SqliteRow},
};
use tokio::sync::Notify;

use crate::{
    group_commit::SqliteUnit,
    later::{Before, Later},
    readers::Reader,
    value::{Value, bind},
};

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
    later: Later,
    bells: Bells,
    news: News,
    refused: Arc<AtomicBool>,
}

/// Who hears of what was committed.
#[derive(Clone, Default)]
pub(crate) struct Bells {
    /// Rings when mail was queued.
    pub(crate) mail: Arc<Notify>,
    /// Rings when something was revoked.
    pub(crate) revocations: Arc<Notify>,
    /// Counts changes of who may call the API, and of clients.
    pub(crate) callers: Arc<AtomicU64>,
}

/// What a unit did that others wait for. Before it is committed there is nothing to be seen.
#[derive(Clone, Copy, Default)]
pub(crate) struct News {
    pub(crate) mail: bool,
    pub(crate) revocations: bool,
    pub(crate) callers: bool,
}

/// A statement of a unit failed before.
#[derive(Debug, thiserror::Error)]
#[error("a statement of this unit failed: nothing more of it is done or kept")]
struct Broken;

/// What a unit works on.
pub(crate) enum Held {
    Sqlite(SqliteUnit),
    SqliteReader(Reader),
    Postgres(Transaction<'static, Postgres>),
    PostgresReader(PoolConnection<Postgres>),
}

enum Connection<'a> {
    /// With what is to be said before the statement.
    Sqlite(&'a mut SqliteConnection, Before),
    Postgres(&'a mut PgConnection),
}

/// How many rows the last of `statements` in a text changed.
///
/// Not `execute`: it waits for the end of the answer, which is a trip of its own, and adds up what each
/// statement says, while SQLite lets one that changes nothing say what the one before it did.
async fn changed(
    connection: &mut SqliteConnection,
    query: sqlx::query::Query<'_, Sqlite, <Sqlite as sqlx::Database>::Arguments>,
    statements: usize,
) -> Result<u64, sqlx::Error> {
    let mut answers = connection.fetch_many(query);
    let mut done = 0;
    while let Some(answer) = answers.try_next().await? {
        if let Either::Left(answer) = answer {
            done += 1;
            if done == statements {
                return Ok(answer.rows_affected());
            }
        }
    }
    Ok(0)
}

/// The rows of the last two statements of an answer, before which there are so many others.
async fn rows_of_last_two<R: Row, S: Row>(
    mut answers: impl Stream<Item = Result<Either<SqliteQueryResult, SqliteRow>, sqlx::Error>> + Unpin,
    others: usize,
) -> Result<(Vec<R>, Vec<S>), sqlx::Error> {
    let (mut rows, mut last, mut done) = (Vec::new(), Vec::new(), 0);
    while done < others + 2 {
        match answers.try_next().await? {
            Some(Either::Left(_)) => done += 1,
            Some(Either::Right(row)) if done == others => rows.push(R::from_row(&row)?),
            Some(Either::Right(row)) => last.push(S::from_row(&row)?),
            None => break,
        }
    }
    Ok((rows, last))
}

impl UnitOfWork {
    /// A unit on `held`. `bells` are for those who wait for what it does; `refused` is set when the
    /// database does not take what it writes.
    pub(crate) fn new(held: Held, bells: Bells, refused: Arc<AtomicBool>) -> Self {
        Self {
            held,
            broken: false,
            later: Later::default(),
            bells,
            news: News::default(),
            refused,
        }
    }

    /// What others will hear of once this is committed.
    pub(crate) const fn news(&mut self) -> &mut News {
        &mut self.news
    }

    /// The connection for one statement. Until [`Self::finish`] hears that it succeeded, a writer
    /// counts as broken.
    fn connection(&mut self) -> Result<Connection<'_>, StorageError> {
        if self.broken {
            return Err(StorageError::Database(Box::new(Broken)));
        }
        self.broken = matches!(self.held, Held::Sqlite(_) | Held::Postgres(_));
        Ok(match &mut self.held {
            Held::Sqlite(unit) => {
                let (connection, begin) = unit.connection().map_err(failed)?;
                let later = mem::take(&mut self.later);
                Connection::Sqlite(connection, Before { begin, later })
            }
            Held::SqliteReader(reader) => {
                let connection = reader.connection().map_err(failed)?;
                Connection::Sqlite(connection, Before::default())
            }
            Held::Postgres(transaction) => Connection::Postgres(&mut *transaction),
            Held::PostgresReader(reader) => Connection::Postgres(&mut *reader),
        })
    }

    fn finish<T>(&mut self, result: Result<T, sqlx::Error>) -> Result<T, StorageError> {
        self.broken &= result.is_err();
        if let (Err(sqlx::Error::WorkerCrashed), Held::SqliteReader(reader)) =
            (&result, &mut self.held)
        {
            reader.give_up();
        }
        let result = result.map_err(failed);
        if self.broken {
            note_refusal(&self.refused, &result);
        }
        result
    }

    /// Runs a statement and says how many rows it changed.
    pub(crate) async fn execute(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<u64, StorageError> {
        self.run((sql, 1), sql, values).await
    }

    /// Runs what has no answer that anybody needs: so many statements on SQLite, where it goes along
    /// with the next one of this unit or with its commit, or one that does the same on PostgreSQL. That it
    /// failed is heard then; nothing of the unit is kept.
    pub(crate) async fn execute_later(
        &mut self,
        (text, statements): (&'static str, usize),
        as_one: &'static str,
        values: Vec<Value>,
    ) -> Result<(), StorageError> {
        if matches!(self.held, Held::Sqlite(_)) && !self.broken {
            self.later.add(text, statements, values);
            return Ok(());
        }
        let changed = self.run((text, statements), as_one, values).await;
        changed.map(drop)
    }

    /// Runs what was put off, if nothing came that it could go along with.
    async fn execute_the_rest(&mut self) -> Result<(), StorageError> {
        if self.later.is_empty() {
            return Ok(());
        }
        let done = match self.connection()? {
            Connection::Sqlite(connection, before) => {
                let (text, statements, values) = before.alone();
                let query = bind!(sqlx::query(text), values);
                changed(connection, query, statements).await
            }
            Connection::Postgres(_) => Ok(0),
        };
        self.finish(done).map(drop)
    }

    /// Reads the rows of two questions, on SQLite in one trip.
    pub(crate) async fn fetch_both<R: Row, S: Row>(
        &mut self,
        (one, of_one): (&'static str, Vec<Value>),
        (other, of_other): (&'static str, Vec<Value>),
    ) -> Result<(Vec<R>, Vec<S>), StorageError> {
        let rows = match self.connection()? {
            Connection::Sqlite(connection, mut before) => {
                before.later.add(one, 1, of_one);
                let (text, before, values) = before.and(other, of_other);
                let answers = connection.fetch_many(bind!(sqlx::query(text), values));
                rows_of_last_two(answers, before - 1).await
            }
            Connection::Postgres(connection) => {
                let rows = bind!(sqlx::query_as(one), of_one);
                match rows.fetch_all(&mut *connection).await {
                    Ok(rows) => bind!(sqlx::query_as(other), of_other)
                        .fetch_all(connection)
                        .await
                        .map(|others| (rows, others)),
                    Err(error) => Err(error),
                }
            }
        };
        self.finish(rows)
    }

    /// Runs a text of so many statements on SQLite, or one statement on PostgreSQL, and says how many rows the
    /// last changed.
    async fn run(
        &mut self,
        (text, statements): (&'static str, usize),
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<u64, StorageError> {
        let changed = match self.connection()? {
            Connection::Sqlite(connection, before) => {
                let (text, before, values) = before.and(text, values);
                changed(
                    connection,
                    bind!(sqlx::query(text), values),
                    before + statements,
                )
                .await
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

    /// Locks rows until the unit ends, by an update that changes nothing. Where units that write run
    /// one after the other there is nothing to do.
    pub(crate) async fn hold(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<(), StorageError> {
        if let Held::Sqlite(_) = self.held {
            return Ok(());
        }
        self.execute(sql, values).await.map(|_| ())
    }

    /// Reads the first row, if there is one.
    pub(crate) async fn fetch_optional<R: Row>(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Option<R>, StorageError> {
        let row = match self.connection()? {
            Connection::Sqlite(connection, before) => {
                let (sql, _, values) = before.and(sql, values);
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
        sql: impl SqlSafeStr + Send,
        values: Vec<Value>,
    ) -> Result<Vec<R>, StorageError> {
        let rows = match self.connection()? {
            Connection::Sqlite(connection, before) => {
                let (sql, _, values) = before.and(sql, values);
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
    async fn commit(mut self: Box<Self>) -> Result<(), StorageError> {
        self.execute_the_rest().await?;
        if self.broken {
            return Err(StorageError::Database(Box::new(Broken)));
        }
        let kept = match self.held {
            Held::Sqlite(unit) => unit.commit().await.map_err(failed),
            Held::Postgres(transaction) => transaction.commit().await.map_err(failed),
            // A reader has nothing to keep.
            Held::SqliteReader(_) | Held::PostgresReader(_) => Ok(()),
        };
        note_refusal(&self.refused, &kept);
        kept?;
        // Readers of the cache look at the count before anything else.
        if self.news.callers {
            self.bells.callers.fetch_add(1, Ordering::Release);
        }
        if self.news.mail {
            self.bells.mail.notify_one();
        }
        if self.news.revocations {
            self.bells.revocations.notify_one();
        }
        Ok(())
    }
}

/// Remembers that the database took no writes.
pub(crate) fn note_refusal<T>(refused: &AtomicBool, result: &Result<T, StorageError>) {
    if matches!(result, Err(StorageError::Unavailable(_))) {
        refused.store(true, Ordering::Relaxed);
    }
}

/// The one translation of the driver's errors.
pub(crate) fn failed(error: sqlx::Error) -> StorageError {
    if error
        .as_database_error()
        .is_some_and(sqlx::error::DatabaseError::is_unique_violation)
    {
        StorageError::Taken
    } else if is_passing(&error) {
        StorageError::Unavailable(Box::new(error))
    } else {
        StorageError::Database(Box::new(error))
    }
}

/// Whether the reason lies outside the statement and goes away by itself or by an operator.
fn is_passing(error: &sqlx::Error) -> bool {
    use sqlx::Error::{Database, Io, PoolClosed, PoolTimedOut, Tls, WorkerCrashed};
    match error {
        Io(_) | Tls(_) | PoolTimedOut | PoolClosed | WorkerCrashed => true,
        Database(refused) => refused.code().is_some_and(|code| is_passing_code(&code)),
        _ => false,
    }
}

fn is_passing_code(code: &str) -> bool {
    // PostgreSQL's codes have five letters: connections, resources, deadlocks and serialisation, an
    // operator's intervention, a database that is gone.
    const CLASSES: [&str; 5] = ["08", "53", "40", "57P", "3D000"];
    if code.len() == 5 {
        return CLASSES.iter().any(|class| code.starts_with(class));
    }
    // SQLite's primary code is the low byte: busy, locked, input or output, full, can't open.
    let primary = code.parse::<u32>().map(|code| code & 0xff);
    matches!(primary, Ok(5 | 6 | 10 | 13 | 14))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_told_from_what_stays_wrong() {
        // SQLite: busy, busy in a snapshot, a failed write, a full disk.
        for code in [
            "5", "517", "778", "13", "57P01", "53100", "53300", "40P01", "08006",
        ] {
            assert!(is_passing_code(code), "{code}");
        }
        // A syntax error, a violated constraint, a reader that writes, a table that isn't there.
        for code in ["1", "8", "787", "42601", "23503", "25006", "42P01", ""] {
            assert!(!is_passing_code(code), "{code}");
        }
    }
}
