//! `/api/v1/connections`

use crate::support::{home::Home, on_both};

use super::ADA;

on_both! {
    async fn what_is_connected_is_listed_a_page_at_a_time(home: &Home) {
        let server = home.serve().await;
        let program = server.program_of(ADA, &["profile:read"]).await;
        let none = program.get("/api/v1/connections").await;
        assert_eq!(none.is(200).json(), serde_json::json!({"items": [], "next": null}));
        let mut raw = home.raw().await;
        for number in 1..=3 {
            let sql = format!(
                "INSERT INTO identities (id, account, provider, issuer, subject, label, created_at)
                 SELECT '019b0000-0000-7000-8000-00000000000{number}', account, 'github', 'https://github.com', '{number}', 'ada{number}', 1767225600000000
                 FROM emails WHERE address = '{ADA}'"
            );
            assert_eq!(raw.run(&sql).await, 1);
        }
        let first = program.get("/api/v1/connections?limit=2").await.json();
        let labels = |page: &serde_json::Value| -> Vec<String> {
            page["items"].as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(labels(&first), ["ada1", "ada2"]);
        assert_eq!(
            first["items"][0],
            serde_json::json!({"id": "019b0000-0000-7000-8000-000000000001", "provider": "github", "label": "ada1", "created_at": "2026-01-01T00:00:00Z"})
        );
        let next = first["next"].as_str().expect("another page");
        let second = program.get(&format!("/api/v1/connections?limit=2&after={next}")).await.json();
        assert_eq!((labels(&second), &second["next"]), (vec!["ada3".to_owned()], &serde_json::Value::Null));
        let without = server.program_of("grace@example.com", &["tokens:read"]).await;
        without.get("/api/v1/connections").await.is_problem(403, "insufficient-scope");
    }
}
