//! What is told of a person.

use domain::social::{ForeignEmail, ForeignIdentity, ProviderProblem};
use serde_json::{Value, json};

use super::{
    liar::Answer,
    scene::{Scene, untrusted},
};
use crate::config::SocialProtocol;

fn email(address: &str, vouched: bool) -> ForeignEmail {
    let address = address.to_owned();
    ForeignEmail { address, vouched }
}

/// Somebody of whom the ID token says this, and userinfo nothing.
async fn told(more: Value) -> ForeignIdentity {
    let scene = Scene::new().await;
    scene.announces(&json!({ "userinfo_endpoint": null }));
    scene.claiming(&more).await.expect("an identity")
}

#[tokio::test]
async fn an_address_is_vouched_for_only_where_it_is_said_to_be_verified() {
    for yes in [json!(true), json!("true")] {
        let told = told(json!({ "email_verified": yes })).await;
        assert_eq!(told.email, Some(email("ada@example.com", true)));
    }
    for no in [
        json!(false),
        json!("false"),
        json!("True"),
        json!(1),
        json!(["true"]),
        Value::Null,
    ] {
        let told = told(json!({ "email_verified": no })).await;
        assert_eq!(told.email, Some(email("ada@example.com", false)));
    }
}

#[tokio::test]
async fn a_provider_that_is_not_trusted_vouches_for_nothing() {
    let scene = Scene::with(|settings| {
        if let SocialProtocol::OpenId { trust_email, .. } = &mut settings.protocol {
            *trust_email = false;
        }
    })
    .await;
    let identity = scene.identify().await.expect("an identity");
    assert_eq!(identity.email, Some(email("ada@example.com", false)));
}

#[tokio::test]
async fn somebody_without_an_address_or_a_name_is_somebody() {
    let nobody = told(json!({ "email": null, "name": null, "email_verified": null })).await;
    assert_eq!((nobody.email, nobody.name), (None, None));
    assert_eq!(nobody.label, "248289761001");
    let strange = told(json!({ "email": ["a@b"], "name": { "a": 1 } })).await;
    assert_eq!((strange.email, strange.name), (None, None));
}

#[tokio::test]
async fn people_are_labelled_by_what_they_know_themselves_by() {
    let user = told(json!({ "preferred_username": "ada", "nickname": "a" })).await;
    assert_eq!(user.label, "ada");
    let nick = told(json!({ "email": null, "nickname": "a" })).await;
    assert_eq!(nick.label, "a");
    let named = told(json!({ "email": null, "preferred_username": " " })).await;
    assert_eq!(named.label, "Ada Lovelace");
}

#[tokio::test]
async fn names_are_cleaned_and_cut() {
    let hostile = told(json!({
        "name": "Ada\r\n\u{202e}<b>\u{0}", "preferred_username": "x".repeat(100_000), "email": "a b@c\n",
    }));
    let hostile = hostile.await;
    assert_eq!(hostile.name.as_deref(), Some("Ada <b>"));
    assert_eq!(hostile.label.chars().count(), 128);
    assert_eq!(hostile.email, None);
}

#[tokio::test]
async fn userinfo_tells_what_the_token_does_not() {
    let scene = Scene::new().await;
    let userinfo = json!({
        "sub": "248289761001", "name": "Countess", "email": "ada@example.org", "email_verified": true,
    });
    scene.liar.answers("/userinfo", Answer::Json(userinfo));
    let more = json!({ "email": null, "email_verified": null });
    let identity = scene.claiming(&more).await.expect("an identity");
    assert_eq!(
        identity.name.as_deref(),
        Some("Ada Lovelace"),
        "the token's word is signed"
    );
    assert_eq!(identity.email, Some(email("ada@example.org", true)));
}

#[tokio::test]
async fn a_verified_address_is_never_put_together_from_two_answers() {
    let scene = Scene::new().await;
    let userinfo =
        json!({ "sub": "248289761001", "email": "eve@example.org", "email_verified": false });
    scene.liar.answers("/userinfo", Answer::Json(userinfo));
    let verified = json!({ "email": null, "email_verified": true });
    let identity = scene.claiming(&verified).await.expect("an identity");
    assert_eq!(identity.email, Some(email("eve@example.org", false)));
    let userinfo = json!({ "sub": "248289761001", "email": "a@b", "email_verified": true });
    scene.liar.answers("/userinfo", Answer::Json(userinfo));
    let unverified = json!({ "name": null, "email_verified": null });
    let identity = scene.claiming(&unverified).await.expect("an identity");
    assert_eq!(identity.email, Some(email("ada@example.com", false)));
}

#[tokio::test]
async fn userinfo_of_somebody_else_is_refused() {
    let scene = Scene::new().await;
    for sub in [json!("eve"), json!("")] {
        let userinfo = json!({ "sub": sub, "email": "eve@example.org", "email_verified": true });
        scene.liar.answers("/userinfo", Answer::Json(userinfo));
        let reason = untrusted(scene.claiming(&json!({ "email": null })).await);
        assert_eq!(reason, "userinfo of somebody else");
    }
    let nobody = json!({ "email": "eve@example.org" });
    scene.liar.answers("/userinfo", Answer::Json(nobody));
    let problem = scene.claiming(&json!({ "email": null })).await.err();
    assert_eq!(
        problem,
        Some(ProviderProblem::Nonsense("userinfo that is none"))
    );
}
