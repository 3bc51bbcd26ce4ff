//! `/logout`

use crate::support::{home::Home, on_both};

on_both! {
    async fn signing_out_ends_the_session(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        let kept = browser.cookie("latchkey").expect("signed in");
        let answer = browser.sign_out().await;
        answer.leads_to("/");
        let removal = answer.cookie("latchkey").expect("a removal");
        assert_eq!(removal, "latchkey=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
        assert!(!browser.is_signed_in().await);
        browser.plant("latchkey", &kept);
        assert!(!browser.is_signed_in().await, "a kept cookie is worth nothing");
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM sessions").await, 0);
    }

    async fn signing_out_twice_is_no_error(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        let kept = browser.cookie("latchkey").expect("signed in");
        browser.sign_out().await.leads_to("/");
        browser.sign_out().await.leads_to("/");
        browser.plant("latchkey", &kept);
        browser.sign_out().await.leads_to("/");
        let ended = "SELECT COUNT(*) FROM audit_events WHERE kind = 'session.ended'";
        assert_eq!(home.raw().await.number(ended).await, 1);
    }

    async fn a_link_cannot_sign_out(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        browser.get("/logout").await.leads_to("/account");
        server.browser().get("/logout").await.leads_to("/");
        assert!(browser.is_signed_in().await);
    }
}
