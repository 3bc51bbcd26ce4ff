//! Metadata, callbacks and the memory of both.

use std::time::Duration;

use domain::social::ProviderProblem;
use serde_json::{Value, json};

use super::scene::{Scene, start, untrusted};

const DISCOVERY: &str = "/.well-known/openid-configuration";

#[tokio::test]
async fn metadata_of_another_issuer_is_refused() {
    for more in ["/", "/realm", "?", "."] {
        let scene = Scene::new().await;
        let other = format!("{}{more}", scene.liar.address);
        scene.announces(&json!({ "issuer": other }));
        let reason = untrusted(scene.identify().await);
        assert_eq!(reason, "metadata of another issuer");
    }
    let scene = Scene::new().await;
    scene.announces(&json!({ "issuer": "https://evil.example" }));
    assert_eq!(
        untrusted(start(&*scene.provider, false).await),
        "metadata of another issuer"
    );
}

#[tokio::test]
async fn metadata_that_misses_something_is_nonsense() {
    for missing in [
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
    ] {
        let scene = Scene::new().await;
        scene.announces(&json!({ missing: null }));
        let problem = scene.identify().await.err();
        assert!(
            matches!(problem, Some(ProviderProblem::Nonsense(_))),
            "{missing}: {problem:?}"
        );
    }
}

#[tokio::test]
async fn a_browser_is_sent_to_no_other_kind_of_address() {
    for endpoint in [
        "javascript:alert(1)",
        "data:text/html,a",
        "ftp://id.example/",
        "authorize",
    ] {
        let scene = Scene::new().await;
        scene.announces(&json!({ "authorization_endpoint": endpoint }));
        let problem = start(&*scene.provider, false).await.err();
        assert!(
            matches!(problem, Some(ProviderProblem::Nonsense(_))),
            "{endpoint}: {problem:?}"
        );
    }
}

#[tokio::test]
async fn metadata_without_a_signature_that_we_take_is_refused() {
    let scene = Scene::new().await;
    let bad = json!({ "id_token_signing_alg_values_supported": ["none", "HS256"] });
    scene.announces(&bad);
    let reason = untrusted(start(&*scene.provider, false).await);
    assert_eq!(reason, "metadata without a signature that we take");
}

#[tokio::test]
async fn nothing_is_asked_before_somebody_wants_to_sign_in() {
    let scene = Scene::new().await;
    assert_eq!(
        (scene.provider.id().as_str(), scene.provider.name()),
        ("own", "Own")
    );
    assert_eq!(scene.times(DISCOVERY), 0);
}

#[tokio::test]
async fn metadata_is_asked_for_once_an_hour_however_many_come() {
    let scene = Scene::new().await;
    let starts = (0..20).map(|_| start(&*scene.provider, false));
    for url in futures_util::future::join_all(starts).await {
        assert!(url.is_ok());
    }
    assert_eq!(scene.times(DISCOVERY), 1);
    scene.clock.advance(Duration::from_mins(59));
    assert!(start(&*scene.provider, false).await.is_ok());
    assert_eq!(scene.times(DISCOVERY), 1);
    scene.clock.advance(Duration::from_mins(1));
    assert!(start(&*scene.provider, false).await.is_ok());
    assert_eq!(scene.times(DISCOVERY), 2);
}

#[tokio::test]
async fn keys_are_asked_for_once_however_many_come() {
    let scene = Scene::new().await;
    let all = (0..20).map(|_| scene.identify());
    for identity in futures_util::future::join_all(all).await {
        assert!(identity.is_ok());
    }
    assert_eq!(scene.times("/jwks"), 1);
}

#[tokio::test]
async fn the_issuer_of_a_callback_is_checked_whenever_it_is_named() {
    let scene = Scene::new().await;
    let ours = scene.liar.address.clone();
    assert_eq!(
        scene.provider.check_callback_issuer(Some(&ours)).await,
        Ok(())
    );
    assert_eq!(scene.provider.check_callback_issuer(None).await, Ok(()));
    for other in ["", "https://evil.example", &format!("{ours}/")] {
        let reason = untrusted(scene.provider.check_callback_issuer(Some(other)).await);
        assert_eq!(reason, "the callback came from another issuer");
    }
}

#[tokio::test]
async fn a_callback_must_name_its_issuer_where_the_provider_says_that_it_does() {
    let scene = Scene::new().await;
    scene.announces(&json!({ "authorization_response_iss_parameter_supported": true }));
    let reason = untrusted(scene.provider.check_callback_issuer(None).await);
    assert_eq!(reason, "the callback doesn't say from which issuer it came");
    let ours = scene.liar.address.clone();
    assert_eq!(
        scene.provider.check_callback_issuer(Some(&ours)).await,
        Ok(())
    );
}

#[tokio::test]
async fn an_issuer_with_a_path_is_asked_below_it() {
    let scene = Scene::with(|settings| {
        if let crate::config::SocialProtocol::OpenId { issuer, .. } = &mut settings.protocol {
            issuer.push_str("/realms/own/");
        }
    })
    .await;
    assert!(scene.identify().await.is_err());
    assert_eq!(
        scene.times("/realms/own/.well-known/openid-configuration"),
        1
    );
}

#[tokio::test]
async fn no_problem_tells_what_a_provider_wrote() {
    let scene = Scene::new().await;
    let written = "Ada's own words";
    for (name, value) in [
        ("iss", json!(written)),
        ("aud", json!(written)),
        ("nonce", json!(written)),
    ] {
        let problem = scene
            .claiming(&json!({ name: value }))
            .await
            .expect_err("refused");
        assert!(!format!("{problem} {problem:?}").contains(written));
    }
    let other: Value = json!({ "issuer": written });
    let renewed = Scene::new().await;
    renewed.announces(&other);
    let problem = renewed.identify().await.expect_err("refused");
    assert!(!format!("{problem} {problem:?}").contains(written));
}
