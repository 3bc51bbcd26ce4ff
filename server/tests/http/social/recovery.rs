//! Getting an account back from somebody who connected an identity of theirs to it, and accounts whose
//! providers are gone.

use std::time::Duration;

use super::{GITHUB, GOOGLE, arrival_of, born_elsewhere, by, connected};
use crate::support::{
    OTHER_PASSWORD, PASSWORD,
    browser::{TestBrowser, token_of},
    home::Home,
    on_both,
    server::TestServer,
};

const ADA: &str = "ada@example.com";
const THIEF: &str = "thief@example.org";
const RESET: &str = "/reset-password";

/// A link that sets a new password, asked for by mail.
async fn reset_link(server: &TestServer, browser: &TestBrowser) -> String {
    browser
        .post("/forgot-password", &[("email", ADA)])
        .await
        .is(303);
    server.confirmation_link(ADA).await
}

on_both! {
    async fn a_reset_disconnects_what_signs_in_besides_unless_that_is_to_stay(home: &Home) {
        let server = home.serve().await;
        let thief = server.signed_in(ADA).await;
        by(&thief, GITHUB, "connect", THIEF).await.is(303);
        let owner = server.browser();
        for (stays, subject) in [(true, "GitHub (somebody)"), (false, "")] {
            home.clock.advance(Duration::from_mins(1));
            let link = reset_link(&server, &owner).await;
            let page = owner.get(&link).await;
            page.is(200).is_a_page().says("These sign in to your account too:").says("GitHub").says("Disconnect them");
            assert!(page.body.contains("name=\"disconnect\" value=\"on\" checked"), "{}", page.body);
            let mut fields = vec![("token", token_of(&link)), ("new_password", "short")];
            if !stays {
                fields.push(("disconnect", "on"));
            }
            let refused = owner.post(RESET, &fields).await;
            refused.is(422);
            assert_eq!(refused.body.contains("value=\"on\" checked"), !stays, "what was chosen stays chosen");
            home.clock.advance(Duration::from_secs(1));
            fields[1].1 = if stays { PASSWORD } else { OTHER_PASSWORD };
            owner.post(RESET, &fields).await.leads_to("/login?reset");
            let mail = server.mail_to(ADA).await;
            let text = app::text::mail::write(mail.content.message().expect("a text"), &server.url).plain();
            assert_eq!(text.contains("What else signs in to your account: GitHub ("), stays, "{text}");
            assert!(text.contains(subject), "{text}");
            let answer = by(&server.browser(), GITHUB, "sign_in", THIEF).await;
            assert_eq!(answer.location() == "/account", stays, "{answer:?}");
        }
        let sql = "SELECT COUNT(*) FROM audit_events WHERE kind = 'identity.disconnected'";
        assert_eq!(home.raw().await.number(sql).await, 1);
        // Nothing is left that could be asked about.
        home.clock.advance(Duration::from_mins(1));
        let link = reset_link(&server, &owner).await;
        owner.get(&link).await.is(200).hides("These sign in to your account too:");
    }

    async fn undoing_a_change_of_address_disconnects_everything(home: &Home) {
        let server = home.serve().await;
        let thief = server.signed_in(ADA).await;
        by(&thief, GOOGLE, "connect", "before@example.org").await.is(303);
        home.clock.advance(Duration::from_mins(1));
        thief.post("/account/email", &[("new_email", THIEF)]).await.is(303);
        thief.confirm(&server.confirmation_link(THIEF).await).await.is(303);
        let undo = server.confirmation_link(ADA).await;
        home.clock.advance(Duration::from_mins(1));
        by(&thief, GITHUB, "connect", THIEF).await.is(303);
        assert_eq!(connected(&thief).await.len(), 2);
        let owner = server.browser();
        owner.get(&undo).await.is(200).says("accounts elsewhere are disconnected");
        owner.post("/undo-email-change", &[("token", token_of(&undo))]).await.is(303);
        for (door, email) in [(GITHUB, THIEF), (GOOGLE, "before@example.org")] {
            let answer = by(&thief, door, "sign_in", email).await;
            assert!(answer.location().starts_with("/signup/finish?arrival="), "{answer:?}");
        }
    }

    async fn an_address_that_reading_changes_is_not_vouched_for(home: &Home) {
        let server = home.serve().await;
        // The Kelvin sign, which normalisation takes for a K; a full-width letter in the domain.
        for (number, written) in ["vi\u{212a}@example.org", "bob@\u{ff45}xample.org"].into_iter().enumerate() {
            let browser = server.browser();
            let answer = by(&browser, GITHUB, "sign_in", written).await;
            let arrival = arrival_of(&answer);
            let fields = [("arrival", arrival.as_str()), ("email", written), ("name", "Vik")];
            browser.post("/signup/finish", &fields).await.leads_to("/signup/check-email");
            assert!(!browser.is_signed_in().await);
            let mut raw = home.raw().await;
            assert_eq!(raw.number("SELECT COUNT(*) FROM accounts").await, 0, "{number}");
        }
    }

    async fn an_account_is_made_under_the_spelling_that_is_vouched_for_and_its_owner_hears_of_it(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        let answer = by(&browser, GITHUB, "sign_in", ADA).await;
        let arrival = arrival_of(&answer);
        let fields = [("arrival", arrival.as_str()), ("email", "ADA@Example.com"), ("name", "Ada")];
        browser.post("/signup/finish", &fields).await.leads_to("/account");
        let sql = format!("SELECT COUNT(*) FROM emails WHERE address = '{ADA}'");
        assert_eq!(home.raw().await.number(&sql).await, 1);
        let mail = server.mail_to(ADA).await;
        let text = app::text::mail::write(mail.content.message().expect("a text"), &server.url);
        assert_eq!(text.subject, "Your new Latchkey account");
        for part in ["by signing in with GitHub", "Firefox on Linux", "127.0.0.1", "/forgot-password"] {
            assert!(text.plain().contains(part), "{part}: {}", text.plain());
        }
    }

    async fn what_is_not_configured_any_more_is_no_way_in(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        born_elsewhere(&browser, GITHUB, ADA).await;
        home.clock.advance(Duration::from_secs(1));
        by(&browser, GOOGLE, "connect", ADA).await.is(303);
        let ids = connected(&browser).await;
        home.raw().await.run("UPDATE identities SET provider = 'gone' WHERE provider = 'google'").await;
        browser.get("/account/connections").await.is(200).says("Not set up here any more");
        let disconnect = "/account/connections/disconnect";
        browser.post(disconnect, &[("id", &ids[0])]).await.is(409).says("This is the only way into your account");
        browser.post(disconnect, &[("id", &ids[1])]).await.is(303);
        home.raw().await.run("UPDATE identities SET provider = 'gone'").await;
        home.clock.advance(Duration::from_mins(15));
        browser.get("/account/confirm").await.is(200).says("Set a password by a link that we mail you").hides("Type your password");
    }
}
