//! `/api/v1/revocations`: as JSON, as events, signed.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::{ADA, signed_in};
use crate::support::{PASSWORD, home::Home, on_both, server::TestServer, wire::Wire};

const FEED: &str = "/api/v1/revocations";

/// Makes a session of a fresh account with tokens, and ends it: one revocation.
async fn revoke_one(server: &TestServer, email: &str) {
    let (program, _) = signed_in(server, email).await;
    program
        .calls("POST", "/api/v1/auth/logout")
        .send()
        .await
        .is(204);
}

/// Begins to listen.
async fn listen(server: &TestServer, headers: &str, query: &str) -> Wire {
    let mut wire = server.wire().await;
    let host = &server.host;
    let request = format!(
        "GET {FEED}{query} HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\n{headers}\r\n"
    );
    wire.write(request).await;
    wire
}

/// What stands in the next event: its id and its data.
async fn event(wire: &mut Wire) -> (String, Value) {
    let read = async {
        let mut text = String::new();
        // Chunks begin with their length on a line of its own.
        while !(text.contains("data: ") && text.ends_with("\n\n")) {
            text.push(char::from(wire.read_byte().await.expect("it goes on")));
        }
        text
    };
    let text = timeout(Duration::from_secs(10), read)
        .await
        .expect("an event comes");
    assert!(text.contains("event: revoked\n"), "{text}");
    let line = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name} in {text}"))
            .to_owned()
    };
    (
        line("id: "),
        serde_json::from_str(&line("data: ")).expect("JSON"),
    )
}

fn count(page: &Value) -> usize {
    page["items"].as_array().expect("items").len()
}

on_both! {
    async fn the_feed_is_told_whole_and_from_a_point_on(home: &Home) {
        let server = home.serve().await;
        let caller = server.caller();
        let empty = caller.get(FEED).await;
        assert_eq!(empty.is(200).json(), json!({"items": [], "next": null, "seq": 0}));
        assert_eq!((empty.header("content-type"), empty.header("cache-control")), ("application/json", "no-cache"));
        assert_eq!((empty.header("etag"), empty.header("vary")), ("W/\"0\"", "accept"));
        revoke_one(&server, ADA).await;
        revoke_one(&server, "grace@example.com").await;
        let all = caller.get(FEED).await.json();
        assert_eq!((count(&all), &all["seq"], all.get("since")), (2, &json!(2), None));
        assert_eq!(all["items"][0]["id"].as_str().map(str::len), Some(22));
        let since = caller.get(&format!("{FEED}?since=1")).await.json();
        assert_eq!((count(&since), &since["since"], &since["items"][0]), (1, &json!(1), &all["items"][1]));
        assert_eq!(count(&caller.get(&format!("{FEED}?since=2")).await.json()), 0);
        let ahead = caller.get(&format!("{FEED}?since=99")).await.json();
        assert_eq!((count(&ahead), ahead.get("since")), (2, None), "another feed's number: told everything");
        for odd in ["x", "-1", "", "1.5", "1&since=2", "99999999999999999999"] {
            caller.get(&format!("{FEED}?since={odd}")).await.is_problem(400, "invalid-request");
        }
        // No name of anybody.
        let text = all.to_string();
        assert!(!text.contains(ADA) && !text.contains("sub"), "{text}");
    }

    async fn a_copy_that_is_up_to_date_is_not_sent_again(home: &Home) {
        let server = home.serve().await;
        let caller = server.caller();
        let tag = caller.get(FEED).await.header("etag").to_owned();
        for sent in [tag.as_str(), "\"0\"", "W/\"9\", W/\"0\"", "*"] {
            let answer = caller.calls("GET", FEED).with("if-none-match", sent).send().await;
            assert_eq!((answer.status, &*answer.body, answer.header("etag")), (304, "", "W/\"0\""), "{sent}");
        }
        revoke_one(&server, ADA).await;
        let answer = caller.calls("GET", FEED).with("if-none-match", &tag).send().await;
        assert_eq!((answer.status, answer.header("etag")), (200, "W/\"1\""));
    }

    async fn the_signed_form_is_signed_by_a_key_of_the_set(home: &Home) {
        let server = home.serve().await;
        revoke_one(&server, ADA).await;
        let answer = server.caller().calls("GET", FEED).with("accept", "application/jwt").send().await;
        assert_eq!(answer.is(200).header("content-type"), "application/jwt");
        let parts: Vec<_> = answer.body.split('.').collect();
        let decoded = |part: &str| -> Value { serde_json::from_slice(&BASE64URL.decode(part).expect("base64url")).expect("JSON") };
        let (header, claims) = (decoded(parts[0]), decoded(parts[1]));
        assert_eq!(header["typ"], "revocations+jwt");
        assert_eq!((&claims["iss"], &claims["seq"], count(&claims)), (&json!(server.url), &json!(1), 1));
        assert_eq!(claims["exp"].as_i64().zip(claims["iat"].as_i64()).map(|(exp, iat)| exp - iat), Some(60));
        let keys = server.caller().get("/.well-known/jwks.json").await.json();
        let known = keys["keys"].as_array().expect("keys").iter().any(|key| key["kid"] == header["kid"]);
        assert!(known, "{header}");
        server.caller().with_token(&answer.body).get("/api/v1/me").await.is_problem(401, "invalid-token");
    }

    async fn a_listener_hears_of_each_revocation(home: &Home) {
        let server = home.serve().await;
        revoke_one(&server, ADA).await;
        let mut wire = listen(&server, "", "").await;
        let head = wire.read_head().await.to_lowercase();
        for line in ["http/1.1 200", "content-type: text/event-stream", "cache-control: no-store", "x-accel-buffering: no"] {
            assert!(head.contains(line), "{head}");
        }
        let (id, all) = event(&mut wire).await;
        assert_eq!((&*id, count(&all), all.get("since")), ("1", 1, None));
        revoke_one(&server, "grace@example.com").await;
        let (id, more) = event(&mut wire).await;
        assert_eq!((&*id, count(&more), &more["since"], &more["seq"]), ("2", 1, &json!(1), &json!(2)));

        let mut again = listen(&server, "Last-Event-ID: 1\r\n", "?since=0").await;
        again.read_head().await;
        let (id, missed) = event(&mut again).await;
        assert_eq!((&*id, &missed["since"], &missed["items"]), ("2", &json!(1), &more["items"]));
        let mut odd = listen(&server, "Last-Event-ID: x\r\n", "").await;
        assert!(odd.read_head().await.starts_with("HTTP/1.1 400"));
    }

    async fn a_listener_hears_of_what_another_node_revokes(home: &Home) {
        let here = home.serve().await;
        let there = home.serve().await;
        let mut wire = listen(&here, "", "").await;
        wire.read_head().await;
        event(&mut wire).await;
        revoke_one(&there, ADA).await;
        let (_, more) = event(&mut wire).await;
        assert_eq!(count(&more), 1);
    }

    async fn a_stream_outlives_the_time_limit_and_ends_with_the_server(home: &Home) {
        let server = home.serve_with(&[("http.request_seconds", "1")]).await;
        let mut wire = listen(&server, "", "").await;
        wire.read_head().await;
        event(&mut wire).await;
        tokio::time::sleep(Duration::from_millis(1500)).await;
        revoke_one(&server, ADA).await;
        event(&mut wire).await;
        let stopped = timeout(Duration::from_secs(5), server.stop()).await;
        stopped.expect("nobody waits for a stream");
        assert!(wire.read_all().await.ends_with("0\r\n\r\n"), "it ends whole");
    }

    async fn one_address_cannot_take_every_place_of_listeners(home: &Home) {
        let server = home.serve().await;
        let mut listening = Vec::new();
        for _ in 0..100 {
            let mut wire = listen(&server, "", "").await;
            assert!(wire.read_head().await.starts_with("HTTP/1.1 200"));
            listening.push(wire);
        }
        let mut late = listen(&server, "", "").await;
        let head = late.read_head().await.to_lowercase();
        assert!(head.starts_with("http/1.1 503") && head.contains("retry-after: "), "{head}");
        assert_eq!(server.browser().get(FEED).await.status, 200, "JSON is there for everyone");
    }

    async fn where_a_scope_is_asked_for_a_token_needs_it(home: &Home) {
        let server = home.serve_with(&[("api.revocations_scope", "tokens:read")]).await;
        server.caller().get(FEED).await.is_problem(401, "missing-token");
        let without = server.program_of(ADA, &["profile:read"]).await;
        let answer = without.get(FEED).await;
        answer.is_problem(403, "insufficient-scope");
        assert!(answer.header("www-authenticate").ends_with("scope=\"tokens:read\""));
        let account = server.account("grace@example.com", PASSWORD).await;
        let token = server.token_of(account, &["tokens:read"]).await;
        let answer = server.caller().with_token(&token).get(FEED).await;
        assert_eq!(answer.is(200).header("cache-control"), "private, no-cache");
        let mut wire = listen(&server, &format!("Authorization: Bearer {token}\r\nConnection: close\r\n"), "").await;
        wire.read_head().await;
        event(&mut wire).await;
        // Revoked while it listens: the stream ends at the next word.
        server.services().tokens.revoke_all(account, &server.some_client()).await.expect("revoked");
        let ended = timeout(Duration::from_secs(10), wire.read_all()).await.expect("it ends");
        assert!(!ended.contains("event: "), "{ended}");
    }
}
