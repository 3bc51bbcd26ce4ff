//! `/account/connections`: connecting, disconnecting, and proving again who one is.

use std::time::Duration;

use futures_util::future::join;

use super::{GITHUB, GOOGLE, born_elsewhere, by, connected, leave};
use crate::support::{PASSWORD, home::Home, on_both};

const ADA: &str = "ada@example.com";
const CONNECTIONS: &str = "/account/connections";
const DISCONNECT: &str = "/account/connections/disconnect";
const CONNECT: &[(&str, &str)] = &[("intent", "connect")];

on_both! {
    async fn an_owner_connects_and_disconnects_and_hears_of_it(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        browser.get(CONNECTIONS).await.is(200).is_a_page().says("Nothing is connected yet.");
        by(&browser, GITHUB, "connect", "octo@example.org").await.leads_to("/account/connections?connected=github");
        by(&browser, GITHUB, "connect", "octo@example.org").await.leads_to("/account/connections?there=github");
        let ids = connected(&browser).await;
        assert_eq!(ids.len(), 1);
        let path = format!("{DISCONNECT}?id={}", ids[0]);
        browser.get(&path).await.is(200).is_a_page().says("Disconnect GitHub?");
        assert_eq!(connected(&browser).await.len(), 1);
        browser.post(DISCONNECT, &[("id", &ids[0])]).await.leads_to("/account/connections?disconnected=github");
        assert!(connected(&browser).await.is_empty());
        browser.post(DISCONNECT, &[("id", &ids[0])]).await.is(404);
        let subjects = server.subjects_to(ADA).await;
        for subject in ["GitHub was connected to your account", "GitHub was disconnected from your account"] {
            assert_eq!(subjects.iter().filter(|there| *there == subject).count(), 1, "{subjects:?}");
        }
        // Which one, when, from where, and where to look.
        let texts = server.texts_to(ADA).await;
        for done in ["was connected to your account on", "was disconnected from your account on"] {
            let text = texts.iter().find(|text| text.contains(done)).expect("a mail says so");
            let there = format!("{}/account/connections", server.url);
            for part in ["An account at GitHub, somebody", "from 127.0.0.1", &there] {
                assert!(text.contains(part), "{part}: {text}");
            }
        }
        for kind in ["identity.connected", "identity.disconnected"] {
            let sql = format!("SELECT COUNT(*) FROM audit_events WHERE kind = '{kind}'");
            assert_eq!(home.raw().await.number(&sql).await, 1);
        }
    }

    async fn a_notice_that_the_list_contradicts_is_not_shown(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        by(&browser, GITHUB, "connect", "octo@example.org").await.is(303);
        for (word, sentence, of_those) in [
            ("connected", "is connected.", "github"),
            ("there", "was connected already.", "github"),
            ("disconnected", "is disconnected.", "google"),
            ("not-connected", "was not connected:", "google"),
        ] {
            for provider in ["github", "google", "nobody"] {
                let page = browser.get(&format!("{CONNECTIONS}?{word}={provider}")).await;
                page.is(200);
                if provider == of_those { page.says(sentence) } else { page.hides(sentence) };
            }
        }
    }

    async fn an_identity_that_is_connected_elsewhere_is_refused(home: &Home) {
        let server = home.serve().await;
        born_elsewhere(&server.browser(), GITHUB, "octo@example.org").await;
        let browser = server.signed_in(ADA).await;
        let answer = by(&browser, GITHUB, "connect", "octo@example.org").await;
        answer.is(409).is_a_page().says("connected elsewhere");
        assert!(connected(&browser).await.is_empty());
    }

    async fn connecting_and_disconnecting_ask_for_fresh_authentication(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        by(&browser, GITHUB, "connect", "octo@example.org").await.is(303);
        let ids = connected(&browser).await;
        home.clock.advance(Duration::from_mins(15));
        let confirm = "/account/confirm?next=/account/connections";
        browser.post(GOOGLE, CONNECT).await.leads_to(confirm);
        browser.post(DISCONNECT, &[("id", &ids[0])]).await.leads_to(confirm);
        browser.get(&format!("{DISCONNECT}?id={}", ids[0])).await.leads_to(confirm);
        assert_eq!(connected(&browser).await.len(), 1);
        // The provider that is connected proves it as well as the password.
        browser.get(confirm).await.is(200).says("Continue with GitHub").hides("Continue with Google");
        let fields = [("intent", "confirm"), ("next", CONNECTIONS)];
        leave(&browser, GITHUB, &fields).await.comes_back_as("address", "octo@example.org").await.leads_to(CONNECTIONS);
        browser.post(DISCONNECT, &[("id", &ids[0])]).await.leads_to("/account/connections?disconnected=github");
    }

    async fn a_session_is_as_fresh_as_the_proof_at_the_provider(home: &Home) {
        let server = home.serve().await;
        born_elsewhere(&server.browser(), GOOGLE, ADA).await;
        let browser = server.browser();
        let back = leave(&browser, GOOGLE, &[("intent", "sign_in")]).await.choose("address", ADA).await;
        home.clock.advance(Duration::from_secs(50));
        browser.get(&back).await.leads_to("/account");
        // A quarter of an hour after the proof, not after the sign-in.
        home.clock.advance(Duration::from_secs(15 * 60 - 51));
        browser.get("/account/email").await.is(200);
        home.clock.advance(Duration::from_secs(1));
        browser.get("/account/email").await.leads_to("/account/confirm?next=/account/email");
    }

    async fn another_identity_proves_nothing(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        by(&browser, GITHUB, "connect", "octo@example.org").await.is(303);
        born_elsewhere(&server.browser(), GITHUB, "thief@example.org").await;
        home.clock.advance(Duration::from_mins(15));
        for email in ["thief@example.org", "nobody@example.org"] {
            let answer = by(&browser, GITHUB, "confirm", email).await;
            answer.is(403).is_a_page().says("isn't connected to yours");
        }
        browser.get("/account/email").await.leads_to("/account/confirm?next=/account/email");
    }

    async fn who_was_signed_out_meanwhile_connects_nothing(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let away = leave(&browser, GITHUB, CONNECT).await;
        browser.sign_out().await;
        away.comes_back_as("address", "octo@example.org").await.is(403).is_a_page().says("signed out meanwhile");
        // Or somebody else sits there by now.
        browser.sign_in(ADA, PASSWORD).await.leads_to("/account");
        let away = leave(&browser, GITHUB, CONNECT).await;
        server.account("ben@example.com", PASSWORD).await;
        browser.sign_in("ben@example.com", PASSWORD).await.leads_to("/account");
        away.comes_back_as("address", "octo@example.org").await.is(403).is_a_page().says("Another account");
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM identities").await, 0);
        server.browser().post(GITHUB, CONNECT).await.leads_to("/login?next=/account/connections");
    }

    async fn connecting_survives_a_session_that_was_begun_anew(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let away = leave(&browser, GITHUB, CONNECT).await;
        browser.sign_in(ADA, PASSWORD).await.leads_to("/account");
        away.comes_back_as("address", "octo@example.org").await.leads_to("/account/connections?connected=github");
    }

    async fn the_last_way_in_stays(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        born_elsewhere(&browser, GITHUB, ADA).await;
        let ids = connected(&browser).await;
        browser.get(CONNECTIONS).await.is(200).says("This is the only way into your account");
        browser.post(DISCONNECT, &[("id", &ids[0])]).await.is(409).says("only way into your account");
        by(&browser, GOOGLE, "connect", ADA).await.leads_to("/account/connections?connected=google");
        // Two that go at once leave one.
        let ids = connected(&browser).await;
        let (first, second) = ([("id", ids[0].as_str())], [("id", ids[1].as_str())]);
        let gone = join(browser.post(DISCONNECT, &first), browser.post(DISCONNECT, &second)).await;
        let mut statuses = [gone.0.status, gone.1.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409]);
        assert_eq!(connected(&browser).await.len(), 1);
    }

    async fn a_person_without_a_password_sets_one(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        born_elsewhere(&browser, GITHUB, ADA).await;
        server.browser().sign_in(ADA, PASSWORD).await.is(422);
        home.clock.advance(Duration::from_mins(15));
        let confirm = "/account/confirm?next=/account/security";
        browser.get("/account/security").await.leads_to(confirm);
        browser.post("/account/security", &[("new_password", PASSWORD)]).await.leads_to(confirm);
        browser.get(confirm).await.is(200).hides("type=\"password\"");
        by(&browser, GITHUB, "confirm", ADA).await.leads_to("/account");
        browser.post("/account/security", &[("new_password", "short")]).await.is(422);
        browser.post("/account/security", &[("new_password", PASSWORD)]).await.leads_to("/account/security?set");
        browser.get("/account/security?set").await.is(200).says("Your password is set.");
        let subjects = server.subjects_to(ADA).await;
        assert!(subjects.iter().any(|subject| subject == "A password was set for your Latchkey account"), "{subjects:?}");
        assert!(!subjects.iter().any(|subject| subject.contains("changed")), "{subjects:?}");
        server.browser().sign_in(ADA, PASSWORD).await.leads_to("/account");
        // Once there is one, it has to be known.
        browser.post("/account/security", &[("new_password", "another one for the river")]).await.is(422);
        let ids = connected(&browser).await;
        browser.post(DISCONNECT, &[("id", &ids[0])]).await.leads_to("/account/connections?disconnected=github");
    }

    async fn nobody_disconnects_what_is_anothers(home: &Home) {
        let server = home.serve().await;
        let owner = server.browser();
        born_elsewhere(&owner, GITHUB, ADA).await;
        let ids = connected(&owner).await;
        let browser = server.signed_in("ben@example.com").await;
        browser.post(DISCONNECT, &[("id", &ids[0])]).await.is(404);
        browser.post(DISCONNECT, &[("id", "")]).await.is(404);
        server.browser().post(DISCONNECT, &[("id", &ids[0])]).await.leads_to("/login?next=/account/connections");
        assert_eq!(connected(&owner).await, ids);
    }
}
