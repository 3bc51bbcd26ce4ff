//! What only a server can do to its clients: end their connections.

use domain::store::Store;

use crate::support::{
    database::TestDatabase,
    samples::{at, mail},
};

/// What a restart does, or a network that breaks.
async fn cut_every_connection(db: &TestDatabase) {
    db.raw()
        .await
        .run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .await;
}

#[tokio::test]
async fn a_lost_connection_is_replaced() {
    let db = TestDatabase::postgres().await;
    for number in 0..5 {
        let id = number.to_string();
        db.keep(async |work| work.insert_mail(&mail(&id, at(0))).await)
            .await
            .expect("kept");
        assert!(
            db.look(async |work| work.find_mail(&id).await)
                .await
                .is_some()
        );
        cut_every_connection(&db).await;
    }
    assert_eq!(db.look(async |work| work.list_mail(9).await).await.len(), 5);
    db.discard().await;
}

#[tokio::test]
async fn a_unit_whose_connection_is_lost_fails_and_leaves_nothing() {
    let db = TestDatabase::postgres().await;
    let mut one = db.begin().await;
    one.insert_mail(&mail("one", at(0))).await.expect("written");
    let mut two = db.begin().await;
    two.insert_mail(&mail("two", at(0))).await.expect("written");
    cut_every_connection(&db).await;

    assert!(one.commit().await.is_err());
    assert!(two.insert_mail(&mail("three", at(0))).await.is_err());
    assert!(two.commit().await.is_err());
    assert!(
        db.look(async |work| work.list_mail(9).await)
            .await
            .is_empty()
    );
    db.discard().await;
}

#[tokio::test]
async fn a_crowd_that_outlasts_the_servers_patience_is_told_so() {
    let db = TestDatabase::postgres().await;
    let held = (db.begin().await, db.begin().await);
    assert!(
        db.store().begin().await.is_err(),
        "every writing connection is held"
    );
    drop(held);
    db.keep(async |work| work.insert_mail(&mail("later", at(0))).await)
        .await
        .expect("kept");
    db.discard().await;
}
