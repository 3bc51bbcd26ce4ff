//! Answers that aren't any: HTML, too much, too slow, from elsewhere.

use std::{sync::Arc, time::Duration};

use domain::social::ProviderProblem;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use url::Url;

use super::{
    super::{Web, provider},
    clock::TestClock,
    liar::{Answer, Liar},
    scene::{Scene, settings, start, web},
};
use crate::config::SocialProtocol;

const JSON: &str = "application/json";
/// The pages of a sign-in that the program asks, in order.
const ASKED: [&str; 3] = ["/.well-known/openid-configuration", "/token", "/jwks"];

/// What comes of a sign-in whose every page in turn gets this answer.
async fn everywhere(answer: Answer) -> Vec<ProviderProblem> {
    let mut problems = Vec::new();
    for path in ASKED {
        let scene = Scene::new().await;
        scene.liar.answers(path, answer.clone());
        problems.push(scene.identify().await.expect_err("no identity"));
    }
    let scene = Scene::new().await;
    scene.liar.answers("/userinfo", answer);
    problems.push(
        scene
            .claiming(&json!({ "email": null }))
            .await
            .expect_err("no identity"),
    );
    problems
}

fn all(problem: ProviderProblem) -> Vec<ProviderProblem> {
    vec![problem; 4]
}

#[tokio::test]
async fn html_is_no_answer() {
    let page = Answer::Typed("text/html; charset=utf-8", "<h1>Welcome</h1>".to_owned());
    assert_eq!(
        everywhere(page).await,
        all(ProviderProblem::Nonsense("not JSON"))
    );
    // Nor is JSON that calls itself something else, since nobody meant it as an answer.
    let upload = Answer::Typed("text/plain", "{}".to_owned());
    assert_eq!(
        everywhere(upload).await,
        all(ProviderProblem::Nonsense("not JSON"))
    );
}

#[tokio::test]
async fn ten_megabytes_are_no_answer() {
    let long = Answer::Typed(JSON, format!("\"{}\"", "a".repeat(10 * 1024 * 1024)));
    let problem = ProviderProblem::Nonsense("more than 1 MiB");
    assert_eq!(everywhere(long).await, all(problem));
}

#[tokio::test]
async fn an_answer_without_end_is_not_awaited() {
    let problem = ProviderProblem::Nonsense("more than 1 MiB");
    assert_eq!(everywhere(Answer::Endless).await, all(problem));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for to in ["http://169.254.169.254/latest/meta-data/", "/jwks"] {
        let problem = ProviderProblem::Nonsense("a redirect");
        assert_eq!(everywhere(Answer::Redirect(to)).await, all(problem));
    }
}

#[tokio::test]
async fn an_error_of_the_provider_is_none_of_ours() {
    let broken = Answer::Status(503, json!({ "error": "temporarily_unavailable" }));
    let problem = ProviderProblem::Nonsense("an error of its own (5xx)");
    assert_eq!(everywhere(broken).await, all(problem));
    let busy = Answer::Status(429, json!({}));
    let problem = ProviderProblem::OutOfReach("it wants fewer questions");
    assert_eq!(everywhere(busy).await, all(problem));
}

#[tokio::test]
async fn json_of_another_shape_is_no_answer() {
    for shape in [
        json!(null),
        json!([]),
        json!("text"),
        json!({ "keys": 7, "issuer": 7, "sub": 7 }),
    ] {
        for problem in everywhere(Answer::Json(shape)).await {
            assert!(matches!(problem, ProviderProblem::Nonsense(_)), "{problem}");
        }
    }
    let deep = Answer::Typed(JSON, "[".repeat(100_000));
    for problem in everywhere(deep).await {
        assert!(matches!(problem, ProviderProblem::Nonsense(_)), "{problem}");
    }
}

#[tokio::test]
async fn a_slow_answer_is_not_awaited() {
    let liar = Liar::new().await;
    let hasty = Arc::new(Web::new(true, Duration::from_millis(50)).expect("a client"));
    for slow in [Answer::Silence, Answer::Stuck] {
        liar.answers("/.well-known/openid-configuration", slow);
        let settings = settings(SocialProtocol::OpenId {
            issuer: liar.address.clone(),
            scopes: vec!["openid".to_owned()],
            trust_email: false,
        });
        let provider = provider(
            &settings,
            Arc::clone(&hasty),
            Arc::new(TestClock::default()),
        );
        let problem = start(&*provider, false).await.err();
        assert_eq!(
            problem,
            Some(ProviderProblem::OutOfReach("it took too long"))
        );
    }
}

#[tokio::test]
async fn a_dead_provider_is_out_of_reach_and_heals() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let url = Url::parse(&format!("http://{address}/")).expect("an address");
    let problem = web().get(&url, JSON, None).await.err();
    assert_eq!(
        problem,
        Some(ProviderProblem::OutOfReach("no safe connection to it"))
    );

    let scene = Scene::new().await;
    scene.announces(&json!({ "token_endpoint": url }));
    assert!(matches!(
        scene.identify().await,
        Err(ProviderProblem::OutOfReach(_))
    ));
    let healed = Scene::new().await;
    healed.liar.answers(
        "/.well-known/openid-configuration",
        Answer::Status(404, json!({})),
    );
    assert!(healed.identify().await.is_err());
    healed.announces(&json!({}));
    assert!(healed.identify().await.is_err(), "asked a moment ago");
    assert_eq!(healed.times("/.well-known/openid-configuration"), 1);
    healed.clock.advance(Duration::from_secs(3));
    assert!(healed.identify().await.is_ok());
}

#[tokio::test]
async fn what_is_not_http_is_no_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = Url::parse(&format!(
        "http://{}/",
        listener.local_addr().expect("an address")
    ));
    let url = url.expect("an address");
    let speaking = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a question");
        // Who speaks first is hung up on before anybody reads it.
        stream.read_u8().await.expect("a question");
        stream
            .write_all(b"220 mail.example ESMTP\r\n")
            .await
            .expect("said");
        stream
    });
    let problem = web().get(&url, JSON, None).await.err();
    assert_eq!(problem, Some(ProviderProblem::Nonsense("not HTTP")));
    drop(speaking.await);
}

#[tokio::test]
async fn private_addresses_are_refused_in_configuration_and_metadata() {
    let strict = || Arc::new(Web::new(false, Duration::from_mins(1)).expect("a client"));
    for issuer in [
        "https://169.254.169.254",
        "https://[::1]",
        "https://10.0.0.7/realm",
        "https://localhost",
    ] {
        let settings = settings(SocialProtocol::OpenId {
            issuer: issuer.to_owned(),
            scopes: vec!["openid".to_owned()],
            trust_email: false,
        });
        let provider = provider(&settings, strict(), Arc::new(TestClock::default()));
        let problem = start(&*provider, false).await.err();
        assert_eq!(problem, Some(ProviderProblem::Private), "{issuer}");
    }
}

#[tokio::test]
async fn questions_say_who_asks_and_carry_nothing_else() {
    let scene = Scene::new().await;
    assert!(
        scene.claiming(&json!({ "name": null })).await.is_err(),
        "no userinfo"
    );
    for path in ASKED {
        let question = scene.liar.asked(path).remove(0);
        assert_eq!(question.headers["user-agent"], "latchkey");
        for absent in ["cookie", "referer", "accept-encoding"] {
            assert!(!question.headers.contains_key(absent), "{path}: {absent}");
        }
    }
    let userinfo = scene.liar.asked("/userinfo").remove(0);
    let token = format!("Bearer {}", super::scene::ACCESS_TOKEN);
    assert_eq!(userinfo.headers["authorization"], token);
}
