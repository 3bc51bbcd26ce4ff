//! `/account/email`, `/verify-email` for another address, and `/undo-email-change`

use std::time::Duration;

use futures_util::future::{join, join_all};

use crate::support::{
    OTHER_PASSWORD, PASSWORD,
    answer::Answer,
    browser::{TestBrowser, token_of},
    home::Home,
    on_both,
    server::TestServer,
};

const ADA: &str = "ada@example.com";
const NEW: &str = "countess@example.org";
const HOURS: fn(u64) -> Duration = Duration::from_hours;

async fn ask(browser: &TestBrowser, email: &str) -> Answer {
    browser
        .post("/account/email", &[("new_email", email)])
        .await
}

async fn undo(browser: &TestBrowser, link: &str) -> Answer {
    browser
        .post("/undo-email-change", &[("token", token_of(link))])
        .await
}

/// Changes the address and gives the link that undoes it.
async fn change(
    home: &Home,
    server: &TestServer,
    browser: &TestBrowser,
    (from, to): (&str, &str),
) -> String {
    ask(browser, to)
        .await
        .leads_to("/account/profile?email=sent");
    let link = server.confirmation_link(to).await;
    browser
        .confirm(&link)
        .await
        .leads_to("/account/profile?email=changed");
    let undo = server.confirmation_link(from).await;
    assert!(undo.starts_with("/undo-email-change?token="), "{undo}");
    home.clock.advance(Duration::from_secs(1));
    undo
}

async fn events(home: &Home, kind: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM audit_events WHERE kind = '{kind}'");
    home.raw().await.number(&sql).await
}

on_both! {
    async fn a_new_address_counts_once_it_is_confirmed(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        browser.get("/account/profile").await.is(200).says("href=\"/account/email\"");
        browser.get("/account/email").await.is(200).is_a_page().says(">New email<").says(">Change email<").says(ADA);
        ask(&browser, NEW).await.leads_to("/account/profile?email=sent");
        browser.get("/account/profile?email=sent").await.is(200).says("Check the mail of the new address").says(NEW).says(ADA);
        // Not yet.
        server.browser().sign_in(NEW, PASSWORD).await.is(422);
        server.browser().sign_in(ADA, PASSWORD).await.is(303);
        let link = server.confirmation_link(NEW).await;
        browser.get(&link).await.is(200).is_a_page().says(">Confirm email<").says(NEW);
        browser.confirm(&link).await.leads_to("/account/profile?email=changed");
        browser.get("/account/profile?email=changed").await.is(200).says("Your new address counts.").says(NEW).hides(ADA);
        server.browser().sign_in(ADA, PASSWORD).await.is(422);
        server.browser().sign_in(NEW, PASSWORD).await.leads_to("/account");
        assert_eq!(events(home, "email.change_requested").await, 1);
        assert_eq!(events(home, "email.changed").await, 1);
    }

    async fn the_old_address_hears_when_from_where_and_how_to_undo_it(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        change(home, &server, &browser, (ADA, NEW)).await;
        let mail = server.mail_to(ADA).await;
        let text = app::text::mail::write(mail.content.message().expect("a text"), &server.url);
        assert_eq!(text.subject, "Your Latchkey account has another email");
        let plain = text.plain();
        for part in ["c…@example.org", "Firefox on Linux", "127.0.0.1", "UTC", "3 days", "/undo-email-change?token="] {
            assert!(plain.contains(part), "{part}: {plain}");
        }
        assert!(!plain.contains(NEW), "the new address isn't told whole");
    }

    async fn the_old_address_can_undo_a_change_for_72_hours(home: &Home) {
        let server = home.serve().await;
        let thief = server.signed_in(ADA).await;
        let link = change(home, &server, &thief, (ADA, NEW)).await;
        home.clock.advance(Duration::from_secs(72 * 3600 - 2));
        let owner = server.browser();
        for _ in 0..2 {
            owner.get(&link).await.is(200).is_a_page().says(">Undo the change<");
        }
        let answer = undo(&owner, &link).await;
        let reset = answer.is(303).location().to_owned();
        assert!(reset.starts_with("/reset-password?token="), "{reset}");
        assert!(!thief.is_signed_in().await, "every session ends");
        owner.get(&reset).await.is(200).says(ADA);
        owner.post("/reset-password", &[("token", token_of(&reset)), ("new_password", OTHER_PASSWORD)]).await.leads_to("/login?reset");
        owner.sign_in(ADA, OTHER_PASSWORD).await.leads_to("/account");
        server.browser().sign_in(NEW, PASSWORD).await.is(422);
        server.browser().sign_in(NEW, OTHER_PASSWORD).await.is(422);
        for email in [ADA, NEW] {
            let subjects = server.subjects_to(email).await;
            assert!(subjects.contains(&"Your Latchkey account has its former email again".to_owned()), "{email}: {subjects:?}");
        }
        undo(&owner, &link).await.is(410).says("This link has been used");
        assert_eq!(events(home, "email.change_undone").await, 1);
    }

    async fn after_72_hours_a_change_stays(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let link = change(home, &server, &browser, (ADA, NEW)).await;
        home.clock.advance(HOURS(72));
        undo(&server.browser(), &link).await.is(410).says("This link has expired");
        server.browser().get(&link).await.is(410);
        server.browser().sign_in(NEW, PASSWORD).await.is(303);
    }

    async fn an_undo_goes_back_past_every_later_change(home: &Home) {
        let server = home.serve().await;
        let thief = server.signed_in(ADA).await;
        let first = change(home, &server, &thief, (ADA, NEW)).await;
        let second = change(home, &server, &thief, (NEW, "third@example.net")).await;
        // What a later link puts back takes nothing away from the owner's.
        undo(&server.browser(), &second).await.is(303);
        let reset = undo(&server.browser(), &first).await;
        let reset = reset.is(303).location().to_owned();
        server.browser().get(&reset).await.is(200).says(ADA);
        let mut raw = home.raw().await;
        assert_eq!(raw.number("SELECT COUNT(*) FROM emails").await, 1);
        assert_eq!(raw.number("SELECT COUNT(*) FROM email_changes").await, 0);
    }

    async fn an_undone_change_takes_the_links_of_later_ones_with_it(home: &Home) {
        let server = home.serve().await;
        let thief = server.signed_in(ADA).await;
        let first = change(home, &server, &thief, (ADA, NEW)).await;
        let second = change(home, &server, &thief, (NEW, "third@example.net")).await;
        undo(&server.browser(), &first).await.is(303);
        undo(&server.browser(), &second).await.is(404);
    }

    async fn an_undo_takes_the_password_away_and_stops_sign_ins_under_way(home: &Home) {
        let server = home.serve().await;
        let thief = server.signed_in(ADA).await;
        let link = change(home, &server, &thief, (ADA, NEW)).await;
        let (owner, others) = (server.browser(), (0..4).map(|_| server.browser()).collect::<Vec<_>>());
        let signing_in = join_all(others.iter().map(|other| other.sign_in(NEW, PASSWORD)));
        let (undone, _) = join(undo(&owner, &link), signing_in).await;
        let reset = undone.is(303).location().to_owned();
        for other in &others {
            assert!(!other.is_signed_in().await, "a sign-in under way holds no session");
        }
        // Whoever knew the password doesn't get in before its owner has chosen another one.
        server.browser().sign_in(ADA, PASSWORD).await.is(422);
        owner.post("/reset-password", &[("token", token_of(&reset)), ("new_password", OTHER_PASSWORD)]).await.leads_to("/login?reset");
        owner.sign_in(ADA, OTHER_PASSWORD).await.leads_to("/account");
    }

    async fn going_back_leaves_the_address_in_between_no_way_in(home: &Home) {
        let server = home.serve().await;
        let owner = server.signed_in(ADA).await;
        let undo_link = change(home, &server, &owner, (ADA, NEW)).await;
        let thief = server.browser();
        thief.sign_in(NEW, PASSWORD).await.leads_to("/account");
        ask(&owner, "Ada@Example.com").await.leads_to("/account/profile?email=sent");
        let link = server.confirmation_link("Ada@Example.com").await;
        owner.confirm(&link).await.leads_to("/account/profile?email=changed");
        assert!(owner.is_signed_in().await && !thief.is_signed_in().await);
        home.clock.advance(Duration::from_secs(1));
        for email in [ADA, NEW] {
            assert_eq!(server.subjects_to(email).await[0], "Your Latchkey account has its former email again");
        }
        assert!(server.subjects_to(NEW).await.iter().all(|subject| !subject.contains("another email")));
        undo(&server.browser(), &undo_link).await.is(404);
        server.browser().sign_in(ADA, PASSWORD).await.leads_to("/account");
        server.browser().sign_in(NEW, PASSWORD).await.is(422);
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM emails").await, 1);
    }

    async fn a_disabled_accounts_change_is_not_undone(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let link = change(home, &server, &browser, (ADA, NEW)).await;
        home.disable(NEW).await;
        server.browser().get(&link).await.is(404).is_a_page().hides("Undo the change");
        undo(&server.browser(), &link).await.is(404).hides("Undo the change");
    }

    async fn a_former_address_belongs_to_nobody_else_while_it_can_be_undone(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let link = change(home, &server, &browser, (ADA, NEW)).await;
        server.browser().sign_up(ADA, PASSWORD).await.leads_to("/signup/check-email");
        let subjects = server.subjects_to(ADA).await;
        assert_eq!(subjects[0], "You already have a Latchkey account", "{subjects:?}");
        let other = server.signed_in("other@example.com").await;
        home.clock.advance(Duration::from_secs(1));
        ask(&other, ADA).await.leads_to("/account/profile?email=sent");
        assert_eq!(server.subjects_to(ADA).await[0], "Your address was asked for by another Latchkey account");
        undo(&server.browser(), &link).await.is(303);
    }

    async fn known_and_unknown_addresses_get_the_same_answer(home: &Home) {
        let server = home.serve().await;
        server.account("taken@example.com", PASSWORD).await;
        let browser = server.signed_in(ADA).await;
        let mut shown = Vec::new();
        for email in ["taken@example.com", "nobody@example.com"] {
            let answer = ask(&browser, email).await;
            answer.leads_to("/account/profile?email=sent");
            let page = browser.get("/account/profile").await;
            page.is(200).says(email);
            shown.push(page.body.replace(email, "EMAIL").replace(page.nonce(), ""));
            home.clock.advance(Duration::from_secs(1));
        }
        assert_eq!(shown[0], shown[1]);
        let mails = server.mails().await;
        let confirmations = mails.iter().filter(|mail| mail.content.to() == Some("nobody@example.com")).count();
        assert_eq!(confirmations, 1);
        assert_eq!(server.subjects_to("taken@example.com").await, ["Your address was asked for by another Latchkey account"]);
    }

    async fn an_address_that_somebody_else_confirms_meanwhile_stays_theirs(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        ask(&browser, NEW).await.is(303);
        let link = server.confirmation_link(NEW).await;
        home.clock.advance(Duration::from_secs(1));
        let other = server.browser();
        other.sign_up(NEW, OTHER_PASSWORD).await.is(303);
        let theirs = server.confirmation_link(NEW).await;
        other.confirm(&theirs).await.leads_to("/account");
        let rows = home.rows().await;
        browser.confirm(&link).await.is(409).is_a_page().says("That address has an account of its own");
        browser.fetch("/verify-email", &[("token", token_of(&link))]).await.is(409);
        assert_eq!(home.rows().await, rows, "nothing half-written");
        browser.get("/account/profile").await.says(ADA);
        server.browser().sign_in(ADA, PASSWORD).await.is(303);
        server.browser().sign_in(NEW, OTHER_PASSWORD).await.is(303);
    }

    async fn two_accounts_race_for_one_address_and_one_gets_it(home: &Home) {
        let server = home.serve().await;
        let mut browsers = Vec::new();
        for name in ["one@example.com", "two@example.com", "three@example.com"] {
            let browser = server.signed_in(name).await;
            ask(&browser, NEW).await.is(303);
            let link = server.confirmation_link(NEW).await;
            browsers.push((browser, link));
            home.clock.advance(Duration::from_secs(1));
        }
        let answers = join_all(browsers.iter().map(|(browser, link)| browser.confirm(link))).await;
        let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409, 409]);
        let mut raw = home.raw().await;
        assert_eq!(raw.number("SELECT COUNT(*) FROM emails WHERE is_primary").await, 3);
    }

    async fn a_link_works_once_also_when_raced(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        ask(&browser, NEW).await.is(303);
        let link = server.confirmation_link(NEW).await;
        let answers = join_all((0..10).map(|_| browser.confirm(&link))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 303).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|answer| matches!(answer.status, 303 | 410)), "{answers:?}");
        let undo_link = server.confirmation_link(ADA).await;
        let stranger = server.browser();
        let answers = join_all((0..10).map(|_| undo(&stranger, &undo_link))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 303).count(), 1, "{answers:?}");
        assert_eq!(events(home, "email.changed").await, 1);
        assert_eq!(events(home, "email.change_undone").await, 1);
    }

    async fn only_whoever_is_signed_in_to_the_account_confirms_its_address(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        ask(&browser, NEW).await.is(303);
        let link = server.confirmation_link(NEW).await;
        // The mailbox alone isn't enough: a typo would give the account away.
        let stranger = server.browser();
        let page = stranger.get(&link).await;
        let login = page.is(303).location();
        assert!(login.starts_with("/login?next=/verify-email%3Ftoken%3D"), "{login}");
        assert!(stranger.confirm(&link).await.is(303).location().starts_with("/login?next="));
        let other = server.signed_in("other@example.com").await;
        other.get(&link).await.is(403).is_a_page().says("This link is for another account");
        other.confirm(&link).await.is(403);
        // Elsewhere, signed in to the same account, it works.
        server.another_browser_of(ADA).await.confirm(&link).await.leads_to("/account/profile?email=changed");
    }

    async fn a_later_wish_replaces_the_earlier_and_can_be_dropped(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        ask(&browser, NEW).await.is(303);
        let first = server.confirmation_link(NEW).await;
        ask(&browser, "second@example.com").await.is(303);
        let second = server.confirmation_link("second@example.com").await;
        browser.confirm(&first).await.is(404);
        browser.post("/account/email", &[("cancel", "on")]).await.leads_to("/account/profile");
        browser.get("/account/profile").await.hides("second@example.com");
        browser.confirm(&second).await.is(404);
        assert_eq!(events(home, "email.change_cancelled").await, 1);
    }

    async fn a_new_addresss_link_lives_24_hours(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        ask(&browser, NEW).await.is(303);
        let link = server.confirmation_link(NEW).await;
        home.clock.advance(HOURS(24));
        let browser = server.another_browser_of(ADA).await;
        browser.get(&link).await.is(410);
        browser.confirm(&link).await.is(410);
        browser.get("/account/profile").await.hides(NEW);
    }

    async fn a_reset_link_in_the_old_mailbox_stops_working(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        server.browser().post("/forgot-password", &[("email", ADA)]).await.is(303);
        let reset = server.confirmation_link(ADA).await;
        home.clock.advance(Duration::from_secs(1));
        change(home, &server, &browser, (ADA, NEW)).await;
        server.browser().get(&reset).await.is(404);
    }

    async fn changing_the_address_asks_for_fresh_authentication(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        home.clock.advance(Duration::from_mins(15));
        browser.get("/account/email").await.leads_to("/account/confirm?next=/account/email");
        ask(&browser, NEW).await.leads_to("/account/confirm?next=/account/email");
        assert_eq!(events(home, "email.change_requested").await, 0);
        browser.post("/account/confirm", &[("password", PASSWORD), ("next", "/account/email")]).await.leads_to("/account/email");
        browser.get("/account/email").await.is(200);
        ask(&browser, NEW).await.leads_to("/account/profile?email=sent");
    }

    async fn what_is_no_new_address_is_refused_beside_the_field(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let before = home.rows().await;
        let long = format!("{}@example.com", "x".repeat(250));
        for (email, says) in [
            ("", "Type a new email address."),
            ("nonsense", "Type an email address like"),
            ("ADA@Example.com", "That is your address already."),
            ("a@b.example\r\nBcc: c@d.example", "Type an email address like"),
            (&*long, "Use at most 254"),
        ] {
            ask(&browser, email).await.is(422).is_a_page().says(says);
            browser.fetch("/account/email", &[("new_email", email)]).await.is(422).says("\"new_email\"");
        }
        assert_eq!(home.rows().await, before);
    }

    async fn a_new_address_is_at_an_allowed_domain(home: &Home) {
        let server = home.serve_with(&[("accounts.allowed_domains", "example.com")]).await;
        let browser = server.signed_in(ADA).await;
        ask(&browser, "ada@example.org").await.is(422).says("Use an address at example.com.");
        ask(&browser, "countess@example.com").await.leads_to("/account/profile?email=sent");
    }

    async fn nobody_mails_the_world_by_changing_addresses(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        for n in 0..5 {
            ask(&browser, &format!("n{n}@example.org")).await.is(303);
        }
        let held = ask(&browser, "n6@example.org").await;
        held.is(429).is_a_page().says("Try again in");
        assert!(!held.header("retry-after").is_empty());
        // Several accounts and one mailbox: three an hour.
        for n in 0..4 {
            let browser = server.signed_in(&format!("p{n}@example.com")).await;
            ask(&browser, "victim@example.org").await.leads_to("/account/profile?email=sent");
        }
        assert_eq!(server.subjects_to("victim@example.org").await.len(), 3);
        home.clock.advance(HOURS(1));
        let browser = server.another_browser_of(ADA).await;
        ask(&browser, "n6@example.org").await.is(303);
    }

    async fn a_session_that_has_ended_changes_no_address(home: &Home) {
        let server = home.serve().await;
        let ended = server.signed_in(ADA).await;
        server.another_browser_of(ADA).await.post("/account/sessions", &[("end", "others")]).await.is(303);
        ask(&ended, NEW).await.leads_to("/login?next=/account/email");
        ended.get("/account/email").await.leads_to("/login?next=/account/email");
        assert_eq!(events(home, "email.change_requested").await, 0);
    }

    async fn foreign_or_cut_links_undo_nothing(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let link = change(home, &server, &browser, (ADA, NEW)).await;
        let token = token_of(&link);
        for wrong in ["", "x", &token[..token.len() - 2], &format!("{token}x")] {
            browser.get(&format!("/undo-email-change?token={wrong}")).await.is(404).is_a_page();
            browser.post("/undo-email-change", &[("token", wrong)]).await.is(404);
        }
        browser.confirm(&format!("/verify-email?token={token}")).await.is(404);
        assert!(browser.is_signed_in().await);
    }
}
