//! Who arrives, and what comes of it.

use super::{GITHUB, GOOGLE, arrival_of, born_elsewhere, by, connected, leave};
use crate::support::{PASSWORD, home::Home, on_both};

const ADA: &str = "ada@example.com";

async fn is_turned_away(home: &Home, policy: &str, heading: &str) {
    let server = home.serve_with(&[("accounts.signup", policy)]).await;
    let browser = server.browser();
    let answer = by(&browser, GITHUB, "sign_in", "nobody@example.com").await;
    answer.is(403).is_a_page();
    assert_eq!(answer.heading(), heading);
    assert!(!browser.is_signed_in().await);
    let mut raw = home.raw().await;
    assert_eq!(raw.number("SELECT COUNT(*) FROM arrivals").await, 0);
}

on_both! {
    async fn a_stranger_finishes_signing_up_and_comes_again(home: &Home) {
        let server = home.serve().await;
        for door in [GITHUB, GOOGLE] {
            let email = format!("{}@example.com", door.replace('/', "-"));
            let browser = server.browser();
            let answer = by(&browser, door, "sign_in", &email).await;
            let path = format!("/signup/finish?arrival={}", arrival_of(&answer));
            browser.get(&path).await.is(200).is_a_page().says(&email);
            // Nobody else's business.
            server.browser().get(&path).await.is(410).is_a_page();
            assert!(!browser.is_signed_in().await);
            let arrival = arrival_of(&answer);
            let fields = [("arrival", arrival.as_str()), ("email", email.as_str()), ("name", "Ada")];
            server.browser().post("/signup/finish", &fields).await.is(410).is_a_page();
            browser.post("/signup/finish", &fields).await.leads_to("/account");
            assert!(browser.is_signed_in().await);
            // Done once.
            for again in [browser.post("/signup/finish", &fields).await, browser.get(&path).await] {
                again.is(410).is_a_page().says("You are signed in already").says("href=\"/account\"").hides("Start again");
            }
            browser.fetch("/signup/finish", &fields).await.is(410).says("nothing left to do here");
            let german = browser.asks("GET", &path).with("accept-language", "de").send().await;
            german.is(410).says("Du bist schon angemeldet").says("Hier ist nichts mehr zu tun");
            let again = server.browser();
            by(&again, door, "sign_in", &email).await.leads_to("/account");
            assert!(again.is_signed_in().await);
        }
    }

    async fn who_finishes_twice_is_told_that_they_have_an_account(home: &Home) {
        let server = home.serve().await;
        let (first, second) = (server.browser(), server.browser());
        let mut arrivals = Vec::new();
        for browser in [&first, &second] {
            arrivals.push(arrival_of(&by(browser, GITHUB, "sign_up", ADA).await));
        }
        // A third one only claims an address, and has it confirmed too late.
        let third = server.browser();
        let late = arrival_of(&by(&third, GITHUB, "sign_up", ADA).await);
        let other = [("arrival", late.as_str()), ("email", "other@example.com"), ("name", "Ada")];
        third.post("/signup/finish", &other).await.leads_to("/signup/check-email");
        let fields = |arrival| [("arrival", arrival), ("email", ADA), ("name", "Ada")];
        first.post("/signup/finish", &fields(arrivals[0].as_str())).await.leads_to("/account");
        second.post("/signup/finish", &fields(arrivals[1].as_str())).await.leads_to("/login?known=github");
        second.get("/login?known=github").await.is(200).says("Your account at GitHub signs you in here already.");
        second.get("/login?known=nobody").await.is(200).hides("signs you in here already");
        let link = server.confirmation_link("other@example.com").await;
        third.confirm(&link).await.is(409).is_a_page().says("You have an account already");
        assert!(!third.is_signed_in().await);
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM accounts").await, 1);
    }

    async fn an_address_that_nobody_vouches_for_is_confirmed_first(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        let answer = leave(&browser, GITHUB, &[("intent", "sign_up")]).await.comes_back_as("emmy", "").await;
        let arrival = arrival_of(&answer);
        let fields = [("arrival", arrival.as_str()), ("email", "emmy@example.com"), ("name", "Emmy")];
        browser.post("/signup/finish", &fields).await.leads_to("/signup/check-email");
        let link = server.confirmation_link("emmy@example.com").await;
        // There is no password that could be typed elsewhere.
        server.browser().get(&link).await.is(403).is_a_page();
        server.browser().confirm(&link).await.is(403).is_a_page();
        browser.confirm(&link).await.leads_to("/account");
        let again = server.browser();
        leave(&again, GITHUB, &[("intent", "sign_in")]).await.comes_back_as("emmy", "").await.leads_to("/account");
        assert!(again.is_signed_in().await);
    }

    async fn linking_never_happens_by_e_mail_alone(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        let browser = server.browser();
        let answer = by(&browser, GITHUB, "sign_in", ADA).await;
        assert!(answer.location().starts_with("/login?connect="), "{answer:?}");
        assert!(!browser.is_signed_in().await);
        // An unverified one is never matched, and tells nothing.
        let fields = [("intent", "sign_in")];
        let claimed = leave(&browser, GITHUB, &fields).await.comes_back_as("charles", "").await;
        assert!(claimed.location().starts_with("/signup/finish?arrival="), "{claimed:?}");
    }

    async fn whoever_has_an_account_signs_in_to_connect_it(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        let browser = server.browser();
        let answer = by(&browser, GITHUB, "sign_in", ADA).await;
        let page = browser.get(answer.location()).await;
        page.is(200).is_a_page().says("You already have an account: sign in to connect it.").says(&format!("value=\"{ADA}\""));
        // Where they come from isn't another way in.
        page.says("Sign in with Google").hides("Sign in with GitHub");
        let arrival = arrival_of(&answer);
        let wrong = [("email", ADA), ("password", "not the right one at all"), ("next", ""), ("arrival", arrival.as_str())];
        // What waits is still said beside the problem.
        browser.post("/login", &wrong).await.is(422).says("You already have an account").hides("Sign in with GitHub");
        let right = [("email", ADA), ("password", PASSWORD), ("next", ""), ("arrival", arrival.as_str())];
        browser.post("/login", &right).await.leads_to("/account/connections?connected=github");
        let subjects = server.subjects_to(ADA).await;
        assert!(subjects.iter().any(|subject| subject == "GitHub was connected to your account"), "{subjects:?}");
        by(&server.browser(), GITHUB, "sign_in", ADA).await.leads_to("/account");
    }

    async fn what_waits_is_connected_only_to_the_account_of_its_address(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        server.account("ben@example.com", PASSWORD).await;
        let browser = server.browser();
        let arrival = arrival_of(&by(&browser, GITHUB, "sign_in", ADA).await);
        let fields = [("email", "ben@example.com"), ("password", PASSWORD), ("next", ""), ("arrival", arrival.as_str())];
        browser.post("/login", &fields).await.leads_to("/account/connections?not-connected=github");
        assert!(connected(&browser).await.is_empty());
        // Another browser can't use it either.
        let other = server.browser();
        let fields = [("email", ADA), ("password", PASSWORD), ("next", ""), ("arrival", arrival.as_str())];
        other.post("/login", &fields).await.leads_to("/account/connections?too-late=");
        assert!(connected(&other).await.is_empty());
    }

    async fn what_waits_is_connected_after_signing_in_elsewhere_too(home: &Home) {
        let server = home.serve().await;
        born_elsewhere(&server.browser(), GITHUB, ADA).await;
        let browser = server.browser();
        let arrival = arrival_of(&by(&browser, GOOGLE, "sign_in", ADA).await);
        let fields = [("intent", "sign_in"), ("arrival", arrival.as_str())];
        let away = leave(&browser, GITHUB, &fields).await;
        away.comes_back_as("address", ADA).await.leads_to("/account/connections?connected=google");
        assert_eq!(connected(&browser).await.len(), 2);
    }

    async fn where_sign_up_is_closed_it_is_said_so(home: &Home) {
        is_turned_away(home, "closed", "Sign-up is closed").await;
    }

    async fn where_sign_up_is_by_invitation_it_is_said_so(home: &Home) {
        is_turned_away(home, "invite", "Sign-up is by invitation").await;
    }

    async fn a_disabled_account_is_told_so(home: &Home) {
        let server = home.serve().await;
        born_elsewhere(&server.browser(), GITHUB, ADA).await;
        home.disable(ADA).await;
        let browser = server.browser();
        by(&browser, GITHUB, "sign_in", ADA).await.is(403).is_a_page().says("This account is disabled");
        assert!(!browser.is_signed_in().await);
    }

    async fn stay_signed_in_counts_for_providers_too(home: &Home) {
        let server = home.serve().await;
        born_elsewhere(&server.browser(), GITHUB, ADA).await;
        for (fields, persistent) in [(vec![("intent", "sign_in")], 0), (vec![("intent", "sign_in"), ("stay", "on")], 1)] {
            let browser = server.browser();
            leave(&browser, GITHUB, &fields).await.comes_back_as("address", ADA).await.leads_to("/account");
            let sql = "SELECT COUNT(*) FROM sessions WHERE persistent";
            assert_eq!(home.raw().await.number(sql).await, persistent);
        }
    }
}
