//! What the log says of sign-ins at providers.

use std::time::Duration;

use futures_util::future::join;

use super::{GITHUB, born_elsewhere, leave};
use crate::support::{
    home::Home,
    on_both,
    program::{Program, free_port},
};

const ADA: &str = "ada@example.com";
const SIGN_IN: &[(&str, &str)] = &[("intent", "sign_in")];

on_both! {
    async fn an_error_that_came_back_is_named_if_it_is_known(home: &Home) {
        let program = Program::serve(home, free_port(), &[]);
        for (error, said) in [
            ("redirect_uri_mismatch", "redirect_uri_mismatch"),
            ("server_error", "server_error"),
            ("written%20by%20a%20stranger", "an error of its own"),
        ] {
            let browser = program.browser();
            let back = leave(&browser, GITHUB, SIGN_IN).await.choose("address", ADA).await;
            let back = back.replace("code=", &format!("error_description=stranger&error={error}&x="));
            browser.get(&back).await.is(502).is_a_page();
            program.says(&format!("makes no sense: {said}")).await;
        }
        let (_, lines) = program.stop();
        assert!(!lines.iter().any(|line| line.contains("stranger")), "{lines:?}");
    }

    async fn whoever_is_disconnected_while_they_come_back_hears_what_happened(home: &Home) {
        // On SQLite one of them waits for the other to be done.
        if home.is_sqlite() {
            return;
        }
        let program = Program::serve(home, free_port(), &[]);
        born_elsewhere(&program.browser(), GITHUB, ADA).await;
        let browser = program.browser();
        let back = leave(&browser, GITHUB, SIGN_IN).await.choose("address", ADA).await;
        let (mut first, mut watcher) = (home.raw().await, home.raw().await);
        first.run("BEGIN; UPDATE accounts SET epoch = epoch; DELETE FROM identities").await;
        let disconnect = async {
            let waiting = "SELECT COUNT(*) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock'";
            while watcher.number(waiting).await == 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            first.run("COMMIT").await;
        };
        let (answer, ()) = join(browser.get(&back), disconnect).await;
        answer.is(410).is_a_page().says("disconnected from your account").hides("ten minutes");
        assert!(!browser.is_signed_in().await);
        let line = program.says("the identity was disconnected meanwhile").await;
        assert!(line.contains("INFO"), "{line}");
        let (_, lines) = program.stop();
        assert!(!lines.iter().any(|line| line.contains("ERROR")), "{lines:?}");
    }
}
