//! Calls from pages in browsers: of the configured origins, and never with credentials.

use super::ADA;
use crate::support::{home::Home, on_both};

const APP: &str = "https://app.example.com";

on_both! {
    async fn without_configured_origins_no_page_may_call(home: &Home) {
        let server = home.serve().await;
        let program = server.program_of(ADA, &["profile:read"]).await;
        let answer = program.calls("GET", "/api/v1/me").with("origin", APP).send().await;
        answer.is(200);
        assert_eq!(answer.header("access-control-allow-origin"), "");
        let asked = server.caller();
        let asked = asked.calls("OPTIONS", "/api/v1/me").with("origin", APP).with("access-control-request-method", "GET");
        let answer = asked.send().await;
        answer.is_problem(405, "wrong-method");
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }

    async fn pages_of_configured_origins_may_call_and_no_others(home: &Home) {
        let origins = format!("{APP},https://other.example.com:8443");
        let server = home.serve_with(&[("api.cors_origins", &origins)]).await;
        let program = server.program_of(ADA, &["profile:read"]).await;
        for origin in [APP, "https://other.example.com:8443"] {
            let asked = server.caller();
            let asked = asked.calls("OPTIONS", "/api/v1/me").with("origin", origin).with("access-control-request-method", "PATCH");
            let answer = asked.with("access-control-request-headers", "authorization, content-type").send().await;
            answer.is(204);
            assert_eq!(answer.header("access-control-allow-origin"), origin);
            assert_eq!(answer.header("access-control-allow-methods"), "GET, HEAD, POST, PATCH, DELETE");
            assert_eq!(answer.header("access-control-allow-headers"), "authorization, content-type, if-none-match, last-event-id");
            assert_eq!(answer.header("access-control-allow-credentials"), "");
            assert_eq!(answer.header("vary"), "origin");
            let answer = program.calls("GET", "/api/v1/me").with("origin", origin).send().await;
            assert_eq!(answer.is(200).header("access-control-allow-origin"), origin);
            assert_eq!(answer.header("access-control-expose-headers"), "etag, retry-after, ratelimit, ratelimit-policy, www-authenticate");
            assert_eq!(answer.header("vary"), "origin");
            let refused = server.caller();
            let refused = refused.calls("GET", "/api/v1/me").with("origin", origin).send().await;
            assert_eq!(refused.is(401).header("access-control-allow-origin"), origin, "a page learns why");
        }
        for origin in ["https://app.example.com.evil.example", "http://app.example.com", "https://APP.example.com", "https://app.example.com:444", "null", "https://app.example.com/"] {
            let answer = program.calls("GET", "/api/v1/me").with("origin", origin).send().await;
            assert_eq!((answer.status, answer.header("access-control-allow-origin"), answer.header("vary")), (200, "", "origin"), "{origin}");
            let asked = server.caller();
            let asked = asked.calls("OPTIONS", "/api/v1/me").with("origin", origin).with("access-control-request-method", "GET");
            asked.send().await.is(405);
        }
        let twice = program.calls("GET", "/api/v1/me").with("origin", APP).with("origin", APP).send().await;
        assert_eq!(twice.header("access-control-allow-origin"), "");
    }

    async fn the_key_set_is_open_to_every_page(home: &Home) {
        let server = home.serve().await;
        let answer = server.caller().calls("GET", "/.well-known/jwks.json").with("origin", "https://any.example").send().await;
        answer.is(200).says("\"OKP\"");
        for (name, value) in [
            ("access-control-allow-origin", "*"), ("content-type", "application/json"), ("cache-control", "public, max-age=300"),
            ("x-content-type-options", "nosniff"), ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ] {
            assert_eq!(answer.header(name), value, "{name}");
        }
        let again = server.caller();
        let again = again.calls("GET", "/.well-known/jwks.json").with("if-none-match", answer.header("etag")).send().await;
        assert_eq!((again.status, &*again.body), (304, ""));
        server.caller().calls("POST", "/.well-known/jwks.json").send().await.is_problem(405, "wrong-method");
        let elsewhere = "GET /.well-known/jwks.json HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
        assert!(server.wire().await.ask(elsewhere).await.starts_with("HTTP/1.1 421"));
    }
}
