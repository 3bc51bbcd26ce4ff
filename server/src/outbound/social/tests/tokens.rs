//! ID tokens that aren't for us, or not by whom they say.

use serde_json::{Value, json};

use super::{
    scene::{ACCESS_TOKEN, CLIENT, SECRET, Scene, header, untrusted},
    signer::{RSA, Signer, encoded, hashed, made},
};

#[tokio::test]
async fn a_good_token_is_an_identity() {
    let scene = Scene::new().await;
    let identity = scene.identify().await.expect("an identity");
    assert_eq!(identity.issuer, scene.liar.address);
    assert_eq!(identity.subject, "248289761001");
    assert_eq!(identity.label, "ada@example.com");
    assert_eq!(identity.name.as_deref(), Some("Ada Lovelace"));
    let email = identity.email.expect("an address");
    assert_eq!(
        (email.address.as_str(), email.vouched),
        ("ada@example.com", true)
    );
    assert_eq!(scene.times("/userinfo"), 0, "nothing is missing");
}

#[tokio::test]
async fn keys_of_every_kind_are_believed() {
    let scene = Scene::new().await;
    for (signer, algorithm) in [(Signer::ec(), "ES256"), (Signer::ed(), "EdDSA")] {
        scene.publishes(&[signer.jwk(algorithm)]);
        let other = json!({ "alg": algorithm, "kid": algorithm });
        assert!(scene.heading(&signer, &other).await.is_ok(), "{algorithm}");
        // The next kind is an unknown key again.
        scene.clock.advance(std::time::Duration::from_secs(5));
    }
    scene.publishes(&[RSA.jwk("pss")]);
    let other = json!({ "alg": "PS512", "kid": "pss" });
    assert!(scene.heading(&RSA, &other).await.is_ok());
}

#[tokio::test]
async fn a_token_of_another_issuer_is_refused() {
    let scene = Scene::new().await;
    let slash = format!("{}/", scene.liar.address);
    for iss in ["https://evil.example", "", &slash] {
        let reason = untrusted(scene.claiming(&json!({ "iss": iss })).await);
        assert_eq!(reason, "an ID token of another issuer");
    }
    let reason = untrusted(scene.claiming(&json!({ "iss": null })).await);
    assert_eq!(reason, "an ID token without its claims");
}

#[tokio::test]
async fn a_token_for_another_audience_is_refused() {
    let scene = Scene::new().await;
    for aud in [json!("somebody"), json!(["somebody"]), json!([]), json!("")] {
        let reason = untrusted(scene.claiming(&json!({ "aud": aud })).await);
        assert_eq!(reason, "an ID token for another audience");
    }
    for aud in [Value::Null, json!(7), json!({ "a": CLIENT }), json!([7])] {
        untrusted(scene.claiming(&json!({ "aud": aud })).await);
    }
    assert!(scene.claiming(&json!({ "aud": [CLIENT] })).await.is_ok());
}

#[tokio::test]
async fn several_audiences_need_us_as_the_party() {
    let scene = Scene::new().await;
    let several = json!([CLIENT, "somebody"]);
    let reason = untrusted(scene.claiming(&json!({ "aud": several })).await);
    assert_eq!(
        reason,
        "an ID token for several audiences and no party (azp)"
    );
    let other = json!({ "aud": several, "azp": "somebody" });
    assert_eq!(
        untrusted(scene.claiming(&other).await),
        "an ID token for another party (azp)"
    );
    let ours = json!({ "aud": several, "azp": CLIENT });
    assert!(scene.claiming(&ours).await.is_ok());
}

#[tokio::test]
async fn another_party_is_refused_even_where_the_audience_is_ours() {
    let scene = Scene::new().await;
    let reason = untrusted(scene.claiming(&json!({ "azp": "somebody" })).await);
    assert_eq!(reason, "an ID token for another party (azp)");
    assert!(scene.claiming(&json!({ "azp": CLIENT })).await.is_ok());
}

#[tokio::test]
async fn a_token_of_another_flow_is_refused() {
    let scene = Scene::new().await;
    for nonce in [
        json!("other"),
        json!(""),
        json!("n-0S6_WzA2Mj "),
        Value::Null,
    ] {
        let reason = untrusted(scene.claiming(&json!({ "nonce": nonce })).await);
        assert_eq!(reason, "an ID token with another nonce");
    }
}

#[tokio::test]
async fn a_token_without_a_signature_is_refused() {
    let scene = Scene::new().await;
    for alg in ["none", "None", "NONE", ""] {
        let other = json!({ "alg": alg, "kid": "one" });
        scene.says(&made(&other, &scene.claims(), |_| Vec::new()));
        let reason = untrusted(scene.identify().await);
        assert_eq!(reason, "signed by an algorithm that isn't taken");
    }
    // The good header and no signature.
    scene.says(&made(&header(), &scene.claims(), |_| Vec::new()));
    assert_eq!(
        untrusted(scene.identify().await),
        "an ID token with a wrong signature"
    );
}

#[tokio::test]
async fn a_token_signed_with_the_client_secret_is_refused() {
    let scene = Scene::new().await;
    let other = json!({ "alg": "HS256", "kid": "one" });
    scene.says(&hashed(&other, &scene.claims(), SECRET.as_bytes()));
    let reason = untrusted(scene.identify().await);
    assert_eq!(reason, "signed by an algorithm that isn't taken");
}

#[tokio::test]
async fn a_token_signed_with_the_public_key_as_a_secret_is_refused() {
    let scene = Scene::new().await;
    let jwk = RSA.jwk("one");
    let modulus = jwk["n"].as_str().expect("a modulus");
    for alg in ["HS256", "RS256"] {
        for secret in [modulus.to_owned(), jwk.to_string()] {
            let other = json!({ "alg": alg, "kid": "one" });
            scene.says(&hashed(&other, &scene.claims(), secret.as_bytes()));
            untrusted(scene.identify().await);
        }
    }
}

#[tokio::test]
async fn a_secret_that_is_published_as_a_key_signs_nothing() {
    let scene = Scene::new().await;
    let secret = json!({ "kty": "oct", "k": encoded("secret"), "kid": "one", "alg": "HS256" });
    scene.publishes(&[secret]);
    let other = json!({ "alg": "HS256", "kid": "one" });
    scene.says(&hashed(&other, &scene.claims(), b"secret"));
    untrusted(scene.identify().await);
}

#[tokio::test]
async fn a_token_signed_with_somebody_elses_key_is_refused() {
    let scene = Scene::new().await;
    let (ours, theirs) = (Signer::ed(), Signer::ed());
    scene.publishes(&[ours.jwk("one")]);
    let reason = untrusted(scene.heading(&theirs, &json!({ "alg": "EdDSA" })).await);
    assert_eq!(reason, "an ID token with a wrong signature");
}

#[tokio::test]
async fn a_token_that_brings_its_own_key_or_an_extension_is_refused() {
    let scene = Scene::new().await;
    let theirs = Signer::ed();
    for more in [
        json!({ "alg": "EdDSA", "jwk": theirs.jwk("one") }),
        json!({ "alg": "EdDSA", "jku": scene.liar.url("/jwks") }),
        json!({ "alg": "EdDSA", "x5u": "https://evil.example/chain.pem" }),
    ] {
        let reason = untrusted(scene.heading(&theirs, &more).await);
        assert_eq!(
            reason,
            "an ID token that brings its own key or an extension"
        );
    }
    for more in [
        json!({ "crit": ["b64"], "b64": true }),
        json!({ "crit": [] }),
    ] {
        untrusted(scene.heading(&RSA, &more).await);
    }
}

#[tokio::test]
async fn a_token_of_another_kind_is_refused() {
    let scene = Scene::new().await;
    for kind in ["at+jwt", "logout+jwt", "", "JWE"] {
        let reason = untrusted(scene.heading(&RSA, &json!({ "typ": kind })).await);
        assert_eq!(reason, "a token that isn't an ID token");
    }
    for kind in [json!("jwt"), Value::Null] {
        assert!(scene.heading(&RSA, &json!({ "typ": kind })).await.is_ok());
    }
}

#[tokio::test]
async fn an_algorithm_that_the_metadata_does_not_announce_is_refused() {
    let scene = Scene::new().await;
    scene.announces(&json!({ "id_token_signing_alg_values_supported": ["ES256"] }));
    let reason = untrusted(scene.identify().await);
    assert_eq!(reason, "signed by an algorithm that isn't taken");
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let scene = Scene::new().await;
    let good = RSA.token(&header(), &scene.claims());
    let (message, signature) = good.rsplit_once('.').expect("three parts");
    for token in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        "a.b.c".to_owned(),
        message.to_owned(),
        format!("{message}."),
        format!("{good}."),
        format!("{good}.{signature}"),
        format!("{good}="),
        format!(" {good}"),
        format!("{good}\n"),
        format!("{}.{}.{signature}", encoded("[]"), encoded("{}")),
        format!(
            "{}.{}.{signature}",
            encoded("[".repeat(10_000)),
            encoded("{}")
        ),
        "é.é.é".to_owned(),
    ] {
        scene.says(&token);
        untrusted(scene.identify().await);
    }
    let bare = json!({ "access_token": ACCESS_TOKEN, "token_type": "Bearer" });
    scene
        .liar
        .answers("/token", super::liar::Answer::Json(bare));
    assert_eq!(untrusted(scene.identify().await), "no ID token came");
}

#[tokio::test]
async fn a_token_for_another_access_token_is_refused() {
    let scene = Scene::new().await;
    // The example of OpenID Connect Core A.3 is its access token's.
    let bound = json!({ "at_hash": "77QmUPtjPfzWtF2AnpK9RQ" });
    assert!(scene.claiming(&bound).await.is_ok());
    let reason = untrusted(
        scene
            .claiming(&json!({ "at_hash": "77QmUPtjPfzWtF2AnpK9RA" }))
            .await,
    );
    assert_eq!(reason, "an ID token for another access token");
}

#[tokio::test]
async fn a_subject_is_short_printable_ascii() {
    let scene = Scene::new().await;
    let longest = "a".repeat(255);
    for sub in ["1", "auth0|a b", &longest] {
        let identity = scene.claiming(&json!({ "sub": sub })).await;
        assert_eq!(identity.expect("an identity").subject, sub);
    }
    let long = "a".repeat(256);
    for sub in ["", "ä", "a\u{0}", "a\n", &long] {
        let reason = untrusted(scene.claiming(&json!({ "sub": sub })).await);
        assert_eq!(reason, "an ID token of nobody (sub)");
    }
    for sub in [Value::Null, json!(248_289_761_001_u64)] {
        untrusted(scene.claiming(&json!({ "sub": sub })).await);
    }
}
