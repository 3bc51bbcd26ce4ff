//! When the key set is fetched.

use latchkey_verify::{Refused, Verifier};
use tokio::task::JoinSet;

use super::{Issuer, builder, ready};

#[tokio::test]
async fn a_good_token_passes_and_the_keys_are_fetched_once() {
    let (issuer, verifier) = ready().await;
    for _ in 0..5 {
        let claims = verifier
            .check(&issuer.token(1, 300))
            .await
            .expect("a good token");
        assert!(claims.has_scope("data:read"));
    }
    assert_eq!(issuer.told().key_fetches, 1);
}

async fn many(verifier: &Verifier, token: &str) -> Vec<Option<Refused>> {
    let mut checks = JoinSet::new();
    for _ in 0..20 {
        let (verifier, token) = (verifier.clone(), token.to_owned());
        checks.spawn(async move { verifier.check(&token).await.err() });
    }
    checks.join_all().await
}

#[tokio::test]
async fn many_first_uses_share_one_fetch() {
    let issuer = Issuer::start().await;
    let verifier = builder(&issuer).build().expect("a verifier");
    let refused = many(&verifier, &issuer.token(1, 300)).await;
    assert!(refused.iter().all(Option::is_none), "{refused:?}");
    assert_eq!(issuer.told().key_fetches, 1);
}

#[tokio::test]
async fn an_unknown_key_is_fetched_once_for_all_who_wait() {
    let (issuer, verifier) = ready().await;
    issuer.told().keys = vec![1, 2];
    let refused = many(&verifier, &issuer.token(2, 300)).await;
    assert!(refused.iter().all(Option::is_none), "{refused:?}");
    assert_eq!(issuer.told().key_fetches, 2);
}

#[tokio::test]
async fn strangers_keys_cause_a_fetch_every_ten_seconds_at_most() {
    let (issuer, verifier) = ready().await;
    let unknown = issuer.token(9, 300);
    for (pass, fetches) in [(0, 2), (0, 2), (9, 2), (1, 3), (5, 3)] {
        issuer.clock.pass(pass).await;
        let refused = many(&verifier, &unknown).await;
        assert!(
            refused
                .iter()
                .all(|refused| *refused == Some(Refused::UnknownKey))
        );
        assert_eq!(issuer.told().key_fetches, fetches);
    }
    // Known keys go on working all the while.
    assert!(verifier.check(&issuer.token(1, 300)).await.is_ok());
}

#[tokio::test]
async fn the_set_is_kept_as_long_as_the_issuer_says_within_bounds() {
    for (said, kept) in [
        ("public, max-age=120", 120),
        ("max-age=5", 60),
        ("no-store", 60),
        ("public", 300),
        ("max-age=100000", 3600),
    ] {
        let issuer = Issuer::start().await;
        issuer.told().cache_control = said;
        let verifier = builder(&issuer).build().expect("a verifier");
        verifier.ready().await;
        issuer.clock.idle().await;
        issuer.clock.pass(kept - 1).await;
        assert_eq!(issuer.told().key_fetches, 1, "{said}");
        issuer.clock.pass(1).await;
        assert_eq!(issuer.told().key_fetches, 2, "{said}");
    }
}

#[tokio::test]
async fn a_key_that_was_taken_out_is_forgotten() {
    let (issuer, verifier) = ready().await;
    issuer.told().keys = vec![1, 2];
    assert!(verifier.check(&issuer.token(2, 300)).await.is_ok());
    issuer.told().keys = vec![1];
    issuer.clock.pass(600).await;
    let refused = verifier.check(&issuer.token(2, 300)).await.err();
    assert_eq!(refused, Some(Refused::UnknownKey));
}

#[tokio::test]
async fn a_fetch_that_fails_leaves_the_old_set_and_is_tried_again() {
    let (issuer, verifier) = ready().await;
    issuer.told().keys_fail = true;
    for (pass, fetches) in [(600, 2), (9, 2), (1, 3)] {
        issuer.clock.pass(pass).await;
        assert_eq!(issuer.told().key_fetches, fetches);
        assert!(verifier.check(&issuer.token(1, 300)).await.is_ok());
    }
    {
        let mut told = issuer.told();
        (told.keys, told.keys_fail) = (vec![1, 2], false);
    }
    issuer.clock.pass(10).await;
    assert_eq!(issuer.told().key_fetches, 4);
    assert!(verifier.check(&issuer.token(2, 300)).await.is_ok());
    assert_eq!(issuer.told().key_fetches, 4);
}

#[tokio::test]
async fn without_any_keys_nothing_can_be_said() {
    let issuer = Issuer::start().await;
    issuer.told().keys_fail = true;
    let verifier = builder(&issuer).build().expect("a verifier");
    let refused = many(&verifier, &issuer.token(1, 300)).await;
    assert!(
        refused
            .iter()
            .all(|refused| *refused == Some(Refused::KeysOutOfReach))
    );
    assert_eq!(issuer.told().key_fetches, 1);
    issuer.clock.idle().await;
    issuer.told().keys_fail = false;
    issuer.clock.pass(1).await;
    assert!(verifier.check(&issuer.token(1, 300)).await.is_ok());
}
