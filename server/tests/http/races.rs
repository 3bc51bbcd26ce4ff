//! What changes an account, raced against itself and against the rest.

use std::time::Duration;

use futures_util::future::{join, join3};

use crate::support::{
    OTHER_PASSWORD, PASSWORD, answer::Answer, browser::TestBrowser, home::Home, on_both,
    server::TestServer,
};

const ADA: &str = "ada@example.com";
const THIRD_PASSWORD: &str = "a violin under nine umbrellas";
const ROUNDS: usize = 20;

/// Asks for a link that sets a new password and gives its token.
async fn reset_token(home: &Home, server: &TestServer) -> String {
    // Of two mails the later one is the newer one.
    home.clock.advance(Duration::from_secs(1));
    let asked = server
        .browser()
        .post("/forgot-password", &[("email", ADA)])
        .await;
    asked.is(303);
    let link = server.confirmation_link(ADA).await;
    link.strip_prefix("/reset-password?token=")
        .expect("a reset link")
        .to_owned()
}

async fn set(browser: &TestBrowser, token: &str, password: &str) -> Answer {
    let form = [("token", token), ("new_password", password)];
    browser.post("/reset-password", &form).await
}

async fn events(home: &Home, kind: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM audit_events WHERE kind = '{kind}'");
    home.raw().await.number(&sql).await
}

on_both! {
    async fn of_two_reset_links_used_at_once_exactly_one_wins(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        let mut passwords = [PASSWORD, OTHER_PASSWORD, THIRD_PASSWORD];
        for round in 1..=ROUNDS {
            // An hour later there are mails again.
            home.clock.advance(Duration::from_hours(1));
            let [current, first, second] = passwords;
            let (one, other) = (server.browser(), server.browser());
            one.sign_in(ADA, current).await.leads_to("/account");
            other.sign_in(ADA, current).await.leads_to("/account");
            let tokens = (reset_token(home, &server).await, reset_token(home, &server).await);
            assert_ne!(tokens.0, tokens.1);

            let (a, b) = (server.browser(), server.browser());
            let answers = join(set(&a, &tokens.0, first), set(&b, &tokens.1, second)).await;
            let (won, lost) = match (answers.0.status, answers.1.status) {
                (303, 404 | 410) => (first, second),
                (404 | 410, 303) => (second, first),
                statuses => panic!("round {round}: {statuses:?}"),
            };
            assert!(!one.is_signed_in().await && !other.is_signed_in().await, "round {round}");
            server.browser().sign_in(ADA, lost).await.is(422);
            server.browser().sign_in(ADA, won).await.leads_to("/account");
            let resets = i64::try_from(round).expect("few");
            assert_eq!(events(home, "password.reset").await, resets);
            passwords = [won, lost, current];
        }
    }

    async fn a_reset_a_change_and_another_address_at_once_never_fail(home: &Home) {
        let server = home.serve().await;
        let owner = server.signed_in(ADA).await;
        let mut current = PASSWORD;
        for round in 0..ROUNDS {
            home.clock.advance(Duration::from_hours(1));
            owner.sign_in(ADA, current).await.leads_to("/account");
            let [changed, reset] = match current {
                PASSWORD => [OTHER_PASSWORD, THIRD_PASSWORD],
                OTHER_PASSWORD => [THIRD_PASSWORD, PASSWORD],
                _ => [PASSWORD, OTHER_PASSWORD],
            };
            let wanted = format!("countess{round}@example.org");
            owner.post("/account/email", &[("new_email", &wanted)]).await.is(303);
            let confirmation = server.confirmation_link(&wanted).await;
            let token = reset_token(home, &server).await;

            let (stranger, form) = (server.browser(), [("current_password", current), ("new_password", changed)]);
            let answers = join3(
                set(&stranger, &token, reset),
                owner.post("/account/security", &form),
                owner.confirm(&confirmation),
            ).await;
            for answer in [&answers.0, &answers.1, &answers.2] {
                assert!(answer.status < 500, "round {round}: {} {}", answer.status, answer.body);
            }
            let mut raw = home.raw().await;
            let own = "SELECT COUNT(*) FROM emails WHERE is_primary AND address";
            let moved = raw.number(&format!("{own} = '{wanted}'")).await == 1;
            let address = if moved { wanted.as_str() } else { ADA };
            let mut working = Vec::new();
            for password in [current, changed, reset] {
                if server.browser().sign_in(address, password).await.status == 303 {
                    working.push(password);
                }
            }
            assert_eq!(working.len(), 1, "round {round}: one password counts");
            current = working[0];
            // The next round begins at the first address again.
            raw.run("DELETE FROM email_changes").await;
            raw.run(&format!("DELETE FROM emails WHERE address <> '{ADA}'")).await;
            raw.run("UPDATE emails SET is_primary = TRUE, verified_at = 1, held_until = NULL").await;
            raw.run("DELETE FROM throttles").await;
        }
    }
}
