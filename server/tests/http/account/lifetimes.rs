//! How long a session lives, by the test's clock.

use std::time::Duration;

use crate::support::{PASSWORD, browser::TestBrowser, home::Home, on_both};

const MOMENT: Duration = Duration::from_secs(1);

fn hours(count: u64) -> Duration {
    Duration::from_hours(count)
}

/// A moment less.
fn almost(count: u64) -> Duration {
    Duration::from_secs(count * 60 * 60 - 1)
}

/// Uses the session every `step` as long as that works, and says for how long it did.
async fn used_every(
    home: &Home,
    browser: &TestBrowser,
    step: Duration,
    limit: Duration,
) -> Duration {
    let mut lived = Duration::ZERO;
    while lived < limit {
        home.clock.advance(step);
        if !browser.is_signed_in().await {
            return lived;
        }
        lived += step;
    }
    lived
}

on_both! {
    async fn an_unused_session_ends_after_two_hours(home: &Home) {
        let server = home.serve().await;
        let idle = server.signed_in("ada@example.com").await;
        let busy = server.another_browser_of("ada@example.com").await;
        home.clock.advance(almost(2));
        assert!(busy.is_signed_in().await, "a second before");
        home.clock.advance(MOMENT);
        assert!(!idle.is_signed_in().await, "two hours after");
        assert!(idle.cookie("latchkey").is_none());
        assert!(busy.is_signed_in().await, "use extends it");
    }

    async fn use_extends_a_session_but_never_past_twelve_hours(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        let lived = used_every(home, &browser, Duration::from_mins(90), hours(24)).await;
        assert_eq!(lived, Duration::from_mins(7 * 90), "10.5 hours, since 12 is the end");
    }

    async fn a_session_ends_twelve_hours_after_sign_in_to_the_second(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        for _ in 0..7 {
            home.clock.advance(Duration::from_mins(100));
            assert!(browser.is_signed_in().await);
        }
        home.clock.advance(Duration::from_secs(20 * 60 - 1));
        assert!(browser.is_signed_in().await);
        home.clock.advance(MOMENT);
        assert!(!browser.is_signed_in().await);
    }

    async fn stay_signed_in_lasts_seven_days_unused(home: &Home) {
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        let (idle, busy) = (server.browser(), server.browser());
        idle.sign_in_and_stay("ada@example.com", PASSWORD).await.leads_to("/account");
        busy.sign_in_and_stay("ada@example.com", PASSWORD).await.leads_to("/account");
        home.clock.advance(almost(7 * 24));
        assert!(busy.is_signed_in().await);
        home.clock.advance(MOMENT);
        assert!(!idle.is_signed_in().await);
        assert!(busy.is_signed_in().await);
    }

    async fn stay_signed_in_lasts_thirty_days_at_most(home: &Home) {
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        let browser = server.browser();
        browser.sign_in_and_stay("ada@example.com", PASSWORD).await.leads_to("/account");
        let lived = used_every(home, &browser, hours(6 * 24), hours(60 * 24)).await;
        assert_eq!(lived, hours(24 * 24), "the fifth use would be on day 30");
    }

    async fn administrators_always_get_the_short_lifetime(home: &Home) {
        let server = home.serve().await;
        server.administrator("root@example.com", PASSWORD).await;
        let (idle, busy) = (server.browser(), server.browser());
        let answer = idle.sign_in_and_stay("root@example.com", PASSWORD).await;
        let cookie = answer.cookie("latchkey").expect("a session cookie");
        assert!(!cookie.contains("Max-Age") && !cookie.contains("Expires"), "{cookie}");
        busy.sign_in_and_stay("root@example.com", PASSWORD).await.leads_to("/account");
        home.clock.advance(almost(2));
        assert!(busy.is_signed_in().await);
        home.clock.advance(MOMENT);
        assert!(!idle.is_signed_in().await);
        let lived = used_every(home, &busy, hours(1), hours(24)).await;
        assert_eq!(lived, hours(9), "2 hours before, and 12 is the end");
    }

    async fn the_last_use_survives_a_restart(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        let cookie = browser.cookie("latchkey").expect("signed in");
        home.clock.advance(Duration::from_mins(110));
        assert!(browser.is_signed_in().await);
        server.stop().await;

        let server = home.serve().await;
        let browser = server.browser();
        browser.plant("latchkey", &cookie);
        home.clock.advance(Duration::from_mins(110));
        assert!(browser.is_signed_in().await, "idle counts from the last use");
    }

    async fn configured_lifetimes_are_kept(home: &Home) {
        let keys = [("sessions.idle_hours", "1"), ("sessions.absolute_hours", "3")];
        let server = home.serve_with(&keys).await;
        let idle = server.signed_in("ada@example.com").await;
        let busy = server.another_browser_of("ada@example.com").await;
        let lived = used_every(home, &busy, Duration::from_mins(45), hours(9)).await;
        assert_eq!(lived, Duration::from_mins(135));
        assert!(!idle.is_signed_in().await);
    }
}
