//! The layer for axum.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{
        Request, StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE},
    },
    routing::{get, post},
};
use latchkey_verify::{Claims, Verifier};
use serde_json::Value;
use tower::ServiceExt;

use crate::client::{Issuer, builder, ready};

fn router(verifier: &Verifier) -> Router {
    let hello = async |claims: Claims| claims.sub;
    Router::new()
        .route("/data", get(hello).post(hello))
        .route_layer(verifier.require_scope("data:read"))
        .merge(
            Router::new()
                .route("/both", get(hello))
                .route_layer(verifier.require_scope("data:read profile:read")),
        )
        .merge(
            Router::new()
                .route("/more", get(hello))
                .route_layer(verifier.require_scope("data:read data:write")),
        )
        .merge(
            Router::new()
                .route("/any", get(hello))
                .route_layer(verifier.require_token()),
        )
        .route("/forgotten", get(hello))
        .route("/open", post(async || "open"))
}

struct Answered {
    status: StatusCode,
    challenge: Option<String>,
    kind: String,
    body: String,
}

async fn ask(verifier: &Verifier, path: &str, headers: &[&str]) -> Answered {
    send(verifier, "GET", path, headers, "").await
}

async fn send(
    verifier: &Verifier,
    method: &str,
    path: &str,
    headers: &[&str],
    body: &'static str,
) -> Answered {
    let mut request = Request::builder().method(method).uri(path);
    for value in headers {
        request = request.header(AUTHORIZATION, *value);
    }
    let request = request
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .expect("a request");
    let answer = router(verifier).oneshot(request).await.expect("an answer");
    let text = |name| {
        let value = answer.headers().get(name)?;
        Some(value.to_str().expect("text").to_owned())
    };
    let (status, challenge) = (answer.status(), text(WWW_AUTHENTICATE));
    let kind = text(CONTENT_TYPE).unwrap_or_default();
    let body = to_bytes(answer.into_body(), 10_000).await.expect("a body");
    let body = String::from_utf8(body.to_vec()).expect("text");
    Answered {
        status,
        challenge,
        kind,
        body,
    }
}

impl Answered {
    #[track_caller]
    fn is_problem(&self, status: u16, challenge: Option<&str>, error: Option<&str>) {
        assert_eq!(self.status, status);
        assert_eq!(self.challenge.as_deref(), challenge);
        assert_eq!(self.kind, "application/problem+json");
        let body: Value = serde_json::from_str(&self.body).expect("JSON");
        assert_eq!(body["status"], status);
        assert!(body["type"].is_string() && body["detail"].is_string());
        assert_eq!(body["title"].as_str(), self.status.canonical_reason());
        assert_eq!(body["error"].as_str(), error);
    }
}

#[tokio::test]
async fn a_good_token_with_the_scope_gets_through() {
    let (issuer, verifier) = ready().await;
    let bearer = format!("Bearer {}", issuer.token(1, 300));
    for path in ["/data", "/both", "/any"] {
        let answer = ask(&verifier, path, &[&bearer]).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (StatusCode::OK, "q1w2e3")
        );
    }
}

#[tokio::test]
async fn without_a_token_no_more_is_said_than_that_one_is_wanted() {
    let (issuer, verifier) = ready().await;
    let token = issuer.token(1, 300);
    for headers in [&[][..], &["Basic YTpi"]] {
        let answer = ask(&verifier, "/data", headers).await;
        answer.is_problem(401, Some("Bearer"), None);
    }
    let in_query = ask(&verifier, &format!("/data?access_token={token}"), &[]).await;
    in_query.is_problem(401, Some("Bearer"), None);
    let body = Box::leak(format!("access_token={token}").into_boxed_str());
    let in_body = send(&verifier, "POST", "/data", &[], body).await;
    in_body.is_problem(401, Some("Bearer"), None);
}

#[tokio::test]
async fn every_bad_token_is_answered_alike() {
    let (issuer, verifier) = ready().await;
    let expired = issuer.token(1, -100);
    let unknown = issuer.token(9, 300);
    for token in ["", "x", "a.b.c", "a, Bearer b", &expired, &unknown] {
        let answer = ask(&verifier, "/data", &[&format!("Bearer {token}")]).await;
        let challenge = r#"Bearer error="invalid_token""#;
        answer.is_problem(401, Some(challenge), Some("invalid_token"));
    }
}

#[tokio::test]
async fn too_few_scopes_are_named() {
    let (issuer, verifier) = ready().await;
    let bearer = format!("Bearer {}", issuer.token(1, 300));
    let answer = ask(&verifier, "/more", &[&bearer]).await;
    let challenge = r#"Bearer error="insufficient_scope", scope="data:read data:write""#;
    answer.is_problem(403, Some(challenge), Some("insufficient_scope"));
}

#[tokio::test]
async fn two_headers_are_one_too_many() {
    let (issuer, verifier) = ready().await;
    let bearer = format!("Bearer {}", issuer.token(1, 300));
    for headers in [[bearer.as_str(), &bearer], ["Basic YTpi", &bearer]] {
        let answer = ask(&verifier, "/data", &headers).await;
        let challenge = r#"Bearer error="invalid_request""#;
        answer.is_problem(400, Some(challenge), Some("invalid_request"));
    }
}

#[tokio::test]
async fn while_nothing_can_be_said_about_tokens_the_answer_is_503() {
    let issuer = Issuer::start().await;
    issuer.told().keys_fail = true;
    let verifier = builder(&issuer).build().expect("a verifier");
    let bearer = format!("Bearer {}", issuer.token(1, 300));
    let answer = ask(&verifier, "/data", &[&bearer]).await;
    answer.is_problem(503, None, None);
}

#[tokio::test]
async fn claims_behind_no_layer_are_our_mistake() {
    let (issuer, verifier) = ready().await;
    let bearer = format!("Bearer {}", issuer.token(1, 300));
    let answer = ask(&verifier, "/forgotten", &[&bearer]).await;
    answer.is_problem(500, None, None);
    assert_eq!(send(&verifier, "POST", "/open", &[], "").await.body, "open");
}
