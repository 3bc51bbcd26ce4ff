//! `/api/v1/admin/*`: what administrators see and do, for programs.

use serde_json::Value;

use crate::support::{PASSWORD, caller::TestCaller, home::Home, on_both, server::TestServer};

const ADMIN: &str = "admin@example.com";
const READ: [&str; 6] = ["users", "sessions", "tokens", "keys", "audit", "overview"];

/// A program of an administrator.
async fn administrator(server: &TestServer) -> TestCaller {
    let account = server.administrator(ADMIN, PASSWORD).await;
    let token = server
        .token_of(account, &["admin:read", "admin:write"])
        .await;
    server.caller().with_token(&token)
}

async fn items(admin: &TestCaller, path: &str) -> Vec<Value> {
    let answer = admin.get(&format!("/api/v1/admin/{path}")).await;
    let json = answer.is(200).json();
    json["items"].as_array().expect("a list").clone()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().expect("text")
}

on_both! {
    async fn without_the_role_or_the_scope_it_is_403_and_written_down(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        let ada = server.program_of("ada@example.com", &["profile:read"]).await;
        for list in READ {
            let path = format!("/api/v1/admin/{list}");
            ada.get(&path).await.is_problem(403, "insufficient-scope");
            server.caller().get(&path).await.is_problem(401, "missing-token");
            admin.get(&path).await.is(200);
        }
        let denied = "SELECT COUNT(*) FROM audit_events WHERE kind = 'access.denied'";
        assert_eq!(home.raw().await.number(denied).await, 1);
        let reader = server.account("reader@example.com", PASSWORD).await;
        server.services().accounts.set_role("reader@example.com", Some(domain::accounts::Role::Admin)).await.expect("given");
        let token = server.token_of(reader, &["admin:read"]).await;
        let reader = server.caller().with_token(&token);
        reader.get("/api/v1/admin/users").await.is(200);
        let rotated = reader.calls("POST", "/api/v1/admin/keys/rotate").send().await;
        rotated.is_problem(403, "insufficient-scope");
        // The role is asked for at every call.
        server.services().accounts.set_role("reader@example.com", None).await.expect("taken");
        reader.get("/api/v1/admin/users").await.is_problem(403, "insufficient-scope");
    }

    async fn people_are_found_shown_disabled_and_enabled(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        let ada = server.program_of("ada@example.com", &["profile:read"]).await;
        let browser = server.another_browser_of("ada@example.com").await;
        let found = items(&admin, "users?q=ada%40").await;
        assert_eq!(found.len(), 1);
        let id = text(&found[0], "id");
        assert_eq!((text(&found[0], "email"), text(&found[0], "state")), ("ada@example.com", "active"));
        let path = format!("/api/v1/admin/users/{id}");
        let full = admin.get(&path).await.is(200).json();
        assert_eq!((&full["has_password"], &full["tokens"], &full["sessions"]), (&true.into(), &1.into(), &1.into()));
        for (act, state) in [("disable", "disabled"), ("disable", "disabled"), ("enable", "active")] {
            admin.calls("POST", &format!("{path}/{act}")).send().await.is(204);
            assert_eq!(text(&admin.get(&path).await.json(), "state"), state);
        }
        ada.get("/api/v1/me").await.is_problem(401, "invalid-token");
        assert!(!browser.is_signed_in().await);
        for odd in ["nope", "AAAAAAAAAAAAAAAAAAAAAA", "%00", "..%2F.."] {
            admin.get(&format!("/api/v1/admin/users/{odd}")).await.is_problem(404, "not-found");
            admin.calls("POST", &format!("/api/v1/admin/users/{odd}/disable")).send().await.is_problem(404, "not-found");
        }
        let own = text(&items(&admin, "users?role=admin").await[0], "id").to_owned();
        let own = admin.calls("POST", &format!("/api/v1/admin/users/{own}/disable")).send().await;
        own.is_problem(409, "conflict");
    }

    async fn sessions_and_tokens_of_everyone_are_listed_and_ended(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        let ada = server.program_of("ada@example.com", &["profile:read"]).await;
        let browser = server.another_browser_of("ada@example.com").await;
        home.clock.advance(std::time::Duration::from_secs(1));
        let other = server.another_browser_of("ada@example.com").await;
        let found = items(&admin, "sessions?q=ada%40&network=127.0.0.0/8&method=pwd&order=oldest").await;
        assert_eq!(found.len(), 2);
        assert_eq!((&found[0]["cues"], &found[1]["cues"]), (&serde_json::json!([]), &serde_json::json!(["new-browser"])));
        assert_eq!((text(&found[0], "device"), text(&found[0]["user"], "email")), ("Firefox on Linux", "ada@example.com"));
        let times = [text(&found[0], "created_at"), text(&found[1], "created_at")];
        for (part, known) in [
            (format!("created_since={}", times[1]), [false, true]),
            (format!("created_before={}", times[1]), [true, false]),
            (format!("seen_since={}", times[1]), [false, true]),
            (format!("created_since={}&created_before={}", times[0], times[1]), [true, false]),
        ] {
            let list = items(&admin, &format!("sessions?q=ada%40&{part}")).await;
            let is_there = |session: &Value| list.contains(session);
            assert_eq!([is_there(&found[0]), is_there(&found[1])], known, "{part}");
        }
        let path = format!("/api/v1/admin/sessions/{}", text(&found[0], "id"));
        assert_eq!(admin.get(&path).await.is(200).json(), found[0]);
        admin.delete(&path).await.is(204);
        admin.delete(&path).await.is_problem(404, "not-found");
        admin.get(&path).await.is_problem(404, "not-found");
        assert!(!browser.is_signed_in().await && other.is_signed_in().await);
        let user = text(&found[0]["user"], "id").to_owned();
        let path = format!("/api/v1/admin/users/{user}");
        admin.calls("POST", &format!("{path}/end-sessions")).send().await.is(204);
        assert!(!other.is_signed_in().await);

        let tokens = items(&admin, &format!("tokens?user={user}&scope=profile:read")).await;
        assert_eq!(tokens.len(), 1);
        let unused = async |since: &str| items(&admin, &format!("tokens?user={user}&unused_since={since}")).await.len();
        assert_eq!((unused("2100-01-01T00:00:00%2B01:00").await, unused("1999-12-31T23:59:59Z").await), (1, 0));
        let token = format!("/api/v1/admin/tokens/{}", text(&tokens[0], "id"));
        assert_eq!(text(&admin.get(&token).await.is(200).json()["user"], "id"), user);
        admin.delete(&token).await.is(204);
        ada.get("/api/v1/me").await.is_problem(401, "invalid-token");
        admin.delete(&token).await.is_problem(404, "not-found");
        admin.calls("POST", &format!("{path}/revoke-tokens")).send().await.is(204);
    }

    async fn the_last_thirty_days_are_told_in_numbers(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        server.signed_in("ada@example.com").await;
        home.clock.advance(std::time::Duration::from_hours(24));
        server.another_browser_of("ada@example.com").await;
        let credentials = format!(r#"{{"email":"ada@example.com","password":"{PASSWORD}"}}"#);
        server.caller().calls("POST", "/api/v1/auth/login").json(&credentials).send().await.is(200);
        let told = admin.get("/api/v1/admin/overview").await.is(200).json();
        let days = told["days"].as_array().expect("days");
        assert_eq!(days.len(), 30);
        let of = |index: usize, name: &str| days[index][name].as_i64().expect("a number");
        assert_eq!((text(&days[0], "day"), text(&days[29], "day")), ("2025-12-04", "2026-01-02"));
        assert_eq!((of(28, "sign_ins"), of(29, "sign_ins"), of(29, "tokens")), (2, 2, 1));
        assert!((0..28).all(|day| of(day, "sign_ins") + of(day, "tokens") + of(day, "failure_notes") == 0));
        assert_eq!(told["methods"], serde_json::json!([{"method": "pwd", "sign_ins": 4}]));
        assert_eq!((&told["sessions"], &told["active_sessions"]), (&2.into(), &2.into()));
    }

    async fn lists_go_on_and_refuse_what_cannot_be_read(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        for number in 0..3 {
            server.signed_in(&format!("person{number}@example.com")).await;
        }
        for list in ["users", "sessions", "audit"] {
            let mut seen = Vec::new();
            let mut after = String::new();
            loop {
                let page = admin.get(&format!("/api/v1/admin/{list}?limit=1{after}")).await.is(200).json();
                seen.extend(page["items"].as_array().expect("a list").iter().map(|item| text(item, "id").to_owned()));
                let Some(next) = page["next"].as_str() else { break };
                after = format!("&after={next}");
            }
            let all = items(&admin, &format!("{list}?limit=100")).await;
            let all: Vec<_> = all.iter().map(|item| text(item, "id").to_owned()).collect();
            assert_eq!(seen, all, "{list}");
            admin.get(&format!("/api/v1/admin/{list}?after=x")).await.is_problem(400, "invalid-request");
        }
        let place = admin.get("/api/v1/admin/users?limit=1").await.is(200).json();
        let place = text(&place, "next").to_owned();
        for other in ["users?q=person", "users?state=active", "tokens", "audit", "sessions"] {
            let mark = if other.contains('?') { '&' } else { '?' };
            let path = format!("/api/v1/admin/{other}{mark}after={place}");
            admin.get(&path).await.is_problem(400, "invalid-request");
        }
        admin.get("/api/v1/admin/audit?actor=system&from=2025-01-01&until=2026-12-31").await.is(200);
        for odd in [
            "audit?since=2020", "users?foo=1", "tokens?unused=1", "sessions?age=1", "audit?from=2026-13-01",
            "audit?actor=me", "users?state=odd", "users?role=owner", "users?q=a&q=b", "sessions?network=10.0.0.0/99", "sessions?order=x",
            "sessions?method=%00", "sessions?user=nobody", "tokens?user=nobody", "tokens?after=1", "audit?kind=nope",
            "audit?outcome=x", "users?limit=0", "sessions?created_since=2026-11-22", "sessions?seen_since=now", "tokens?unused_since=90",
        ] {
            admin.get(&format!("/api/v1/admin/{odd}")).await.is_problem(400, "invalid-request");
        }
    }

    async fn keys_are_rotated_and_events_are_read(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        let keys = items(&admin, "keys").await;
        assert_eq!(keys.len(), 2);
        let path = format!("/api/v1/admin/keys/{}", text(&keys[0], "id"));
        assert_eq!(text(&admin.get(&path).await.is(200).json(), "state"), "signing");
        admin.get("/api/v1/admin/keys/nope").await.is_problem(404, "not-found");
        admin.calls("POST", "/api/v1/admin/keys/rotate").send().await.is(204);
        assert_eq!(items(&admin, "keys").await.len(), 4);
        let events = items(&admin, "audit?kind=signing_key.rotated").await;
        assert_eq!(events.len(), 2);
        assert!(text(&events[0], "actor").starts_with("account:"));
        assert!(events[0]["details"]["kid"].is_string());
        let path = format!("/api/v1/admin/audit/{}", text(&events[0], "id"));
        assert_eq!(text(&admin.get(&path).await.is(200).json(), "id"), text(&events[0], "id"));
        admin.get("/api/v1/admin/audit/nope").await.is_problem(404, "not-found");
        admin.calls("PUT", "/api/v1/admin/keys").send().await.is_problem(405, "wrong-method");
    }
}
