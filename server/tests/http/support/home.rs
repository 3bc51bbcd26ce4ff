//! A data folder and a database of a test's own, in which servers are started.

use std::{
    str::FromStr,
    sync::{Arc, OnceLock},
};

use server::{
    OsRandom,
    config::{Config, ConfigErrors, Sources},
    startup::{Server, StartError},
};
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};
use storage::{DatabaseUrl, testing};
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::{clock::TestClock, raw::Raw, server::TestServer};

/// Cheap hashes, which only development mode accepts.
const CHEAP: [(&str, &str); 2] = [
    ("passwords.memory_kib", "64"),
    ("passwords.iterations", "1"),
];

/// Where one installation lives.
pub(crate) struct Home {
    database: DatabaseUrl,
    folder: TempDir,
    /// Chosen at the first start; a later start with another one is refused.
    public_url: OnceLock<String>,
    pub(crate) clock: Arc<TestClock>,
}

impl Home {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self::at(testing::sqlite_url(folder.path()), folder)
    }

    pub(crate) async fn postgres() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self::at(testing::postgres_url().await, folder)
    }

    /// Another installation on the same kind of database.
    pub(crate) async fn neighbour(&self) -> Self {
        match self.database {
            DatabaseUrl::Sqlite(_) => Self::sqlite(),
            DatabaseUrl::Postgres(_) => Self::postgres().await,
        }
    }

    fn at(database: DatabaseUrl, folder: TempDir) -> Self {
        Self {
            database,
            folder,
            public_url: OnceLock::new(),
            clock: Arc::default(),
        }
    }

    /// `database.url` and `data.folder` as environment variables of the real program.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let mut variables = vec![(
            "LATCHKEY_DATA__FOLDER".to_owned(),
            self.folder.path().display().to_string(),
        )];
        if let DatabaseUrl::Postgres(url) = &self.database {
            variables.push(("LATCHKEY_DATABASE__URL".to_owned(), url.clone()));
        }
        variables
    }

    /// Takes every table away: a database that nobody has used.
    pub(crate) async fn empty(&self) {
        if !self.is_sqlite() {
            let sql = "DROP SCHEMA public CASCADE; CREATE SCHEMA public";
            self.raw().await.run(sql).await;
        }
    }

    /// The URL of the PostgreSQL database; `None` on SQLite.
    pub(crate) fn postgres_url(&self) -> Option<String> {
        match &self.database {
            DatabaseUrl::Sqlite(_) => None,
            DatabaseUrl::Postgres(url) => Some(url.clone()),
        }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.database, DatabaseUrl::Sqlite(_))
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// A configuration in development mode with cheap hashes, changed by `keys`.
    pub(crate) fn config(&self, keys: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
        let keys: Vec<_> = CHEAP.iter().chain(keys).copied().collect();
        self.config_of(&keys, true)
    }

    fn config_of(&self, keys: &[(&str, &str)], dev: bool) -> Result<Config, ConfigErrors> {
        let own = keys.iter();
        let own = own.map(|(key, value)| (variable(key), (*value).to_owned()));
        let mut environment: Vec<(String, String)> = self.variables();
        for (name, value) in own {
            environment.retain(|(earlier, _)| *earlier != name);
            environment.push((name, value));
        }
        Config::load(Sources {
            dev,
            environment: environment
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            ..Sources::default()
        })
    }

    /// The address that the first start wrote into the database.
    pub(crate) fn address(&self) -> &str {
        self.public_url.get().expect("it was started")
    }

    /// A server in this home.
    pub(crate) async fn serve(&self) -> TestServer {
        self.serve_with(&[]).await
    }

    /// A server in this home with other settings than the tests' usual ones.
    pub(crate) async fn serve_with(&self, keys: &[(&str, &str)]) -> TestServer {
        self.try_serve_with(keys).await.expect("the server starts")
    }

    /// A server in this home, or the reason why it refuses to start.
    pub(crate) async fn try_serve_with(
        &self,
        keys: &[(&str, &str)],
    ) -> Result<TestServer, StartError> {
        let (listener, public_url) = self.listen().await;
        let mut all = vec![("public_url", public_url)];
        all.extend_from_slice(keys);
        let config = self.config(&all).expect("the configuration is fine");
        self.start(listener, config).await
    }

    /// A server in this home that isn't in development mode.
    pub(crate) async fn serve_in_earnest(&self) -> TestServer {
        let (listener, public_url) = self.listen().await;
        let config = self.config_of(&[("public_url", public_url)], false);
        let config = config.expect("the configuration is fine");
        let started = self.start(listener, config).await;
        started.expect("the server starts")
    }

    async fn listen(&self) -> (TcpListener, &str) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let bound = format!("http://localhost:{}", address.port());
        (listener, self.public_url.get_or_init(|| bound))
    }

    async fn start(&self, listener: TcpListener, config: Config) -> Result<TestServer, StartError> {
        let clock = Arc::clone(&self.clock) as Arc<_>;
        let server = Server::new(&config, clock, Arc::new(OsRandom)).await?;
        Ok(TestServer::start(server, listener, &config).await)
    }

    /// A second way into the database.
    pub(crate) async fn raw(&self) -> Raw {
        Raw::open(&self.database).await
    }

    /// How many rows each table has.
    pub(crate) async fn rows(&self) -> Vec<(String, i64)> {
        self.raw().await.rows().await
    }

    /// Disables the account of an address, as an administrator's SQL would.
    pub(crate) async fn disable(&self, email: &str) {
        let sql = format!(
            "UPDATE accounts SET disabled_at = 1 WHERE id = (SELECT account FROM emails WHERE address = '{email}')"
        );
        assert_eq!(self.raw().await.run(&sql).await, 1);
    }

    /// Removes the database; the folder goes by itself.
    pub(crate) async fn discard(self) {
        let DatabaseUrl::Postgres(url) = &self.database else {
            return;
        };
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

/// The environment variable of a key.
pub(crate) fn variable(key: &str) -> String {
    format!("LATCHKEY_{}", key.to_uppercase().replace('.', "__"))
}
