//! Only our own name is answered, and only our own pages' forms are taken.

use crate::support::{PASSWORD, home::Home, on_both, wire::status};

on_both! {
    async fn another_host_is_refused(home: &Home) {
        let server = home.serve().await;
        let port = server.address.port();
        let browser = server.browser();
        let before = home.rows().await;
        for host in [
            "evil.example".to_owned(),
            "localhost".to_owned(),
            format!("127.0.0.1:{port}"),
            format!("localhost:{}", port.wrapping_add(1)),
            format!("evil.localhost:{port}"),
            format!("localhost.evil:{port}"),
            format!("localhost:{port}@evil.example"),
            String::new(),
        ] {
            for path in ["/", "/login", "/account", "/assets/x.css", "/nothing"] {
                let answer = browser.asks("GET", path).with("host", &host).send().await;
                answer.is(421).says(&format!("This server answers at {} only.", server.url));
                assert!(answer.cookies().is_empty(), "{host}");
            }
            let form = [("email", "ada@example.com"), ("name", "Ada"), ("password", PASSWORD)];
            browser.posts("/signup", &form).with("host", &host).send().await.is(421);
        }
        assert_eq!(home.rows().await, before);
        let shouted = format!("LOCALHOST:{port}");
        browser.asks("GET", "/login").with("host", &shouted).send().await.is(200);
    }

    async fn a_forwarded_host_is_never_believed(home: &Home) {
        let server = home.serve_with(&[("http.proxy_hops", "1")]).await;
        let browser = server.browser();
        let asked = browser.asks("GET", "/login").with("host", "evil.example");
        asked.with("x-forwarded-host", &server.host).send().await.is(421);
        let asked = browser.asks("GET", "/login").with("x-forwarded-host", "evil.example");
        asked.with("forwarded", "host=evil.example").send().await.is(200).hides("evil");
    }

    async fn a_request_without_exactly_one_host_is_refused(home: &Home) {
        let server = home.serve().await;
        let host = &server.host;
        for (request, wanted) in [
            ("GET /login HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned(), 421),
            ("GET /login HTTP/1.0\r\n\r\n".to_owned(), 421),
            (format!("GET /login HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\nConnection: close\r\n\r\n"), 421),
            (format!("GET /login HTTP/1.1\r\nHost: evil.example\r\nHost: {host}\r\nConnection: close\r\n\r\n"), 421),
            (format!("GET /login HTTP/1.1\r\nHost: {host}, evil.example\r\nConnection: close\r\n\r\n"), 421),
            (format!("GET /login HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"), 200),
            (format!("GET /login HTTP/1.0\r\nHost: {host}\r\n\r\n"), 200),
        ] {
            let answer = server.wire().await.ask(&request).await;
            assert_eq!(status(&answer), wanted, "{request}{answer}");
        }
    }

    async fn a_request_for_a_whole_url_must_name_us(home: &Home) {
        let server = home.serve().await;
        let host = &server.host;
        for (target, named, wanted) in [
            (format!("http://{host}/login"), host.as_str(), 200),
            ("http://evil.example/login".to_owned(), host.as_str(), 421),
            (format!("http://{host}/login"), "evil.example", 421),
            (format!("http://user@{host}/login"), host.as_str(), 421),
        ] {
            let request = format!("GET {target} HTTP/1.1\r\nHost: {named}\r\nConnection: close\r\n\r\n");
            let answer = server.wire().await.ask(&request).await;
            assert_eq!(status(&answer), wanted, "{request}{answer}");
        }
        for line in ["CONNECT evil.example:443", "OPTIONS *"] {
            let request = format!("{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            let answer = server.wire().await.ask(&request).await;
            assert!(matches!(status(&answer), 400..=499), "{request}{answer}");
        }
    }

    async fn forms_are_taken_from_our_own_pages_only(home: &Home) {
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        let own = server.url.clone();
        let https = own.replace("http://", "https://");
        let another_port = format!("{own}1");
        let cases: [(Option<&str>, Option<&str>, bool); 16] = [
            (Some("same-origin"), Some(&own), true),
            (Some("none"), None, true),
            (None, Some(&own), true),
            (None, None, true),
            (Some("same-origin"), None, true),
            (Some("cross-site"), Some("https://evil.example"), false),
            (Some("cross-site"), None, false),
            (Some("cross-site"), Some(&own), false),
            (Some("same-site"), Some("http://localhost:1"), false),
            (Some("same-site"), None, false),
            (Some("nonsense"), Some(&own), false),
            (None, Some("https://evil.example"), false),
            (None, Some("null"), false),
            (None, Some(&https), false),
            (None, Some(&another_port), false),
            (None, Some(""), false),
        ];
        for (site, origin, passes) in cases {
            let browser = server.browser();
            let form = [("email", "ada@example.com"), ("password", PASSWORD)];
            let mut asked = browser.posts("/login", &form).without("origin").without("sec-fetch-site");
            if let Some(site) = site {
                asked = asked.with("sec-fetch-site", site);
            }
            if let Some(origin) = origin {
                asked = asked.with("origin", origin);
            }
            let answer = asked.send().await;
            if passes {
                answer.leads_to("/account");
            } else {
                answer.is(403).is_a_page().says("This came from another site");
                assert!(browser.cookie("latchkey").is_none());
            }
        }
    }

    async fn a_form_from_another_site_changes_nothing(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        server.another_browser_of("ada@example.com").await;
        let fresh = server.browser();
        fresh.sign_up("grace@example.com", PASSWORD).await.is(303);
        let link = server.confirmation_link("grace@example.com").await;
        let token = crate::support::browser::token_of(&link);
        let before = home.rows().await;
        let forms: [(&str, &[(&str, &str)]); 5] = [
            ("/logout", &[]),
            ("/account/sessions", &[("end", "others")]),
            ("/signup", &[("email", "x@example.com"), ("name", "X"), ("password", PASSWORD)]),
            ("/login", &[("email", "ada@example.com"), ("password", PASSWORD)]),
            ("/verify-email", &[("token", token)]),
        ];
        for (path, form) in forms {
            for browser in [&browser, &fresh] {
                let asked = browser.posts(path, form).with("sec-fetch-site", "cross-site");
                asked.with("origin", "https://evil.example").send().await.is(403).is_a_page();
                let asked = browser.posts(path, form).without("sec-fetch-site");
                asked.with("origin", "https://evil.example").send().await.is(403).is_a_page();
            }
        }
        assert_eq!(home.rows().await, before);
        assert!(browser.is_signed_in().await);
    }

    async fn no_other_site_may_read_an_answer(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        let asked = browser.asks("OPTIONS", "/login").with("origin", "https://evil.example");
        let answer = asked.with("access-control-request-method", "POST").send().await;
        assert_eq!(answer.header("access-control-allow-origin"), "");
        let answer = browser.asks("GET", "/login").with("origin", "https://evil.example").send().await;
        answer.is(200);
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
}
