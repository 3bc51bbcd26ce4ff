//! The connections to SQLite that read.
//!
//! Not sqlx's pool: whenever a connection comes back, that one asks the connection's thread whether it is
//! still there, which takes a signed-in page and a sign-in as long as what they ask. A line to a file
//! can't be cut.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep, timeout},
};

/// How long a connection is kept that nobody needs: its cache is memory.
const IDLE: Duration = Duration::from_mins(10);
/// How often that is looked at.
const LOOK: Duration = Duration::from_mins(1);

struct Idle {
    connection: SqliteConnection,
    since: Instant,
}

/// The connections that wait for something to do, the last used at the end, and how many are open.
#[derive(Default)]
struct Stock {
    idle: Vec<Idle>,
    open: usize,
}

/// Hands out connections, opening them as they are needed.
pub(crate) struct Readers {
    options: Box<SqliteConnectOptions>,
    permits: Arc<Semaphore>,
    most: u32,
    patience: Duration,
    stock: Arc<Mutex<Stock>>,
}

/// A connection that is put back when it is dropped.
pub(crate) struct Reader {
    // `None` once it was given up.
    connection: Option<SqliteConnection>,
    stock: Arc<Mutex<Stock>>,
    _permit: OwnedSemaphorePermit,
}

fn locked(stock: &Mutex<Stock>) -> MutexGuard<'_, Stock> {
    // The stock is whole at every step.
    stock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Readers {
    /// At most so many connections, for one of which a caller waits no longer than `patience`. Those that
    /// nobody needs for ten minutes are closed.
    pub(crate) fn new(options: SqliteConnectOptions, most: u32, patience: Duration) -> Self {
        let most = most.max(1);
        let stock = Arc::default();
        tokio::spawn(close_unneeded(Arc::downgrade(&stock)));
        Self {
            options: Box::new(options),
            permits: Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(usize::MAX))),
            most,
            patience,
            stock,
        }
    }

    /// A connection for one question after the other.
    pub(crate) async fn acquire(&self) -> Result<Reader, sqlx::Error> {
        let permit = timeout(self.patience, Arc::clone(&self.permits).acquire_owned());
        let permit = permit
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)?
            .map_err(|_| sqlx::Error::PoolClosed)?;
        let waiting = locked(&self.stock).idle.pop();
        let connection = if let Some(idle) = waiting {
            idle.connection
        } else {
            let connection = SqliteConnection::connect_with(&self.options).await?;
            locked(&self.stock).open += 1;
            connection
        };
        Ok(Reader {
            connection: Some(connection),
            stock: Arc::clone(&self.stock),
            _permit: permit,
        })
    }

    /// How many are open, and how many of those wait.
    pub(crate) fn count(&self) -> (usize, usize) {
        let stock = locked(&self.stock);
        (stock.open, stock.idle.len())
    }

    /// Waits for those who read, then closes every connection. Nobody gets one any more.
    pub(crate) async fn close(&self) {
        // All of them: nobody reads. They were closed before, otherwise.
        if let Ok(all) = self.permits.acquire_many(self.most).await {
            all.forget();
        }
        self.permits.close();
        let idle = {
            let mut stock = locked(&self.stock);
            stock.open = 0;
            mem::take(&mut stock.idle)
        };
        close_all(idle).await;
    }
}

async fn close_unneeded(stock: Weak<Mutex<Stock>>) {
    loop {
        sleep(LOOK).await;
        let Some(stock) = stock.upgrade() else { return };
        let unneeded: Vec<_> = {
            let mut stock = locked(&stock);
            let kept = stock
                .idle
                .iter()
                .position(|idle| idle.since.elapsed() < IDLE)
                .unwrap_or(stock.idle.len());
            stock.open = stock.open.saturating_sub(kept);
            stock.idle.drain(..kept).collect()
        };
        close_all(unneeded).await;
    }
}

async fn close_all(idle: Vec<Idle>) {
    for Idle { connection, .. } in idle {
        if let Err(error) = connection.close().await {
            tracing::warn!(%error, "a connection to the database was not closed in good order");
        }
    }
}

impl Reader {
    /// Doesn't put it back: its thread is gone.
    pub(crate) fn give_up(&mut self) {
        if self.connection.take().is_some() {
            let mut stock = locked(&self.stock);
            stock.open = stock.open.saturating_sub(1);
        }
    }

    /// The connection, unless it was given up.
    pub(crate) fn connection(&mut self) -> Result<&mut SqliteConnection, sqlx::Error> {
        self.connection.as_mut().ok_or(sqlx::Error::WorkerCrashed)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            locked(&self.stock).idle.push(Idle {
                connection,
                since: Instant::now(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readers(folder: &tempfile::TempDir, patience: Duration) -> Readers {
        let options = SqliteConnectOptions::new()
            .filename(folder.path().join("test.db"))
            .create_if_missing(true);
        Readers::new(options, 2, patience)
    }

    #[tokio::test]
    async fn there_are_so_many_and_they_are_used_again() {
        let folder = tempfile::tempdir().unwrap();
        let readers = readers(&folder, Duration::from_millis(20));
        let (one, other) = (
            readers.acquire().await.unwrap(),
            readers.acquire().await.unwrap(),
        );
        assert!(matches!(
            readers.acquire().await,
            Err(sqlx::Error::PoolTimedOut)
        ));
        assert_eq!(readers.count(), (2, 0));
        drop((one, other));
        let mut again = readers.acquire().await.unwrap();
        assert_eq!(readers.count(), (2, 1));
        again.give_up();
        assert!(again.connection().is_err());
        drop(again);
        assert_eq!(readers.count(), (1, 1), "what was given up is not put back");
    }

    #[tokio::test]
    async fn closing_waits_for_those_who_read_and_lets_nobody_in() {
        let folder = tempfile::tempdir().unwrap();
        let readers = Arc::new(readers(&folder, Duration::from_secs(5)));
        let mut reader = readers.acquire().await.unwrap();
        let closing = tokio::spawn({
            let readers = Arc::clone(&readers);
            async move { readers.close().await }
        });
        tokio::task::yield_now().await;
        assert!(!closing.is_finished());
        sqlx::query("SELECT 1")
            .execute(reader.connection().unwrap())
            .await
            .unwrap();
        drop(reader);
        closing.await.unwrap();
        assert_eq!(readers.count(), (0, 0));
        assert!(matches!(
            readers.acquire().await,
            Err(sqlx::Error::PoolClosed)
        ));
    }

    #[tokio::test]
    async fn what_nobody_needs_is_closed() {
        let folder = tempfile::tempdir().unwrap();
        let readers = readers(&folder, Duration::from_secs(5));
        let (one, other) = (
            readers.acquire().await.unwrap(),
            readers.acquire().await.unwrap(),
        );
        drop(one);
        tokio::time::pause();
        tokio::time::advance(IDLE / 2).await;
        drop(other);
        tokio::time::advance(IDLE * 3 / 4).await;
        while readers.count().0 > 1 {
            tokio::task::yield_now().await;
        }
        assert_eq!(
            readers.count(),
            (1, 1),
            "the one that was needed last stays"
        );
    }
}
