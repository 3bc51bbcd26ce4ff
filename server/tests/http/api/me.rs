//! `/api/v1/me`

use serde_json::json;

use crate::support::{home::Home, on_both};

const ADA: &str = "ada@example.com";

on_both! {
    async fn a_token_tells_whose_it_is(home: &Home) {
        let server = home.serve().await;
        let program = server.program_of(ADA, &["profile:read"]).await;
        let answer = program.get("/api/v1/me").await;
        answer.is(200);
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("cache-control"), "no-store");
        let mut me = answer.json();
        let sub = me["sub"].take();
        assert!(sub.as_str().is_some_and(|sub| sub.len() >= 22), "{sub}");
        assert_eq!(
            me,
            json!({
                "sub": null, "name": "Ada Lovelace", "email": ADA, "email_verified": true, "locale": null,
                "created_at": "2026-01-01T00:00:00Z", "admin": false,
            })
        );
        let head = program.calls("HEAD", "/api/v1/me").send().await;
        head.is(200);
        assert_eq!((head.header("content-type"), &*head.body), ("application/json", ""));
    }

    async fn without_a_token_nobody_is_told_anything(home: &Home) {
        let server = home.serve().await;
        let answer = server.caller().get("/api/v1/me").await;
        answer.is_problem(401, "missing-token");
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"latchkey\"");
    }

    async fn a_token_without_the_scope_is_told_which_one(home: &Home) {
        let server = home.serve().await;
        let program = server.program_of(ADA, &["tokens:read"]).await;
        let answer = program.get("/api/v1/me").await;
        answer.is_problem(403, "insufficient-scope").says("profile:read").hides(ADA);
        let challenge = answer.header("www-authenticate");
        assert!(challenge.starts_with("Bearer realm=\"latchkey\", error=\"insufficient_scope\""), "{challenge}");
        assert!(challenge.ends_with("scope=\"profile:read\""), "{challenge}");
    }

    async fn name_and_language_are_changed_and_nothing_else(home: &Home) {
        let server = home.serve().await;
        let program = server.program_of(ADA, &["profile:read", "profile:write"]).await;
        let me = program.patch("/api/v1/me", &json!({"name": "  Augusta Ada ", "locale": "DE"})).await;
        me.is(200);
        assert_eq!((&me.json()["name"], &me.json()["locale"]), (&json!("Augusta Ada"), &json!("de")));
        assert_eq!(program.get("/api/v1/me").await.json(), me.json(), "seen at once");
        let me = program.patch("/api/v1/me", &json!({"locale": null})).await.json();
        assert_eq!((&me["name"], &me["locale"]), (&json!("Augusta Ada"), &json!(null)), "what is left out stays");
        program.patch("/api/v1/me", &json!({})).await.is(200);
        let before = home.rows().await;
        for (body, pointer) in [
            (json!({"email": "eve@example.com"}), "/email"),
            (json!({"password": "seventeen quiet lighthouses"}), "/password"),
            (json!({"name": "x".repeat(101)}), "/name"),
            (json!({"name": ""}), "/name"),
            (json!({"name": null}), "/name"),
            (json!({"locale": "fr"}), "/locale"),
            (json!({"locale": ""}), "/locale"),
            (json!({"locale": "auto"}), "/locale"),
            (json!({"locale": 1}), "/locale"),
            (json!({"admin": true}), "/admin"),
            (json!({"sub": "x"}), "/sub"),
        ] {
            let answer = program.patch("/api/v1/me", &body).await;
            answer.is_problem(422, "invalid-fields");
            assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{body}");
        }
        assert_eq!(home.rows().await, before);
        let both = program.patch("/api/v1/me", &json!({"name": "", "locale": "fr"})).await.json();
        assert_eq!(both["errors"].as_array().map(Vec::len), Some(2));
    }

    async fn the_scope_is_asked_for_before_the_body_is_read(home: &Home) {
        let server = home.serve().await;
        let program = server.program_of(ADA, &["profile:read"]).await;
        program.patch("/api/v1/me", &json!({"email": 1})).await.is_problem(403, "insufficient-scope").says("profile:write");
    }
}
