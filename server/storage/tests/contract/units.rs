//! Units of work: all or nothing, beside each other, and what `commit` promises.

use std::{sync::Arc, time::Duration};

use domain::{
    audit::EventKind,
    store::{StorageError, Store},
};
use storage::Database;
use tokio::task::JoinHandle;

use crate::support::{
    assert_fails,
    database::{TestDatabase, keep_in},
    on_both,
    samples::{account, at, below, event, installation, link, mail, registration, session},
};

/// A unit that queues a mail by that id.
fn spawn_mail(store: Arc<Database>, id: String) -> JoinHandle<Result<(), StorageError>> {
    tokio::spawn(async move {
        let mut work = store.begin().await?;
        work.insert_mail(&mail(&id, at(0))).await?;
        work.commit().await
    })
}

async fn mails(db: &TestDatabase) -> Vec<String> {
    let rows = db.look(async |work| work.list_mail(1_000_000).await).await;
    let mut ids: Vec<_> = rows.into_iter().map(|row| row.mail.id).collect();
    ids.sort();
    ids
}

on_both! {
    async fn a_dropped_unit_leaves_nothing(db: &TestDatabase) {
        let anna = account("anna@example.org");
        let mut work = db.begin().await;
        work.insert_account(&anna).await.expect("written");
        assert!(work.insert_session(&session(anna.id, "desk"), None).await.expect("written"));
        work.insert_registration(&registration("ben@example.org")).await.expect("written");
        work.insert_link(&link("target")).await.expect("written");
        work.insert_mail(&mail("mail", at(0))).await.expect("written");
        work.append_event(&event(EventKind::AccountCreated)).await.expect("written");
        work.insert_installation(&installation("https://example.org")).await.expect("written");
        drop(work);

        let mut raw = db.raw().await;
        for table in [
            "accounts", "emails", "passwords", "sessions", "registrations", "one_time_links",
            "mail_queue", "audit_events", "installation",
        ] {
            assert_eq!(raw.count(table).await, 0, "{table} is as it was");
        }
        // And what it wrote is free for others.
        db.keep(async |work| work.insert_account(&anna).await).await.expect("kept");
    }

    async fn a_unit_sees_what_it_wrote(db: &TestDatabase) {
        let anna = account("anna@example.org");
        let mut work = db.begin().await;
        work.insert_account(&anna).await.expect("written");
        assert!(work.find_account(anna.id).await.expect("an answer").is_some());
        assert!(work.find_sign_in("anna@example.org").await.expect("an answer").is_some());
    }

    async fn a_unit_that_did_nothing_can_be_committed(db: &TestDatabase) {
        db.begin().await.commit().await.expect("nothing is kept");
        drop(db.begin().await);
        db.begin().await.commit().await.expect("nothing is kept");
    }

    async fn a_committed_unit_is_seen_at_once(db: &TestDatabase) {
        for number in 0..50 {
            let id = number.to_string();
            db.keep(async |work| work.insert_mail(&mail(&id, at(0))).await).await.expect("kept");
            assert!(db.look(async |work| work.find_mail(&id).await).await.is_some());
        }
    }

    async fn two_hundred_units_at_once_are_all_there(db: &TestDatabase) {
        let units: Vec<_> =
            (0..200).map(|number| spawn_mail(db.store(), format!("{number:03}"))).collect();
        for unit in units {
            unit.await.expect("nobody panics").expect("kept");
        }
        let expected: Vec<_> = (0..200).map(|number| format!("{number:03}")).collect();
        assert_eq!(mails(db).await, expected);
    }

    async fn a_unit_is_seen_as_soon_as_it_is_acknowledged_in_a_crowd(db: &TestDatabase) {
        let units: Vec<_> = (0..60)
            .map(|number| {
                let store = db.store();
                tokio::spawn(async move {
                    let id = format!("{number}");
                    let mut work = store.begin().await?;
                    work.insert_mail(&mail(&id, at(0))).await?;
                    tokio::time::sleep(Duration::from_micros(below(500))).await;
                    work.commit().await?;
                    let mut fresh = store.begin().await?;
                    fresh.find_mail(&id).await
                })
            })
            .collect();
        for unit in units {
            let found = unit.await.expect("nobody panics").expect("an answer");
            assert!(found.is_some());
        }
    }

    async fn the_units_of_a_crowd_stand_or_fall_alone(db: &TestDatabase) {
        let units: Vec<_> = (0..120)
            .map(|number| {
                let store = db.store();
                tokio::spawn(async move {
                    let mut work = store.begin().await.expect("a unit opens");
                    work.insert_mail(&mail(&format!("{number:03}"), at(0))).await.expect("written");
                    match number % 3 {
                        0 => work.commit().await.expect("kept"),
                        1 => drop(work),
                        _ => {
                            let again = work.insert_mail(&mail(&format!("{number:03}"), at(0))).await;
                            assert_fails!(again, StorageError::Taken);
                        }
                    }
                })
            })
            .collect();
        for unit in units {
            unit.await.expect("nobody panics");
        }
        let expected: Vec<_> = (0..120).step_by(3).map(|number| format!("{number:03}")).collect();
        assert_eq!(mails(db).await, expected);
    }

    async fn a_failing_statement_leaves_the_other_units_of_its_group_alone(db: &TestDatabase) {
        db.keep(async |work| work.insert_mail(&mail("taken", at(0))).await).await.expect("kept");

        // The others queue behind this one, so that on SQLite one COMMIT covers them all.
        let mut first = db.begin().await;
        first.insert_mail(&mail("first", at(0))).await.expect("written");
        let second = spawn_mail(db.store(), "second".to_owned());
        let store = db.store();
        let failing = tokio::spawn(async move {
            let mut work = store.begin().await?;
            work.insert_mail(&mail("before the failure", at(0))).await?;
            work.insert_mail(&mail("taken", at(0))).await
        });
        let third = spawn_mail(db.store(), "third".to_owned());
        tokio::time::sleep(Duration::from_millis(50)).await;

        first.commit().await.expect("kept");
        second.await.expect("nobody panics").expect("kept");
        assert_fails!(failing.await.expect("nobody panics"), StorageError::Taken);
        third.await.expect("nobody panics").expect("kept");
        assert_eq!(mails(db).await, ["first", "second", "taken", "third"]);
    }

    async fn a_unit_in_which_something_failed_cannot_be_committed(db: &TestDatabase) {
        db.keep(async |work| work.insert_mail(&mail("taken", at(0))).await).await.expect("kept");

        let mut work = db.begin().await;
        work.insert_mail(&mail("before", at(0))).await.expect("written");
        assert_fails!(
            work.insert_mail(&mail("taken", at(0))).await,
            StorageError::Taken
        );
        assert_fails!(work.commit().await, StorageError::Database(_));
        assert_eq!(mails(db).await, ["taken"], "all of it or nothing");
    }

    async fn a_unit_in_which_something_failed_does_nothing_more(db: &TestDatabase) {
        db.keep(async |work| work.insert_mail(&mail("taken", at(0))).await).await.expect("kept");

        let mut work = db.begin().await;
        assert_fails!(
            work.insert_mail(&mail("taken", at(0))).await,
            StorageError::Taken
        );
        assert_fails!(
            work.insert_mail(&mail("after", at(0))).await,
            StorageError::Database(_)
        );
        assert_fails!(work.find_mail("taken").await, StorageError::Database(_));
        drop(work);
        assert_eq!(mails(db).await, ["taken"]);
    }

    async fn a_unit_waits_for_one_that_is_slow(db: &TestDatabase) {
        let slow: Vec<_> = (0..2)
            .map(|number| {
                let store = db.store();
                tokio::spawn(async move {
                    let mut work = store.begin().await?;
                    work.insert_mail(&mail(&format!("slow {number}"), at(0))).await?;
                    tokio::time::sleep(Duration::from_millis(300)).await;
                    work.commit().await
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(50)).await;
        spawn_mail(db.store(), "quick".to_owned()).await.expect("nobody panics").expect("kept");
        for unit in slow {
            unit.await.expect("nobody panics").expect("kept");
        }
        assert_eq!(mails(db).await, ["quick", "slow 0", "slow 1"]);
    }

    async fn closing_keeps_what_was_committed_and_refuses_what_comes_later(db: &TestDatabase) {
        let units: Vec<_> =
            (0..20).map(|number| spawn_mail(db.store(), format!("{number:02}"))).collect();
        tokio::time::sleep(Duration::from_millis(5)).await;
        db.store().close().await;

        let mut kept = Vec::new();
        for (number, unit) in units.into_iter().enumerate() {
            if unit.await.expect("nobody panics").is_ok() {
                kept.push(format!("{number:02}"));
            }
        }
        let rows: Vec<(String,)> = db.raw().await.rows("SELECT id FROM mail_queue ORDER BY id").await;
        let there: Vec<_> = rows.into_iter().map(|row| row.0).collect();
        assert_eq!(there, kept, "exactly what was acknowledged is there");
        assert!(db.store().begin().await.is_err(), "a closed database opens no unit");
        assert!(db.store().read().await.is_err(), "nor a reader");
        db.store().close().await;
    }

    async fn a_unit_whose_store_is_dropped_is_kept_or_refused(db: &TestDatabase) {
        for number in 0..8 {
            let store = db.open_again().await;
            let id = number.to_string();
            let mut work = store.begin().await.expect("a unit opens");
            work.insert_mail(&mail(&id, at(0))).await.expect("written");
            drop(store);
            let outcome = work.commit().await;

            // A writer comes after whatever is still under way.
            let there = db.keep(async |work| work.find_mail(&id).await).await.expect("an answer");
            assert_eq!(there.is_some(), outcome.is_ok(), "it was told {outcome:?}");
        }
    }

    async fn two_stores_on_the_same_data_write_side_by_side(db: &TestDatabase) {
        let other = Arc::new(db.open_again().await);
        let units: Vec<_> = (0..100)
            .map(|number| {
                let store = if number % 2 == 0 { db.store() } else { Arc::clone(&other) };
                spawn_mail(store, format!("{number:03}"))
            })
            .collect();
        for unit in units {
            unit.await.expect("nobody panics").expect("kept");
        }
        let expected: Vec<_> = (0..100).map(|number| format!("{number:03}")).collect();
        assert_eq!(mails(db).await, expected);
        other.close().await;
    }

    async fn two_stores_on_the_same_data_see_each_others_commits(db: &TestDatabase) {
        let other = db.open_again().await;
        for number in 0..20 {
            let (here, there) = (format!("here {number}"), format!("there {number}"));
            db.keep(async |work| work.insert_mail(&mail(&here, at(0))).await).await.expect("kept");
            keep_in(&other, async |work| {
                assert!(work.find_mail(&here).await?.is_some());
                work.insert_mail(&mail(&there, at(0))).await
            })
            .await
            .expect("kept");
            assert!(db.look(async |work| work.find_mail(&there).await).await.is_some());
        }
        other.close().await;
    }
}
