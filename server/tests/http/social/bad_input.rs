//! What callbacks may bring, and how each ends.

use std::time::Duration;

use futures_util::future::join_all;

use super::{GITHUB, GOOGLE, born_elsewhere, by, leave};
use crate::support::{home::Home, on_both};

const ADA: &str = "ada@example.com";
const SIGN_IN: &[(&str, &str)] = &[("intent", "sign_in")];

on_both! {
    async fn a_callback_works_once_in_its_browser_at_its_provider(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        born_elsewhere(&browser, GITHUB, ADA).await;
        let browser = server.browser();
        let back = leave(&browser, GITHUB, SIGN_IN).await.choose("address", ADA).await;
        // Another browser, which brought no cookie either, or another provider: none uses it up.
        server.browser().get(&back).await.is(410).is_a_page();
        browser.get(&back.replace("github", "google")).await.is(410).is_a_page();
        browser.get(&back.replace("github", "nobody")).await.is(404).is_a_page();
        browser.get(&back).await.leads_to("/account");
        // Loaded again by whoever is signed in by now, and by others.
        let again = browser.get(&back).await;
        again.is(410).is_a_page().says("You are signed in already").says("href=\"/account\"").hides("Start again");
        browser.sign_out().await;
        browser.get(&back).await.is(410).is_a_page().says("can't be continued");
    }

    async fn a_callback_that_is_raced_signs_in_once(home: &Home) {
        let server = home.serve().await;
        born_elsewhere(&server.browser(), GITHUB, ADA).await;
        let browser = server.browser();
        let back = leave(&browser, GITHUB, SIGN_IN).await.choose("address", ADA).await;
        let answers = join_all((0..12).map(|_| browser.get(&back))).await;
        let through = answers.iter().filter(|answer| answer.status == 303).count();
        assert_eq!(through, 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
        assert!(answers.iter().all(|answer| [303, 410].contains(&answer.status)));
    }

    async fn a_flow_is_over_after_ten_minutes(home: &Home) {
        let server = home.serve().await;
        born_elsewhere(&server.browser(), GITHUB, ADA).await;
        for (seconds, works) in [(599, true), (600, false)] {
            let browser = server.browser();
            let away = leave(&browser, GITHUB, SIGN_IN).await;
            home.clock.advance(Duration::from_secs(seconds));
            let answer = away.comes_back_as("address", ADA).await;
            assert_eq!(answer.status == 303, works, "{answer:?}");
        }
    }

    async fn nonsense_in_a_callback_is_no_flow(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        browser.get("/login").await.is(200);
        let long = format!("?state={}&code=x", "a".repeat(4000));
        for query in ["", "?state=", "?code=x", "?state=x&code=y", "?state=%ff&code=%00", "?state=a&state=b", "?error=access_denied", "?state=x&error=%0d%0aX: y", &long] {
            browser.get(&format!("{GITHUB}/callback{query}")).await.is(410).is_a_page();
        }
        browser.post(&format!("{GITHUB}/callback"), &[]).await.is(405);
    }

    async fn one_network_sends_only_so_many_to_providers(home: &Home) {
        let server = home.serve_with(&[("throttle.provider_starts_per_address", "3")]).await;
        let browser = server.browser();
        browser.get("/login").await.is(200);
        for _ in 0..3 {
            browser.post(GITHUB, SIGN_IN).await.is(303);
        }
        home.clock.advance(Duration::from_mins(20));
        let answer = browser.post(GOOGLE, SIGN_IN).await;
        assert_eq!(answer.header("retry-after"), "2400");
        answer.is(429).is_a_page().says("Try again in 40 minutes");
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM flows").await, 3);
        home.clock.advance(Duration::from_mins(40));
        browser.post(GOOGLE, SIGN_IN).await.is(303);
    }

    async fn only_our_own_forms_start_a_sign_in(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        browser.get(GITHUB).await.is(405);
        browser.posts(GITHUB, SIGN_IN).with("origin", "https://evil.example").with("sec-fetch-site", "cross-site").send().await.is(403);
        browser.post("/auth/nobody", SIGN_IN).await.is(404).is_a_page();
        browser.post("/auth/GitHub", SIGN_IN).await.is(404).is_a_page();
        for fields in [&[][..], &[("intent", "take_over")], &[("intent", "sign_in"), ("next", "//evil.example")], &[("intent", "sign_in"), ("other", "1")], &[("intent", "sign_in"), ("intent", "sign_in")]] {
            browser.post(GITHUB, fields).await.is(400).is_a_page();
        }
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM flows").await, 0);
    }

    async fn every_failure_of_a_provider_ends_on_its_page(home: &Home) {
        let server = home.serve().await;
        for (door, act, status, heading) in [
            (GITHUB, "error", 502, "GitHub answered with something strange"),
            (GOOGLE, "error", 502, "Google answered with something strange"),
            (GITHUB, "state", 410, "This sign-in can't be continued"),
            (GOOGLE, "state", 410, "This sign-in can't be continued"),
            (GOOGLE, "nonce", 403, "Google's answer can't be trusted"),
            (GOOGLE, "audience", 403, "Google's answer can't be trusted"),
            (GOOGLE, "expired", 403, "Google's answer can't be trusted"),
        ] {
            let browser = server.browser();
            let answer = leave(&browser, door, SIGN_IN).await.comes_back_as(act, "").await;
            assert_eq!(answer.heading(), heading, "{act}");
            answer.is(status).is_a_page().says("Start again");
            assert!(!browser.is_signed_in().await);
        }
        for table in ["accounts", "identities", "arrivals", "registrations", "flows"] {
            let rows = home.raw().await.number(&format!("SELECT COUNT(*) FROM {table}")).await;
            // A wrong state never found its flow.
            assert_eq!(rows, if table == "flows" { 2 } else { 0 }, "{table}");
        }
    }

    async fn a_rotated_key_is_fetched(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        by(&browser, GOOGLE, "sign_in", ADA).await.is(303);
        let answer = leave(&browser, GOOGLE, SIGN_IN).await.comes_back_as("rotate", "").await;
        answer.is(303);
    }

    async fn who_says_no_comes_back_calmly(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        let away = leave(&browser, GITHUB, &[("intent", "sign_in"), ("next", "/account/profile")]).await;
        let answer = away.comes_back_as("deny", "").await;
        answer.leads_to("/login?next=/account/profile&denied=github");
        browser.get(answer.location()).await.is(200).is_a_page().says("You said no at GitHub.");
        // Only names of providers that there are.
        for name in ["evil%20site", "evil-site", ""] {
            browser.get(&format!("/login?denied={name}")).await.is(200).hides("evil").hides("You said no");
        }
    }

    async fn two_tabs_at_once_both_get_through(home: &Home) {
        let server = home.serve().await;
        born_elsewhere(&server.browser(), GITHUB, ADA).await;
        born_elsewhere(&server.browser(), GOOGLE, "ada2@example.com").await;
        let browser = server.browser();
        let first = leave(&browser, GITHUB, SIGN_IN).await;
        let second = leave(&browser, GITHUB, SIGN_IN).await;
        // The first one has cycled the session when the second comes back.
        first.comes_back_as("address", ADA).await.leads_to("/account");
        second.comes_back_as("address", ADA).await.leads_to("/account");
        assert!(browser.is_signed_in().await);
    }
}
