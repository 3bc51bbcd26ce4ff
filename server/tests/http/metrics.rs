//! `/metrics`, for whoever watches the server.

use crate::support::{
    PASSWORD,
    home::Home,
    on_both,
    server::TestServer,
    wire::{Wire, status},
};

async fn told(server: &TestServer) -> String {
    let answer = server.browser().get("/metrics").await;
    answer.is(200);
    assert_eq!(
        answer.header("content-type"),
        "text/plain; version=0.0.4; charset=utf-8"
    );
    answer.body
}

/// The value of a line.
fn value(text: &str, line: &str) -> Option<f64> {
    let found = text
        .lines()
        .find_map(|told| told.strip_prefix(line)?.strip_prefix(' '));
    found.map(|value| value.parse().expect("a number"))
}

on_both! {
    async fn what_happens_is_counted(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        server.browser().sign_in("ada@example.com", "not her password").await;
        browser.get("/no/such/page").await.is(404);
        server.caller().with_token("nonsense").get("/api/v1/me").await.is(401);
        let text = told(&server).await;
        for (line, count) in [
            (r#"latchkey_sign_ins_total{method="password",outcome="signed_in"}"#, 1.0),
            (r#"latchkey_sign_ins_total{method="password",outcome="wrong_credentials"}"#, 1.0),
            (r#"latchkey_tokens_refused_total{reason="malformed"}"#, 1.0),
            (r#"latchkey_http_requests_total{method="GET",route="none",status="404"}"#, 1.0),
            (r#"latchkey_http_requests_total{method="GET",route="/api/v1/me",status="401"}"#, 1.0),
            ("latchkey_accounts", 1.0),
            ("latchkey_sessions", 1.0),
            ("latchkey_hashing_busy", 0.0),
        ] {
            assert_eq!(value(&text, line), Some(count), "{line} in\n{text}");
        }
        assert!(value(&text, "latchkey_hashing_jobs_total").is_some_and(|count| count >= 2.0));
        let pool = r#"latchkey_database_connections{pool="readers",state="idle"}"#;
        assert!(value(&text, pool).is_some_and(|count| count >= 1.0), "{text}");
    }

    async fn tokens_that_are_given_out_are_counted(home: &Home) {
        let server = home.serve().await;
        server.program_of("ada@example.com", &["profile:read"]).await;
        let text = told(&server).await;
        assert_eq!(value(&text, r#"latchkey_tokens_issued_total{kind="personal"}"#), Some(1.0));
        assert_eq!(value(&text, "latchkey_api_tokens"), Some(1.0));
    }

    async fn labels_name_nobody(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        browser.get("/account/sessions").await.is(200);
        browser.get("/verify-email?token=secret-of-ada").await;
        browser.asks("BREW", "/pot-of-ada").send().await;
        let text = told(&server).await;
        for word in ["ada", "secret", "BREW", "pot"] {
            assert!(!text.contains(word), "{word} in\n{text}");
        }
        assert!(text.contains(r#"method="other""#), "{text}");
    }

    async fn jobs_that_come_to_their_end_say_when(home: &Home) {
        let server = home.serve().await;
        let line = r#"latchkey_job_last_success_timestamp_seconds{job="expiry"}"#;
        // It runs at once when the server starts, and this asks until it has.
        let at = loop {
            if let Some(at) = value(&told(&server).await, line) {
                break at;
            }
        };
        assert!(at > 1e9, "{at}");
    }
}

#[tokio::test]
async fn metrics_are_told_on_this_machine_only() {
    let home = Home::sqlite();
    let server = home.serve().await;
    for name in ["x-forwarded-for", "forwarded", "via", "x-real-ip"] {
        let asked = server.browser();
        let answer = asked.asks("GET", "/metrics").with(name, "203.0.113.9");
        answer.send().await.is(404).says("callers on this machine");
    }
    // A page elsewhere whose name was made to lead here (DNS rebinding).
    let mut wire = Vec::new();
    for (host, status) in [
        ("evil.example", 404),
        ("127.0.0.1:9090", 200),
        ("localhost", 200),
        ("[::1]:1", 200),
        ("127.0.0.1.evil.example", 404),
    ] {
        let request = format!("GET /metrics HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        let answer = server.wire().await.ask(request).await;
        wire.push((host, crate::support::wire::status(&answer) == status));
    }
    assert!(wire.iter().all(|(_, right)| *right), "{wire:?}");
    server
        .browser()
        .asks("POST", "/metrics")
        .send()
        .await
        .is(405);
}

#[tokio::test]
async fn a_listener_of_their_own_tells_metrics_and_nothing_else() {
    let home = Home::sqlite();
    let keys = [("listen.metrics_address", "127.0.0.1:0")];
    let server = home.serve_with(&keys).await;
    server.account("ada@example.com", PASSWORD).await;
    server.browser().get("/metrics").await.is(404);
    let address = server.metrics.expect("it listens");
    let ask = async |path: &str| {
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: prometheus\r\nconnection: close\r\n\r\n");
        Wire::connect(address).await.ask(request).await
    };
    let answer = ask("/metrics").await;
    assert_eq!(status(&answer), 200, "{answer}");
    assert!(answer.contains("\nlatchkey_accounts 1\n"), "{answer}");
    for path in ["/", "/login", "/account", "/api/v1/me"] {
        assert_eq!(status(&ask(path).await), 404, "{path}");
    }
    server.stop().await;
}
