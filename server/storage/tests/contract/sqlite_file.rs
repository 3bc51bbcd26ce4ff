//! What only a database file can promise: group commit, and what is on the disk when `commit`
//! returns.

use std::{fs, path::Path, time::Duration};

use domain::store::{StorageError, Store};
use storage::{DatabaseUrl, testing};

use crate::support::{
    PATIENCE,
    database::TestDatabase,
    raw::Raw,
    samples::{at, mail},
};

fn path(db: &TestDatabase) -> &Path {
    match db.url() {
        DatabaseUrl::Sqlite(path) => path,
        DatabaseUrl::Postgres(_) => panic!("not a file"),
    }
}

async fn queue(store: &dyn Store, id: &str) -> Result<(), StorageError> {
    let mut work = store.begin().await?;
    work.insert_mail(&mail(id, at(0))).await?;
    work.commit().await
}

/// The ids in a copy of the files as they lie on the disk now.
async fn copied(db: &TestDatabase) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let wal = path(db).with_extension("db-wal");
    fs::copy(path(db), folder.path().join("latchkey.db")).expect("the file is copied");
    fs::copy(wal, folder.path().join("latchkey.db-wal")).expect("its log is copied");
    let copy = DatabaseUrl::Sqlite(folder.path().join("latchkey.db"));
    let mut raw = Raw::open(&copy).await;
    let rows: Vec<(String,)> = raw.rows("SELECT id FROM mail_queue ORDER BY id").await;
    rows.into_iter().map(|row| row.0).collect()
}

#[tokio::test]
async fn an_acknowledged_unit_is_in_the_files() {
    let db = TestDatabase::sqlite().await;
    for number in 0..20 {
        let id = format!("{number:02}");
        queue(db.store().as_ref(), &id).await.expect("kept");
        let there = copied(&db).await;
        assert_eq!(there.len(), number + 1);
        assert_eq!(there.last(), Some(&id));
    }
    db.discard().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_of_acknowledged_units_is_in_the_files() {
    let db = TestDatabase::sqlite().await;
    let units: Vec<_> = (0..200)
        .map(|number| {
            let store = db.store();
            tokio::spawn(async move { queue(store.as_ref(), &format!("{number:03}")).await })
        })
        .collect();
    for unit in units {
        unit.await.expect("nobody panics").expect("kept");
    }
    let expected: Vec<_> = (0..200).map(|number| format!("{number:03}")).collect();
    assert_eq!(copied(&db).await, expected);
    db.discard().await;
}

#[tokio::test]
async fn a_unit_that_was_not_committed_is_not_in_the_files() {
    let db = TestDatabase::sqlite().await;
    queue(db.store().as_ref(), "kept").await.expect("kept");
    let mut work = db.begin().await;
    work.insert_mail(&mail("open", at(0)))
        .await
        .expect("written");
    assert_eq!(copied(&db).await, ["kept"]);
    drop(work);
    db.discard().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn units_that_gather_share_a_commit() {
    // Every COMMIT appends the pages it changed to the log, so shared ones leave it much shorter.
    let (alone, together) = (TestDatabase::sqlite().await, TestDatabase::sqlite().await);
    let log = |db: &TestDatabase| {
        fs::metadata(path(db).with_extension("db-wal"))
            .expect("there is a log")
            .len()
    };
    let before = (log(&alone), log(&together));
    for number in 0..100 {
        queue(alone.store().as_ref(), &format!("{number:03}"))
            .await
            .expect("kept");
    }
    let units: Vec<_> = (0..100)
        .map(|number| {
            let store = together.store();
            tokio::spawn(async move { queue(store.as_ref(), &format!("{number:03}")).await })
        })
        .collect();
    for unit in units {
        unit.await.expect("nobody panics").expect("kept");
    }
    let grown = (log(&alone) - before.0, log(&together) - before.1);
    assert!(
        grown.1 * 4 < grown.0,
        "alone the log grew by {}, together by {}",
        grown.0,
        grown.1
    );
    alone.discard().await;
    together.discard().await;
}

#[tokio::test]
async fn a_closed_file_is_whole_without_its_log() {
    let db = TestDatabase::sqlite().await;
    queue(db.store().as_ref(), "kept").await.expect("kept");
    db.store().close().await;

    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::copy(path(&db), folder.path().join("latchkey.db")).expect("the file is copied");
    let mut raw = Raw::open(&testing::sqlite_url(folder.path())).await;
    assert_eq!(raw.count("mail_queue").await, 1);
}

#[tokio::test]
async fn a_closed_file_can_be_opened_again() {
    let db = TestDatabase::sqlite().await;
    queue(db.store().as_ref(), "one").await.expect("kept");
    db.store().close().await;
    let again = db.open_again().await;
    queue(&again, "two").await.expect("kept");
    assert_eq!(db.raw().await.count("mail_queue").await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_database_gives_a_group_up_nobody_is_told_otherwise() {
    let db = TestDatabase::sqlite().await;
    // What a full disk does: the whole transaction is rolled back, not only the statement.
    db.raw()
        .await
        .run(
            "CREATE TRIGGER full_disk BEFORE INSERT ON mail_queue WHEN NEW.id = 'too much'
             BEGIN SELECT RAISE(ROLLBACK, 'the disk is full'); END",
        )
        .await;

    for round in 0..5 {
        let mut first = db.begin().await;
        first
            .insert_mail(&mail(&format!("{round} first"), at(0)))
            .await
            .expect("written");
        // These gather behind the first: kept or not, in one group.
        let followers: Vec<_> = ["second", "too much", "third", "fourth"]
            .into_iter()
            .map(|id| {
                let store = db.store();
                let id = if id == "too much" {
                    id.to_owned()
                } else {
                    format!("{round} {id}")
                };
                tokio::spawn(async move { (queue(store.as_ref(), &id).await, id) })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(30)).await;

        let mut outcomes = vec![(first.commit().await, format!("{round} first"))];
        for follower in followers {
            let outcome = tokio::time::timeout(PATIENCE, follower)
                .await
                .expect("nothing blocks");
            outcomes.push(outcome.expect("nobody panics"));
        }
        for (outcome, id) in outcomes {
            let there = db
                .look(async |work| work.find_mail(&id).await)
                .await
                .is_some();
            assert_eq!(there, outcome.is_ok(), "{id} was told {outcome:?}");
            assert!(id != "too much" || !there);
        }
        queue(db.store().as_ref(), &format!("{round} later"))
            .await
            .expect("it is over");
    }
    db.discard().await;
}

#[tokio::test]
async fn a_unit_that_the_database_gave_up_keeps_nothing_of_what_it_does_next() {
    let db = TestDatabase::sqlite().await;
    db.raw()
        .await
        .run(
            "CREATE TRIGGER full_disk BEFORE INSERT ON mail_queue WHEN NEW.id = 'too much'
             BEGIN SELECT RAISE(ROLLBACK, 'the disk is full'); END",
        )
        .await;
    let mut work = db.begin().await;
    work.insert_mail(&mail("before", at(0)))
        .await
        .expect("written");
    work.insert_mail(&mail("too much", at(0)))
        .await
        .expect_err("the disk is full");
    // Outside of any transaction, this would be kept at once.
    let _ = work.insert_mail(&mail("after", at(0))).await;
    drop(work);
    queue(db.store().as_ref(), "later")
        .await
        .expect("it is over");

    let rows: Vec<(String,)> = db.raw().await.rows("SELECT id FROM mail_queue").await;
    assert_eq!(rows, [("later".to_owned(),)]);
    db.discard().await;
}

#[tokio::test]
async fn a_file_that_another_process_holds_is_an_error_and_not_for_ever() {
    let db = TestDatabase::sqlite().await;
    let mut other = db.raw().await;
    other.run("BEGIN IMMEDIATE").await;
    // It waits for as long as its busy time-out, then gives up.
    assert!(queue(db.store().as_ref(), "too early").await.is_err());
    other.run("COMMIT").await;
    queue(db.store().as_ref(), "later")
        .await
        .expect("it is over");
    assert_eq!(copied(&db).await, ["later"]);
    db.discard().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_given_up_while_another_process_holds_the_file_spoils_nothing() {
    let db = TestDatabase::sqlite().await;
    let mut other = db.raw().await;
    other.run("BEGIN IMMEDIATE").await;
    let store = db.store();
    let given_up = queue(store.as_ref(), "given up");
    let given_up = tokio::time::timeout(Duration::from_millis(200), given_up).await;
    assert!(given_up.is_err(), "it waits");
    other.run("COMMIT").await;
    for id in ["one", "two"] {
        queue(db.store().as_ref(), id).await.expect("kept");
    }
    assert_eq!(copied(&db).await, ["one", "two"]);
    db.discard().await;
}

#[tokio::test]
async fn a_file_keeps_a_log_and_gives_space_back() {
    let db = TestDatabase::sqlite().await;
    let mut raw = db.raw().await;
    let mode: Vec<(String,)> = raw
        .rows("SELECT journal_mode FROM pragma_journal_mode")
        .await;
    assert_eq!(mode, [("wal".to_owned(),)]);
    let vacuum: Vec<(i64,)> = raw.rows("SELECT auto_vacuum FROM pragma_auto_vacuum").await;
    assert_eq!(vacuum, [(2,)], "incremental");
    db.discard().await;
}
