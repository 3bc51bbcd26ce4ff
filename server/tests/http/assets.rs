//! `/assets/`: the browser bundle, when there is one.

use crate::support::{home::Home, on_both};

on_both! {
    async fn every_file_that_a_page_names_is_there_and_may_be_kept_for_ever(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        let page = browser.get("/login").await;
        let named = page.body.split(['"', '\'']).filter(|part| part.starts_with("/assets/"));
        // Without a bundle there are none, and every page works as plain HTML.
        for path in named {
            let file = browser.get(path).await;
            file.is(200);
            assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable", "{path}");
            assert_eq!(file.header("x-content-type-options"), "nosniff");
            assert_eq!(file.header("vary"), "accept-encoding");
            assert!(file.cookies().is_empty(), "a file that is kept for ever sets no cookie");
            let known = ["text/css; charset=utf-8", "text/javascript; charset=utf-8", "application/wasm", "image/svg+xml"];
            assert!(known.contains(&file.header("content-type")), "{path}: {}", file.header("content-type"));
        }
    }

    async fn what_is_no_file_of_the_bundle_is_not_found_and_not_kept(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        for path in [
            "/assets/nothing.css",
            "/assets/index.html",
            "/assets/../Cargo.toml",
            "/assets/..%2f..%2fCargo.toml",
            "/assets/%2e%2e/%2e%2e/Cargo.toml",
            "/assets//etc/passwd",
            "/assets/%00",
            "/assets/%ff",
        ] {
            let answer = browser.get(path).await;
            assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.status);
            assert!(!answer.header("cache-control").contains("immutable"), "{path}");
            answer.hides("[workspace").hides("root:");
        }
    }
}
