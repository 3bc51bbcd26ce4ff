//! The installation's one row.

use domain::{
    installation::Installation,
    store::{StorageError, Store},
};

use crate::support::{assert_fails, on_both, samples::installation};

on_both! {
    async fn a_fresh_database_belongs_to_no_installation(db: &TestDatabase) {
        assert_eq!(db.look(async |work| work.find_installation().await).await, None);
    }

    async fn an_installation_is_written_once(db: &TestDatabase) {
        let first = installation("https://one.example.org");
        db.keep(async |work| work.insert_installation(&first).await).await.expect("kept");
        assert_fails!(
            db.keep(async |work| {
                work.insert_installation(&installation("https://two.example.org")).await
            })
            .await,
            StorageError::Taken
        );
        assert_eq!(db.look(async |work| work.find_installation().await).await, Some(first));
    }

    async fn of_eight_nodes_that_start_at_once_one_writes_the_row(db: &TestDatabase) {
        let nodes: Vec<_> = (0..8)
            .map(|node| {
                let store = db.store();
                tokio::spawn(async move {
                    let mut work = store.begin().await?;
                    work.insert_installation(&installation(&format!("https://{node}"))).await?;
                    work.commit().await
                })
            })
            .collect();
        let mut written = 0;
        for node in nodes {
            match node.await.expect("nobody panics") {
                Ok(()) => written += 1,
                Err(StorageError::Taken) => {}
                Err(error) => panic!("neither written nor taken: {error}"),
            }
        }
        assert_eq!(written, 1);
    }

    async fn another_issuer_changes_nothing_else(db: &TestDatabase) {
        let first = installation("https://one.example.org");
        db.keep(async |work| work.insert_installation(&first).await).await.expect("kept");
        db.keep(async |work| work.change_issuer("https://two.example.com", "example.com").await)
            .await
            .expect("kept");

        let expected = Installation {
            issuer: "https://two.example.com".to_owned(),
            rp_id: "example.com".to_owned(),
            ..first
        };
        assert_eq!(db.look(async |work| work.find_installation().await).await, Some(expected));
    }

    async fn an_issuer_cannot_be_changed_before_the_first_start(db: &TestDatabase) {
        db.keep(async |work| work.change_issuer("https://one.example.org", "example.org").await)
            .await
            .expect("nothing to change is no failure");
        assert_eq!(db.look(async |work| work.find_installation().await).await, None);
    }

    async fn the_database_has_room_for_one_installation(db: &TestDatabase) {
        let refusal = db
            .raw()
            .await
            .refusal(
                "INSERT INTO installation (id, issuer, rp_id, pairwise_salt, created_at)
                 VALUES (2, 'https://two.example.org', 'example.org', 'salt', 1)",
            )
            .await;
        assert!(refusal.to_lowercase().contains("check constraint"), "{refusal}");
    }
}
