//! `/healthz` and `/readyz`, for whoever watches the server.

use crate::support::{home::Home, on_both, wire::status};

on_both! {
    async fn a_running_server_is_alive_and_ready(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        browser.get("/healthz").await.is(200).says("ok");
        let ready = browser.get("/readyz").await;
        ready.is(200);
        let told: serde_json::Value = serde_json::from_str(&ready.body).expect("JSON");
        assert_eq!(told["ready"], true);
        assert_eq!(told["database"], "ok");
        assert_eq!(told["signup"], "open");
        assert!(told["mail"].as_str().is_some_and(|mail| mail.contains("no SMTP")), "{told}");
        assert!(ready.cookies().is_empty());
    }

    async fn health_checks_need_no_particular_host(home: &Home) {
        let server = home.serve().await;
        for path in ["/healthz", "/readyz"] {
            server.browser().asks("GET", path).with("host", "10.0.0.7:8080").send().await.is(200);
            let bare = server.wire().await.ask(format!("GET {path} HTTP/1.0\r\n\r\n")).await;
            assert_eq!(status(&bare), 200, "{bare}");
        }
    }

    async fn a_server_without_its_database_is_alive_but_not_ready(home: &Home) {
        if home.is_sqlite() {
            // A file that is open can't be taken away.
            return;
        }
        let lost = home.neighbour().await;
        let server = lost.serve().await;
        let browser = server.browser();
        browser.get("/readyz").await.is(200);
        lost.discard().await;
        browser.get("/healthz").await.is(200);
        let ready = browser.get("/readyz").await;
        ready.is(503).says("unreachable");
        let page = browser.sign_up("ada@example.com", crate::support::PASSWORD).await;
        page.is(503).is_a_page().says("get at its data").hides("postgres");
    }
}
