//! What is sent: JSON and nothing else, and a refusal points at what won't do.

use serde_json::{Value, json};

use super::ADA;
use crate::support::{answer::Answer, home::Home, on_both};

fn pointers(answer: &Answer) -> Vec<String> {
    let document = answer.json();
    let errors = document["errors"].as_array().expect("errors").iter();
    errors
        .map(|error| {
            assert!(
                error["detail"]
                    .as_str()
                    .is_some_and(|detail| !detail.is_empty()),
                "{error}"
            );
            error["pointer"].as_str().expect("a pointer").to_owned()
        })
        .collect()
}

on_both! {
    async fn only_json_is_taken(home: &Home) {
        let server = home.serve().await;
        let program = server.program_of(ADA, &["profile:write"]).await;
        for other in ["application/x-www-form-urlencoded", "text/plain", "application/json+x", "multipart/form-data; boundary=x", "application/merge-patch+json"] {
            let call = program.calls("PATCH", "/api/v1/me").with("content-type", other);
            call.carrying(b"{\"name\":\"x\"}").send().await.is_problem(415, "media-type");
        }
        program.calls("PATCH", "/api/v1/me").carrying(b"{}").send().await.is_problem(415, "media-type");
        let spelt = program.calls("PATCH", "/api/v1/me").with("content-type", "Application/JSON; charset=utf-8");
        spelt.carrying(b"{\"name\":\"Grace\"}").send().await.is(200);
    }

    async fn what_is_no_json_is_a_bad_request(home: &Home) {
        let server = home.serve().await;
        let program = server.program_of(ADA, &["profile:write"]).await;
        let deep = "[".repeat(60_000);
        for body in ["", "{", "{\"name\":}", "{\"name\":\"x\"}}", "\u{feff}{}", "name=x", "{\"name\":\"\\ud800\"}", &deep] {
            let answer = program.calls("PATCH", "/api/v1/me").json(body).send().await;
            answer.is_problem(400, "invalid-request");
        }
        let broken = program.calls("PATCH", "/api/v1/me").with("content-type", "application/json");
        broken.carrying(b"{\"name\":\"\xff\"}").send().await.is_problem(400, "invalid-request");
        let large = format!("{{\"name\":\"{}\"}}", "x".repeat(70_000));
        program.calls("PATCH", "/api/v1/me").json(&large).send().await.is_problem(413, "too-large");
    }

    async fn every_field_that_will_not_do_is_pointed_at(home: &Home) {
        let server = home.serve().await;
        let caller = server.caller();
        let cases: [(&str, Value, &[&str]); 6] = [
            ("/api/v1/auth/signup", json!({}), &["/email", "/name", "/password"]),
            ("/api/v1/auth/signup", json!({"email": 1, "name": [], "password": null}), &["/email", "/name", "/password"]),
            ("/api/v1/auth/signup", json!({"email": "x", "name": " ", "password": "short"}), &["/email", "/name", "/password"]),
            ("/api/v1/auth/login", json!({"email": "x", "password": "", "stay": true}), &["/stay"]),
            ("/api/v1/auth/refresh", json!({"refresh_token": 1, "a/b": 1, "~": 1}), &["/refresh_token", "/a~1b", "/~0"]),
            ("/api/v1/auth/refresh", json!([]), &[""]),
        ];
        for (path, body, wanted) in cases {
            let answer = caller.post(path, &body).await;
            answer.is_problem(422, "invalid-fields");
            assert_eq!(pointers(&answer), wanted, "{path} {body}");
        }
        let twice = caller.calls("POST", "/api/v1/auth/refresh").json("{\"refresh_token\":\"a\",\"refresh_token\":\"b\"}");
        assert_eq!(pointers(&twice.send().await), ["/refresh_token"]);
    }

    async fn nul_and_other_oddities_do_no_harm(home: &Home) {
        let server = home.serve().await;
        let program = server.program_of(ADA, &["profile:write", "profile:read", "sessions:read", "sessions:end", "tokens:read", "tokens:revoke"]).await;
        for odd in ["\u{0}", "a\u{0}b", "\u{202e}", "' OR 1=1 --", "%00", "\u{fffd}"] {
            let body = json!({"name": odd, "locale": odd});
            program.patch("/api/v1/me", &body).await.is_problem(422, "invalid-fields");
            for (path, names) in [("signup", &["email", "name", "password"][..]), ("login", &["email", "password", "scope"]), ("refresh", &["refresh_token"]), ("logout", &["refresh_token"])] {
                let body: Value = names.iter().map(|name| ((*name).to_owned(), json!(odd))).collect::<serde_json::Map<_, _>>().into();
                let answer = server.caller().post(&format!("/api/v1/auth/{path}"), &body).await;
                assert!(matches!(answer.status, 400 | 422 | 204), "{path} {odd:?}: {} {}", answer.status, answer.body);
            }
        }
        for id in ["%00", "%ff", "..%2f..", "x", "%F0%9F%94%91", "019b0000-0000-7000-8000-000000000000", "AAAAAAAAAAAAAAAAAAAAAA"] {
            program.delete(&format!("/api/v1/sessions/{id}")).await.is_problem(404, "not-found");
            program.delete(&format!("/api/v1/tokens/{id}")).await.is_problem(404, "not-found");
        }
        for list in ["sessions", "tokens", "connections"] {
            for query in ["after=%00", "after=%ff", "after=x", "after=", "limit=0", "limit=101", "limit=x", "limit=-1", "limit=1&limit=2", "after=1.x", "after=.AAAAAAAAAAAAAAAAAAAAAA"] {
                program.get(&format!("/api/v1/{list}?{query}")).await.is_problem(400, "invalid-request");
            }
        }
    }
}
