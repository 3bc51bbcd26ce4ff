//! The forms by our own script: the same rules, answered as JSON.

use crate::support::{OTHER_PASSWORD, PASSWORD, answer::Answer, home::Home, on_both};

fn problems(answer: &Answer) -> serde_json::Value {
    assert!(
        answer
            .header("content-type")
            .starts_with("application/json"),
        "{answer:?}"
    );
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.body))
}

on_both! {
    async fn success_tells_the_script_where_to_go(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        let form = [("email", "ada@example.com"), ("name", "Ada"), ("password", PASSWORD)];
        let answer = browser.fetch("/signup", &form).await;
        answer.is(200);
        assert_eq!(answer.location(), "/signup/check-email");
        assert!(answer.headers.contains_key("serverfnredirect"), "{answer:?}");

        let link = server.confirmation_link("ada@example.com").await;
        let token = crate::support::browser::token_of(&link);
        let answer = browser.fetch("/verify-email", &[("token", token)]).await;
        assert_eq!((answer.status, answer.location()), (200, "/account"));
        assert!(browser.is_signed_in().await);
        let answer = browser.fetch("/logout", &[]).await;
        assert_eq!((answer.status, answer.location()), (200, "/"));
        assert!(!browser.is_signed_in().await);

        let form = [("email", "ada@example.com"), ("password", PASSWORD), ("next", "/account/sessions")];
        let answer = browser.fetch("/login", &form).await;
        assert_eq!((answer.status, answer.location()), (200, "/account/sessions"));
        assert!(answer.cookie("latchkey").is_some());
        assert!(browser.is_signed_in().await);
        server.another_browser_of("ada@example.com").await;
        let other = browser.other_sessions().await.remove(0);
        let answer = browser.fetch("/account/sessions", &[("end", &other)]).await;
        assert_eq!((answer.status, answer.location()), (200, "/account/sessions?ended=one"));
    }

    async fn problems_come_as_json_with_the_pages_status(home: &Home) {
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        let browser = server.browser();
        let answer = browser.fetch("/login", &[("email", "ada@example.com"), ("password", OTHER_PASSWORD)]).await;
        answer.is(422).hides(OTHER_PASSWORD);
        assert_eq!(problems(&answer)["form"], "wrong_credentials");

        let answer = browser.fetch("/signup", &[("email", "x"), ("name", ""), ("password", "short")]).await;
        answer.is(422);
        let fields = problems(&answer)["fields"].clone();
        assert_eq!(fields[0], serde_json::json!(["email", "not_an_address"]));
        assert_eq!(fields[1], serde_json::json!(["name", "missing"]));
        assert_eq!(fields[2], serde_json::json!(["password", { "too_short": { "min": 15 } }]));

        let answer = browser.fetch("/verify-email", &[("token", "x")]).await;
        answer.is(404);
        assert_eq!(problems(&answer)["form"], "link_unknown");
    }

    async fn malformed_bodies_get_json_too(home: &Home) {
        let server = home.serve().await;
        let before = home.rows().await;
        let browser = server.browser();
        for body in [&b"email=%ff&password=x"[..], b"email=a&email=b&password=x", b"other=1", b"", b"email=a", b"\xff\xff", b"{}"] {
            let answer = browser.posts_bytes("/login", body).with("accept", "application/json").send().await;
            answer.is(400);
            assert_eq!(problems(&answer)["form"], "bad_request", "{}", String::from_utf8_lossy(body));
        }
        let answer = browser.posts_bytes("/login", b"{}").with("accept", "application/json").with("content-type", "application/json").send().await;
        answer.is(415);
        problems(&answer);
        let big = vec![b'a'; 100_000];
        let answer = browser.posts_bytes("/login", &big).with("accept", "application/json").send().await;
        answer.is(413);
        problems(&answer);
        let answer = browser.posts("/login", &[("email", "a"), ("password", "b")]).with("accept", "application/json").with("sec-fetch-site", "cross-site").send().await;
        answer.is(403);
        problems(&answer);
        assert_eq!(home.rows().await, before);
    }

    async fn a_browser_that_takes_html_gets_a_page_whatever_else_it_takes(home: &Home) {
        let server = home.serve().await;
        let form = [("email", "ada@example.com"), ("password", "x")];
        let mixed = server.browser().posts("/login", &form).with("accept", "application/json, text/html").send().await;
        mixed.is(422).is_a_page();
        let nothing = server.browser().posts("/login", &form).without("accept").send().await;
        nothing.is(422).is_a_page();
    }

    async fn a_foreign_referer_is_never_followed(home: &Home) {
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        for password in [PASSWORD, OTHER_PASSWORD] {
            let form = [("email", "ada@example.com"), ("password", password)];
            for accept in ["text/html", "application/json"] {
                let browser = server.browser();
                let asked = browser.posts("/login", &form).with("accept", accept);
                let answer = asked.with("referer", "https://evil.example/x").send().await;
                let location = answer.location();
                assert!(!location.contains("evil") && !location.contains("__err"), "{location}");
            }
        }
    }
}
