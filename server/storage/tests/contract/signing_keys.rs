//! Keys that sign, generation by generation.

use domain::{
    keys::signing::{Algorithm, KeyPurpose, SigningKeyRow},
    store::StorageError,
};

use crate::support::{
    assert_fails, on_both,
    samples::{account, at, new_id},
};

/// A key that signs from noon for an hour.
fn key(kid: &str, generation: i64) -> SigningKeyRow {
    SigningKeyRow {
        kid: kid.to_owned(),
        purpose: KeyPurpose::Access,
        algorithm: Algorithm::EdDsa,
        generation,
        public_jwk: format!("{{\"kid\":\"{kid}\"}}"),
        sealed_private: Some(vec![0, 1, 255]),
        created_at: at(0),
        signs_from: at(0),
        signs_until: at(3600),
        published_until: None,
    }
}

on_both! {
    async fn keys_are_kept_by_purpose_algorithm_and_generation(db: &TestDatabase) {
        let (second, first) = (key("b", 2), key("a", 1));
        let feed = SigningKeyRow { purpose: KeyPurpose::Feed, ..key("c", 1) };
        let other = SigningKeyRow { algorithm: Algorithm::Rs256, sealed_private: None, ..key("d", 1) };
        for row in [&feed, &second, &other, &first] {
            db.keep(async |work| work.insert_signing_key(row).await).await.expect("kept");
        }
        let all = db.look(async |work| work.list_signing_keys().await).await;
        assert_eq!(all, [first, second, other, feed]);
    }

    async fn a_generation_has_one_key(db: &TestDatabase) {
        db.keep(async |work| work.insert_signing_key(&key("a", 1)).await).await.expect("kept");
        assert_fails!(
            db.keep(async |work| work.insert_signing_key(&key("b", 1)).await).await,
            StorageError::Taken
        );
    }

    async fn a_key_is_held_while_it_is_there(db: &TestDatabase) {
        db.keep(async |work| work.insert_signing_key(&key("a", 1)).await).await.expect("kept");
        let held = |kid: &'static str| async move { db.keep(async |work| {
            let held = work.hold_signing_key(kid).await?;
            assert_eq!(held, kid == "a");
            Ok(())
        }).await };
        held("a").await.expect("looked");
        held("b").await.expect("looked");
        db.keep(async |work| work.delete_signing_key("a").await).await.expect("kept");
        let gone = db.keep(async |work| { assert!(!work.hold_signing_key("a").await?); Ok(()) }).await;
        gone.expect("looked");
    }

    async fn changes_are_counted_once_committed(db: &TestDatabase) {
        let before = db.look(async |work| work.signing_keys_revision().await).await;
        let mut dropped = db.begin().await;
        dropped.touch_signing_keys().await.expect("touched");
        drop(dropped);
        assert_eq!(db.look(async |work| work.signing_keys_revision().await).await, before);
        db.keep(async |work| work.touch_signing_keys().await).await.expect("kept");
        assert_eq!(db.look(async |work| work.signing_keys_revision().await).await, before + 1);
    }

    async fn a_key_is_rescheduled_retired_and_removed(db: &TestDatabase) {
        db.keep(async |work| work.insert_signing_key(&key("a", 1)).await).await.expect("kept");
        db.keep(async |work| work.reschedule_signing_key("a", at(10), at(20)).await).await.expect("kept");
        let read = async || db.look(async |work| work.list_signing_keys().await).await.remove(0);
        let moved = SigningKeyRow { signs_from: at(10), signs_until: at(20), ..key("a", 1) };
        assert_eq!(read().await, moved);
        let resealed = db.keep(async |work| work.reseal_signing_key("a", &[9], &[7]).await).await.expect("kept");
        assert!(!resealed, "it isn't that any more");
        let resealed = db.keep(async |work| work.reseal_signing_key("a", &[0, 1, 255], &[7]).await).await.expect("kept");
        assert!(resealed);
        assert_eq!(read().await.sealed_private, Some(vec![7]));
        db.keep(async |work| work.retire_signing_key("a", at(30)).await).await.expect("kept");
        let retired = read().await;
        assert_eq!((retired.sealed_private, retired.published_until), (None, Some(at(30))));
        db.keep(async |work| work.delete_signing_key("a").await).await.expect("kept");
        assert!(db.look(async |work| work.list_signing_keys().await).await.is_empty());
    }

    async fn the_last_expiry_of_what_a_key_signed_is_known(db: &TestDatabase) {
        let ada = account("ada@example.org");
        db.keep(async |work| work.insert_account(&ada).await).await.expect("kept");
        assert!(db.look(async |work| work.last_expiry_signed_by("a").await).await.is_none());
        for (kid, end) in [("a", 50), ("a", 70), ("b", 90)] {
            let row = crate::api_tokens::token(ada.id, &new_id(), kid, at(end));
            db.keep(async |work| work.insert_api_token(&row).await).await.expect("kept");
        }
        assert_eq!(db.look(async |work| work.last_expiry_signed_by("a").await).await, Some(at(70)));
    }
}
