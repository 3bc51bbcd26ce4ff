//! The headers that every answer carries.

use std::collections::BTreeSet;

use crate::support::{home::Home, on_both};

const PAGES: [&str; 9] = [
    "/",
    "/login",
    "/signup",
    "/signup/check-email",
    "/verify-email?token=x",
    "/account",
    "/nothing",
    "/login?next=//evil",
    "/healthz",
];

on_both! {
    async fn every_answer_carries_the_policy(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        for path in PAGES {
            let answer = browser.get(path).await;
            let nonce = answer.nonce();
            let policy = format!(
                "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
                 img-src 'self' data:; connect-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; \
                 frame-ancestors 'none'"
            );
            assert_eq!(answer.header("content-security-policy"), policy, "{path}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
            assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
            assert_eq!(answer.header("strict-transport-security"), "", "{path} is plain http");
        }
    }

    async fn refusals_carry_the_policy_too(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        let refusals = [
            browser.posts_bytes("/login", b"%").send().await,
            browser.posts_bytes("/login", &vec![b'a'; 100_000]).send().await,
            browser.posts("/login", &[]).with("sec-fetch-site", "cross-site").send().await,
            browser.asks("GET", "/").with("host", "evil.example").send().await,
            browser.asks("PUT", "/login").send().await,
        ];
        let statuses = refusals.each_ref().map(|answer| answer.status);
        assert_eq!(statuses, [400, 413, 403, 421, 405]);
        for answer in refusals {
            assert!(!answer.nonce().is_empty());
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
    }

    async fn the_nonce_differs_each_time_and_is_that_of_the_pages_scripts(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        let mut seen = BTreeSet::new();
        for _ in 0..10 {
            let page = browser.get("/login").await;
            let nonce = page.nonce().to_owned();
            assert!(nonce.len() >= 22, "128 bits: {nonce}");
            for found in page.body.split("nonce=\"").skip(1) {
                assert_eq!(found.split('"').next(), Some(nonce.as_str()));
            }
            for script in page.body.split("<script").skip(1) {
                let tag = script.split('>').next().unwrap_or_default();
                assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "a script without it: {tag}");
            }
            assert!(!page.body.contains("__NONCE__"));
            assert!(seen.insert(nonce), "a nonce came twice");
        }
    }

    async fn no_page_needs_what_the_policy_forbids(home: &Home) {
        let server = home.serve().await;
        let signed_in = server.signed_in("ada@example.com").await;
        let signed_out = server.browser();
        for path in ["/", "/login", "/signup", "/signup/check-email", "/dev/outbox", "/nothing", "/account", "/account/sessions"] {
            for browser in [&signed_in, &signed_out] {
                let page = browser.get(path).await;
                page.hides(" style=").hides("<style").hides(" onclick").hides(" onload").hides("javascript:");
                for part in ["src=\"http", "src=\"//", "href=\"http", "href=\"//"] {
                    page.hides(part);
                }
            }
        }
    }

    async fn over_https_browsers_are_told_to_stay_there(home: &Home) {
        let server = home.serve_with(&[("public_url", "https://id.example")]).await;
        for path in PAGES {
            let answer = server.browser().get(path).await;
            assert_eq!(answer.header("strict-transport-security"), "max-age=63072000", "{path}");
        }
    }

    async fn nothing_tells_what_the_server_is_made_of(home: &Home) {
        let server = home.serve().await;
        let answer = server.browser().get("/login").await;
        assert_eq!(answer.header("server"), "");
        assert_eq!(answer.header("x-powered-by"), "");
    }
}
