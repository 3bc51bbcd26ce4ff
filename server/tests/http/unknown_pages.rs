//! Pages that aren't there, and methods that pages don't take.

use crate::support::{home::Home, on_both, wire::status};

on_both! {
    async fn an_unknown_page_says_so(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        for path in ["/nothing", "/LOGIN", "/%ff", "/%00", "/a/../../b", "/wp-login.php", "/.env"] {
            let page = browser.get(path).await;
            page.is(404).is_a_page().says("There is nothing here").says("href=\"/\"");
            browser.post(path, &[]).await.is(404).is_a_page();
        }
        let long = format!("/{}", "a".repeat(20_000));
        browser.get(&long).await.is(404).is_a_page();
        browser.asks("GET", "/nothing").with("accept", "application/json").send().await.is(404).says("bad_request");
    }

    async fn a_slash_too_many_is_forgiven(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        browser.get("/login/").await.leads_to("/login");
        browser.get("/signup/").await.leads_to("/signup");
        for path in ["//login/", "//evil.example/", "/login//", "/%2flogin/"] {
            browser.get(path).await.is(404).is_a_page();
        }
    }

    async fn signed_out_people_are_not_told_what_is_behind_a_sign_in(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        for path in ["/account/nothing", "/admin", "/admin/users"] {
            browser.get(path).await.leads_to(&format!("/login?next={path}"));
            browser.post(path, &[]).await.is(404).is_a_page();
        }
        browser.get("/accountant").await.is(404).is_a_page();
        server.signed_in("ada@example.com").await.get("/account/nothing").await.is(404).is_a_page();
    }

    async fn a_signed_in_person_keeps_their_session_on_an_unknown_page(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        browser.get("/nothing").await.is(404).says("Sign out");
        assert!(browser.is_signed_in().await);
    }

    async fn a_wrong_method_says_so_and_names_the_right_ones(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        let cases = [
            ("DELETE", "/login", "GET,HEAD,POST"),
            ("PUT", "/signup", "GET,HEAD,POST"),
            ("POST", "/", "GET,HEAD"),
            ("POST", "/account", "GET,HEAD"),
            ("PATCH", "/account/sessions", "GET,HEAD,POST"),
            ("OPTIONS", "/login", "GET,HEAD,POST"),
            ("BREW", "/login", "GET,HEAD,POST"),
        ];
        for (method, path, allowed) in cases {
            let page = browser.asks(method, path).send().await;
            page.is(405).is_a_page().says("That can");
            assert_eq!(page.header("allow"), allowed, "RFC 9110 section 15.5.6 wants it: {method} {path}");
        }
    }

    async fn head_answers_like_get_without_a_body(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        for path in ["/", "/login", "/signup", "/signup/check-email", "/verify-email?token=x", "/nothing", "/account", "/healthz", "/readyz"] {
            let (get, head) = (browser.get(path).await, browser.asks("HEAD", path).send().await);
            assert_eq!((get.status, get.location()), (head.status, head.location()), "{path}");
            assert_eq!(get.header("content-type"), head.header("content-type"), "{path}");
            assert_eq!(head.body, "", "{path}");
        }
    }

    async fn what_is_no_http_is_refused(home: &Home) {
        let server = home.serve().await;
        let host = &server.host;
        let tries: [Vec<u8>; 8] = [
            b"nonsense\r\n\r\n".to_vec(),
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
            format!("GET / HTTP/9.9\r\nHost: {host}\r\n\r\n").into_bytes(),
            format!("GET /a b HTTP/1.1\r\nHost: {host}\r\n\r\n").into_bytes(),
            format!("GET / HTTP/1.1\r\nHost: {host}\r\nBad Header: x\r\n\r\n").into_bytes(),
            format!("POST /login HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n\r\n").into_bytes(),
            format!("POST /login HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab").into_bytes(),
            format!("POST /login HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n").into_bytes(),
        ];
        for bytes in tries {
            let answer = server.wire().await.ask(&bytes).await;
            let shown = String::from_utf8_lossy(&bytes);
            assert!(matches!(status(&answer), 0 | 400..=499), "{shown}: {answer}");
        }
        let big = format!("GET / HTTP/1.1\r\nHost: {host}\r\nX-Big: {}\r\n\r\n", "a".repeat(200_000));
        assert_eq!(status(&server.wire().await.ask(big).await), 431);
        let many = "X-Many: 1\r\n".repeat(500);
        let many = format!("GET / HTTP/1.1\r\nHost: {host}\r\n{many}\r\n");
        assert_eq!(status(&server.wire().await.ask(many).await), 431);
        server.browser().get("/login").await.is(200);
    }
}
