//! `/login`

use std::time::Duration;

use crate::support::{OTHER_PASSWORD, PASSWORD, home::Home, on_both};

/// What no `next` may be.
const ELSEWHERE: [&str; 14] = [
    "//evil",
    "//evil.example/path",
    "///evil",
    "/\\evil",
    "\\\\evil",
    "\\/evil",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "https://evil.example",
    "https:evil",
    "/\t/evil",
    "/a\r\nSet-Cookie: x=y",
    "account",
];

on_both! {
    async fn the_right_password_signs_in(home: &Home) {
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        let browser = server.browser();
        let page = browser.get("/login").await;
        page.is(200).is_a_page().says(">Email<").says(">Password<").says("Stay signed in").says(">Sign in<");
        browser.sign_in("ada@example.com", PASSWORD).await.leads_to("/account");
        assert!(browser.is_signed_in().await);
        browser.get("/login").await.leads_to("/account");
        browser.get("/").await.leads_to("/account");
        browser.get("/signup").await.leads_to("/account");
    }

    async fn a_sign_in_from_a_new_browser_is_told_by_mail(home: &Home) {
        let server = home.serve().await;
        let first = server.signed_in("ada@example.com").await;
        assert!(server.told_of_sign_ins("ada@example.com").await.is_empty(), "the first is no news");
        first.sign_out().await;
        first.sign_in("ada@example.com", PASSWORD).await.leads_to("/account");
        assert!(server.told_of_sign_ins("ada@example.com").await.is_empty(), "nor is one that was here");
        let second = server.browser();
        second.sign_in("ada@example.com", "not her password").await;
        assert!(server.told_of_sign_ins("ada@example.com").await.is_empty(), "nobody came in");
        second.sign_in("ada@example.com", PASSWORD).await.leads_to("/account");
        let texts = server.told_of_sign_ins("ada@example.com").await;
        assert_eq!(texts.len(), 1, "{texts:?}");
        for said in ["127.0.0.1", "hadn't been there before", "/account/sessions", "set a new password"] {
            assert!(texts[0].contains(said), "{said} in {}", texts[0]);
        }
        second.sign_out().await;
        second.sign_in("ada@example.com", PASSWORD).await.leads_to("/account");
        assert_eq!(server.told_of_sign_ins("ada@example.com").await.len(), 1, "told once");
    }

    async fn browsers_that_are_always_new_are_told_of_five_times_an_hour(home: &Home) {
        let server = home.serve().await;
        server.signed_in("ada@example.com").await;
        for _ in 0..7 {
            server.another_browser_of("ada@example.com").await;
        }
        assert_eq!(server.told_of_sign_ins("ada@example.com").await.len(), 5);
        home.clock.advance(Duration::from_hours(1));
        server.another_browser_of("ada@example.com").await;
        assert_eq!(server.told_of_sign_ins("ada@example.com").await.len(), 6);
    }

    async fn an_address_signs_in_in_any_case_and_unicode_form(home: &Home) {
        let server = home.serve().await;
        server.account("Zo\u{eb}@B\u{fc}cher.example", PASSWORD).await;
        for typed in [
            "zo\u{eb}@b\u{fc}cher.example",
            "ZOE\u{308}@BU\u{308}CHER.EXAMPLE",
            " zoe\u{308}@xn--bcher-kva.example ",
        ] {
            server.browser().sign_in(typed, PASSWORD).await.leads_to("/account");
        }
    }

    async fn a_password_is_the_same_in_every_unicode_form(home: &Home) {
        let server = home.serve().await;
        server.account("ada@example.com", "pa\u{df}w\u{f6}rter sind lang \u{1f511}").await;
        let decomposed = "pa\u{df}wo\u{308}rter sind lang \u{1f511}";
        server.browser().sign_in("ada@example.com", decomposed).await.leads_to("/account");
        server.browser().sign_in("ada@example.com", "passworter sind lang").await.is(422);
    }

    async fn a_refused_sign_in_keeps_what_was_typed_but_the_password(home: &Home) {
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        let browser = server.browser();
        let form = [
            ("next", "/account/sessions"),
            ("email", "ada@example.com"),
            ("password", OTHER_PASSWORD),
            ("stay", "on"),
        ];
        let page = browser.post("/login", &form).await;
        page.is(422).is_a_page().says("The email or the password isn").says("value=\"ada@example.com\"");
        page.says("value=\"/account/sessions\"").says("checked").hides(OTHER_PASSWORD);
        assert!(browser.cookie("latchkey").is_none());
    }

    async fn a_next_that_points_elsewhere_is_refused(home: &Home) {
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        let before = home.rows().await;
        for next in ELSEWHERE {
            let browser = server.browser();
            let query: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
            let page = browser.get(&format!("/login?next={query}")).await;
            page.is(400).is_a_page().says("That link points elsewhere").hides("evil");
            let form = [("next", next), ("email", "ada@example.com"), ("password", PASSWORD)];
            let page = browser.post("/login", &form).await;
            page.is(400).is_a_page().says("That link points elsewhere").hides("evil");
            assert!(browser.cookie("latchkey").is_none(), "{next:?} signed in");
            let answer = browser.fetch("/login", &form).await;
            answer.is(400).says("points_elsewhere");
            assert_eq!(answer.location(), "");
        }
        assert_eq!(home.rows().await, before);

        let signed_in = server.another_browser_of("ada@example.com").await;
        for next in ELSEWHERE {
            let query: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
            signed_in.get(&format!("/login?next={query}")).await.is(400).is_a_page();
        }
    }

    async fn an_empty_next_is_none(home: &Home) {
        let server = home.serve().await;
        server.browser().get("/login?next=").await.is(200).is_a_page();
        server.signed_in("ada@example.com").await.get("/login?next=").await.leads_to("/account");
    }

    async fn a_next_that_is_a_dead_end_leads_to_the_account(home: &Home) {
        let server = home.serve().await;
        let owner = server.signed_in("ada@example.com").await;
        for next in ["/auth/github", "/auth/google/callback?state=x", "/logout", "/dev/providers/github"] {
            owner.get(&format!("/login?next={next}")).await.leads_to("/account");
            owner.get(&format!("/account/confirm?next={next}")).await.leads_to("/account");
            let browser = server.browser();
            browser.get(&format!("/login?next={next}")).await.is(200).is_a_page().says("name=\"next\" value=\"/account\"");
            let form = [("next", next), ("email", "ada@example.com"), ("password", PASSWORD)];
            browser.post("/login", &form).await.leads_to("/account");
        }
    }

    async fn a_repeated_next_is_refused(home: &Home) {
        let server = home.serve().await;
        server.browser().get("/login?next=/account&next=/").await.is(400).is_a_page();
        server.browser().get("/login?next=%ff%fe").await.is(400).is_a_page();
    }

    async fn what_is_missing_is_said_beside_its_field(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        let page = browser.sign_in("", "").await;
        page.is(422).is_a_page().says("Type your email address.").says("Type your password.");
        browser.sign_in("nonsense", "x").await.is(422).says("Type an email address like");
        browser.sign_in("ada@example.com", &"x".repeat(257)).await.is(422).says("Use at most 256 characters.");
        let long = format!("{}@example.com", "a".repeat(300));
        browser.sign_in(&long, "x").await.is(422).says("Use at most 254 characters.");
    }

    async fn signing_in_again_replaces_the_browsers_session(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        let first = browser.cookie("latchkey").expect("signed in");
        server.account("grace@example.com", PASSWORD).await;
        browser.sign_in("grace@example.com", PASSWORD).await.leads_to("/account");
        assert_ne!(browser.cookie("latchkey").expect("signed in"), first);
        browser.get("/account").await.says("grace@example.com");
        let thief = server.browser();
        thief.plant("latchkey", &first);
        assert!(!thief.is_signed_in().await, "the earlier session has ended");
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM sessions").await, 1);
    }
}
