//! A database of a test's own.

use std::{ops::AsyncFnOnce, str::FromStr, sync::Arc};

use domain::{
    accounts::AccountId,
    clock::Timestamp,
    store::{StorageError, Store, Work},
};
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};
use storage::{Database, DatabaseUrl, testing};
use tempfile::TempDir;

use super::{
    raw::Raw,
    samples::{new_id, session},
};

/// A fresh, migrated, open database.
pub(crate) struct TestDatabase {
    store: Arc<Database>,
    url: DatabaseUrl,
    // Goes with the test.
    _folder: Option<TempDir>,
}

impl TestDatabase {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = testing::sqlite_url(folder.path());
        Self {
            store: Arc::new(testing::open(&url).await),
            url,
            _folder: Some(folder),
        }
    }

    pub(crate) async fn postgres() -> Self {
        let url = testing::postgres_url().await;
        Self {
            store: Arc::new(testing::open(&url).await),
            url,
            _folder: None,
        }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.url, DatabaseUrl::Sqlite(_))
    }

    pub(crate) fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// The store, for tasks of their own.
    pub(crate) fn store(&self) -> Arc<Database> {
        Arc::clone(&self.store)
    }

    /// The same data, opened as another process would.
    pub(crate) async fn open_again(&self) -> Database {
        testing::open(&self.url).await
    }

    /// A connection beside the store, for what no port offers.
    pub(crate) async fn raw(&self) -> Raw {
        Raw::open(&self.url).await
    }

    pub(crate) async fn begin(&self) -> Box<dyn Work> {
        self.store.begin().await.expect("a unit opens")
    }

    pub(crate) async fn reader(&self) -> Box<dyn Work> {
        self.store.read().await.expect("a reader opens")
    }

    /// One unit of work, committed unless it failed.
    pub(crate) async fn keep<T>(
        &self,
        act: impl AsyncFnOnce(&mut dyn Work) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        keep_in(self.store.as_ref(), act).await
    }

    /// Whether a session begins with the password of `since`.
    pub(crate) async fn signs_in(&self, account: AccountId, since: Timestamp) -> bool {
        let row = session(account, &new_id());
        self.keep(async |work| work.insert_session(&row, Some(since)).await)
            .await
            .expect("an answer")
    }

    /// One answer from a reader.
    pub(crate) async fn look<T>(
        &self,
        ask: impl AsyncFnOnce(&mut dyn Work) -> Result<T, StorageError>,
    ) -> T {
        ask(self.reader().await.as_mut())
            .await
            .expect("a reader gets an answer")
    }

    /// Closes the database and removes it. A failed test leaves it to be looked at.
    pub(crate) async fn discard(self) {
        self.store.close().await;
        if let DatabaseUrl::Postgres(url) = &self.url {
            let options = PgConnectOptions::from_str(url).expect("a postgres:// URL");
            let name = options
                .get_database()
                .expect("a database of our own")
                .to_owned();
            let mut admin = PgConnection::connect_with(&options.database("postgres"))
                .await
                .expect("the test server answers");
            sqlx::raw_sql(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)")))
                .execute(&mut admin)
                .await
                .expect("the database goes");
            admin.close().await.expect("the connection closes");
        }
    }
}

/// One unit of work on `store`, committed unless it failed.
pub(crate) async fn keep_in<T>(
    store: &dyn Store,
    act: impl AsyncFnOnce(&mut dyn Work) -> Result<T, StorageError>,
) -> Result<T, StorageError> {
    let mut work = store.begin().await?;
    let done = act(work.as_mut()).await?;
    work.commit().await?;
    Ok(done)
}
