//! Invitations that wait to be accepted.

use domain::{
    accounts::{Invitation, Role},
    store::StorageError,
};

use crate::support::{
    assert_fails, on_both,
    samples::{account, at, just_before, new_id},
};

/// An invitation at noon that lives for an hour.
fn invitation(address: &str) -> Invitation {
    Invitation {
        id: new_id(),
        address: address.to_owned(),
        lookup_key: address.to_lowercase(),
        name: Some(format!("Owner of {address}")),
        role: Some(Role::Admin),
        created_at: at(0),
        expires_at: at(3600),
    }
}

on_both! {
    async fn an_invitation_waits_under_its_id(db: &TestDatabase) {
        let anna = invitation("Anna@example.org");
        let ben = Invitation { name: None, role: None, ..invitation("ben@example.org") };
        for row in [&anna, &ben] {
            db.keep(async |work| work.insert_invitation(row).await).await.expect("kept");
        }
        for row in [&anna, &ben] {
            let found = db.look(async |work| work.find_invitation(&row.id).await).await;
            assert_eq!(found.as_ref(), Some(row));
        }
        for other in ["", "unknown", &anna.lookup_key] {
            assert!(db.look(async |work| work.find_invitation(other).await).await.is_none());
        }
    }

    async fn an_address_is_invited_once(db: &TestDatabase) {
        let (first, second) = (invitation("anna@example.org"), invitation("anna@example.org"));
        let same_id = Invitation { id: first.id.clone(), ..invitation("ben@example.org") };
        db.keep(async |work| work.insert_invitation(&first).await).await.expect("kept");
        for other in [second, same_id] {
            assert_fails!(
                db.keep(async |work| work.insert_invitation(&other).await).await,
                StorageError::Taken
            );
        }
        assert_eq!(db.raw().await.count("invitations").await, 1);
    }

    async fn a_later_invitation_replaces_an_earlier_one(db: &TestDatabase) {
        let (first, second) = (invitation("anna@example.org"), invitation("anna@example.org"));
        let ben = invitation("ben@example.org");
        db.keep(async |work| {
            work.insert_invitation(&first).await?;
            work.insert_invitation(&ben).await
        })
        .await
        .expect("kept");
        let replaced = db
            .keep(async |work| {
                let replaced = work.delete_invitation_of("anna@example.org").await?;
                work.insert_invitation(&second).await?;
                Ok(replaced)
            })
            .await
            .expect("kept");
        assert_eq!(replaced, Some(first.id.clone()));
        for (row, there) in [(&first, false), (&second, true), (&ben, true)] {
            let found = db.look(async |work| work.find_invitation(&row.id).await).await;
            assert_eq!(found.is_some(), there);
        }
    }

    async fn an_invitation_is_taken_away_once(db: &TestDatabase) {
        let (anna, ben) = (invitation("anna@example.org"), invitation("ben@example.org"));
        for row in [&anna, &ben] {
            db.keep(async |work| work.insert_invitation(row).await).await.expect("kept");
        }
        for expected in [Some(anna.id.clone()), None] {
            let removed = db
                .keep(async |work| work.delete_invitation_of("anna@example.org").await)
                .await
                .expect("an answer");
            assert_eq!(removed, expected);
        }
        for expected in [true, false] {
            let removed = db.keep(async |work| work.delete_invitation(&ben.id).await).await;
            assert_eq!(removed.expect("an answer"), expected);
        }
    }

    async fn invitations_are_listed_in_order_while_they_wait(db: &TestDatabase) {
        let mut rows = Vec::new();
        for (number, name) in ["anna", "ben", "cleo", "dora"].into_iter().enumerate() {
            let mut row = invitation(&format!("{name}@example.org"));
            row.id = format!("{number}");
            rows.push(row);
        }
        rows[1].expires_at = at(10);
        for row in rows.iter().rev() {
            db.keep(async |work| work.insert_invitation(row).await).await.expect("kept");
        }
        let cleo = account("Cleo@example.org");
        db.keep(async |work| work.insert_account(&cleo).await).await.expect("kept");

        let ids = async |now, after: &str, limit| -> Vec<String> {
            let listed = db.look(async |work| work.list_invitations(now, after, limit).await).await;
            listed.into_iter().map(|row| row.id).collect()
        };
        assert_eq!(ids(just_before(at(10)), "", 10).await, ["0", "1", "3"], "who has an account waits no more");
        assert_eq!(ids(at(10), "", 10).await, ["0", "3"], "nor does what is over");
        assert_eq!(ids(at(0), "", 2).await, ["0", "1"]);
        assert_eq!(ids(at(0), "1", 2).await, ["3"]);
        assert!(ids(at(0), "3", 2).await.is_empty());
    }

    async fn expired_invitations_go_and_are_counted(db: &TestDatabase) {
        for (address, end) in [
            ("first@example.org", just_before(at(10))),
            ("second@example.org", at(5)),
            ("third@example.org", at(10)),
        ] {
            let row = Invitation { expires_at: end, ..invitation(address) };
            db.keep(async |work| work.insert_invitation(&row).await).await.expect("kept");
        }
        for expected in [2, 0] {
            let gone = db.keep(async |work| work.delete_expired_invitations(at(10)).await).await;
            assert_eq!(gone.expect("an answer"), expected);
        }
        let left: Vec<(String,)> = db.raw().await.rows("SELECT address FROM invitations").await;
        assert_eq!(left, [("third@example.org".to_owned(),)], "its last moment isn't over");
    }

    async fn a_role_that_is_none_is_reported(db: &TestDatabase) {
        let anna = invitation("anna@example.org");
        db.keep(async |work| work.insert_invitation(&anna).await).await.expect("kept");
        db.raw().await.run("UPDATE invitations SET role = 'emperor'").await;
        assert_fails!(
            db.reader().await.find_invitation(&anna.id).await,
            StorageError::Inconsistent { table: "invitations", column: "role" }
        );
    }
}
