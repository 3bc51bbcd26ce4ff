//! Many rows at once, on either database. Beside the unit of work, since this gives up what that
//! promises: a power cut here may lose the database, which holds nobody yet.

use std::str::FromStr as _;

use sqlx::{
    AssertSqlSafe, Connection as _, PgConnection, SqliteConnection,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use super::SeedError;
use crate::{
    DatabaseUrl,
    value::{Value, bind},
};

/// Values in one statement: PostgreSQL takes 65535, SQLite 32766.
const VALUES: usize = 9000;
/// The tables whose indexes are made anew, being large.
const TABLES: &str =
    "('sessions', 'emails', 'grants', 'identities', 'api_tokens', 'audit_events', 'search_texts')";

enum Connection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// A connection that writes many rows.
pub(super) struct Bulk {
    connection: Connection,
    /// What makes the indexes that were dropped.
    indexes: Vec<String>,
}

/// Rows of one table that wait to be written together.
pub(super) struct Rows {
    head: &'static str,
    columns: usize,
    values: Vec<Value>,
}

impl Rows {
    /// Rows of `head`, such as `INSERT INTO table (a, b) VALUES `.
    pub(super) fn new(head: &'static str) -> Self {
        Self {
            head,
            columns: head.matches(',').count() + 1,
            values: Vec::new(),
        }
    }

    /// Adds a row, and writes all that wait if there are many.
    pub(super) async fn add(&mut self, bulk: &mut Bulk, row: Vec<Value>) -> Result<(), SeedError> {
        debug_assert_eq!(row.len(), self.columns, "{}", self.head);
        self.values.extend(row);
        if self.values.len() + self.columns > VALUES {
            self.write(bulk).await?;
        }
        Ok(())
    }

    /// Writes all that wait.
    pub(super) async fn write(&mut self, bulk: &mut Bulk) -> Result<(), SeedError> {
        if self.values.is_empty() {
            return Ok(());
        }
        let mut sql = self.head.to_owned();
        for place in 0..self.values.len() {
            sql.push_str(match place {
                0 => "(",
                first if first % self.columns == 0 => "),(",
                _ => ",",
            });
            // SQLite takes a numbered place for a name, and looks through all of them at each value.
            match bulk.connection {
                Connection::Sqlite(_) => sql.push('?'),
                Connection::Postgres(_) => {
                    sql.push('$');
                    sql.push_str(&(place + 1).to_string());
                }
            }
        }
        sql.push(')');
        bulk.run(sql, std::mem::take(&mut self.values)).await
    }
}

impl Bulk {
    pub(super) async fn open(url: &DatabaseUrl) -> Result<Self, SeedError> {
        let connection = match url {
            DatabaseUrl::Sqlite(path) => {
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Off)
                    .foreign_keys(true)
                    // In KiB. What is written in order leaves it soon.
                    .pragma("cache_size", "-600000");
                Connection::Sqlite(SqliteConnection::connect_with(&options).await?)
            }
            DatabaseUrl::Postgres(url) => {
                let options = PgConnectOptions::from_str(url)?;
                Connection::Postgres(PgConnection::connect_with(&options).await?)
            }
        };
        Ok(Self {
            connection,
            indexes: Vec::new(),
        })
    }

    /// Writes without a journal where one can be done without: of an empty database nothing is lost.
    /// Where somebody else still has it open, that is refused, and it takes longer.
    pub(super) async fn forget_journal(&mut self) {
        if let Connection::Sqlite(_) = self.connection {
            let _ = self.plainly("PRAGMA journal_mode = OFF".to_owned()).await;
        }
    }

    async fn run(&mut self, sql: String, values: Vec<Value>) -> Result<(), SeedError> {
        // Safe by construction: the text is this folder's.
        let sql = AssertSqlSafe(sql);
        match &mut self.connection {
            Connection::Sqlite(connection) => {
                bind!(sqlx::query(sql), values).execute(connection).await?;
            }
            Connection::Postgres(connection) => {
                bind!(sqlx::query(sql), values).execute(connection).await?;
            }
        }
        Ok(())
    }

    async fn plainly(&mut self, sql: String) -> Result<(), SeedError> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql));
        match &mut self.connection {
            Connection::Sqlite(connection) => {
                sql.execute(connection).await?;
            }
            Connection::Postgres(connection) => {
                sql.execute(connection).await?;
            }
        }
        Ok(())
    }

    /// Begins the one transaction and drops the indexes of large tables.
    pub(super) async fn begin(&mut self) -> Result<(), SeedError> {
        self.plainly("BEGIN".to_owned()).await?;
        let indexes: Vec<(String, String)> = match &mut self.connection {
            Connection::Sqlite(connection) => {
                let sql = format!(
                    "SELECT name, sql FROM sqlite_schema
                     WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN {TABLES}"
                );
                sqlx::query_as(AssertSqlSafe(sql))
                    .fetch_all(connection)
                    .await?
            }
            Connection::Postgres(connection) => {
                let sql = format!(
                    "SELECT i.relname::text, pg_get_indexdef(x.indexrelid) FROM pg_index x
                     JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
                     WHERE t.relnamespace = 'public'::regnamespace AND t.relname IN {TABLES}
                         AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid)"
                );
                sqlx::query_as(AssertSqlSafe(sql))
                    .fetch_all(connection)
                    .await?
            }
        };
        for (name, made_by) in indexes {
            self.plainly(format!("DROP INDEX {name}")).await?;
            self.indexes.push(made_by);
        }
        Ok(())
    }

    /// Makes the indexes anew, ends the transaction and has the planner look at what is there.
    pub(super) async fn finish(mut self) -> Result<(), SeedError> {
        for made_by in std::mem::take(&mut self.indexes) {
            self.plainly(made_by).await?;
        }
        self.plainly("COMMIT".to_owned()).await?;
        match &mut self.connection {
            // A planner that knows no numbers is what a server has.
            Connection::Sqlite(_) => {
                self.plainly("PRAGMA journal_mode = WAL".to_owned()).await?;
            }
            Connection::Postgres(_) => self.plainly("VACUUM ANALYZE".to_owned()).await?,
        }
        match self.connection {
            Connection::Sqlite(connection) => connection.close().await?,
            Connection::Postgres(connection) => connection.close().await?,
        }
        Ok(())
    }
}
