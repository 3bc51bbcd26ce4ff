//! `/forgot-password` and `/reset-password`

use std::time::Duration;

use futures_util::future::join_all;

use crate::support::{
    OTHER_PASSWORD, PASSWORD, answer::Answer, browser::TestBrowser, home::Home, on_both,
    server::TestServer,
};

const ADA: &str = "ada@example.com";

async fn ask(browser: &TestBrowser, email: &str) -> Answer {
    browser.post("/forgot-password", &[("email", email)]).await
}

/// The token of the newest mail to Ada.
async fn token(server: &TestServer) -> String {
    let link = server.confirmation_link(ADA).await;
    link.strip_prefix("/reset-password?token=")
        .expect("a reset link")
        .to_owned()
}

async fn set(browser: &TestBrowser, token: &str, password: &str) -> Answer {
    browser
        .post(
            "/reset-password",
            &[("token", token), ("new_password", password)],
        )
        .await
}

on_both! {
    async fn a_mailed_link_sets_a_new_password_and_ends_every_session(home: &Home) {
        let server = home.serve().await;
        let lost = server.signed_in(ADA).await;
        let other = server.another_browser_of(ADA).await;
        let browser = server.browser();
        browser.get("/forgot-password").await.is(200).is_a_page().says(">Email<").says(">Send reset link<");
        ask(&browser, ADA).await.leads_to("/forgot-password/check-email");
        browser.get("/forgot-password/check-email").await.is(200).says("Check your email");
        let token = token(&server).await;
        let page = browser.get(&format!("/reset-password?token={token}")).await;
        page.is(200).is_a_page().says(">New password<").says(">Set password<").says(ADA);
        set(&browser, &token, OTHER_PASSWORD).await.leads_to("/login?reset");
        browser.get("/login?reset").await.is(200).says("Your new password is set.");
        assert!(!lost.is_signed_in().await && !other.is_signed_in().await);
        assert!(!browser.is_signed_in().await, "a reset signs nobody in");
        browser.sign_in(ADA, PASSWORD).await.is(422);
        browser.sign_in(ADA, OTHER_PASSWORD).await.leads_to("/account");
        let subjects = server.subjects_to(ADA).await;
        assert!(subjects.contains(&"Your Latchkey password was changed".to_owned()), "{subjects:?}");
        let mut raw = home.raw().await;
        for (kind, times) in [("password.reset_requested", 1), ("password.reset", 1), ("session.ended", 2)] {
            let sql = format!("SELECT COUNT(*) FROM audit_events WHERE kind = '{kind}'");
            assert_eq!(raw.number(&sql).await, times, "{kind}");
        }
    }

    async fn looking_at_a_link_does_not_use_it(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        ask(&server.browser(), ADA).await;
        let token = token(&server).await;
        for _ in 0..3 {
            server.browser().get(&format!("/reset-password?token={token}")).await.is(200);
        }
        set(&server.browser(), &token, OTHER_PASSWORD).await.is(303);
    }

    async fn a_link_works_once(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        ask(&server.browser(), ADA).await;
        let token = token(&server).await;
        let browsers: Vec<_> = (0..10).map(|_| server.browser()).collect();
        let answers = join_all(browsers.iter().map(|browser| set(browser, &token, OTHER_PASSWORD))).await;
        let done = answers.iter().filter(|answer| answer.status == 303).count();
        let used = answers.iter().filter(|answer| answer.status == 410).count();
        assert_eq!((done, used), (1, 9));
        server.browser().get(&format!("/reset-password?token={token}")).await.is(410).says("This link has been used");
        let mut raw = home.raw().await;
        assert_eq!(raw.number("SELECT COUNT(*) FROM audit_events WHERE kind = 'password.reset'").await, 1);
    }

    async fn a_link_lives_one_hour(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        ask(&server.browser(), ADA).await;
        let token = token(&server).await;
        home.clock.advance(Duration::from_micros(3_600_000_000 - 1));
        server.browser().get(&format!("/reset-password?token={token}")).await.is(200);
        home.clock.advance(Duration::from_micros(1));
        server.browser().get(&format!("/reset-password?token={token}")).await.is(410).says("This link has expired");
        set(&server.browser(), &token, OTHER_PASSWORD).await.is(410);
        server.browser().sign_in(ADA, PASSWORD).await.is(303);
    }

    async fn a_foreign_or_cut_link_is_not_found(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        server.browser().sign_up("new@example.com", PASSWORD).await;
        let confirmation = server.confirmation_link("new@example.com").await;
        let confirmation = crate::support::browser::token_of(&confirmation).to_owned();
        ask(&server.browser(), ADA).await;
        let token = token(&server).await;
        for wrong in ["", "x", &token[..token.len() - 3], &format!("{token}x"), &confirmation] {
            server.browser().get(&format!("/reset-password?token={wrong}")).await.is(404).is_a_page();
            set(&server.browser(), wrong, OTHER_PASSWORD).await.is(404);
        }
        server.browser().confirm(&format!("/verify-email?token={token}")).await.is(404);
    }

    async fn a_used_link_takes_the_others_with_it(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        ask(&server.browser(), ADA).await;
        let first = token(&server).await;
        home.clock.advance(Duration::from_secs(1));
        ask(&server.browser(), ADA).await;
        let second = token(&server).await;
        assert_ne!(first, second);
        set(&server.browser(), &first, OTHER_PASSWORD).await.is(303);
        set(&server.browser(), &second, PASSWORD).await.is(404);
    }

    async fn known_and_unknown_addresses_get_the_same_answer_and_only_owners_get_mail(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        server.account("disabled@example.com", PASSWORD).await;
        home.disable("disabled@example.com").await;
        server.browser().sign_up("waiting@example.com", PASSWORD).await;
        let mails = server.mails().await.len();
        for email in [ADA, "ADA@Example.com", "disabled@example.com", "waiting@example.com", "nobody@example.com"] {
            ask(&server.browser(), email).await.leads_to("/forgot-password/check-email");
        }
        assert_eq!(server.mails().await.len(), mails + 2);
        assert_eq!(server.subjects_to(ADA).await.len(), 2);
        ask(&server.browser(), "nonsense").await.is(422).says("Type an email address like");
        ask(&server.browser(), "").await.is(422).says("Type your email address.");
    }

    async fn nobody_floods_a_mailbox(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        for _ in 0..10 {
            ask(&server.browser(), ADA).await.leads_to("/forgot-password/check-email");
        }
        assert_eq!(server.subjects_to(ADA).await.len(), 3);
        let token = token(&server).await;
        home.clock.advance(Duration::from_hours(1));
        ask(&server.browser(), ADA).await;
        assert_eq!(server.subjects_to(ADA).await.len(), 4);
        set(&server.browser(), &token, OTHER_PASSWORD).await.is(410);
    }

    async fn a_network_asks_for_sixty_links_an_hour(home: &Home) {
        let server = home.serve_with(&[("throttle.recoveries_per_address", "5")]).await;
        let browser = server.browser();
        for number in 0..5 {
            ask(&browser, "nonsense").await.is(422);
            ask(&browser, &format!("person{number}@example.com")).await.is(303);
        }
        let rows = home.rows().await;
        let held = ask(&browser, "person5@example.com").await;
        held.is(429).is_a_page().says("Try again in");
        assert_eq!(held.header("retry-after"), "3600");
        assert_eq!(home.rows().await, rows, "a flood fills no disk");
        home.clock.advance(Duration::from_hours(1));
        ask(&browser, "person5@example.com").await.is(303);
    }

    async fn nobody_makes_whoever_reset_it_wait(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        let owner = server.browser();
        ask(&owner, ADA).await.is(303);
        let token = token(&server).await;
        set(&owner, &token, OTHER_PASSWORD).await.leads_to("/login?reset");
        let stranger = server.browser();
        for _ in 0..6 {
            stranger.sign_in(ADA, PASSWORD).await.is(422);
        }
        stranger.sign_in(ADA, PASSWORD).await.is(429);
        owner.sign_in(ADA, OTHER_PASSWORD).await.leads_to("/account");
    }

    async fn a_reset_password_obeys_the_rules(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        ask(&server.browser(), ADA).await;
        let token = token(&server).await;
        for (password, says) in [("", "Type a new password."), ("fourteen chars", "Use at least 15 characters.")] {
            let page = set(&server.browser(), &token, password).await;
            page.is(422).is_a_page().says(says).says(&token);
        }
        set(&server.browser(), &token, &"x".repeat(257)).await.is(422).says("Use at most 256 characters.");
        set(&server.browser(), &token, OTHER_PASSWORD).await.is(303);
    }

    async fn a_reset_opens_what_failures_had_closed(home: &Home) {
        let server = home.serve_with(&[("throttle.known_browsers_only_from", "10"), ("throttle.address_failures", "1000")]).await;
        let thief = server.signed_in(ADA).await;
        thief.sign_out().await;
        for _ in 0..10 {
            home.clock.advance(Duration::from_mins(15));
            server.browser().sign_in(ADA, OTHER_PASSWORD).await.is(422);
        }
        let owner = server.browser();
        owner.sign_in(ADA, PASSWORD).await.is(429);
        ask(&owner, ADA).await;
        let token = token(&server).await;
        set(&owner, &token, OTHER_PASSWORD).await.is(303);
        owner.sign_in(ADA, OTHER_PASSWORD).await.leads_to("/account");
        // Browsers that were known before aren't any longer.
        let mut raw = home.raw().await;
        assert_eq!(raw.number("SELECT COUNT(*) FROM known_browsers").await, 1);
    }

    async fn the_script_gets_the_same(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        let browser = server.browser();
        let answer = browser.fetch("/forgot-password", &[("email", ADA)]).await;
        assert_eq!((answer.status, answer.location()), (200, "/forgot-password/check-email"));
        let token = token(&server).await;
        let answer = browser.fetch("/reset-password", &[("token", &token), ("new_password", "short")]).await;
        answer.is(422).says("\"new_password\"").says("too_short");
        let answer = browser.fetch("/reset-password", &[("token", &token), ("new_password", OTHER_PASSWORD)]).await;
        assert_eq!((answer.status, answer.location()), (200, "/login?reset"));
    }
}
