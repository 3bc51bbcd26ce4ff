//! Paths and methods that the API doesn't have.

use super::ADA;
use crate::support::{home::Home, on_both};

on_both! {
    async fn an_unknown_path_is_a_problem_document(home: &Home) {
        let server = home.serve().await;
        for path in ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/me", "/api/v1/me/", "/api/v1/nothing", "/api/v1/sessions/a/b", "/api/v1/%00", "/api/v1/%ff"] {
            for method in ["GET", "POST", "DELETE", "PUT", "OPTIONS"] {
                server.caller().calls(method, path).send().await.is_problem(404, "not-found");
            }
        }
    }

    async fn a_method_that_a_path_lacks_is_told_which_it_has(home: &Home) {
        let server = home.serve().await;
        let program = server.program_of(ADA, &["profile:read"]).await;
        for (method, path, allowed) in [
            ("POST", "/api/v1/me", "GET,HEAD,PATCH"), ("PUT", "/api/v1/me", "GET,HEAD,PATCH"), ("OPTIONS", "/api/v1/me", "GET,HEAD,PATCH"),
            ("GET", "/api/v1/auth/refresh", "POST"), ("GET", "/api/v1/tokens/x", "DELETE"), ("POST", "/api/v1/tokens", "GET,HEAD"),
            ("TRACE", "/api/v1/sessions", "GET,HEAD"), ("QUERY", "/api/v1/revocations", "GET,HEAD"),
        ] {
            let answer = program.calls(method, path).send().await;
            answer.is_problem(405, "wrong-method");
            assert_eq!(answer.header("allow"), allowed, "{method} {path}");
        }
    }

    async fn another_host_is_refused_as_a_problem(home: &Home) {
        let server = home.serve().await;
        let request = "GET /api/v1/me HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
        let answer = server.wire().await.ask(request).await;
        assert!(answer.starts_with("HTTP/1.1 421") && answer.contains("urn:latchkey:problem:wrong-host"), "{answer}");
    }

    async fn a_body_that_does_not_come_is_waited_for_a_bounded_time(home: &Home) {
        let server = home.serve_with(&[("http.request_seconds", "1")]).await;
        let mut wire = server.wire().await;
        let head = format!("POST /api/v1/auth/refresh HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{{", server.host);
        wire.write(head).await;
        let answer = wire.read_head().await;
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    }
}
