//! How soon what is over is refused: at the very next call, or within two seconds where another
//! process did it.

use std::time::Duration;

use super::{ADA, signed_in};
use crate::support::{PASSWORD, home::Home, on_both};

const ME: &str = "/api/v1/me";

on_both! {
    async fn a_session_that_ended_in_a_browser_ends_the_token_at_once(home: &Home) {
        let server = home.serve().await;
        let (program, _) = signed_in(&server, ADA).await;
        program.get(ME).await.is(200);
        let browser = server.another_browser_of(ADA).await;
        browser.post("/account/sessions", &[("end", "others")]).await.leads_to("/account/sessions?ended=others");
        program.get(ME).await.is_problem(401, "invalid-token");
    }

    async fn a_new_password_ends_tokens_of_sessions_at_once(home: &Home) {
        let server = home.serve().await;
        let (program, _) = signed_in(&server, ADA).await;
        program.get(ME).await.is(200);
        let browser = server.another_browser_of(ADA).await;
        let form = [("current_password", PASSWORD), ("new_password", crate::support::OTHER_PASSWORD)];
        let changed = browser.post("/account/security", &form).await;
        assert_eq!(changed.status, 303, "{}", changed.body);
        program.get(ME).await.is_problem(401, "invalid-token");
    }

    async fn what_another_process_does_is_seen_within_two_seconds(home: &Home) {
        let server = home.serve().await;
        let other = home.serve().await;
        let account = server.account(ADA, PASSWORD).await;
        let token = server.token_of(account, &["profile:read"]).await;
        let program = server.caller().with_token(&token);
        program.get(ME).await.is(200);
        other.services().tokens.revoke_all(account, &other.some_client()).await.expect("revoked");
        home.clock.advance(Duration::from_millis(1999));
        program.get(ME).await.is_problem(401, "invalid-token");

        let token = server.token_of(account, &["profile:read", "profile:write"]).await;
        let (here, there) = (server.caller().with_token(&token), other.caller().with_token(&token));
        here.get(ME).await.is(200);
        there.patch(ME, &serde_json::json!({"name": "Augusta"})).await.is(200);
        home.clock.advance(Duration::from_secs(1));
        here.get(ME).await.is(200).says("Augusta");
    }

    async fn a_disabled_account_is_refused(home: &Home) {
        let server = home.serve().await;
        let (program, tokens) = signed_in(&server, ADA).await;
        let account = server.account("grace@example.com", PASSWORD).await;
        let bystander = server.token_of(account, &["profile:read"]).await;
        let bystander = server.caller().with_token(&bystander);
        program.get(ME).await.is(200);
        // By another process, which tells nobody.
        home.disable(ADA).await;
        home.clock.advance(Duration::from_millis(1999));
        program.get(ME).await.is_problem(401, "invalid-token");
        server.caller().with_token(&tokens.access_token).get(ME).await.is(401);
        bystander.get(ME).await.is(200);
    }

    async fn an_account_that_this_process_disables_is_refused_at_the_very_next_call(home: &Home) {
        let server = home.serve().await;
        let (program, _) = signed_in(&server, ADA).await;
        program.get(ME).await.is(200);
        server.disable(ADA).await;
        program.get(ME).await.is_problem(401, "invalid-token");
    }

    async fn a_role_that_was_taken_is_gone_from_its_tokens(home: &Home) {
        let server = home.serve().await;
        server.administrator(ADA, PASSWORD).await;
        let asked = serde_json::json!({"email": ADA, "password": PASSWORD, "scope": "admin:read profile:read"});
        let tokens = server.caller().post("/api/v1/auth/login", &asked).await.json();
        let program = server.caller().with_token(tokens["access_token"].as_str().expect("a token"));
        assert_eq!(program.get(ME).await.json()["admin"], true);
        home.raw().await.run("DELETE FROM role_grants").await;
        home.clock.advance(Duration::from_millis(1999));
        assert_eq!(program.get(ME).await.json()["admin"], false);
    }
}
