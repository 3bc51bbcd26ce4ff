//! No request runs for ever, and no flood takes more than its share.

use futures_util::future::join_all;

use crate::support::{PASSWORD, home::Home, on_both, wire::status};

fn head(host: &str, length: usize, more: &str) -> String {
    format!(
        "POST /login HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n{more}\r\n"
    )
}

on_both! {
    async fn a_body_that_never_comes_gets_408(home: &Home) {
        let server = home.serve_with(&[("http.request_seconds", "1")]).await;
        let mut wire = server.wire().await;
        wire.write(head(&server.host, 100, "Accept: text/html\r\n")).await;
        wire.write("email=ada").await;
        let answer = wire.read_all().await;
        assert_eq!(status(&answer), 408, "{answer}");
        assert!(answer.contains("That took too long"), "{answer}");
        assert!(answer.contains("connection: close") && !answer.contains("retry-after"), "{answer}");
        server.browser().get("/login").await.is(200);
    }

    async fn a_server_that_is_slow_itself_gives_503_with_a_time_to_come_back(home: &Home) {
        let server = home.serve_with(&[("http.request_seconds", "1")]).await;
        let mut raw = home.raw().await;
        // Somebody else writes and doesn't end.
        raw.run(if home.is_sqlite() { "BEGIN IMMEDIATE" } else { "BEGIN; LOCK TABLE audit_events" }).await;
        let page = server.browser().sign_up("ada@example.com", PASSWORD).await;
        page.is(503).is_a_page().says("That took too long");
        assert_eq!(page.header("retry-after"), "10");
        raw.run("ROLLBACK").await;
        server.browser().sign_up("ada@example.com", PASSWORD).await.is(303);
    }

    async fn a_head_that_never_ends_is_hung_up_on(home: &Home) {
        let server = home.serve_with(&[("http.header_seconds", "1")]).await;
        let mut wire = server.wire().await;
        wire.write("GET /login HT").await;
        let answer = wire.read_all().await;
        assert!(matches!(status(&answer), 0 | 408), "{answer}");
        server.browser().get("/login").await.is(200);
    }

    async fn a_full_hashing_queue_gives_503_with_a_time_to_come_back(home: &Home) {
        let pool = [
            ("hashing.threads", "1"),
            ("hashing.queue_per_thread", "1"),
            ("passwords.memory_kib", "32768"),
            ("passwords.iterations", "6"),
        ];
        let server = home.serve_with(&pool).await;
        server.account("ada@example.com", PASSWORD).await;
        let browsers: Vec<_> = (0..10).map(|_| server.browser()).collect();
        let forms = browsers.iter().map(|browser| browser.sign_in("ada@example.com", PASSWORD));
        let fetches = browsers.iter().map(|browser| browser.fetch("/login", &[("email", "ada@example.com"), ("password", PASSWORD)]));
        let (forms, fetches) = futures_util::future::join(join_all(forms), join_all(fetches)).await;
        let mut turned_away = 0;
        for answer in &forms {
            if answer.status == 503 {
                turned_away += 1;
                answer.is_a_page().says("Many people are signing in").hides(PASSWORD);
                let wait: u32 = answer.header("retry-after").parse().expect("seconds");
                assert!((1..=60).contains(&wait), "{wait}");
            } else {
                answer.leads_to("/account");
            }
        }
        for answer in &fetches {
            if answer.status == 503 {
                turned_away += 1;
                answer.says("retry_after_seconds");
                assert!(!answer.header("retry-after").is_empty());
            } else {
                assert_eq!((answer.status, answer.location()), (200, "/account"));
            }
        }
        assert!((1..20).contains(&turned_away), "{turned_away} of 20");
        let sessions = home.raw().await.number("SELECT COUNT(*) FROM sessions").await;
        assert!(sessions >= 1);
        server.browser().sign_in("ada@example.com", PASSWORD).await.leads_to("/account");
    }

    async fn a_client_that_hangs_up_leaves_the_server_well(home: &Home) {
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        let before = home.rows().await;
        for _ in 0..30 {
            let mut wire = server.wire().await;
            wire.write(head(&server.host, 1000, "")).await;
            wire.write("email=ada%40example.com&pass").await;
            drop(wire);
        }
        assert_eq!(home.rows().await, before);
        server.browser().sign_in("ada@example.com", PASSWORD).await.leads_to("/account");
    }

    async fn a_connection_serves_many_requests(home: &Home) {
        let server = home.serve().await;
        let mut wire = server.wire().await;
        let request = format!("HEAD /login HTTP/1.1\r\nHost: {}\r\n\r\n", server.host);
        wire.write(request.repeat(3)).await;
        for _ in 0..3 {
            assert_eq!(status(&wire.read_head().await), 200);
        }
    }
}
