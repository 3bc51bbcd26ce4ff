//! How often a password may be guessed.

use std::time::Duration;

use futures_util::future::join_all;

use crate::support::{
    OTHER_PASSWORD, PASSWORD, answer::Answer, browser::TestBrowser, home::Home, on_both,
    server::TestServer,
};

const ADA: &str = "ada@example.com";

/// Many people behind one address, for claims about something else.
const CROWD: (&str, &str) = ("throttle.address_failures", "10000");

async fn wrong(browser: &TestBrowser, email: &str) -> Answer {
    browser.sign_in(email, OTHER_PASSWORD).await
}

async fn many_wrong(browser: &TestBrowser, times: usize) {
    for _ in 0..times {
        wrong(browser, ADA).await.is(422);
    }
}

/// Fails until a count is reached, waiting as told.
async fn wrong_until(home: &Home, server: &TestServer, failures: i64) {
    for _ in 0..failures {
        home.clock.advance(Duration::from_mins(15));
        wrong(&server.browser(), ADA).await.is(422);
    }
}

fn retry_after(answer: &Answer) -> u64 {
    answer.is(429).is_a_page();
    answer.header("retry-after").parse().expect("seconds")
}

on_both! {
    async fn five_failures_per_account_are_free(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        many_wrong(&server.browser(), 5).await;
        server.browser().sign_in(ADA, PASSWORD).await.leads_to("/account");
    }

    async fn then_the_wait_doubles_from_one_second_to_fifteen_minutes(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        let browser = server.browser();
        many_wrong(&browser, 6).await;
        for seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
            // Held back, the right password isn't even looked at.
            let held = browser.sign_in(ADA, PASSWORD).await;
            assert_eq!(retry_after(&held), seconds);
            held.says("There were too many wrong passwords. Try again in");
            home.clock.advance(Duration::from_micros(seconds * 1_000_000 - 1));
            assert_eq!(retry_after(&browser.sign_in(ADA, PASSWORD).await), 1);
            home.clock.advance(Duration::from_micros(1));
            wrong(&browser, ADA).await.is(422);
        }
        home.clock.advance(Duration::from_mins(15));
        browser.sign_in(ADA, PASSWORD).await.leads_to("/account");
        browser.sign_out().await;
        many_wrong(&browser, 5).await;
    }

    async fn the_script_is_told_to_wait_as_well(home: &Home) {
        let server = home.serve().await;
        many_wrong(&server.browser(), 6).await;
        let answer = server.browser().fetch("/login", &[("email", ADA), ("password", PASSWORD)]).await;
        answer.is(429).says("too_many_failures").says("Try again in 1 second.");
        assert_eq!(answer.header("retry-after"), "1");
    }

    async fn unknown_addresses_count_alike(home: &Home) {
        let server = home.serve().await;
        server.account("known@example.com", PASSWORD).await;
        server.account("disabled@example.com", PASSWORD).await;
        home.disable("disabled@example.com").await;
        let mut told = Vec::new();
        for email in ["known@example.com", "disabled@example.com", "unknown@example.com"] {
            let browser = server.browser();
            let mut answers = Vec::new();
            for _ in 0..8 {
                let answer = wrong(&browser, email).await;
                answers.push((answer.status, answer.header("retry-after").to_owned(), answer.body.replace(email, "")));
            }
            told.push(answers);
        }
        let statuses = |answers: &[(u16, String, String)]| answers.iter().map(|(status, ..)| *status).collect::<Vec<_>>();
        assert_eq!(statuses(&told[0]), [422, 422, 422, 422, 422, 422, 429, 429]);
        for others in &told[1..] {
            for (one, other) in told[0].iter().zip(others) {
                assert_eq!((one.0, &one.1), (other.0, &other.1));
                assert_eq!(one.2.len(), other.2.len());
            }
        }
    }

    async fn a_hundred_parallel_wrong_passwords_count_as_a_hundred(home: &Home) {
        let server = home.serve_with(&[
            CROWD,
            ("throttle.free_failures", "100"),
            ("throttle.known_browsers_only_from", "1000"),
            ("hashing.queue_per_thread", "200"),
        ]).await;
        server.account(ADA, PASSWORD).await;
        let browsers: Vec<_> = (0..100).map(|_| server.browser()).collect();
        for answer in join_all(browsers.iter().map(|browser| wrong(browser, ADA))).await {
            answer.is(422);
        }
        let mut raw = home.raw().await;
        assert_eq!(raw.number("SELECT COUNT(*) FROM throttles").await, 2, "of the account and of the address");
        assert_eq!(raw.number("SELECT COUNT(*) FROM throttles WHERE failures = 100").await, 2);
    }

    async fn a_burst_of_guesses_is_worth_no_more_than_one_after_another(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        many_wrong(&server.browser(), 1).await;
        let browsers: Vec<_> = (0..30).map(|_| server.browser()).collect();
        let answers = join_all(browsers.iter().map(|browser| wrong(browser, ADA))).await;
        let checked = answers.iter().filter(|answer| answer.status == 422).count();
        let held = answers.iter().filter(|answer| answer.status == 429).count();
        assert_eq!((checked, held), (5, 25), "five are free, and the sixth brings the wait");
        server.browser().sign_in(ADA, PASSWORD).await.is(429);
    }

    async fn a_first_burst_is_counted_whole(home: &Home) {
        let server = home.serve().await;
        server.account(ADA, PASSWORD).await;
        let browsers: Vec<_> = (0..20).map(|_| server.browser()).collect();
        let answers = join_all(browsers.iter().map(|browser| wrong(browser, ADA))).await;
        let checked = answers.iter().filter(|answer| answer.status == 422).count();
        assert!(checked >= 6);
        let least = (1 << (checked.min(16) - 6)).min(900);
        // Those that came too late to be checked don't count.
        let wait = retry_after(&server.browser().sign_in(ADA, PASSWORD).await);
        assert!((least..=900).contains(&wait), "{checked} checked, {wait} s");
    }

    async fn an_owner_who_signs_in_as_usual_changes_nothing_for_strangers(home: &Home) {
        let server = home.serve().await;
        let owner = server.signed_in(ADA).await;
        owner.sign_out().await;
        many_wrong(&server.browser(), 6).await;
        owner.sign_in(ADA, PASSWORD).await.leads_to("/account");
        assert_eq!(retry_after(&wrong(&server.browser(), ADA).await), 1);
    }

    async fn when_a_wait_is_over_one_of_many_is_let_in(home: &Home) {
        let server = home.serve_with(&[CROWD]).await;
        server.account(ADA, PASSWORD).await;
        many_wrong(&server.browser(), 6).await;
        home.clock.advance(Duration::from_secs(1));
        let browsers: Vec<_> = (0..20).map(|_| server.browser()).collect();
        let answers = join_all(browsers.iter().map(|browser| wrong(browser, ADA))).await;
        let checked = answers.iter().filter(|answer| answer.status == 422).count();
        let held = answers.iter().filter(|answer| answer.status == 429).count();
        assert_eq!((checked, held), (1, 19));
    }

    async fn nobody_else_makes_an_owner_wait(home: &Home) {
        let server = home.serve_with(&[CROWD]).await;
        let owner = server.signed_in(ADA).await;
        owner.sign_out().await;
        many_wrong(&server.browser(), 6).await;
        assert_eq!(retry_after(&server.browser().sign_in(ADA, PASSWORD).await), 1);
        owner.sign_in(ADA, PASSWORD).await.leads_to("/account");
    }

    async fn from_the_hundredth_failure_on_only_known_browsers_sign_in_with_a_password(home: &Home) {
        let server = home.serve_with(&[CROWD]).await;
        let owner = server.signed_in(ADA).await;
        owner.sign_out().await;
        wrong_until(home, &server, 100).await;
        home.clock.advance(Duration::from_hours(24));
        let held = server.browser().sign_in(ADA, PASSWORD).await;
        held.is(429).is_a_page().says("very many wrong passwords");
        assert_eq!(held.header("retry-after"), "");
        owner.sign_in(ADA, PASSWORD).await.leads_to("/account");
        owner.sign_out().await;
        server.browser().sign_in(ADA, PASSWORD).await.is(429);

        // A known browser has ten failures of its own then.
        for _ in 0..10 {
            home.clock.advance(Duration::from_mins(15));
            wrong(&owner, ADA).await.is(422);
        }
        home.clock.advance(Duration::from_mins(15));
        owner.sign_in(ADA, PASSWORD).await.is(429).says("very many wrong passwords");
    }

    async fn an_address_has_sixty_failures_in_ten_minutes(home: &Home) {
        let server = home.serve_with(&[("http.proxy_hops", "1")]).await;
        server.account(ADA, PASSWORD).await;
        let browser = server.browser();
        let from = async |address: &str, email: &str, password: &str| {
            let form = [("email", email), ("password", password)];
            browser.posts("/login", &form).with("x-forwarded-for", address).send().await
        };
        for number in 0..60 {
            // Malformed requests check no password and don't count.
            from("2001:db8::1", "nonsense", "x").await.is(422);
            // One customer has a whole /64.
            let address = format!("2001:db8::{number:x}:1");
            from(&address, &format!("person{number}@example.com"), OTHER_PASSWORD).await.is(422);
        }
        let held = from("2001:db8::1", ADA, PASSWORD).await;
        assert_eq!(retry_after(&held), 600);
        // A browser that is at home there has a count of its own.
        let at_home = server.browser();
        let form = [("email", ADA), ("password", PASSWORD)];
        at_home.posts("/login", &form).with("x-forwarded-for", "2001:db8:0:2::1").send().await.leads_to("/account");
        at_home.posts("/login", &form).with("x-forwarded-for", "2001:db8::1").send().await.leads_to("/account");
        let elsewhere = server.browser();
        elsewhere.posts("/login", &form).with("x-forwarded-for", "2001:db8:0:1::1").send().await.leads_to("/account");
        home.clock.advance(Duration::from_mins(10));
        from("2001:db8::1", ADA, PASSWORD).await.leads_to("/account");
    }

    async fn what_an_unvouched_proxy_says_is_not_believed(home: &Home) {
        let server = home.serve_with(&[("throttle.address_failures", "10")]).await;
        let browser = server.browser();
        for number in 0..11 {
            let email = format!("person{number}@example.com");
            let form = [("email", email.as_str()), ("password", OTHER_PASSWORD)];
            let address = format!("198.51.100.{number}");
            let answer = browser.posts("/login", &form).with("x-forwarded-for", &address).send().await;
            answer.is(if number < 10 { 422 } else { 429 });
        }
    }

    async fn failures_are_audited_without_filling_the_disk(home: &Home) {
        let server = home.serve_with(&[CROWD]).await;
        server.account(ADA, PASSWORD).await;
        wrong_until(home, &server, 40).await;
        let mut raw = home.raw().await;
        let events = "SELECT COUNT(*) FROM audit_events WHERE kind = 'sign_in.failed'";
        assert_eq!(raw.number(events).await, 4, "the 5th, 8th, 16th and 32nd");
        let known = format!("{events} AND subject IS NOT NULL AND side_digest IS NOT NULL");
        assert_eq!(raw.number(&known).await, 4);
    }

    async fn a_sign_ups_password_can_not_be_guessed_behind_its_link(home: &Home) {
        let server = home.serve().await;
        server.browser().sign_up(ADA, PASSWORD).await.is(303);
        let link = server.confirmation_link(ADA).await;
        let finder = server.browser();
        for _ in 0..6 {
            finder.confirm_with(&link, OTHER_PASSWORD).await.is(422);
        }
        assert_eq!(retry_after(&finder.confirm_with(&link, PASSWORD).await), 1);
        home.clock.advance(Duration::from_secs(1));
        finder.confirm_with(&link, PASSWORD).await.leads_to("/login?confirmed");
    }
}
