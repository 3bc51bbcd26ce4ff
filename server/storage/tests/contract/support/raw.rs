//! SQL beside the ports: what an administrator with a shell could do, or another version.

use sqlx::{
    AssertSqlSafe, Connection, FromRow, PgConnection, SqliteConnection,
    postgres::PgRow,
    sqlite::{SqliteConnectOptions, SqliteRow},
};
use storage::DatabaseUrl;

/// A connection of its own.
pub(crate) enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Raw {
    pub(crate) async fn open(url: &DatabaseUrl) -> Self {
        match url {
            DatabaseUrl::Sqlite(path) => {
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .foreign_keys(true);
                Self::Sqlite(
                    SqliteConnection::connect_with(&options)
                        .await
                        .expect("the file opens"),
                )
            }
            DatabaseUrl::Postgres(url) => Self::Postgres(
                PgConnection::connect(url)
                    .await
                    .expect("the server answers"),
            ),
        }
    }

    /// Runs one statement or several and says how many rows changed.
    pub(crate) async fn try_run(&mut self, sql: &str) -> Result<u64, sqlx::Error> {
        let query = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        Ok(match self {
            Self::Sqlite(connection) => query.execute(connection).await?.rows_affected(),
            Self::Postgres(connection) => query.execute(connection).await?.rows_affected(),
        })
    }

    /// Runs what can't fail.
    pub(crate) async fn run(&mut self, sql: &str) -> u64 {
        self.try_run(sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Why the database refuses a statement.
    pub(crate) async fn refusal(&mut self, sql: &str) -> String {
        match self.try_run(sql).await {
            Ok(changed) => panic!("{sql} was allowed and changed {changed} rows"),
            Err(error) => error.to_string(),
        }
    }

    /// Every row of a question.
    pub(crate) async fn rows<T>(&mut self, sql: &str) -> Vec<T>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let text = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(connection) => sqlx::query_as(text).fetch_all(connection).await,
            Self::Postgres(connection) => sqlx::query_as(text).fetch_all(connection).await,
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// How many rows a table has, or the part of it after `WHERE`.
    pub(crate) async fn count(&mut self, table: &str) -> i64 {
        self.rows::<(i64,)>(&format!("SELECT COUNT(*) FROM {table}"))
            .await[0]
            .0
    }
}
