//! `/account/confirm`

use std::time::Duration;

use crate::support::{OTHER_PASSWORD, PASSWORD, home::Home, on_both};

const ADA: &str = "ada@example.com";
const HERE: &str = "/account/confirm";

on_both! {
    async fn a_proof_is_fresh_for_fifteen_minutes(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        home.clock.advance(Duration::from_mins(15) - Duration::from_micros(1));
        browser.get("/account/email").await.is(200);
        browser.get(HERE).await.leads_to("/account");
        home.clock.advance(Duration::from_micros(1));
        browser.get("/account/email").await.leads_to("/account/confirm?next=/account/email");
        browser.get("/account/confirm?next=/account/email").await.is(200).is_a_page().says(">Password<").says(">Continue<").says(ADA);
        browser.get("/account").await.is(200);
    }

    async fn proving_it_again_cycles_the_session(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let other = server.another_browser_of(ADA).await;
        let before = browser.cookie("latchkey").expect("signed in");
        home.clock.advance(Duration::from_mins(20));
        browser.post(HERE, &[("password", PASSWORD), ("next", "/account/delete")]).await.leads_to("/account/delete");
        assert_ne!(browser.cookie("latchkey").expect("signed in"), before);
        let thief = server.browser();
        thief.plant("latchkey", &before);
        assert!(!thief.is_signed_in().await, "the old key is worth nothing");
        assert!(browser.is_signed_in().await && other.is_signed_in().await);
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM sessions").await, 2);
    }

    async fn a_wrong_password_proves_nothing_and_is_counted(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        home.clock.advance(Duration::from_mins(20));
        browser.post(HERE, &[("password", "")]).await.is(422).says("Type your password.");
        for _ in 0..6 {
            browser.post(HERE, &[("password", OTHER_PASSWORD)]).await.is(422).says("t your current password.").hides(OTHER_PASSWORD);
        }
        browser.post(HERE, &[("password", PASSWORD)]).await.is(429).says("Try again in 1 second.");
        browser.get("/account/email").await.is(303);
        assert!(browser.is_signed_in().await, "the session goes on");
    }

    async fn it_leads_nowhere_else(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        home.clock.advance(Duration::from_mins(20));
        for evil in ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"] {
            let query = url::form_urlencoded::byte_serialize(evil.as_bytes()).collect::<String>();
            browser.get(&format!("{HERE}?next={query}")).await.is(400).is_a_page();
            browser.post(HERE, &[("password", PASSWORD), ("next", evil)]).await.is(400).is_a_page();
        }
    }

    async fn nobody_who_is_signed_out_proves_anything_here(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        let nobody = server.browser();
        nobody.get("/account/confirm?next=/account/email").await.leads_to("/login?next=/account/email");
        nobody.post(HERE, &[("password", PASSWORD), ("next", "/account/email")]).await.leads_to("/login?next=/account/email");
        assert!(!nobody.is_signed_in().await);
    }
}
