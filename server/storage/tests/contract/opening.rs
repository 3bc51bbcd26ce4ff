//! Opening a database: migrations, and what is refused.

use std::str::FromStr;

use sqlx::migrate::MigrateError;
use storage::{ConnectError, Database, DatabaseUrl, testing};

use crate::support::{
    database::{TestDatabase, keep_in},
    on_both,
    raw::Raw,
    samples::{account, at, mail},
};

async fn refusal(url: &DatabaseUrl) -> ConnectError {
    match Database::open(url, testing::POOLS).await {
        Ok(_) => panic!("it opened"),
        Err(error) => error,
    }
}

/// Everything that the database knows about its own shape and how it came to it.
async fn shape(db: &TestDatabase) -> Vec<(String, String)> {
    let question = if db.is_sqlite() {
        "SELECT name, COALESCE(sql, '') FROM sqlite_schema
         UNION ALL SELECT CAST(version AS TEXT), installed_on || execution_time FROM _sqlx_migrations
         ORDER BY 1, 2"
    } else {
        "SELECT c.relname::text, a.attname::text || ' ' || a.attnum::text FROM pg_class c
         JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relnamespace = 'public'::regnamespace
         UNION ALL SELECT version::text, installed_on::text || execution_time::text
         FROM _sqlx_migrations
         ORDER BY 1, 2"
    };
    db.raw().await.rows(question).await
}

/// The same place with nothing in it.
async fn empty(db: &TestDatabase) -> DatabaseUrl {
    match db.url() {
        DatabaseUrl::Sqlite(path) => DatabaseUrl::Sqlite(path.with_file_name("empty.db")),
        url @ DatabaseUrl::Postgres(_) => {
            db.raw()
                .await
                .run("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
                .await;
            url.clone()
        }
    }
}

#[test]
fn a_url_names_a_file_or_a_server() {
    for (url, path) in [
        ("sqlite:data/latchkey.db", "data/latchkey.db"),
        ("sqlite:///var/lib/latchkey.db", "/var/lib/latchkey.db"),
        ("sqlite://data/latchkey.db", "data/latchkey.db"),
        (
            "sqlite:a folder/with % and #.db",
            "a folder/with % and #.db",
        ),
    ] {
        let parsed = DatabaseUrl::from_str(url).expect("a URL");
        assert_eq!(parsed, DatabaseUrl::Sqlite(path.into()));
    }
    for url in [
        "postgres://u:p@localhost/db",
        "postgresql://localhost:5433/db?sslmode=disable",
    ] {
        let parsed = DatabaseUrl::from_str(url).expect("a URL");
        assert_eq!(parsed, DatabaseUrl::Postgres(url.to_owned()));
    }
    for url in [
        "",
        "sqlite",
        "sqlite:",
        "sqlite://",
        "sqlite::memory:",
        "sqlite://:memory:",
        "latchkey.db",
        "mysql://localhost/db",
        "sqlite:latchkey.db?mode=ro",
        "postgres://u:p@host:port/db",
        "SQLITE:latchkey.db",
    ] {
        assert!(
            matches!(DatabaseUrl::from_str(url), Err(ConnectError::Url)),
            "{url:?} is none"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_reached_is_an_error() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let missing = DatabaseUrl::Sqlite(folder.path().join("no such folder/latchkey.db"));
    assert!(matches!(refusal(&missing).await, ConnectError::Open(_)));
    assert!(matches!(
        refusal(&DatabaseUrl::Sqlite(folder.path().into())).await,
        ConnectError::Open(_)
    ));
    let text = folder.path().join("text.db");
    std::fs::write(
        &text,
        "This is a text, and a text is not a database. ".repeat(100),
    )
    .expect("a file is written");
    assert!(matches!(
        refusal(&DatabaseUrl::Sqlite(text)).await,
        ConnectError::Open(_) | ConnectError::Migrate(_)
    ));

    // Nothing listens on port 1.
    let url =
        DatabaseUrl::from_str("postgres://anna:hunter2-secret@127.0.0.1:1/db").expect("a URL");
    let error = refusal(&url).await;
    assert!(matches!(error, ConnectError::Open(_)));
    assert!(
        !format!("{error} {error:?}").contains("hunter2"),
        "errors keep the password to themselves"
    );
}

on_both! {
    async fn opening_again_changes_nothing(db: &TestDatabase) {
        let anna = account("anna@example.org");
        db.keep(async |work| work.insert_account(&anna).await).await.expect("kept");
        let before = shape(db).await;
        for _ in 0..2 {
            db.open_again().await.close().await;
        }

        assert!(before.len() > 50, "a shape has many parts");
        assert_eq!(shape(db).await, before);
        assert!(db.look(async |work| work.find_account(anna.id).await).await.is_some());
    }

    async fn a_database_of_a_newer_version_is_refused(db: &TestDatabase) {
        db.raw()
            .await
            .run(
                "INSERT INTO _sqlx_migrations
                     (version, description, installed_on, success, checksum, execution_time)
                 SELECT 9999, 'from the future', installed_on, success, checksum, execution_time
                 FROM _sqlx_migrations WHERE version = 1",
            )
            .await;
        let before = shape(db).await;

        let error = refusal(db.url()).await;
        assert!(
            matches!(error, ConnectError::Migrate(MigrateError::VersionMissing(9999))),
            "{error}"
        );
        assert!(error.to_string().contains("9999"), "{error}");
        assert_eq!(shape(db).await, before, "a refused database stays as it is");
    }

    async fn a_migration_that_was_changed_afterwards_is_refused(db: &TestDatabase) {
        db.raw()
            .await
            .run(
                "UPDATE _sqlx_migrations
                 SET checksum = (SELECT checksum FROM _sqlx_migrations WHERE version = 1)
                 WHERE version = 2",
            )
            .await;
        let error = refusal(db.url()).await;
        assert!(matches!(error, ConnectError::Migrate(MigrateError::VersionMismatch(2))), "{error}");
    }

    async fn a_migration_that_broke_off_is_refused(db: &TestDatabase) {
        db.raw()
            .await
            .run("UPDATE _sqlx_migrations SET success = FALSE WHERE version = 2")
            .await;
        let error = refusal(db.url()).await;
        assert!(matches!(error, ConnectError::Migrate(MigrateError::Dirty(2))), "{error}");
    }

    async fn programs_that_start_at_once_on_an_empty_database_all_open_it(db: &TestDatabase) {
        let migrations = db.raw().await.count("_sqlx_migrations").await;
        let url = empty(db).await;
        let starts: Vec<_> = (0..8)
            .map(|_| {
                let url = url.clone();
                tokio::spawn(async move { Database::open(&url, testing::POOLS).await })
            })
            .collect();
        let mut opened = Vec::new();
        for start in starts {
            opened.push(start.await.expect("nobody panics").expect("it opens"));
        }
        for (number, database) in opened.iter().enumerate() {
            let id = number.to_string();
            keep_in(database, async |work| work.insert_mail(&mail(&id, at(0))).await)
                .await
                .expect("kept");
        }
        let mut raw = Raw::open(&url).await;
        assert_eq!(raw.count("mail_queue").await, 8);
        assert_eq!(raw.count("_sqlx_migrations").await, migrations);
        for database in opened {
            database.close().await;
        }
    }

    async fn what_refers_to_nothing_is_refused(db: &TestDatabase) {
        let refusal = db
            .raw()
            .await
            .refusal("INSERT INTO passwords (account, phc, changed_at) VALUES ('nobody', 'x', 1)")
            .await;
        assert!(refusal.to_lowercase().contains("foreign key"), "{refusal}");
    }
}
