//! Keys that come and go.

use std::time::Duration;

use serde_json::json;

use super::{
    liar::Answer,
    scene::{Scene, untrusted},
    signer::{RSA, Signer},
};

const UNKNOWN: &str = "signed with an unknown key";

#[tokio::test]
async fn an_unknown_key_is_fetched_and_then_known() {
    let scene = Scene::new().await;
    assert!(scene.identify().await.is_ok());
    assert!(scene.identify().await.is_ok());
    assert_eq!(scene.times("/jwks"), 1, "known keys aren't fetched");
    let two = Signer::ed();
    scene.publishes(&[RSA.jwk("one"), two.jwk("two")]);
    let header = json!({ "alg": "EdDSA", "kid": "two" });
    for _ in 0..2 {
        assert!(scene.heading(&two, &header).await.is_ok());
    }
    assert_eq!(scene.times("/jwks"), 2);
}

#[tokio::test]
async fn a_removed_key_is_forgotten() {
    let scene = Scene::new().await;
    assert!(scene.identify().await.is_ok());
    let two = Signer::ed();
    scene.publishes(&[two.jwk("two")]);
    scene.clock.advance(Duration::from_mins(10));
    assert_eq!(
        untrusted(scene.claiming(&json!({ "exp": 1_767_229_200 })).await),
        UNKNOWN
    );
}

#[tokio::test]
async fn a_removed_key_is_forgotten_as_soon_as_another_is_looked_for() {
    let scene = Scene::new().await;
    assert!(scene.identify().await.is_ok());
    let two = Signer::ed();
    scene.publishes(&[two.jwk("two")]);
    let header = json!({ "alg": "EdDSA", "kid": "two" });
    assert!(scene.heading(&two, &header).await.is_ok());
    assert_eq!(untrusted(scene.heading(&RSA, &json!({})).await), UNKNOWN);
}

#[tokio::test]
async fn unknown_keys_are_not_looked_for_all_the_time() {
    let scene = Scene::new().await;
    assert!(scene.identify().await.is_ok());
    let stranger = Signer::ed();
    let header = json!({ "alg": "EdDSA", "kid": "nobody" });
    for _ in 0..10 {
        assert_eq!(untrusted(scene.heading(&stranger, &header).await), UNKNOWN);
    }
    assert_eq!(scene.times("/jwks"), 2, "the first, and one search");
    assert!(
        scene.heading(&RSA, &json!({})).await.is_ok(),
        "others get in"
    );
    scene.publishes(&[stranger.jwk("nobody")]);
    scene.clock.advance(Duration::from_secs(5));
    assert!(scene.heading(&stranger, &header).await.is_ok());
}

#[tokio::test]
async fn a_key_of_another_kind_or_for_another_use_checks_nothing() {
    let scene = Scene::new().await;
    for more in [
        json!({ "use": "enc" }),
        json!({ "alg": "PS256" }),
        json!({ "alg": "RSA-OAEP" }),
        json!({ "key_ops": ["encrypt"] }),
        json!({ "kid": "two" }),
        json!({ "kid": null, "kty": "EC" }),
    ] {
        scene.publishes(&[super::scene::changed(RSA.jwk("one"), &more)]);
        assert_eq!(untrusted(scene.identify().await), UNKNOWN, "{more}");
        scene.clock.advance(Duration::from_secs(5));
    }
}

#[tokio::test]
async fn strange_keys_do_not_hide_the_good_one() {
    let scene = Scene::new().await;
    scene.publishes(&[
        json!(null),
        json!("key"),
        json!({ "kty": "AKP", "alg": "ML-DSA-44", "pub": "AAAA", "kid": "one" }),
        json!({ "kty": "RSA", "kid": "one" }),
        RSA.jwk("one"),
    ]);
    assert!(scene.identify().await.is_ok());
}

#[tokio::test]
async fn a_token_that_names_no_key_means_the_only_one() {
    let scene = Scene::new().await;
    let nameless = json!({ "kid": null });
    assert!(scene.heading(&RSA, &nameless).await.is_ok());
    let several = Scene::new().await;
    several.publishes(&[RSA.jwk("one"), RSA.jwk("two")]);
    assert_eq!(untrusted(several.heading(&RSA, &nameless).await), UNKNOWN);
}

#[tokio::test]
async fn keys_that_cannot_be_had_are_not_asked_for_by_everybody_and_heal() {
    let scene = Scene::new().await;
    scene.liar.answers("/jwks", Answer::Status(503, json!({})));
    let all = (0..20).map(|_| scene.identify());
    for identity in futures_util::future::join_all(all).await {
        assert!(identity.is_err());
    }
    assert_eq!(scene.times("/jwks"), 1);
    scene.publishes(&[RSA.jwk("one")]);
    scene.clock.advance(Duration::from_secs(3));
    assert!(scene.identify().await.is_ok());
}

#[tokio::test]
async fn known_keys_outlive_a_search_that_fails() {
    let scene = Scene::new().await;
    assert!(scene.identify().await.is_ok());
    scene.liar.answers("/jwks", Answer::Status(503, json!({})));
    let stranger = Signer::ed();
    let header = json!({ "alg": "EdDSA", "kid": "nobody" });
    for _ in 0..5 {
        assert!(scene.heading(&stranger, &header).await.is_err());
    }
    assert_eq!(scene.times("/jwks"), 2);
    assert!(scene.heading(&RSA, &json!({})).await.is_ok());
}
