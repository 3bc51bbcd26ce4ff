//! Where browsers are sent, and codes for tokens.

use std::collections::HashMap;

use domain::social::ProviderProblem;
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use super::{
    liar::Answer,
    scene::{ACCESS_TOKEN, CLIENT, NONCE, SECRET, Scene, VERIFIER, start},
};

fn query(url: &Url) -> HashMap<String, String> {
    url.query_pairs().into_owned().collect()
}

fn form(body: &str) -> HashMap<String, String> {
    form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect()
}

#[tokio::test]
async fn a_browser_is_sent_with_state_nonce_and_a_challenge() {
    let scene = Scene::new().await;
    let url = start(&*scene.provider, false).await.expect("an address");
    assert!(
        url.as_str()
            .starts_with(&format!("{}/authorize?", scene.liar.address))
    );
    let query = query(&url);
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", "https://id.example/auth/own/callback"),
        ("scope", "openid email profile"),
        ("state", "af0ifjsldkj"),
        ("nonce", NONCE),
        ("code_challenge_method", "S256"),
        // RFC 7636 appendix B.
        (
            "code_challenge",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        ),
    ] {
        assert_eq!(query.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert_eq!(query.len(), 8, "{query:?}");
    assert!(!url.as_str().contains(VERIFIER) && !url.as_str().contains(SECRET));
}

#[tokio::test]
async fn a_new_proof_is_asked_for_in_both_ways() {
    let scene = Scene::new().await;
    let query = query(&start(&*scene.provider, true).await.expect("an address"));
    assert_eq!(
        (query["prompt"].as_str(), query["max_age"].as_str()),
        ("login", "0")
    );
}

#[tokio::test]
async fn an_address_with_a_query_keeps_it() {
    let scene = Scene::new().await;
    let own = scene.liar.url("/authorize?policy=b2c");
    scene.announces(&json!({ "authorization_endpoint": own }));
    let query = query(&start(&*scene.provider, false).await.expect("an address"));
    assert_eq!(
        (query["policy"].as_str(), query["client_id"].as_str()),
        ("b2c", CLIENT)
    );
}

#[tokio::test]
async fn a_code_travels_with_its_verifier_and_the_client_in_the_header() {
    let scene = Scene::new().await;
    assert!(scene.identify().await.is_ok());
    let question = scene.liar.asked("/token").remove(0);
    // RFC 6749 §2.3.1: both halves form-urlencoded, then base64 of
    // `latchkey+%26+co:s+e%3Ac%2Fr%25e%2Bt`.
    assert_eq!(
        question.headers["authorization"],
        "Basic bGF0Y2hrZXkrJTI2K2NvOnMrZSUzQWMlMkZyJTI1ZSUyQnQ="
    );
    let form = form(&question.body);
    for (name, value) in [
        ("grant_type", "authorization_code"),
        ("code", "SplxlOBeZQQYbYS6WxSbIA"),
        ("redirect_uri", "https://id.example/auth/own/callback"),
        ("code_verifier", VERIFIER),
    ] {
        assert_eq!(form.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert_eq!(form.len(), 4, "{form:?}");
}

#[tokio::test]
async fn a_client_proves_itself_in_the_body_where_only_that_is_taken() {
    let scene = Scene::new().await;
    let methods = json!({ "token_endpoint_auth_methods_supported": ["client_secret_post"] });
    scene.announces(&methods);
    assert!(scene.identify().await.is_ok());
    let question = scene.liar.asked("/token").remove(0);
    assert!(!question.headers.contains_key("authorization"));
    let form = form(&question.body);
    assert_eq!(
        (form["client_id"].as_str(), form["client_secret"].as_str()),
        (CLIENT, SECRET)
    );
}

#[tokio::test]
async fn a_client_without_a_secret_only_says_its_name() {
    let scene = Scene::with(|settings| settings.client_secret = None).await;
    assert!(scene.identify().await.is_ok());
    let question = scene.liar.asked("/token").remove(0);
    assert!(!question.headers.contains_key("authorization"));
    let form = form(&question.body);
    assert_eq!(form["client_id"], CLIENT);
    assert!(!form.contains_key("client_secret"));
}

#[tokio::test]
async fn a_secret_is_not_sent_where_it_proves_nothing() {
    let scene = Scene::new().await;
    let methods = json!({ "token_endpoint_auth_methods_supported": ["private_key_jwt"] });
    scene.announces(&methods);
    let problem = scene.identify().await.err();
    assert!(
        matches!(problem, Some(ProviderProblem::ClientRefused(_))),
        "{problem:?}"
    );
    assert_eq!(scene.times("/token"), 0);
}

#[tokio::test]
async fn a_refusal_says_whether_it_is_the_code_or_the_client() {
    let scene = Scene::new().await;
    let refused = async |status: u16, error: &str| {
        let error =
            json!({ "error": error, "error_description": "secret words", "error_uri": "a" });
        scene.liar.answers("/token", Answer::Status(status, error));
        scene.identify().await.expect_err("refused")
    };
    assert_eq!(
        refused(400, "invalid_grant").await,
        ProviderProblem::CodeRefused
    );
    // With a 200 as well, as GitHub does.
    assert_eq!(
        refused(200, "invalid_grant").await,
        ProviderProblem::CodeRefused
    );
    for error in [
        "invalid_client",
        "unauthorized_client",
        "invalid_request",
        "invalid_scope",
    ] {
        let problem = refused(401, error).await;
        let said = matches!(problem, ProviderProblem::ClientRefused(reason) if reason == error);
        assert!(said, "{problem}");
    }
    let problem = refused(400, "secret words").await;
    assert!(matches!(problem, ProviderProblem::Nonsense(_)), "{problem}");
    assert!(!format!("{problem} {problem:?}").contains("secret"));
}

#[tokio::test]
async fn a_token_answer_of_another_shape_is_nonsense() {
    let scene = Scene::new().await;
    for tokens in [
        json!({ "access_token": ACCESS_TOKEN }),
        json!({ "token_type": "Bearer" }),
        json!({ "access_token": 7, "token_type": "Bearer" }),
        json!({ "access_token": ACCESS_TOKEN, "token_type": "mac" }),
        json!({ "access_token": ACCESS_TOKEN, "token_type": "Bearer", "id_token": 7 }),
        Value::Null,
    ] {
        scene.liar.answers("/token", Answer::Json(tokens.clone()));
        let problem = scene.identify().await.err();
        assert!(
            matches!(problem, Some(ProviderProblem::Nonsense(_))),
            "{tokens}: {problem:?}"
        );
    }
}
