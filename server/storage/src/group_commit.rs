//! Group commit on SQLite's one writer.
//!
//! `synchronous = FULL` makes an acknowledged commit survive a power cut and costs one fsync each.
//! Units of work therefore run one after the other inside a shared transaction, and
//! `commit` returns after the COMMIT that covers them all. The writer is a fair mutex: the committer
//! queues behind the units that wait at that moment, so a group is exactly what gathered during the
//! last fsync, and a unit that is dropped half-way never delays the others.
//!
//! Each trip to the connection's thread costs a sign-in some of its core, and so does a savepoint, for
//! which SQLite puts every page aside that is changed. The first unit of a transaction has none: to undo
//! it is to roll the transaction back. Those after it are never released, the COMMIT does that; each has
//! its own name, so that undoing one can't reach those before it. What begins a unit goes along with its
//! first statement.

use std::{borrow::Cow, sync::Arc, time::Duration};

use sqlx::{AssertSqlSafe, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::{
    sync::{Mutex, Notify, OwnedMutexGuard, oneshot},
    time::Instant,
};

/// The writer's connection and what is open on it.
struct Writer {
    connection: SqliteConnection,
    /// Units that finished in the open transaction and wait for its COMMIT.
    waiting: Vec<oneshot::Sender<Result<(), CommitFailed>>>,
    /// A transaction is open, or may be: a BEGIN that nobody waits for any more can still come about.
    open: bool,
    /// How many units the open transaction has seen; a savepoint is named after its unit's number.
    units: u64,
    /// A unit was dropped; its savepoint must be undone before anything else.
    abandoned: bool,
    closed: bool,
}

/// The shared COMMIT failed: nothing of the group was kept.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the group's commit failed: {0}")]
struct CommitFailed(String);

/// Hands out units of work on one connection.
#[derive(Clone)]
pub(crate) struct GroupCommit {
    writer: Arc<Mutex<Writer>>,
    finished: Arc<Notify>,
}

impl GroupCommit {
    /// Takes the writer's connection and starts the committer, which lives as long as this does.
    pub(crate) fn start(connection: SqliteConnection) -> Self {
        let writer = Arc::new(Mutex::new(Writer {
            connection,
            waiting: Vec::new(),
            open: false,
            units: 0,
            abandoned: false,
            closed: false,
        }));
        let finished = Arc::new(Notify::new());
        let (weak, wake) = (Arc::downgrade(&writer), Arc::clone(&finished));
        tokio::spawn(async move {
            loop {
                wake.notified().await;
                let Some(writer) = weak.upgrade() else { return };
                writer.lock().await.commit_group().await;
            }
        });
        Self { writer, finished }
    }

    /// Waits for the writer and opens a unit on it.
    pub(crate) async fn begin(&self) -> Result<SqliteUnit, sqlx::Error> {
        let mut writer = Arc::clone(&self.writer).lock_owned().await;
        if writer.closed {
            return Err(sqlx::Error::PoolClosed);
        }
        writer.settle().await?;
        Ok(SqliteUnit {
            writer: Some(writer),
            begun: false,
            finished: Arc::clone(&self.finished),
        })
    }

    /// Ends the writer after the open group. Units that still wait for it fail.
    pub(crate) async fn close(self) {
        let writer = Arc::clone(&self.writer);
        // In a task of its own: whoever stops waiting for it doesn't cut a COMMIT in half.
        let closing = tokio::spawn(async move {
            let mut writer = writer.lock().await;
            writer.commit_group().await;
            writer.closed = true;
            // Folds the write-ahead log into the file, so that a copy of the file alone is whole.
            let folded = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(&mut writer.connection)
                .await;
            if let Err(error) = folded {
                tracing::warn!(%error, "the write-ahead log could not be folded into the database");
            }
        });
        if let Err(error) = closing.await {
            tracing::warn!(%error, "the database was not closed in good order");
        }
    }
}

impl Drop for GroupCommit {
    fn drop(&mut self) {
        // Lets the committer notice that nobody is left.
        self.finished.notify_one();
    }
}

impl Writer {
    /// What begins a unit.
    fn begin_unit(&mut self) -> Cow<'static, str> {
        if self.open {
            self.units += 1;
            format!("SAVEPOINT unit_{}; ", self.units).into()
        } else {
            self.open = true;
            self.units = 1;
            "BEGIN IMMEDIATE; ".into()
        }
    }

    /// Undoes a dropped unit. Whoever stops waiting for it leaves it to the next.
    async fn settle(&mut self) -> Result<(), sqlx::Error> {
        if self.abandoned && self.open {
            let last = self.units;
            let sql = if last == 1 {
                "ROLLBACK".to_owned()
            } else {
                format!("ROLLBACK TO unit_{last}; RELEASE unit_{last}")
            };
            let undone = sqlx::raw_sql(AssertSqlSafe(sql))
                .execute(&mut self.connection)
                .await;
            if last == 1 && undone.is_ok() {
                self.open = false;
            }
            if let Err(error) = undone {
                let message = error.to_string();
                if !message.contains("no such savepoint")
                    && !message.contains("no transaction is active")
                {
                    return Err(error);
                }
                // The unit was dropped before its savepoint was made. Or there is no transaction:
                // the BEGIN failed, or SQLite rolled everything back, as it does when the disk is
                // full.
                if !self.is_in_transaction().await? {
                    self.open = false;
                    self.tell(&Err(CommitFailed(
                        "the database gave the transaction up".to_owned(),
                    )));
                }
            }
        }
        self.abandoned = false;
        Ok(())
    }

    /// Asks SQLite by a pragma that sets what is set already and that a transaction forbids.
    async fn is_in_transaction(&mut self) -> Result<bool, sqlx::Error> {
        // Raw, since it is when the statement is prepared that SQLite looks.
        match sqlx::raw_sql("PRAGMA synchronous = FULL")
            .execute(&mut self.connection)
            .await
        {
            Ok(_) => Ok(false),
            Err(error) if error.to_string().contains("inside a transaction") => Ok(true),
            Err(error) => Err(error),
        }
    }

    async fn commit_group(&mut self) {
        let settled = self.settle().await;
        if !self.open {
            return;
        }
        let committed = match settled {
            Ok(()) => sqlx::query("COMMIT")
                .execute(&mut self.connection)
                .await
                .map(|_| ()),
            Err(error) => Err(error),
        };
        let outcome = committed.map_err(|error| CommitFailed(error.to_string()));
        if outcome.is_err() {
            let _ = sqlx::query("ROLLBACK").execute(&mut self.connection).await;
        }
        self.open = false;
        self.tell(&outcome);
    }

    /// Tells the units of the group what became of it.
    fn tell(&mut self, outcome: &Result<(), CommitFailed>) {
        if let Err(error) = outcome {
            tracing::error!(%error, units = self.waiting.len(), "a group of changes was not kept");
        }
        for unit in self.waiting.drain(..) {
            // Whoever stopped waiting doesn't need the answer.
            let _ = unit.send(outcome.clone());
        }
    }
}

/// A unit of work on the writer. Dropping it undoes it.
pub(crate) struct SqliteUnit {
    writer: Option<OwnedMutexGuard<Writer>>,
    /// It had a statement: there is something to keep or undo.
    begun: bool,
    finished: Arc<Notify>,
}

impl SqliteUnit {
    /// The connection for one statement, and what is to be said before it in the same breath.
    pub(crate) fn connection(
        &mut self,
    ) -> Result<(&mut SqliteConnection, Option<Cow<'static, str>>), sqlx::Error> {
        // `commit` consumes the unit, so the writer is there whenever somebody can ask for it.
        let writer = self.writer.as_mut().ok_or(sqlx::Error::PoolClosed)?;
        // Said at once: a dropped future must leave a mark.
        let first = !std::mem::replace(&mut self.begun, true);
        let begin = first.then(|| writer.begin_unit());
        Ok((&mut writer.connection, begin))
    }

    /// Keeps the unit; returns after the COMMIT that covers it.
    pub(crate) async fn commit(mut self) -> Result<(), sqlx::Error> {
        let (kept, outcome) = oneshot::channel();
        if let Some(mut writer) = self.writer.take() {
            if !self.begun {
                return Ok(());
            }
            writer.waiting.push(kept);
        }
        self.finished.notify_one();
        match outcome.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(failed)) => Err(sqlx::Error::Io(std::io::Error::other(failed))),
            Err(_) => Err(sqlx::Error::PoolClosed),
        }
    }
}

impl Drop for SqliteUnit {
    fn drop(&mut self) {
        if let Some(mut writer) = self.writer.take()
            && self.begun
        {
            writer.abandoned = true;
            drop(writer);
            self.finished.notify_one();
        }
    }
}

/// Opens the writer's connection.
///
/// Turning a new file into one with a write-ahead log fails at once when another process does the
/// same, whatever the busy time-out says; so it is tried again for as long.
pub(crate) async fn open_writer(
    options: &SqliteConnectOptions,
    patience: Duration,
) -> Result<SqliteConnection, sqlx::Error> {
    let end = Instant::now() + patience;
    loop {
        match SqliteConnection::connect_with(options).await {
            Err(sqlx::Error::Database(error))
                if error.message().contains("locked") && Instant::now() < end =>
            {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            opened => return opened,
        }
    }
}
