//! HTTP Basic, for tools that know nothing else: an address and a token, never a password.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{ADA, sign_in};
use crate::support::{PASSWORD, answer::Answer, home::Home, on_both, server::TestServer};

async fn told(server: &TestServer, user: &str, password: &str) -> Answer {
    let pair = STANDARD.encode(format!("{user}:{password}"));
    let caller = server.caller();
    caller
        .calls("GET", "/api/v1/me")
        .with("authorization", &format!("Basic {pair}"))
        .send()
        .await
}

#[track_caller]
fn is_refused(answer: &Answer) {
    answer.is_problem(401, "invalid-token");
    let challenge = answer.header("www-authenticate");
    assert!(
        challenge.starts_with("Bearer realm=\"latchkey\", error=\"invalid_token\""),
        "{challenge}"
    );
    assert!(
        !challenge.contains("Basic"),
        "nobody is asked for a password"
    );
}

on_both! {
    async fn an_address_and_a_token_will_do(home: &Home) {
        let server = home.serve().await;
        let account = server.account(ADA, PASSWORD).await;
        let token = server.token_of(account, &["profile:read"]).await;
        told(&server, ADA, &token).await.is(200).says(ADA);
        told(&server, "Ada@EXAMPLE.com", &token).await.is(200);
        let pair = STANDARD.encode(format!("{ADA}:{token}"));
        let caller = server.caller();
        caller.calls("GET", "/api/v1/me").with("authorization", &format!("bASIC {pair}")).send().await.is(200);
    }

    async fn the_accounts_password_is_never_looked_up(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        for _ in 0..10 {
            is_refused(&told(&server, ADA, PASSWORD).await);
        }
        // Nothing was counted, since nothing was checked.
        sign_in(&server, ADA).await;
        let throttles = home.raw().await.number("SELECT COUNT(*) FROM throttles").await;
        assert_eq!(throttles, 0);
    }

    async fn another_persons_address_will_not_do(home: &Home) {
        let server = home.serve().await;
        let account = server.account(ADA, PASSWORD).await;
        server.account("grace@example.com", PASSWORD).await;
        let token = server.token_of(account, &["profile:read"]).await;
        for user in ["grace@example.com", "nobody@example.com", "", "ada", "x-token"] {
            is_refused(&told(&server, user, &token).await);
        }
        told(&server, ADA, &token).await.is(200);
    }

    async fn only_tokens_that_people_made_will_do(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        let tokens = sign_in(&server, ADA).await;
        is_refused(&told(&server, ADA, &tokens.access_token).await);
        is_refused(&told(&server, ADA, &tokens.refresh_token).await);
    }

    async fn what_is_no_pair_is_refused(home: &Home) {
        let server = home.serve().await;
        let caller = server.caller();
        for odd in ["Basic", "Basic !!!", "Basic YWRh", "Basic //8="] {
            is_refused(&caller.calls("GET", "/api/v1/me").with("authorization", odd).send().await);
        }
    }
}
