//! How many calls a minute has room for.

use std::time::Duration;

use super::{ADA, signed_in};
use crate::support::{home::Home, on_both};

const READ: [&str; 1] = ["profile:read"];

on_both! {
    async fn a_token_has_so_many_calls_a_minute(home: &Home) {
        let server = home.serve_with(&[("api.calls_per_token", "3")]).await;
        let program = server.program_of(ADA, &READ).await;
        for (left, full) in [(2, 20), (1, 40), (0, 60)] {
            let answer = program.get("/api/v1/me").await;
            answer.is(200);
            assert_eq!(answer.header("ratelimit-policy"), "\"default\";q=3;w=60");
            assert_eq!(answer.header("ratelimit"), format!("\"default\";r={left};t={full}"));
        }
        let answer = program.get("/api/v1/me").await;
        answer.is_problem(429, "too-many-calls");
        assert_eq!(answer.header("retry-after"), "20");
        assert_eq!(answer.header("ratelimit"), "\"default\";r=0;t=60");
        let other = server.program_of("grace@example.com", &READ).await;
        other.get("/api/v1/me").await.is(200);
        home.clock.advance(Duration::from_secs(19));
        program.get("/api/v1/me").await.is(429);
        home.clock.advance(Duration::from_secs(1));
        program.get("/api/v1/me").await.is(200);
        program.get("/api/v1/me").await.is(429);
        home.clock.advance(Duration::from_mins(1));
        assert_eq!(program.get("/api/v1/me").await.header("ratelimit"), "\"default\";r=2;t=20");
    }

    async fn refreshing_makes_no_fresh_quota(home: &Home) {
        let server = home.serve_with(&[("api.calls_per_token", "2")]).await;
        let (program, tokens) = signed_in(&server, ADA).await;
        program.get("/api/v1/me").await.is(200);
        program.get("/api/v1/me").await.is(200);
        let body = serde_json::json!({"refresh_token": tokens.refresh_token});
        let next = server.caller().post("/api/v1/auth/refresh", &body).await.json();
        let fresh = server.caller().with_token(next["access_token"].as_str().expect("a token"));
        fresh.get("/api/v1/me").await.is_problem(429, "too-many-calls");
    }

    async fn an_address_has_so_many_calls_a_minute_whoever_calls(home: &Home) {
        let server = home.serve_with(&[("api.calls_per_address", "3"), ("api.calls_per_token", "0"), ("http.proxy_hops", "1")]).await;
        let program = server.program_of(ADA, &READ).await;
        let from = async |address: &str| program.calls("GET", "/api/v1/me").with("x-forwarded-for", address).send().await;
        let answer = from("2001:db8:1:2::1").await;
        assert_eq!(answer.is(200).header("ratelimit"), "\"address\";r=2;t=20");
        let bad = server.caller();
        let bad = bad.calls("GET", "/api/v1/nothing").with("x-forwarded-for", "2001:db8:1:2:ffff::9").send().await;
        assert_eq!(bad.is(404).header("ratelimit"), "\"address\";r=1;t=40", "by /64, and refusals count");
        from("2001:db8:1:2::3").await.is(200);
        let answer = from("2001:db8:1:2::4").await;
        answer.is_problem(429, "too-many-calls");
        assert_eq!((answer.header("retry-after"), answer.header("ratelimit-policy")), ("20", "\"address\";q=3;w=60"));
        from("2001:db8:1:3::1").await.is(200);
        from("192.0.2.1").await.is(200);
        let keys = server.caller();
        keys.calls("GET", "/.well-known/jwks.json").with("x-forwarded-for", "2001:db8:1:2::1").send().await.is(200);
    }

    async fn nought_means_no_limit(home: &Home) {
        let server = home.serve_with(&[("api.calls_per_address", "0"), ("api.calls_per_token", "0")]).await;
        let program = server.program_of(ADA, &READ).await;
        let answer = program.get("/api/v1/me").await;
        assert_eq!((answer.status, answer.header("ratelimit"), answer.header("ratelimit-policy")), (200, "", ""));
    }

    async fn every_answer_carries_the_fixed_headers(home: &Home) {
        let server = home.serve().await;
        let program = server.program_of(ADA, &READ).await;
        for (method, path, status) in [("GET", "/api/v1/me", 200), ("GET", "/api/v1/nothing", 404), ("PUT", "/api/v1/me", 405), ("DELETE", "/api/v1/tokens/x", 403)] {
            let answer = program.calls(method, path).send().await;
            answer.is(status);
            for (name, value) in [
                ("x-content-type-options", "nosniff"), ("cache-control", "no-store"), ("set-cookie", ""),
                ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"), ("strict-transport-security", ""),
            ] {
                assert_eq!(answer.header(name), value, "{name} of {path}");
            }
        }
        let secure = home.neighbour().await;
        let server = secure.serve_with(&[("public_url", "https://id.example.com")]).await;
        let answer = server.caller().get("/api/v1/me").await;
        assert_eq!(answer.header("strict-transport-security"), "max-age=63072000");
        drop(server);
        secure.discard().await;
    }
}
