//! Changes of addresses, and the former ones that are held for them.

use domain::{
    accounts::{EmailChange, NewAccount},
    admin::{SearchText, UserFilter},
    store::StorageError,
};

use crate::support::{
    assert_fails,
    database::TestDatabase,
    on_both,
    samples::{account, at, new_id},
};

fn change(of: &NewAccount, former: &str, to: &str) -> EmailChange {
    EmailChange {
        id: new_id(),
        account: of.id,
        address: to.to_owned(),
        lookup_key: to.to_lowercase(),
        former: former.to_owned(),
        created_at: at(0),
        expires_at: at(60),
        changed_at: None,
    }
}

async fn anna(db: &TestDatabase) -> NewAccount {
    let anna = account("anna@example.org");
    db.keep(async |work| work.insert_account(&anna).await)
        .await
        .expect("kept");
    anna
}

/// Keeps a change and has it count.
async fn apply(db: &TestDatabase, change: &EmailChange) -> Result<bool, StorageError> {
    db.keep(async |work| {
        work.insert_email_change(change).await?;
        work.apply_email_change(change, at(10), at(100)).await
    })
    .await
}

/// Undoes a change as it is at rest and gives the ids of what was undone.
async fn undo(db: &TestDatabase, change: &EmailChange) -> Option<Vec<String>> {
    let found = db
        .look(async |work| work.find_email_change(&change.id).await)
        .await?;
    db.keep(async |work| work.undo_email_change(&found, at(20)).await)
        .await
        .expect("asked")
}

/// The addresses by which an account is found, the primary one first.
async fn addresses(db: &TestDatabase) -> Vec<String> {
    let mut raw = db.raw().await;
    let rows: Vec<(String,)> = raw
        .rows("SELECT lookup_key FROM emails ORDER BY is_primary DESC, lookup_key")
        .await;
    rows.into_iter().map(|(key,)| key).collect()
}

on_both! {
    async fn a_change_waits_until_it_is_dropped(db: &TestDatabase) {
        let anna = anna(db).await;
        let wanted = change(&anna, "anna@example.org", "New@example.org");
        db.keep(async |work| work.insert_email_change(&wanted).await).await.expect("kept");
        assert_eq!(db.look(async |work| work.find_email_change(&wanted.id).await).await, Some(wanted.clone()));
        let waiting = db.look(async |work| work.find_waiting_email_change(anna.id).await).await;
        assert_eq!(waiting, Some(wanted.clone()));
        let dropped = db.keep(async |work| work.delete_waiting_email_changes(anna.id).await).await;
        assert_eq!(dropped.expect("dropped"), [wanted.id]);
        assert_eq!(db.look(async |work| work.find_waiting_email_change(anna.id).await).await, None);
    }

    async fn a_change_that_counts_holds_the_former_address(db: &TestDatabase) {
        let anna = anna(db).await;
        let wanted = change(&anna, "anna@example.org", "New@example.org");
        assert!(apply(db, &wanted).await.expect("kept"));
        let found = db.look(async |work| work.find_account(anna.id).await).await.expect("there");
        assert_eq!(found.email, "New@example.org");
        assert!(db.look(async |work| work.find_sign_in("anna@example.org").await).await.is_none());
        assert!(db.look(async |work| work.find_sign_in("new@example.org").await).await.is_some());
        let other = account("anna@example.org");
        assert_fails!(db.keep(async |work| work.insert_account(&other).await).await, StorageError::Taken);
        assert_eq!(db.look(async |work| work.find_waiting_email_change(anna.id).await).await, None);
        assert!(!db.keep(async |work| work.apply_email_change(&wanted, at(11), at(100)).await).await.expect("asked"), "once");
    }

    async fn administrators_find_who_moved_by_either_address_until_the_former_is_given_up(db: &TestDatabase) {
        let anna = anna(db).await;
        assert!(db.keep(async |work| work.set_name(anna.id, "Augusta").await).await.expect("kept"));
        let found = async |typed: &str| {
            let filter = UserFilter { text: SearchText::parse(typed), ..UserFilter::default() };
            db.look(async |work| work.search_users(&filter, at(20), None, 50).await).await.len()
        };
        let wanted = change(&anna, "anna@example.org", "moved@elsewhere.example");
        assert_eq!((found("anna@exa").await, found("moved@").await), (1, 0));
        assert!(apply(db, &wanted).await.expect("kept"));
        assert_eq!((found("anna@exa").await, found("moved@").await), (1, 1));
        db.keep(async |work| work.delete_expired_email_changes(at(101)).await).await.expect("kept");
        assert_eq!((found("anna@exa").await, found("moved@").await), (0, 1));
    }

    async fn administrators_find_who_moved_back_by_the_address_that_counts_again(db: &TestDatabase) {
        let anna = anna(db).await;
        assert!(db.keep(async |work| work.set_name(anna.id, "Augusta").await).await.expect("kept"));
        let wanted = change(&anna, "anna@example.org", "moved@elsewhere.example");
        assert!(apply(db, &wanted).await.expect("kept"));
        undo(db, &wanted).await.expect("held");
        let found = async |typed: &str| {
            let filter = UserFilter { text: SearchText::parse(typed), ..UserFilter::default() };
            db.look(async |work| work.search_users(&filter, at(20), None, 50).await).await.len()
        };
        assert_eq!((found("anna@exa").await, found("moved@").await), (1, 0));
    }

    async fn a_change_from_an_address_that_is_another_by_now_does_nothing(db: &TestDatabase) {
        let anna = anna(db).await;
        assert!(!apply(db, &change(&anna, "else@example.org", "new@example.org")).await.expect("asked"));
    }

    async fn an_address_of_another_account_is_not_taken(db: &TestDatabase) {
        let anna = anna(db).await;
        let bert = account("bert@example.org");
        db.keep(async |work| work.insert_account(&bert).await).await.expect("kept");
        let wanted = change(&anna, "anna@example.org", "bert@example.org");
        assert_fails!(apply(db, &wanted).await, StorageError::Taken);
        let found = db.look(async |work| work.find_account(anna.id).await).await.expect("there");
        assert_eq!(found.email, "anna@example.org");
    }

    async fn an_undo_puts_the_former_address_back_past_later_changes(db: &TestDatabase) {
        let anna = anna(db).await;
        let first = change(&anna, "anna@example.org", "b@example.org");
        let second = change(&anna, "b@example.org", "c@example.org");
        assert!(apply(db, &first).await.expect("kept"));
        assert!(apply(db, &second).await.expect("kept"));
        assert_eq!(addresses(db).await, ["c@example.org", "anna@example.org", "b@example.org"]);
        let mut undone = undo(db, &first).await.expect("held");
        undone.sort();
        let mut both = [first.id, second.id];
        both.sort();
        assert_eq!(undone, both);
        assert_eq!(addresses(db).await, ["anna@example.org"]);
        assert!(db.look(async |work| work.find_sign_in("anna@example.org").await).await.is_some());
    }

    async fn an_undo_of_a_later_change_keeps_what_earlier_ones_hold(db: &TestDatabase) {
        let anna = anna(db).await;
        let away = change(&anna, "anna@example.org", "b@example.org");
        let back = change(&anna, "b@example.org", "Anna@example.org");
        assert!(apply(db, &away).await.expect("kept"));
        assert!(apply(db, &back).await.expect("kept"));
        assert_eq!(addresses(db).await, ["anna@example.org", "b@example.org"]);
        undo(db, &back).await.expect("held");
        assert_eq!(addresses(db).await, ["b@example.org", "anna@example.org"]);
        undo(db, &away).await.expect("held");
        assert_eq!(addresses(db).await, ["anna@example.org"]);
        assert_eq!(undo(db, &back).await, None, "nothing is held for it any more");
    }

    async fn the_first_change_from_an_address_is_found(db: &TestDatabase) {
        let anna = anna(db).await;
        let away = change(&anna, "anna@example.org", "b@example.org");
        let from = async |key: &str| db.look(async |work| work.find_email_change_from(anna.id, key).await).await.map(|found| found.id);
        db.keep(async |work| work.insert_email_change(&away).await).await.expect("kept");
        assert_eq!(from("anna@example.org").await, None, "it only waits");
        db.keep(async |work| work.apply_email_change(&away, at(10), at(100)).await).await.expect("kept");
        assert_eq!(from("anna@example.org").await, Some(away.id));
        assert_eq!(from("b@example.org").await, None);
    }

    async fn held_addresses_are_given_back_when_their_time_is_over(db: &TestDatabase) {
        let anna = anna(db).await;
        assert!(apply(db, &change(&anna, "anna@example.org", "new@example.org")).await.expect("kept"));
        let sweep = async |before| db.keep(async |work| work.delete_expired_email_changes(at(before)).await).await.expect("swept");
        assert_eq!(sweep(100).await, 0);
        assert_eq!(sweep(101).await, 2);
        assert_eq!(addresses(db).await, ["new@example.org"]);
        let other = account("anna@example.org");
        db.keep(async |work| work.insert_account(&other).await).await.expect("free again");
    }
}
