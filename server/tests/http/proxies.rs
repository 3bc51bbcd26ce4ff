//! Whose address a request has, behind proxies and without.

use crate::support::{PASSWORD, browser::TestBrowser, home::Home, on_both, server::TestServer};

/// Signs in with the header and says which address the session shows.
async fn shown(server: &TestServer, forwarded: Option<&str>) -> String {
    address_shown(&server.browser(), forwarded).await
}

/// Signs a browser in with the header and says which address its session shows.
pub(crate) async fn address_shown(browser: &TestBrowser, forwarded: Option<&str>) -> String {
    let form = [("email", "ada@example.com"), ("password", PASSWORD)];
    let mut asked = browser.posts("/login", &form);
    if let Some(forwarded) = forwarded {
        asked = asked.with("x-forwarded-for", forwarded);
    }
    asked.send().await.leads_to("/account");
    let page = browser.get("/account/sessions").await;
    let own = page
        .body
        .split("session--current")
        .nth(1)
        .expect("this browser's session");
    let meta = own
        .split("class=\"meta\">")
        .nth(1)
        .and_then(|meta| meta.split('<').next())
        .expect("what is known");
    meta.rsplit(" · ").next().unwrap_or_default().to_owned()
}

on_both! {
    async fn without_a_proxy_the_header_is_not_believed(home: &Home) {
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        for forwarded in [None, Some("203.0.113.9"), Some("203.0.113.9, 198.51.100.1")] {
            assert_eq!(shown(&server, forwarded).await, "127.0.0.1");
        }
    }

    async fn only_what_the_configured_proxies_saw_is_believed(home: &Home) {
        let server = home.serve_with(&[("http.proxy_hops", "1")]).await;
        server.account("ada@example.com", PASSWORD).await;
        for (forwarded, wanted) in [
            (Some("203.0.113.9"), "203.0.113.9"),
            (Some("1.2.3.4, 203.0.113.9"), "203.0.113.9"),
            (Some("garbage, 203.0.113.9"), "203.0.113.9"),
            (Some("2001:db8::7"), "2001:db8::7"),
            (Some("nonsense"), "127.0.0.1"),
            (Some(""), "127.0.0.1"),
            (None, "127.0.0.1"),
        ] {
            assert_eq!(shown(&server, forwarded).await, wanted, "{forwarded:?}");
        }
    }

    async fn with_two_proxies_the_second_from_the_right_counts(home: &Home) {
        let server = home.serve_with(&[("http.proxy_hops", "2")]).await;
        server.account("ada@example.com", PASSWORD).await;
        assert_eq!(shown(&server, Some("1.2.3.4, 203.0.113.9, 10.0.0.1")).await, "203.0.113.9");
        assert_eq!(shown(&server, Some("10.0.0.1")).await, "127.0.0.1", "a proxy was skipped");
    }
}
