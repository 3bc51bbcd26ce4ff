//! `/api/v1/tokens`

use std::time::Duration;

use serde_json::{Value, json};

use super::{ADA, sign_in};
use crate::support::{PASSWORD, home::Home, on_both};

const LIST: &str = "/api/v1/tokens";

fn names(page: &Value, of: &str) -> Vec<String> {
    let items = page["items"].as_array().expect("items").iter();
    items
        .map(|item| item[of].as_str().expect("text").to_owned())
        .collect()
}

on_both! {
    async fn tokens_are_listed_without_their_secret(home: &Home) {
        let server = home.serve().await;
        let program = server.program_of(ADA, &["tokens:read", "data:read"]).await;
        let page = program.get(LIST).await.json();
        let mut token = page["items"][0].clone();
        assert_eq!(token["id"].take().as_str().map(str::len), Some(36));
        assert_eq!(
            token,
            json!({
                "id": null, "name": "Nightly job", "scopes": ["tokens:read", "data:read"],
                "audience": [format!("{}/api", server.url), "https://api.example.com"],
                "created_at": "2026-01-01T00:00:00Z", "expires_at": "2026-01-31T00:00:00Z",
                "last_used_at": null, "last_used_address": null,
            })
        );
        let grace = server.program_of("grace@example.com", &["tokens:read"]).await;
        assert_eq!(grace.get(LIST).await.json()["items"].as_array().map(Vec::len), Some(1), "everybody sees their own");
    }

    async fn the_list_comes_a_page_at_a_time(home: &Home) {
        let server = home.serve().await;
        let account = server.account(ADA, PASSWORD).await;
        let mut token = String::new();
        for _ in 0..5 {
            home.clock.advance(Duration::from_secs(1));
            token = server.token_of(account, &["tokens:read"]).await;
        }
        let program = server.caller().with_token(&token);
        let all = names(&program.get(LIST).await.json(), "id");
        assert!(all.is_sorted_by(|one, other| one > other), "newest first");
        let first = program.get(&format!("{LIST}?limit=3")).await.json();
        let next = first["next"].as_str().expect("another page");
        let second = program.get(&format!("{LIST}?limit=3&after={next}")).await.json();
        assert_eq!([names(&first, "id"), names(&second, "id")].concat(), all);
        assert_eq!(second["next"], json!(null));
    }

    async fn a_token_that_is_revoked_is_refused_at_the_very_next_call(home: &Home) {
        let server = home.serve().await;
        let account = server.account(ADA, PASSWORD).await;
        let other = server.token_of(account, &["profile:read"]).await;
        let other = server.caller().with_token(&other);
        other.get("/api/v1/me").await.is(200);
        let tokens = sign_in(&server, ADA).await;
        let program = server.caller().with_token(&tokens.access_token);
        let id = names(&program.get(LIST).await.json(), "id").remove(0);
        program.delete(&format!("{LIST}/{id}")).await.is(204);
        other.get("/api/v1/me").await.is_problem(401, "invalid-token");
        program.delete(&format!("{LIST}/{id}")).await.is_problem(404, "not-found");
        assert_eq!(program.get(LIST).await.json(), json!({"items": [], "next": null}));
        let feed = server.caller().get("/api/v1/revocations").await.json();
        assert_eq!(feed["items"].as_array().map(Vec::len), Some(1));
    }

    async fn nobody_revokes_the_tokens_of_others_and_a_token_makes_none(home: &Home) {
        let server = home.serve().await;
        let ada = server.program_of(ADA, &["tokens:read"]).await;
        let grace = server.program_of("grace@example.com", &["tokens:revoke", "tokens:read"]).await;
        let id = names(&ada.get(LIST).await.json(), "id").remove(0);
        grace.delete(&format!("{LIST}/{id}")).await.is_problem(404, "not-found");
        ada.delete(&format!("{LIST}/{id}")).await.is_problem(403, "insufficient-scope");
        ada.get(LIST).await.is(200);
        grace.post(LIST, &json!({"name": "x", "scopes": ["profile:read"]})).await.is_problem(405, "wrong-method");
        let own = names(&grace.get(LIST).await.json(), "id").remove(0);
        grace.delete(&format!("{LIST}/{}", own.to_uppercase())).await.is(204);
        grace.get(LIST).await.is_problem(401, "invalid-token");
    }
}
