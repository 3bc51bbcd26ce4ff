//! SQL beside the ports: to count rows, and to do what no verb offers yet.

use sqlx::{
    AssertSqlSafe, Connection, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions,
};
use storage::DatabaseUrl;

/// The tables that requests write.
const TABLES: [&str; 12] = [
    "accounts",
    "emails",
    "passwords",
    "role_grants",
    "known_browsers",
    "registrations",
    "email_changes",
    "one_time_links",
    "sessions",
    "mail_queue",
    "audit_events",
    "audit_sides",
];

/// A connection of its own.
pub(crate) enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Raw {
    pub(crate) async fn open(url: &DatabaseUrl) -> Self {
        match url {
            DatabaseUrl::Sqlite(path) => {
                let options = SqliteConnectOptions::new().filename(path);
                let connection = SqliteConnection::connect_with(&options);
                Self::Sqlite(connection.await.expect("the file opens"))
            }
            DatabaseUrl::Postgres(url) => {
                let connection = PgConnection::connect(url);
                Self::Postgres(connection.await.expect("the server answers"))
            }
        }
    }

    /// Runs a statement that changes rows and says how many.
    pub(crate) async fn run(&mut self, sql: &str) -> u64 {
        let query = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match self {
            Self::Sqlite(connection) => query
                .execute(connection)
                .await
                .map(|done| done.rows_affected()),
            Self::Postgres(connection) => query
                .execute(connection)
                .await
                .map(|done| done.rows_affected()),
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Names and numbers.
    pub(crate) async fn pairs(&mut self, sql: &str) -> Vec<(String, i64)> {
        let text = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(connection) => sqlx::query_as(text).fetch_all(connection).await,
            Self::Postgres(connection) => sqlx::query_as(text).fetch_all(connection).await,
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// How many rows each table has, at one moment.
    pub(crate) async fn rows(&mut self) -> Vec<(String, i64)> {
        let counts = TABLES.map(|table| format!("SELECT '{table}', COUNT(*) FROM {table}"));
        self.pairs(&counts.join(" UNION ALL ")).await
    }

    /// One number.
    pub(crate) async fn number(&mut self, sql: &str) -> i64 {
        let rows = self.pairs(&format!("SELECT 'n', ({sql})")).await;
        rows[0].1
    }

    /// Changes when anybody else has written: to the file, or to the rows of sessions.
    pub(crate) async fn write_mark(&mut self) -> String {
        let found: Result<Vec<(String,)>, _> = match self {
            Self::Sqlite(connection) => {
                let sql = "SELECT CAST(data_version AS TEXT) FROM pragma_data_version()";
                sqlx::query_as(sql).fetch_all(connection).await
            }
            Self::Postgres(connection) => {
                let sql = "SELECT xmin::text || ctid::text || last_seen_at::text FROM sessions ORDER BY id";
                sqlx::query_as(sql).fetch_all(connection).await
            }
        };
        let parts: Vec<String> = found
            .expect("the mark")
            .into_iter()
            .map(|row| row.0)
            .collect();
        parts.join(" ")
    }
}
