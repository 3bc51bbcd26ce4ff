//! ID tokens that are too old, or not of this time at all.

use std::time::Duration;

use domain::clock::Timestamp;
use serde_json::{Value, json};

use super::{
    clock::START,
    scene::{Scene, changed, header, identify, untrusted},
    signer::RSA,
};

#[tokio::test]
async fn an_expired_token_is_refused_with_a_minute_of_grace() {
    let scene = Scene::new().await;
    let good = json!({ "exp": START - 59 });
    assert!(scene.claiming(&good).await.is_ok());
    for exp in [json!(START - 60), json!(0), json!(-1), json!(START - 3600)] {
        untrusted(scene.claiming(&json!({ "exp": exp })).await);
    }
    for exp in [Value::Null, json!("soon"), json!(1e300)] {
        untrusted(scene.claiming(&json!({ "exp": exp })).await);
    }
    assert!(
        scene
            .claiming(&json!({ "exp": 1_767_225_900.25 }))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_token_from_the_future_is_refused_with_a_minute_of_grace() {
    let scene = Scene::new().await;
    for name in ["iat", "nbf"] {
        assert!(scene.claiming(&json!({ name: START + 60 })).await.is_ok());
        untrusted(scene.claiming(&json!({ name: START + 61 })).await);
        untrusted(scene.claiming(&json!({ name: -1 })).await);
    }
    untrusted(scene.claiming(&json!({ "iat": null })).await);
}

#[tokio::test]
async fn an_old_proof_is_refused_where_a_new_one_was_asked_for() {
    let scene = Scene::new().await;
    let code = "SplxlOBeZQQYbYS6WxSbIA";
    let proved = async |at: Value, fresh: bool| {
        let claims = changed(scene.claims(), &json!({ "auth_time": at }));
        scene.says(&RSA.token(&header(), &claims));
        identify(&*scene.provider, code, fresh).await
    };
    for good in [
        json!(START),
        json!(START + 60),
        json!(START - 900),
        Value::Null,
    ] {
        let identity = proved(good.clone(), true).await.expect("good");
        let told = good
            .as_u64()
            .map(|seconds| Timestamp::from_micros(0).plus(Duration::from_secs(seconds)));
        assert_eq!(identity.auth_time, told);
    }
    for bad in [json!(START - 960), json!(START + 61), json!(0), json!(-1)] {
        let reason = untrusted(proved(bad.clone(), true).await);
        assert_eq!(reason, "an old proof where a new one was asked for");
        assert!(
            proved(bad, false).await.is_ok(),
            "nobody asked for a new one"
        );
    }
}
