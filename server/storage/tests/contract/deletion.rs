//! Accounts that are to go.

use domain::{
    accounts::{NewAccount, Role},
    audit::{EventKind, EventRow},
    store::StorageError,
};

use crate::support::{
    assert_fails,
    database::TestDatabase,
    on_both,
    samples::{account, at, event, nobody, session},
};

async fn born(db: &TestDatabase, email: &str) -> NewAccount {
    let new = account(email);
    db.keep(async |work| work.insert_account(&new).await)
        .await
        .expect("kept");
    new
}

async fn plan(db: &TestDatabase, of: &NewAccount, until: u64) -> bool {
    db.keep(async |work| work.plan_deletion(of.id, at(until)).await)
        .await
        .expect("asked")
}

async fn is_last(db: &TestDatabase, of: &NewAccount) -> bool {
    db.keep(async |work| work.is_last_administrator(of.id).await)
        .await
        .expect("asked")
}

on_both! {
    async fn a_deletion_is_planned_once_and_taken_back_until_it_is_due(db: &TestDatabase) {
        let anna = born(db, "anna@example.org").await;
        let cancel = async |now| db.keep(async |work| work.cancel_deletion(anna.id, at(now)).await).await.expect("asked");
        assert!(!cancel(0).await);
        assert!(plan(db, &anna, 100).await && !plan(db, &anna, 200).await);
        assert!(db.look(async |work| work.find_sign_in("anna@example.org").await).await.expect("known").leaving);
        assert!(cancel(99).await && !cancel(99).await);
        assert!(plan(db, &anna, 100).await);
        assert!(!cancel(100).await, "its time is over");
    }

    async fn only_what_is_due_is_deleted(db: &TestDatabase) {
        let anna = born(db, "anna@example.org").await;
        let bert = born(db, "bert@example.org").await;
        born(db, "cleo@example.org").await;
        plan(db, &anna, 100).await;
        plan(db, &bert, 200).await;
        let due = db.look(async |work| work.list_due_deletions(at(150), 10).await).await;
        assert_eq!(due.iter().map(|account| account.id).collect::<Vec<_>>(), [anna.id]);
        for (whose, deleted) in [(anna.id, true), (anna.id, false), (bert.id, false), (nobody(), false)] {
            let done = db.keep(async |work| work.delete_due_account(whose, at(150)).await).await.expect("asked");
            assert_eq!(done, deleted);
        }
        let mut raw = db.raw().await;
        for table in ["accounts", "emails", "passwords"] {
            assert_eq!(raw.count(table).await, 2, "{table}");
        }
    }

    async fn nobody_signs_in_to_what_is_due(db: &TestDatabase) {
        let anna = born(db, "anna@example.org").await;
        plan(db, &anna, 100).await;
        let mut row = session(anna.id, "late");
        row.created_at = at(100);
        assert!(!db.keep(async |work| work.insert_session(&row, None).await).await.expect("asked"));
        row.created_at = at(99);
        assert!(db.keep(async |work| work.insert_session(&row, None).await).await.expect("asked"));
    }

    async fn what_is_personal_in_the_trail_is_erased_and_the_trail_stays(db: &TestDatabase) {
        let (anna, bert) = (born(db, "anna@example.org").await, born(db, "bert@example.org").await);
        for whose in [&anna, &bert] {
            let row = EventRow {
                subject: Some(whose.id),
                side_digest: Some([9; 32]),
                side: Some(([7; 16], "{}".to_owned())),
                ..event(EventKind::AccountCreated)
            };
            db.keep(async |work| work.append_event(&row).await).await.expect("kept");
        }
        db.keep(async |work| work.erase_sides_of(anna.id).await).await.expect("erased");
        let mut raw = db.raw().await;
        assert_eq!((raw.count("audit_events").await, raw.count("audit_sides").await), (2, 1));
        drop(raw);
        // Erasing is for side rows alone.
        let again = db.keep(async |work| work.erase_sides_of(nobody()).await).await;
        again.expect("nothing to erase");
    }

    async fn the_last_administrator_is_known(db: &TestDatabase) {
        let (anna, bert) = (born(db, "anna@example.org").await, born(db, "bert@example.org").await);
        assert!(!is_last(db, &anna).await, "she is none");
        for whose in [&anna, &bert] {
            db.keep(async |work| work.grant_role(whose.id, Role::Admin, at(0)).await).await.expect("granted");
        }
        assert!(!is_last(db, &anna).await);
        plan(db, &bert, 100).await;
        assert!(is_last(db, &anna).await);
        db.keep(async |work| work.cancel_deletion(bert.id, at(0)).await).await.expect("kept");
        db.keep(async |work| work.set_disabled(bert.id, Some(at(0))).await).await.expect("disabled");
        assert!(is_last(db, &anna).await);
    }

    async fn sign_ins_under_way_are_outdated(db: &TestDatabase) {
        let anna = born(db, "anna@example.org").await;
        db.keep(async |work| work.outdate_sign_ins(anna.id).await).await.expect("done");
        assert!(!db.signs_in(anna.id, at(0)).await);
        let record = db.look(async |work| work.find_sign_in("anna@example.org").await).await.expect("known");
        let since = record.password_since.expect("a password");
        assert!(db.signs_in(anna.id, since).await);
    }

    async fn a_forgotten_password_is_no_password(db: &TestDatabase) {
        let anna = born(db, "anna@example.org").await;
        db.keep(async |work| work.forget_password(anna.id).await).await.expect("done");
        let record = db.look(async |work| work.find_sign_in("anna@example.org").await).await.expect("known");
        assert!(record.password.is_none());
        assert!(!db.signs_in(anna.id, at(0)).await);
    }

    async fn a_session_is_held_while_it_lives_and_its_proof_is_young_enough(db: &TestDatabase) {
        let anna = born(db, "anna@example.org").await;
        let row = session(anna.id, "one");
        db.keep(async |work| work.insert_session(&row, None).await).await.expect("kept");
        for (whose, name, since, held) in [
            (anna.id, "one", 0, true),
            (anna.id, "one", 1, false),
            (anna.id, "two", 0, false),
            (nobody(), "one", 0, false),
        ] {
            let found = db.keep(async |work| work.hold_session(whose, name, at(since)).await).await.expect("asked");
            assert_eq!(found, held);
        }
        // A reader holds nothing.
        let read = db.reader().await.hold_session(anna.id, "one", at(0)).await;
        assert_fails!(read, StorageError::Database(_));
    }
}
