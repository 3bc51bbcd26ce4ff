//! One-time links, by the hash of their token.

use domain::{
    links::{LinkPurpose, OneTimeLink},
    store::{StorageError, Store},
};

use crate::support::{
    assert_fails,
    database::TestDatabase,
    on_both,
    samples::{at, just_before, link, link_hash},
};

const PURPOSE: LinkPurpose = LinkPurpose::ConfirmRegistration;

async fn keep(db: &TestDatabase, row: &OneTimeLink) {
    db.keep(async |work| work.insert_link(row).await)
        .await
        .expect("kept");
}

async fn used(db: &TestDatabase, row: &OneTimeLink, seconds: u64) -> bool {
    db.keep(async |work| work.use_link(PURPOSE, &row.hash, at(seconds)).await)
        .await
        .expect("an answer")
}

async fn stored(db: &TestDatabase, row: &OneTimeLink) -> Option<OneTimeLink> {
    db.look(async |work| work.find_link(PURPOSE, &row.hash).await)
        .await
}

on_both! {
    async fn a_link_is_looked_at_without_being_used(db: &TestDatabase) {
        let row = link("target");
        keep(db, &row).await;

        for _ in 0..2 {
            assert_eq!(stored(db, &row).await.as_ref(), Some(&row));
        }
        assert!(used(db, &row, 1).await);
        let unknown = db.look(async |work| work.find_link(PURPOSE, &link_hash()).await).await;
        assert_eq!(unknown, None);
    }

    async fn a_used_link_cannot_be_used_again(db: &TestDatabase) {
        let (row, other) = (link("target"), link("target"));
        keep(db, &row).await;
        keep(db, &other).await;

        assert!(used(db, &row, 7).await);
        assert!(!used(db, &row, 8).await);
        let expected = OneTimeLink {
            used_at: Some(at(7)),
            ..row.clone()
        };
        assert_eq!(stored(db, &row).await, Some(expected));
        assert_eq!(stored(db, &other).await, Some(other));
    }

    async fn a_link_serves_one_of_twenty_callers_at_once(db: &TestDatabase) {
        let row = link("target");
        keep(db, &row).await;
        let callers: Vec<_> = (0..20)
            .map(|caller| {
                let (store, hash) = (db.store(), row.hash);
                tokio::spawn(async move {
                    let mut work = store.begin().await?;
                    let used = work.use_link(PURPOSE, &hash, at(caller)).await?;
                    work.commit().await?;
                    Ok::<_, StorageError>(used)
                })
            })
            .collect();

        let mut served = 0;
        for caller in callers {
            served += u32::from(caller.await.expect("nobody panics").expect("an answer"));
        }
        assert_eq!(served, 1);
    }

    async fn a_link_whose_use_was_given_up_can_be_used(db: &TestDatabase) {
        let row = link("target");
        keep(db, &row).await;

        let mut work = db.begin().await;
        assert!(work.use_link(PURPOSE, &row.hash, at(1)).await.expect("an answer"));
        drop(work);
        assert!(used(db, &row, 2).await);
    }

    async fn an_expired_link_is_refused_from_its_first_moment(db: &TestDatabase) {
        let row = OneTimeLink {
            expires_at: at(10),
            ..link("target")
        };
        keep(db, &row).await;

        assert!(!used(db, &row, 11).await);
        assert!(!used(db, &row, 10).await);
        assert_eq!(stored(db, &row).await.and_then(|row| row.used_at), None);
        let in_time = db
            .keep(async |work| work.use_link(PURPOSE, &row.hash, just_before(at(10))).await)
            .await
            .expect("an answer");
        assert!(in_time);
    }

    async fn a_link_serves_its_purpose_only(db: &TestDatabase) {
        let row = link("target");
        keep(db, &row).await;
        db.raw().await.run("UPDATE one_time_links SET purpose = 'reset_password'").await;

        assert_eq!(stored(db, &row).await, None);
        assert!(!used(db, &row, 1).await);
    }

    async fn an_unknown_link_cannot_be_used(db: &TestDatabase) {
        assert!(!used(db, &link("target"), 1).await);
    }

    async fn a_token_is_one_link(db: &TestDatabase) {
        let first = link("first");
        let second = OneTimeLink {
            hash: first.hash,
            ..link("second")
        };
        keep(db, &first).await;

        assert_fails!(
            db.keep(async |work| work.insert_link(&second).await).await,
            StorageError::Taken
        );
        assert_eq!(stored(db, &first).await.as_ref(), Some(&first));
    }

    async fn older_mails_stop_working(db: &TestDatabase) {
        let (older, newer, done) = (link("target"), link("target"), link("target"));
        let other = link("other target");
        for row in [&older, &newer, &done, &other] {
            keep(db, row).await;
        }
        assert!(used(db, &done, 1).await);

        db.keep(async |work| work.delete_unused_links("target").await).await.expect("kept");
        assert_eq!(stored(db, &older).await, None);
        assert_eq!(stored(db, &newer).await, None);
        assert!(!used(db, &older, 2).await);
        assert!(stored(db, &done).await.is_some(), "it must go on saying that it was used");
        assert!(used(db, &other, 2).await);
        db.keep(async |work| work.delete_unused_links("nothing").await)
            .await
            .expect("nothing to forget is no failure");
    }

    async fn expired_links_go_and_are_counted(db: &TestDatabase) {
        let mut rows = [link("a"), link("b"), link("c"), link("d")];
        for (row, end) in rows.iter_mut().zip([at(5), just_before(at(10)), at(10), at(11)]) {
            row.expires_at = end;
            keep(db, row).await;
        }
        assert!(used(db, &rows[0], 1).await);

        for expected in [2, 0] {
            let gone = db
                .keep(async |work| work.delete_expired_links(at(10)).await)
                .await
                .expect("an answer");
            assert_eq!(gone, expected);
        }
        for (row, there) in rows.iter().zip([false, false, true, true]) {
            assert_eq!(stored(db, row).await.is_some(), there);
        }
    }

    async fn the_ends_of_time_can_be_stored(db: &TestDatabase) {
        let row = OneTimeLink {
            created_at: domain::clock::Timestamp::from_micros(i64::MIN),
            expires_at: domain::clock::Timestamp::from_micros(i64::MAX),
            ..link("target")
        };
        keep(db, &row).await;

        assert_eq!(stored(db, &row).await.as_ref(), Some(&row));
        assert!(used(db, &row, 0).await);
    }
}
