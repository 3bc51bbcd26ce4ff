//! Floods of sign-ins: what they cost is bounded, and they lock nobody out.

use std::time::Duration;

use futures_util::{
    future::{join, join_all},
    stream::{self, StreamExt},
};

use crate::support::{
    OTHER_PASSWORD, PASSWORD,
    answer::Answer,
    browser::TestBrowser,
    home::Home,
    on_both,
    program::{Program, free_port},
};

const ADA: &str = "ada@example.com";
const FLOOD: usize = 200;
/// So many of the flood are under way at any moment, so that a slow machine keeps up with it.
const TOGETHER: usize = 20;
const AT_ONCE: usize = 64;

/// A sign-in from a network of its own.
async fn sign_in_from(network: usize, browser: &TestBrowser, email: &str) -> Answer {
    let form = [("next", ""), ("email", email), ("password", OTHER_PASSWORD)];
    let address = format!("2001:db8:{network:x}::1");
    browser
        .posts("/login", &form)
        .with("x-forwarded-for", &address)
        .send()
        .await
}

/// One wave on addresses that nobody has, and what each was answered.
async fn wave(browsers: &[TestBrowser], wave: usize) -> Vec<Answer> {
    let emails: Vec<_> = (0..browsers.len())
        .map(|number| format!("nobody{wave}-{number}@example.com"))
        .collect();
    let sign_ins = browsers.iter().zip(&emails).enumerate();
    let sign_ins = sign_ins
        .map(|(number, (browser, email))| sign_in_from(wave * AT_ONCE + number, browser, email));
    join_all(sign_ins).await
}

/// How many were checked; the others are told when to come back.
#[track_caller]
fn checked(answers: &[Answer]) -> usize {
    for answer in answers.iter().filter(|answer| answer.status != 422) {
        answer.is(503).is_a_page();
        let wait: u32 = answer.header("retry-after").parse().expect("seconds");
        assert!((1..=60).contains(&wait), "{wait}");
    }
    answers.iter().filter(|answer| answer.status == 422).count()
}

on_both! {
    async fn two_hundred_sign_ins_a_second_on_one_account_check_few_passwords_and_lock_nobody_out(home: &Home) {
        // From as many networks, so that the account's own throttle is all there is.
        let server = home.serve_with(&[("http.proxy_hops", "1"), ("database.readers", "16"), ("database.writers", "16")]).await;
        let owner = server.signed_in(ADA).await;
        owner.sign_out().await;
        sign_in_from(0, &server.browser(), ADA).await.is(422);
        let mut checked = 1;
        for second in 0..5 {
            let browsers: Vec<_> = (0..FLOOD).map(|_| server.browser()).collect();
            let flood = browsers.iter().enumerate();
            let flood = flood.map(|(number, browser)| sign_in_from(second * FLOOD + number, browser, ADA));
            let flood = stream::iter(flood).buffer_unordered(TOGETHER).collect::<Vec<_>>();
            let (answers, at_home) = join(flood, owner.sign_in(ADA, PASSWORD)).await;
            for answer in &answers {
                if answer.status == 422 {
                    checked += 1;
                } else {
                    answer.is(429).is_a_page();
                    let wait: u64 = answer.header("retry-after").parse().expect("seconds");
                    assert!((1..=900).contains(&wait), "{wait}");
                }
            }
            // In the middle of it, from the browser that the account knows.
            at_home.leads_to("/account");
            owner.sign_out().await.is(303);
            home.clock.advance(Duration::from_secs(1));
        }
        // Five are free, and the sixth brings the first wait. In the four seconds after that there
        // is room for two more: after 1 and after 2 seconds.
        assert!((6..=9).contains(&checked), "{checked} passwords were checked");
        let mut raw = home.raw().await;
        assert_eq!(raw.number("SELECT MAX(failures) FROM throttles").await, checked, "what wasn't checked doesn't count");
        // Nobody was locked out by what was never checked: the wait ends, and then one is let in.
        home.clock.advance(Duration::from_mins(15));
        server.browser().sign_in(ADA, PASSWORD).await.leads_to("/account");
        assert!(raw.number("SELECT COUNT(*) FROM audit_events WHERE kind = 'sign_in.failed'").await <= 2);
    }

    async fn sixty_four_unknown_at_once_are_checked_or_told_to_come_back(home: &Home) {
        let server = home.serve_with(&[
            ("http.proxy_hops", "1"),
            ("hashing.threads", "1"),
            ("hashing.queue_per_thread", "4"),
            ("passwords.memory_kib", "32768"),
            ("passwords.iterations", "6"),
        ]).await;
        server.account(ADA, PASSWORD).await;
        let browsers: Vec<_> = (0..AT_ONCE).map(|_| server.browser()).collect();
        let answers = wave(&browsers, 0).await;
        let checked = checked(&answers);
        // One at work and four that wait, and whoever came when one of them was done.
        assert!((5..AT_ONCE).contains(&checked), "{checked} of {AT_ONCE} were checked");
        // Each that was checked left a count of its address and one of its network, the others none.
        let counts = i64::try_from(2 * checked).expect("few");
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM throttles").await, counts);
        assert_eq!(wave(&browsers[..1], 1).await[0].status, 422);
        server.browser().sign_in(ADA, PASSWORD).await.leads_to("/account");
        server.browser().get("/readyz").await.is(200);
    }

    async fn sixty_four_unknown_at_once_cost_no_more_memory_than_the_hashing_threads(home: &Home) {
        // The real cost, in a process of its own: 19 MiB for each of two threads.
        let program = Program::serve(home, free_port(), &[
            ("http.proxy_hops", "1"),
            ("hashing.threads", "2"),
            ("passwords.memory_kib", "19456"),
            ("passwords.iterations", "2"),
        ]);
        let browsers: Vec<_> = (0..AT_ONCE).map(|_| program.browser()).collect();
        for browser in &browsers {
            browser.get("/login").await.is(200);
        }
        let before = program.memory_mib("VmRSS");
        for number in 0..3 {
            let answers = wave(&browsers, number).await;
            assert!(checked(&answers) >= 2);
        }
        let peak = program.memory_mib("VmHWM");
        // 64 blocks would be 1216 MiB. What is above 40 is what connections and a debug build take.
        assert!(peak - before <= 2 * 20 + 120, "{before} MiB became {peak} MiB");
        program.browser().get("/login").await.is(200);
        let (well, _) = program.stop();
        assert!(well);
    }
}
