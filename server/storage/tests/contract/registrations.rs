//! Sign-ups that wait for confirmation.

use domain::{accounts::Registration, store::StorageError};

use crate::support::{
    assert_fails, on_both,
    samples::{at, just_before, registration},
};

/// A registration as comparable values.
fn parts(row: &Registration) -> impl PartialEq + std::fmt::Debug {
    (
        (
            row.id.clone(),
            row.email.clone(),
            row.lookup_key.clone(),
            row.name.clone(),
        ),
        (
            row.password.as_ref().map(|phc| phc.as_phc_str().to_owned()),
            row.identity.clone(),
            row.browser,
            row.created_at,
            row.expires_at,
        ),
    )
}

on_both! {
    async fn a_registration_waits_under_its_id(db: &TestDatabase) {
        let anna = registration("Anna@example.org");
        let mut ben = registration("ben@example.org");
        ben.browser = None;
        for row in [&anna, &ben] {
            db.keep(async |work| work.insert_registration(row).await).await.expect("kept");
        }

        for row in [&anna, &ben] {
            let found = db.look(async |work| work.find_registration(&row.id).await).await;
            assert_eq!(found.as_ref().map(parts), Some(parts(row)));
        }
        for other in ["", "unknown", &anna.lookup_key] {
            assert!(db.look(async |work| work.find_registration(other).await).await.is_none());
        }
    }

    async fn an_address_waits_once(db: &TestDatabase) {
        let (first, second) = (registration("anna@example.org"), registration("anna@example.org"));
        let mut same_id = registration("ben@example.org");
        same_id.id = first.id.clone();
        db.keep(async |work| work.insert_registration(&first).await).await.expect("kept");

        for other in [second, same_id] {
            assert_fails!(
                db.keep(async |work| work.insert_registration(&other).await).await,
                StorageError::Taken
            );
        }
        assert_eq!(db.raw().await.count("registrations").await, 1);
    }

    async fn a_later_sign_up_replaces_an_earlier_one(db: &TestDatabase) {
        let (first, second) = (registration("anna@example.org"), registration("anna@example.org"));
        let ben = registration("ben@example.org");
        db.keep(async |work| {
            work.insert_registration(&first).await?;
            work.insert_registration(&ben).await
        })
        .await
        .expect("kept");

        let replaced = db
            .keep(async |work| {
                let replaced = work.delete_registration_of("anna@example.org").await?;
                work.insert_registration(&second).await?;
                Ok(replaced)
            })
            .await
            .expect("kept");
        assert_eq!(replaced, Some(first.id.clone()));
        for (row, there) in [(&first, false), (&second, true), (&ben, true)] {
            let found = db.look(async |work| work.find_registration(&row.id).await).await;
            assert_eq!(found.is_some(), there);
        }
    }

    async fn a_registration_is_taken_away_once(db: &TestDatabase) {
        let anna = registration("anna@example.org");
        db.keep(async |work| work.insert_registration(&anna).await).await.expect("kept");

        for expected in [Some(anna.id.clone()), None] {
            let removed = db
                .keep(async |work| work.delete_registration_of("anna@example.org").await)
                .await
                .expect("an answer");
            assert_eq!(removed, expected);
        }
    }

    async fn expired_registrations_go_and_are_counted(db: &TestDatabase) {
        for (email, end) in [
            ("first@example.org", just_before(at(10))),
            ("second@example.org", at(5)),
            ("third@example.org", at(10)),
            ("fourth@example.org", at(11)),
        ] {
            let mut row = registration(email);
            row.expires_at = end;
            db.keep(async |work| work.insert_registration(&row).await).await.expect("kept");
        }

        for expected in [2, 0] {
            let gone = db
                .keep(async |work| work.delete_expired_registrations(at(10)).await)
                .await
                .expect("an answer");
            assert_eq!(gone, expected);
        }
        let left: Vec<(String,)> =
            db.raw().await.rows("SELECT email FROM registrations ORDER BY expires_at").await;
        assert_eq!(left.len(), 2);
        assert_eq!(left[0].0, "third@example.org", "its last moment isn't over");
    }

    async fn a_waiting_hash_that_is_none_is_reported(db: &TestDatabase) {
        let anna = registration("anna@example.org");
        db.keep(async |work| work.insert_registration(&anna).await).await.expect("kept");
        db.raw().await.run("UPDATE registrations SET phc = ''").await;

        assert_fails!(
            db.reader().await.find_registration(&anna.id).await,
            StorageError::Inconsistent { table: "registrations", column: "phc" }
        );
    }
}
