//! `/account/delete`

use std::time::Duration;

use futures_util::future::join;

use crate::support::{
    OTHER_PASSWORD, PASSWORD,
    answer::Answer,
    browser::{TestBrowser, token_of},
    home::Home,
    on_both,
    server::TestServer,
};

const ADA: &str = "ada@example.com";
const DAYS: fn(u64) -> Duration = |days| Duration::from_hours(24 * days);

async fn delete(browser: &TestBrowser, email: &str) -> Answer {
    browser.post("/account/delete", &[("email", email)]).await
}

async fn events(home: &Home, kind: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM audit_events WHERE kind = '{kind}'");
    home.raw().await.number(&sql).await
}

/// What the job does when its time has come.
async fn sweep(server: &TestServer) -> u64 {
    let deleted = server.services().accounts.delete_due_accounts().await;
    deleted.expect("the database answers")
}

on_both! {
    async fn a_deleted_account_is_signed_out_everywhere_and_told_by_mail(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let other = server.another_browser_of(ADA).await;
        browser.get("/account/profile").await.says("href=\"/account/delete\"");
        browser.get("/account/delete").await.is(200).is_a_page().says(">Email<").says(">Delete account<").says(ADA);
        delete(&browser, " ADA@example.com ").await.leads_to("/login?leaving");
        browser.get("/login?leaving").await.is(200).says("signing in keeps it");
        assert!(!browser.is_signed_in().await && !other.is_signed_in().await);
        let mail = server.mail_to(ADA).await;
        let text = app::text::mail::write(mail.content.message().expect("a text"), &server.url);
        assert_eq!(text.subject, "Your Latchkey account will be deleted");
        let plain = text.plain();
        for part in ["Firefox on Linux", "127.0.0.1", "UTC", "Sign in", "/login"] {
            assert!(plain.contains(part), "{part}: {plain}");
        }
        assert_eq!(events(home, "account.deletion_planned").await, 1);
        assert_eq!(events(home, "session.ended").await, 2);
        let mut raw = home.raw().await;
        assert_eq!(raw.number("SELECT epoch FROM accounts").await, 1, "its tokens are cut off");
    }

    async fn signing_in_within_seven_days_keeps_the_account(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        delete(&browser, ADA).await.is(303);
        home.clock.advance(Duration::from_secs(7 * 86_400 - 1));
        assert_eq!(sweep(&server).await, 0);
        browser.sign_in(ADA, PASSWORD).await.leads_to("/account?kept");
        browser.get("/account?kept").await.is(200).says("Your account stays");
        home.clock.advance(DAYS(7));
        assert_eq!(sweep(&server).await, 0);
        browser.sign_in(ADA, PASSWORD).await.leads_to("/account");
        assert_eq!(events(home, "account.deletion_cancelled").await, 1);
        assert!(server.subjects_to(ADA).await.contains(&"Your Latchkey account stays".to_owned()));
    }

    async fn a_wrong_password_keeps_nothing(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        delete(&browser, ADA).await.is(303);
        browser.sign_in(ADA, "not the password at all").await.is(422);
        home.clock.advance(DAYS(7));
        // Also before the job comes by.
        browser.sign_in(ADA, PASSWORD).await.is(422);
        assert_eq!(sweep(&server).await, 1);
        browser.sign_in(ADA, PASSWORD).await.is(422);
    }

    async fn after_seven_days_nothing_of_the_person_is_left(home: &Home) {
        let server = home.serve().await;
        let bystander = server.signed_in("grace@example.com").await;
        let browser = server.signed_in(ADA).await;
        let sides = "SELECT COUNT(*) FROM audit_sides";
        let before = home.raw().await.number(sides).await;
        delete(&browser, ADA).await.is(303);
        let trail = home.raw().await.number("SELECT COUNT(*) FROM audit_events").await;
        home.clock.advance(DAYS(7));
        home.clock.advance(Duration::from_secs(1));
        assert_eq!(sweep(&server).await, 1);
        assert_eq!(sweep(&server).await, 0);
        let mut raw = home.raw().await;
        for table in ["accounts", "emails", "passwords"] {
            assert_eq!(raw.number(&format!("SELECT COUNT(*) FROM {table}")).await, 1, "{table}");
        }
        assert_eq!(raw.number("SELECT COUNT(*) FROM one_time_links").await, 0);
        // The trail is whole, and one longer; what was personal in it is gone.
        assert_eq!(raw.number("SELECT COUNT(*) FROM audit_events").await, trail + 1);
        assert!(raw.number(sides).await < before);
        let left = format!("SELECT COUNT(*) FROM audit_sides WHERE body LIKE '%{ADA}%'");
        assert_eq!(raw.number(&left).await, 0);
        assert_eq!(events(home, "account.deleted").await, 1);
        assert_eq!(server.subjects_to(ADA).await[0], "Your Latchkey account is deleted");
        bystander.sign_in("grace@example.com", PASSWORD).await.leads_to("/account");
        // The address is free again.
        home.clock.advance(Duration::from_secs(1));
        let again = server.browser();
        again.sign_up(ADA, PASSWORD).await.is(303);
        again.confirm(&server.confirmation_link(ADA).await).await.leads_to("/account");
    }

    async fn the_job_deletes_what_is_due(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        delete(&browser, ADA).await.is(303);
        server.stop().await;
        home.clock.advance(DAYS(7));
        // It runs when the server starts, and every few minutes from then on.
        let server = home.serve().await;
        let mut raw = home.raw().await;
        while raw.number("SELECT COUNT(*) FROM accounts").await > 0 {
            tokio::task::yield_now().await;
        }
        server.browser().sign_in(ADA, PASSWORD).await.is(422);
    }

    async fn the_address_must_be_typed(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let before = home.rows().await;
        delete(&browser, "").await.is(422).is_a_page().says("Type your email address.");
        for wrong in ["ada", "eda@example.com", "ada@example.com.", "DELETE"] {
            delete(&browser, wrong).await.is(422).is_a_page().says("t the address of your account.");
            browser.fetch("/account/delete", &[("email", wrong)]).await.is(422).says("\"email\"");
        }
        assert_eq!(home.rows().await, before);
        assert!(browser.is_signed_in().await);
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM accounts WHERE delete_at IS NOT NULL").await, 0);
    }

    async fn deleting_asks_for_fresh_authentication(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        home.clock.advance(Duration::from_mins(15));
        browser.get("/account/delete").await.leads_to("/account/confirm?next=/account/delete");
        delete(&browser, ADA).await.leads_to("/account/confirm?next=/account/delete");
        assert!(browser.is_signed_in().await);
        assert_eq!(events(home, "account.deletion_planned").await, 0);
    }

    async fn the_last_administrator_stays(home: &Home) {
        let server = home.serve().await;
        server.administrator(ADA, PASSWORD).await;
        let browser = server.another_browser_of(ADA).await;
        delete(&browser, ADA).await.is(409).is_a_page().says("You are the only administrator.");
        assert!(browser.is_signed_in().await);
        server.administrator("grace@example.com", PASSWORD).await;
        let grace = server.another_browser_of("grace@example.com").await;
        // Both at once: one of them stays.
        let (first, second) = join(delete(&browser, ADA), delete(&grace, "grace@example.com")).await;
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409]);
    }

    async fn links_that_wait_stop_working(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        browser.post("/account/email", &[("new_email", "new@example.org")]).await.is(303);
        let link = server.confirmation_link("new@example.org").await;
        server.browser().post("/forgot-password", &[("email", ADA)]).await.is(303);
        let reset = server.confirmation_link(ADA).await;
        delete(&browser, ADA).await.is(303);
        server.browser().get(&reset).await.is(404);
        browser.sign_in(ADA, PASSWORD).await.is(303);
        browser.confirm(&link).await.is(404);
    }

    async fn whoever_puts_their_address_back_keeps_their_account(home: &Home) {
        let server = home.serve().await;
        let thief = server.signed_in(ADA).await;
        thief.post("/account/email", &[("new_email", "thief@example.org")]).await.is(303);
        thief.confirm(&server.confirmation_link("thief@example.org").await).await.is(303);
        let undo = server.confirmation_link(ADA).await;
        delete(&thief, "thief@example.org").await.leads_to("/login?leaving");
        let undone = server.browser().post("/undo-email-change", &[("token", token_of(&undo))]).await;
        let reset = undone.is(303).location().to_owned();
        server.browser().post("/reset-password", &[("token", token_of(&reset)), ("new_password", OTHER_PASSWORD)]).await.is(303);
        home.clock.advance(DAYS(7));
        assert_eq!(sweep(&server).await, 0);
        server.browser().sign_in(ADA, OTHER_PASSWORD).await.leads_to("/account");
    }
}
