//! `/api/v1/sessions`

use std::time::Duration;

use serde_json::{Value, json};

use super::{ADA, sign_in, signed_in};
use crate::support::{home::Home, on_both};

const LIST: &str = "/api/v1/sessions";

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().expect("items").iter();
    items
        .map(|item| item["id"].as_str().expect("an id").to_owned())
        .collect()
}

on_both! {
    async fn sessions_are_listed_newest_first(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        browser.get("/account").await.is(200);
        home.clock.advance(Duration::from_mins(1));
        let tokens = sign_in(&server, ADA).await;
        let program = server.caller().with_token(&tokens.access_token);
        let page = program.get(LIST).await;
        let page = page.is(200).json();
        let first = &page["items"][0];
        assert_eq!(
            (&first["current"], &first["device"], &first["address"], &first["created_at"], &first["last_seen_at"]),
            (&json!(true), &json!("Firefox on Linux"), &json!("127.0.0.1"), &json!("2026-01-01T00:01:00Z"), &json!("2026-01-01T00:01:00Z"))
        );
        assert_eq!((&page["items"][1]["current"], &page["next"]), (&json!(false), &json!(null)));
        let fields: Vec<_> = first.as_object().expect("an object").keys().collect();
        assert_eq!(fields, ["address", "created_at", "current", "device", "id", "last_seen_at"]);
    }

    async fn the_list_comes_a_page_at_a_time(home: &Home) {
        let server = home.serve().await;
        let (program, _) = signed_in(&server, ADA).await;
        for _ in 0..4 {
            home.clock.advance(Duration::from_secs(1));
            sign_in(&server, ADA).await;
        }
        let all = ids(&program.get(LIST).await.json());
        assert_eq!(all.len(), 5);
        let mut seen = Vec::new();
        let mut after = String::new();
        loop {
            let page = program.get(&format!("{LIST}?limit=2{after}")).await.json();
            seen.extend(ids(&page));
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
            if seen.len() == 2 {
                // Gone meanwhile: nothing is left out, and nothing comes twice.
                program.delete(&format!("{LIST}/{}", seen[1])).await.is(204);
            }
        }
        assert_eq!(seen, all);
    }

    async fn a_session_that_is_ended_ends_everything_that_hangs_on_it(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let tokens = sign_in(&server, ADA).await;
        let program = server.caller().with_token(&tokens.access_token);
        let page = program.get(LIST).await.json();
        let of = |current: bool| {
            let mut items = page["items"].as_array().expect("items").iter();
            let found = items.find(|item| item["current"] == current).expect("one");
            found["id"].as_str().expect("an id").to_owned()
        };
        program.delete(&format!("{LIST}/{}", of(false))).await.is(204);
        assert!(!browser.is_signed_in().await);
        program.delete(&format!("{LIST}/{}", of(false))).await.is_problem(404, "not-found");
        program.delete(&format!("{LIST}/{}", of(true))).await.is(204);
        program.get(LIST).await.is_problem(401, "invalid-token");
    }

    async fn nobody_ends_the_sessions_of_others(home: &Home) {
        let server = home.serve().await;
        let (ada, _) = signed_in(&server, ADA).await;
        let (grace, _) = signed_in(&server, "grace@example.com").await;
        let id = ids(&ada.get(LIST).await.json()).remove(0);
        grace.delete(&format!("{LIST}/{id}")).await.is_problem(404, "not-found");
        ada.get("/api/v1/me").await.is(200);
        let reader = server.program_of("eve@example.com", &["sessions:read"]).await;
        reader.delete(&format!("{LIST}/{id}")).await.is_problem(403, "insufficient-scope");
    }
}
