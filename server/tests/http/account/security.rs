//! `/account/security`

use std::time::Duration;

use futures_util::future::{join, join_all};

use crate::support::{
    OTHER_PASSWORD, PASSWORD, answer::Answer, browser::TestBrowser, home::Home, on_both,
};

const ADA: &str = "ada@example.com";

async fn change(browser: &TestBrowser, current: &str, new: &str) -> Answer {
    browser
        .post(
            "/account/security",
            &[("current_password", current), ("new_password", new)],
        )
        .await
}

on_both! {
    async fn a_changed_password_ends_every_other_session(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let other = server.another_browser_of(ADA).await;
        let page = browser.get("/account/security").await;
        page.is(200).is_a_page().says(">Current password<").says(">New password<").says(">Change password<");
        change(&browser, PASSWORD, OTHER_PASSWORD).await.leads_to("/account/security?changed");
        browser.get("/account/security?changed").await.is(200).says("Your password is changed.");
        assert!(browser.is_signed_in().await && !other.is_signed_in().await);
        other.sign_in(ADA, PASSWORD).await.is(422);
        other.sign_in(ADA, OTHER_PASSWORD).await.leads_to("/account");
        let mail = server.mails().await.remove(0);
        let text = app::text::mail::write(mail.content.message().expect("a text"), &server.url);
        assert_eq!((mail.content.to(), text.subject.as_str()), (Some(ADA), "Your Latchkey password was changed"));
        let plain = text.plain();
        for part in ["Firefox on Linux", "127.0.0.1", "UTC", "/forgot-password"] {
            assert!(plain.contains(part), "{part}: {plain}");
        }
        let mut raw = home.raw().await;
        assert_eq!(raw.number("SELECT COUNT(*) FROM audit_events WHERE kind = 'password.changed'").await, 1);
        assert_eq!(raw.number("SELECT COUNT(*) FROM audit_events WHERE kind = 'session.ended'").await, 2);
    }

    async fn a_copied_cookie_is_worth_nothing_after_a_change(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let copied = browser.cookie("latchkey").expect("signed in");
        change(&browser, PASSWORD, OTHER_PASSWORD).await.leads_to("/account/security?changed");
        assert!(browser.is_signed_in().await);
        assert_ne!(browser.cookie("latchkey").expect("signed in"), copied);
        let thief = server.browser();
        thief.plant("latchkey", &copied);
        assert!(!thief.is_signed_in().await);
    }

    async fn the_current_password_is_no_new_one(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let before = home.raw().await.number("SELECT COUNT(*) FROM audit_events").await;
        change(&browser, PASSWORD, PASSWORD).await.is(422).says("That is your current password.");
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM audit_events").await, before);
    }

    async fn of_changes_at_once_one_counts(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let new: Vec<String> = (0..4).map(|n| format!("another good password number {n}")).collect();
        let answers = join_all(new.iter().map(|new| change(&browser, PASSWORD, new))).await;
        let changed: Vec<_> = answers.iter().zip(&new).filter(|(answer, _)| answer.status == 303 && answer.location().ends_with("changed")).collect();
        assert_eq!(changed.len(), 1, "{answers:?}");
        server.browser().sign_in(ADA, changed[0].1).await.leads_to("/account");
    }

    async fn a_reset_wins_over_a_change_in_flight(home: &Home) {
        let server = home.serve().await;
        let thief = server.signed_in(ADA).await;
        server.browser().post("/forgot-password", &[("email", ADA)]).await.is(303);
        let link = server.confirmation_link(ADA).await;
        let token = crate::support::browser::token_of(&link);
        let owner = server.browser();
        let reset = [("token", token), ("new_password", "the owner's own new words")];
        let (reset, _) = join(owner.post("/reset-password", &reset), change(&thief, PASSWORD, OTHER_PASSWORD)).await;
        // Either the change came first, and its link is gone, or the reset stands.
        if reset.status == 303 {
            owner.sign_in(ADA, "the owner's own new words").await.leads_to("/account");
            server.browser().sign_in(ADA, OTHER_PASSWORD).await.is(422);
        }
        assert!(matches!(reset.status, 303 | 404 | 410), "{reset:?}");
    }

    async fn sign_ins_in_flight_do_not_outlive_a_change(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let others: Vec<_> = (0..5).map(|_| server.browser()).collect();
        let signing_in = join_all(others.iter().map(|other| other.sign_in(ADA, PASSWORD)));
        join(signing_in, change(&browser, PASSWORD, OTHER_PASSWORD)).await;
        browser.is_signed_in().await;
        for other in &others {
            assert!(!other.is_signed_in().await, "the old password holds no session");
        }
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM sessions").await, 1);
    }

    async fn a_session_ended_meanwhile_changes_nothing(home: &Home) {
        let server = home.serve().await;
        let thief = server.signed_in(ADA).await;
        let owner = server.another_browser_of(ADA).await;
        let (changed, ended) = join(change(&thief, PASSWORD, OTHER_PASSWORD), owner.post("/account/sessions", &[("end", "others")])).await;
        assert!(matches!((changed.status, ended.status), (303, 303)), "{changed:?} {ended:?}");
        let stands = !changed.location().ends_with("changed");
        // Whoever was first: an ended session's change never counts.
        if stands {
            server.browser().sign_in(ADA, PASSWORD).await.leads_to("/account");
        } else {
            assert!(!owner.is_signed_in().await);
        }
    }

    async fn what_is_wrong_is_said_beside_its_field(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let page = change(&browser, "", "").await;
        page.is(422).is_a_page().says("Type your current password.").says("Type a new password.");
        let page = change(&browser, OTHER_PASSWORD, "fourteen chars").await;
        page.is(422).says("Use at least 15 characters.").hides(OTHER_PASSWORD);
        let page = change(&browser, OTHER_PASSWORD, "another good password").await;
        page.is(422).says("t your current password.").hides(OTHER_PASSWORD);
        browser.sign_out().await;
        browser.sign_in(ADA, PASSWORD).await.leads_to("/account");
    }

    async fn an_unattended_browser_can_not_guess_the_password(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        for _ in 0..6 {
            change(&browser, OTHER_PASSWORD, "another good password").await.is(422);
        }
        let held = change(&browser, PASSWORD, "another good password").await;
        held.is(429).is_a_page().says("Try again in 1 second.");
        home.clock.advance(Duration::from_secs(1));
        change(&browser, PASSWORD, "another good password").await.is(303);
    }

    async fn only_signed_in_people_change_a_password(home: &Home) {
        let server = home.serve().await;
        let nobody = server.browser();
        nobody.get("/account/security").await.leads_to("/login?next=/account/security");
        change(&nobody, PASSWORD, OTHER_PASSWORD).await.leads_to("/login?next=/account/security");
        let ended = server.signed_in(ADA).await;
        server.another_browser_of(ADA).await.post("/account/sessions", &[("end", "others")]).await.is(303);
        change(&ended, PASSWORD, OTHER_PASSWORD).await.leads_to("/login?next=/account/security");
        server.browser().sign_in(ADA, PASSWORD).await.is(303);
    }
}
