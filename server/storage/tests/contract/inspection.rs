//! Looking at a database without changing it.

use std::{collections::BTreeMap, path::Path, time::SystemTime};

use storage::{DatabaseUrl, Inspection, Shape, damage};

use crate::support::{
    database::keep_in,
    on_both,
    raw::Raw,
    samples::{at, installation, mail},
};

async fn look(url: &DatabaseUrl) -> Inspection {
    let found = Inspection::open(url).await.expect("it opens");
    found.expect("it is there")
}

async fn shape(url: &DatabaseUrl) -> Shape {
    let mut found = look(url).await;
    let shape = found.shape().await.expect("an answer");
    found.close().await;
    shape
}

/// Every file of a folder: when it was changed, and what is in it.
fn files(folder: &Path) -> BTreeMap<String, (SystemTime, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let entries = entries.map(|entry| entry.expect("an entry"));
    entries
        .map(|entry| {
            let changed = entry.metadata().and_then(|found| found.modified());
            let bytes = std::fs::read(entry.path()).expect("a file");
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, (changed.expect("a time"), bytes))
        })
        .collect()
}

on_both! {
    async fn a_migrated_database_is_this_versions(db: &TestDatabase) {
        assert_eq!(shape(db.url()).await, Shape::Current);
        let mut found = look(db.url()).await;
        let version = found.version().await.expect("an answer");
        let name = if db.is_sqlite() { "SQLite " } else { "PostgreSQL " };
        assert!(version.starts_with(name) && version.len() > name.len(), "{version}");
        assert_eq!(found.is_wal(), db.is_sqlite().then_some(true));
        assert_eq!(found.now().await.expect("an answer").is_some(), !db.is_sqlite());
        assert_eq!(damage(db.url()).await.expect("an answer"), Vec::<String>::new());
    }

    async fn what_the_ports_read_is_read_here_too(db: &TestDatabase) {
        let row = installation("https://one.example.org");
        db.keep(async |work| work.insert_installation(&row).await).await.expect("kept");
        let found = look(db.url()).await;
        let mut work = found.read().await.expect("a reader");
        assert_eq!(work.find_installation().await.expect("an answer"), Some(row));
    }

    async fn nothing_can_be_written_by_looking(db: &TestDatabase) {
        let found = look(db.url()).await;
        let mut work = found.read().await.expect("a reader");
        assert!(work.insert_mail(&mail("one", at(0))).await.is_err());
    }

    async fn migrations_that_are_to_come_are_counted(db: &TestDatabase) {
        let newest = "(SELECT MAX(version) FROM _sqlx_migrations)";
        let mut raw = db.raw().await;
        for pending in 1..=2 {
            raw.run(&format!("DELETE FROM _sqlx_migrations WHERE version = {newest}")).await;
            assert_eq!(shape(db.url()).await, Shape::Older { pending });
        }
    }

    async fn a_newer_versions_database_is_known_as_such(db: &TestDatabase) {
        db.raw()
            .await
            .run(
                "INSERT INTO _sqlx_migrations
                     (version, description, installed_on, success, checksum, execution_time)
                 SELECT 9999, 'from the future', installed_on, success, checksum, execution_time
                 FROM _sqlx_migrations WHERE version = 1",
            )
            .await;
        assert_eq!(shape(db.url()).await, Shape::Newer { migration: 9999 });
    }

    async fn a_migration_that_is_not_ours_is_named(db: &TestDatabase) {
        let mut raw = db.raw().await;
        raw.run("UPDATE _sqlx_migrations SET success = FALSE WHERE version = 3").await;
        assert_eq!(shape(db.url()).await, Shape::Broken { migration: 3 });
        raw.run(
            "UPDATE _sqlx_migrations
             SET checksum = (SELECT checksum FROM _sqlx_migrations WHERE version = 1)
             WHERE version = 2",
        )
        .await;
        assert_eq!(shape(db.url()).await, Shape::Broken { migration: 2 });
    }

    async fn a_database_without_our_tables_is_empty_or_somebody_elses(db: &TestDatabase) {
        let url = match db.url() {
            DatabaseUrl::Sqlite(path) => {
                let path = path.with_file_name("empty.db");
                std::fs::write(&path, "").expect("written");
                DatabaseUrl::Sqlite(path)
            }
            url @ DatabaseUrl::Postgres(_) => {
                db.raw().await.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await;
                url.clone()
            }
        };
        assert_eq!(shape(&url).await, Shape::Empty);
        Raw::open(&url).await.run("CREATE TABLE theirs (id BIGINT)").await;
        assert_eq!(shape(&url).await, Shape::Foreign);
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_made() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = storage::testing::sqlite_url(folder.path());
    assert!(Inspection::open(&url).await.expect("an answer").is_none());
    assert!(files(folder.path()).is_empty());
}

#[tokio::test]
async fn a_file_at_rest_is_left_as_it_was() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = storage::testing::sqlite_url(folder.path());
    storage::testing::open(&url).await.close().await;
    // The last connection ends on a thread of its own.
    let names = || std::fs::read_dir(folder.path()).expect("a folder").count();
    while names() > 1 {
        tokio::task::yield_now().await;
    }
    let before = files(folder.path());
    assert_eq!(shape(&url).await, Shape::Current);
    assert!(damage(&url).await.expect("an answer").is_empty());
    assert!(files(folder.path()) == before);
}

#[tokio::test]
async fn what_stands_in_the_log_only_is_seen() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = storage::testing::sqlite_url(folder.path());
    let open = storage::testing::open(&url).await;
    let row = installation("https://one.example.org");
    keep_in(&open, async |work| work.insert_installation(&row).await)
        .await
        .expect("kept");
    let found = look(&url).await;
    let mut work = found.read().await.expect("a reader");
    assert_eq!(
        work.find_installation().await.expect("an answer"),
        Some(row)
    );
    drop(work);
    found.close().await;
    open.close().await;
}

#[tokio::test]
async fn damage_is_found() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = storage::testing::sqlite_url(folder.path());
    storage::testing::open(&url).await.close().await;
    let DatabaseUrl::Sqlite(path) = &url else {
        unreachable!("it is a file")
    };
    let mut bytes = std::fs::read(path).expect("a database");
    let pages = bytes.len() / 4096;
    for page in 2..pages {
        bytes[page * 4096..page * 4096 + 64].fill(0xff);
    }
    std::fs::write(path, bytes).expect("written");
    // What can't be told is told as an error.
    assert!(!damage(&url).await.is_ok_and(|places| places.is_empty()));
}
