//! The store under the session cookie.

use std::time::Duration;

use domain::{clock::Clock, sessions::SessionKeyHash};
use futures_util::future::join_all;
use tower_sessions::session::Id;

use crate::support::{PASSWORD, browser::TestBrowser, home::Home, on_both, raw::Raw};

fn key_of(browser: &TestBrowser) -> SessionKeyHash {
    let value = browser.cookie("latchkey").expect("signed in");
    let id: Id = value.parse().expect("a session's id");
    SessionKeyHash::of(&id.0.to_be_bytes())
}

on_both! {
    async fn a_save_in_flight_cannot_revive_an_ended_session(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        let sessions = &server.services().sessions;
        let key = key_of(&browser);
        let in_flight = sessions.load(&key).await.expect("loaded").expect("alive");

        server.another_browser_of("ada@example.com").await.post("/account/sessions", &[("end", "others")]).await.is(303);
        let before = home.rows().await;
        sessions.save(&key, &in_flight.amr, in_flight.auth_time).await.expect("no error");
        sessions.save(&key, "pwd otp", home.clock.now()).await.expect("no error");
        assert_eq!(home.rows().await, before, "a save only updates");
        assert!(sessions.load(&key).await.expect("asked").is_none());
        assert!(!browser.is_signed_in().await);
    }

    async fn requests_in_flight_cannot_revive_an_ended_session(home: &Home) {
        let server = home.serve().await;
        for _ in 0..5 {
            let account = "ada@example.com";
            let browser = match server.browser() {
                fresh if fresh.sign_in(account, PASSWORD).await.status == 303 => fresh,
                _ => server.signed_in(account).await,
            };
            let cookie = browser.cookie("latchkey").expect("signed in");
            home.clock.advance(Duration::from_mins(2));
            let twins: Vec<_> = (0..10).map(|_| server.browser()).collect();
            for twin in &twins {
                twin.plant("latchkey", &cookie);
            }
            let looks = join_all(twins.iter().map(|twin| twin.get("/account")));
            let (answers, out) = futures_util::future::join(looks, browser.sign_out()).await;
            out.leads_to("/");
            for answer in answers {
                assert!(matches!(answer.status, 200 | 303), "{}", answer.status);
            }
            server.services().sessions.flush_last_seen().await.expect("written");
            let late = server.browser();
            late.plant("latchkey", &cookie);
            assert!(!late.is_signed_in().await);
        }
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM sessions").await, 0);
    }

    async fn a_request_does_not_cost_a_write(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        let mut raw = home.raw().await;
        let mark = raw.write_mark().await;
        for _ in 0..20 {
            browser.get("/account").await.is(200);
            browser.get("/account/sessions").await.is(200);
            server.browser().get("/login").await.is(200);
        }
        assert_eq!(raw.write_mark().await, mark, "nothing was written");

        let stored = "SELECT last_seen_at FROM sessions";
        let before = raw.number(stored).await;
        home.clock.advance(Duration::from_mins(5));
        for _ in 0..20 {
            browser.get("/account").await.is(200);
        }
        server.services().sessions.flush_last_seen().await.expect("written");
        assert_ne!(raw.write_mark().await, mark, "the mark tells of writes");
        assert_eq!(raw.number(stored).await - before, 5 * 60 * 1_000_000, "one note for all of them");
    }

    async fn a_sign_in_is_saved_before_it_is_answered(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        let mut raw = home.raw().await;
        assert_eq!(raw.number("SELECT COUNT(*) FROM sessions").await, 1);
        assert_eq!(raw.number("SELECT COUNT(*) FROM audit_events WHERE kind = 'session.started'").await, 1);
        let key = key_of(&browser);
        assert!(server.services().sessions.load(&key).await.expect("asked").is_some());
    }

    async fn a_session_begins_with_its_event_or_not_at_all(home: &Home) {
        // However early the account is disabled: nobody is made to wait.
        let server = home.serve_with(&[("throttle.free_failures", "20")]).await;
        server.account("ada@example.com", PASSWORD).await;
        let browsers: Vec<_> = (0..10).map(|_| server.browser()).collect();
        let signing_in = join_all(browsers.iter().map(|browser| browser.sign_in("ada@example.com", PASSWORD)));
        let (answers, ()) = futures_util::future::join(signing_in, home.disable("ada@example.com")).await;
        for answer in &answers {
            assert!(matches!(answer.status, 303 | 422), "{}", answer.status);
        }
        let mut raw = home.raw().await;
        let begun = raw.number("SELECT COUNT(*) FROM sessions").await;
        let events = async |raw: &mut Raw, kind| raw.number(&format!("SELECT COUNT(*) FROM audit_events WHERE kind = 'session.{kind}'")).await;
        // One that began just before the account was disabled is taken back, and says so.
        let (started, ended) = (events(&mut raw, "started").await, events(&mut raw, "ended").await);
        assert_eq!(begun, started - ended);
        let let_in = answers.iter().filter(|answer| answer.cookie("latchkey").is_some());
        for answer in let_in {
            answer.leads_to("/account");
        }
        for browser in &browsers {
            assert!(!browser.is_signed_in().await, "disabled by now");
        }
    }
}
