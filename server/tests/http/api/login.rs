//! `/api/v1/auth/login`

use std::time::Duration;

use serde_json::json;

use super::{ADA, sign_in, signed_in};
use crate::support::{PASSWORD, home::Home, on_both};

const LOGIN: &str = "/api/v1/auth/login";

on_both! {
    async fn a_password_gives_tokens_of_a_session(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        let answer = server.caller().post(LOGIN, &json!({"email": ADA, "password": PASSWORD})).await;
        answer.is(200);
        assert_eq!((answer.header("content-type"), answer.header("cache-control")), ("application/json", "no-store"));
        let tokens = answer.json();
        assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(300)));
        assert_eq!(tokens["scope"], "profile:read profile:write sessions:read sessions:end tokens:read tokens:revoke");
        let program = server.caller().with_token(tokens["access_token"].as_str().expect("a token"));
        program.get("/api/v1/me").await.is(200).says(ADA);
        let sessions = program.get("/api/v1/sessions").await.json();
        assert_eq!(sessions["items"][0]["current"], true);
    }

    async fn a_sign_in_may_ask_for_less_but_not_for_more(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        let asked = async |scope: &str| server.caller().post(LOGIN, &json!({"email": ADA, "password": PASSWORD, "scope": scope})).await;
        let tokens = asked("profile:read data:read").await;
        assert_eq!(tokens.is(200).json()["scope"], "profile:read data:read");
        let program = server.caller().with_token(tokens.json()["access_token"].as_str().expect("a token"));
        program.get("/api/v1/sessions").await.is_problem(403, "insufficient-scope");
        for scope in ["admin:read", "nope", "profile:read nope"] {
            asked(scope).await.is_problem(422, "invalid-fields").says("\"/scope\"");
        }
    }

    async fn asking_for_nothing_is_asking_for_the_usual(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        for scope in ["", " "] {
            let body = json!({"email": ADA, "password": PASSWORD, "scope": scope});
            let tokens = server.caller().post(LOGIN, &body).await;
            assert!(tokens.is(200).json()["scope"].as_str().expect("text").contains("profile:read"));
        }
    }

    async fn signing_in_keeps_an_account_that_was_about_to_go(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        browser.post("/account/delete", &[("email", ADA)]).await.leads_to("/login?leaving");
        server.caller().post(LOGIN, &json!({"email": ADA, "password": PASSWORD})).await.is(200);
        let going = "SELECT COUNT(*) FROM accounts WHERE delete_at IS NOT NULL";
        assert_eq!(home.raw().await.number(going).await, 0);
    }

    async fn unknown_wrong_and_disabled_are_answered_alike(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        server.account("disabled@example.com", PASSWORD).await;
        home.disable("disabled@example.com").await;
        let caller = server.caller();
        let mut bodies = Vec::new();
        for (email, password) in [(ADA, "wrong wrong wrong"), ("nobody@example.com", PASSWORD), ("disabled@example.com", PASSWORD)] {
            let answer = caller.post(LOGIN, &json!({"email": email, "password": password})).await;
            answer.is_problem(401, "wrong-credentials");
            assert_eq!(answer.header("www-authenticate"), "", "no challenge: a browser would ask for a password");
            bodies.push(answer.body);
        }
        assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
    }

    async fn failures_count_as_on_the_page(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        let caller = server.caller();
        for attempt in 0..5 {
            let wrong = json!({"email": ADA, "password": "wrong wrong wrong"});
            if attempt % 2 == 0 {
                caller.post(LOGIN, &wrong).await.is(401);
            } else {
                server.browser().sign_in(ADA, "wrong wrong wrong").await.is(422);
            }
        }
        let right = json!({"email": ADA, "password": PASSWORD});
        let wrong = json!({"email": ADA, "password": "wrong wrong wrong"});
        caller.post(LOGIN, &wrong).await;
        let held = caller.post(LOGIN, &right).await;
        held.is_problem(429, "too-many-failures");
        assert!(held.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds >= 1), "{:?}", held.headers);
        home.clock.advance(Duration::from_mins(15));
        caller.post(LOGIN, &right).await.is(200);
    }

    async fn there_is_no_such_call_unless_the_operator_wants_it(home: &Home) {
        let server = home.serve_with(&[("api.password_login", "false")]).await;
        server.account(ADA, PASSWORD).await;
        let before = home.rows().await;
        server.caller().post(LOGIN, &json!({"email": ADA, "password": PASSWORD})).await.is_problem(404, "not-found");
        server.caller().get(LOGIN).await.is_problem(404, "not-found");
        assert_eq!(home.rows().await, before);
        server.caller().get("/api/v1/openapi.json").await.is(200).hides("auth/login");
    }

    async fn a_session_of_the_api_stands_beside_those_of_browsers(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let tokens = sign_in(&server, ADA).await;
        browser.get("/account/sessions").await.is(200);
        let program = server.caller().with_token(&tokens.access_token);
        let sessions = program.get("/api/v1/sessions").await.json();
        assert_eq!(sessions["items"].as_array().map(Vec::len), Some(2));
        browser.post("/account/sessions", &[("end", "others")]).await.leads_to("/account/sessions?ended=others");
        program.get("/api/v1/me").await.is_problem(401, "invalid-token");
    }

    async fn an_administrators_scopes_are_only_for_administrators(home: &Home) {
        let server = home.serve().await;
        server.administrator(ADA, PASSWORD).await;
        let asked = json!({"email": ADA, "password": PASSWORD, "scope": "admin:read profile:read"});
        assert_eq!(server.caller().post(LOGIN, &asked).await.is(200).json()["scope"], "profile:read admin:read");
        let (_, _) = signed_in(&server, "grace@example.com").await;
        let asked = json!({"email": "grace@example.com", "password": PASSWORD, "scope": "admin:read"});
        server.caller().post(LOGIN, &asked).await.is(422);
    }
}
