//! `/signup`

use crate::support::{OTHER_PASSWORD, PASSWORD, home::Home, on_both};

on_both! {
    async fn a_sign_up_is_answered_alike_for_known_and_unknown_addresses(home: &Home) {
        let server = home.serve().await;
        server.account("known@example.com", PASSWORD).await;
        let known = server.browser().sign_up("known@example.com", OTHER_PASSWORD).await;
        let fresh = server.browser().sign_up("fresh@example.com", OTHER_PASSWORD).await;
        known.leads_to("/signup/check-email");
        fresh.leads_to("/signup/check-email");
        assert_eq!(known.body, fresh.body);
        let names = |answer: &crate::support::answer::Answer| {
            answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(names(&known), names(&fresh));
        server.browser().get("/signup/check-email").await.is(200).is_a_page().says("Check your email");

        let known = server.browser().fetch("/signup", &form("known@example.com")).await;
        let fresh = server.browser().fetch("/signup", &form("newer@example.com")).await;
        assert_eq!((known.status, &known.body, names(&known)), (fresh.status, &fresh.body, names(&fresh)));
    }

    async fn the_owner_of_a_known_address_hears_of_it_by_mail_and_nothing_changes(home: &Home) {
        let server = home.serve().await;
        server.account("Ada@Example.com", PASSWORD).await;
        server.browser().sign_up("ada@example.com", OTHER_PASSWORD).await.is(303);
        let subjects = server.subjects_to("Ada@Example.com").await;
        assert_eq!(subjects, ["You already have a Latchkey account"], "to the stored address");
        assert!(server.subjects_to("ada@example.com").await.is_empty(), "nothing to the typed one");
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM registrations").await, 0);
        server.browser().sign_in("ada@example.com", PASSWORD).await.leads_to("/account");
        server.browser().sign_in("ada@example.com", OTHER_PASSWORD).await.is(422);
    }

    async fn a_duplicate_address_in_other_case_or_unicode_form_is_the_same_address(home: &Home) {
        let server = home.serve().await;
        server.account("Zo\u{eb}@B\u{fc}cher.example", PASSWORD).await;
        for typed in ["zo\u{eb}@b\u{fc}cher.example", "ZOE\u{308}@xn--bcher-kva.EXAMPLE", " zo\u{eb}@b\u{fc}cher.example "] {
            server.browser().sign_up(typed, OTHER_PASSWORD).await.leads_to("/signup/check-email");
        }
        let mut raw = home.raw().await;
        assert_eq!(raw.number("SELECT COUNT(*) FROM registrations").await, 0);
        assert_eq!(raw.number("SELECT COUNT(*) FROM accounts").await, 1);
        assert_eq!(server.subjects_to("Zo\u{eb}@B\u{fc}cher.example").await.len(), 3);

        for typed in ["new@example.com", "NEW@Example.COM", " nEw@EXAMPLE.com "] {
            server.browser().sign_up(typed, OTHER_PASSWORD).await.leads_to("/signup/check-email");
        }
        assert_eq!(raw.number("SELECT COUNT(*) FROM registrations").await, 1, "the last one counts");
        assert_eq!(raw.number("SELECT COUNT(*) FROM one_time_links").await, 1);
    }

    async fn a_later_sign_up_replaces_an_earlier_one(home: &Home) {
        let server = home.serve().await;
        let attacker = server.browser();
        attacker.sign_up("ada@example.com", "the attackers password").await.is(303);
        let planted = server.confirmation_link("ada@example.com").await;
        home.clock.advance(std::time::Duration::from_secs(1));
        let ada = server.browser();
        ada.sign_up("ada@example.com", PASSWORD).await.is(303);
        let own = server.confirmation_link("ada@example.com").await;
        assert_ne!(planted, own);
        attacker.get(&planted).await.is(404).is_a_page().says("This link doesn");
        attacker.confirm(&planted).await.is(404).is_a_page();
        ada.confirm(&own).await.leads_to("/account");
        server.browser().sign_in("ada@example.com", "the attackers password").await.is(422);
        server.browser().sign_in("ada@example.com", PASSWORD).await.leads_to("/account");
    }

    async fn nobody_floods_a_mailbox_with_sign_ups(home: &Home) {
        let server = home.serve().await;
        server.account("known@example.com", PASSWORD).await;
        for email in ["known@example.com", "new@example.com"] {
            for _ in 0..8 {
                server.browser().sign_up(email, PASSWORD).await.leads_to("/signup/check-email");
            }
            assert_eq!(server.subjects_to(email).await.len(), 5, "{email}");
        }
        home.clock.advance(std::time::Duration::from_hours(1));
        server.browser().sign_up("new@example.com", PASSWORD).await.leads_to("/signup/check-email");
        assert_eq!(server.subjects_to("new@example.com").await.len(), 6);
    }

    async fn a_sign_up_signs_nobody_in(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        browser.sign_up("ada@example.com", PASSWORD).await.leads_to("/signup/check-email");
        assert!(browser.cookie("latchkey").is_none());
        assert!(!browser.is_signed_in().await);
        browser.sign_in("ada@example.com", PASSWORD).await.is(422);
    }

    async fn what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(home: &Home) {
        let server = home.serve().await;
        let before = home.rows().await;
        let browser = server.browser();
        let page = browser.post("/signup", &[("email", ""), ("name", ""), ("password", "")]).await;
        page.is(422).is_a_page().says("Type your email address.").says("Type your name.").says("Type your password.");

        let page = browser.post("/signup", &[("email", "ada"), ("name", "A\u{202e}da"), ("password", "short")]).await;
        page.is(422).is_a_page().says("Type an email address like").says("Leave out line breaks");
        page.says("Use at least 15 characters").says("value=\"ada\"").hides("value=\"short\"");

        let (long_name, long_password) = ("n".repeat(101), "p".repeat(257));
        let page = browser.post("/signup", &[("email", "a@b.example"), ("name", &long_name), ("password", &long_password)]).await;
        page.is(422).is_a_page().says("Use at most 100 characters.").says("Use at most 256 characters.");
        page.hides(&long_password);

        for email in ["ada@localhost", "a b@example.com", "Ada <ada@example.com>", "ada@example.com\r\nBcc: x@y.example", "ada@[127.0.0.1]", "\"a b\"@example.com"] {
            browser.sign_up(email, PASSWORD).await.is(422).is_a_page().says("Type an email address like");
        }
        assert_eq!(home.rows().await, before);
        assert!(server.mails().await.is_empty());
    }

    async fn what_was_typed_comes_back_as_text_and_never_as_markup(home: &Home) {
        let server = home.serve().await;
        let name = "\"><script>alert(1)</script>";
        let page = server.browser().post("/signup", &[("email", "x\"'<b>"), ("name", name), ("password", "short")]).await;
        page.is(422).hides("<script>alert(1)").hides("'<b>\"");

        let browser = server.browser();
        browser.post("/signup", &[("email", "ada@example.com"), ("name", "<img src=x>"), ("password", PASSWORD)]).await.is(303);
        let link = server.confirmation_link("ada@example.com").await;
        browser.confirm(&link).await.leads_to("/account");
        browser.get("/account").await.is(200).hides("<img src=x>").says("&lt;img src=x&gt;");
    }

    async fn closed_sign_up_says_so_and_keeps_nothing(home: &Home) {
        let server = home.serve_with(&[("accounts.signup", "closed")]).await;
        let before = home.rows().await;
        let browser = server.browser();
        browser.get("/signup").await.is(403).is_a_page().says("Sign-up is closed");
        browser.sign_up("ada@example.com", PASSWORD).await.is(403).is_a_page().says("Sign-up is closed");
        browser.fetch("/signup", &form("ada@example.com")).await.is(403).says("sign_up_closed");
        browser.get("/login").await.is(200).hides("href=\"/signup\"");
        browser.get("/").await.is(200).hides("href=\"/signup\"");
        assert_eq!(home.rows().await, before);
        assert!(server.mails().await.is_empty());
    }

    async fn concurrent_sign_ups_for_one_address_leave_one(home: &Home) {
        let server = home.serve().await;
        let browsers: Vec<_> = (0..12).map(|_| server.browser()).collect();
        let all = browsers.iter().map(|browser| browser.sign_up("ada@example.com", PASSWORD));
        for answer in futures_util::future::join_all(all).await {
            answer.leads_to("/signup/check-email");
        }
        let mut raw = home.raw().await;
        assert_eq!(raw.number("SELECT COUNT(*) FROM registrations").await, 1);
        assert_eq!(raw.number("SELECT COUNT(*) FROM one_time_links").await, 1);
    }
}

fn form(email: &str) -> [(&str, &str); 3] {
    [
        ("email", email),
        ("name", "Ada Lovelace"),
        ("password", OTHER_PASSWORD),
    ]
}
