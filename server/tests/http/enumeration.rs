//! Nobody learns who has an account.

use futures_util::future::join_all;

use crate::support::{OTHER_PASSWORD, PASSWORD, home::Home, on_both};

/// One thread, one place to wait, and hashes that take their time.
const SMALL_POOL: [(&str, &str); 4] = [
    ("hashing.threads", "1"),
    ("hashing.queue_per_thread", "1"),
    ("passwords.memory_kib", "32768"),
    ("passwords.iterations", "6"),
];

on_both! {
    async fn unknown_address_wrong_password_and_disabled_account_look_the_same(home: &Home) {
        let server = home.serve().await;
        server.account("known@example.com", PASSWORD).await;
        server.account("disabled@example.com", PASSWORD).await;
        home.disable("disabled@example.com").await;
        let before = home.rows().await;
        let mut pages = Vec::new();
        let mut answers = Vec::new();
        for (email, password) in [
            ("known@example.com", OTHER_PASSWORD),
            ("unknown@example.com", OTHER_PASSWORD),
            ("disabled@example.com", OTHER_PASSWORD),
            ("disabled@example.com", PASSWORD),
            ("known@example.com", "x"),
            ("unknown@example.com", "x"),
        ] {
            let browser = server.browser();
            browser.get("/login").await.is(200);
            let page = browser.sign_in(email, password).await;
            page.is(422).is_a_page();
            pages.push(page.normalised(email));
            let answer = browser.fetch("/login", &[("email", email), ("password", password)]).await;
            answer.is(422);
            answers.push(answer.body);
            assert!(browser.cookie("latchkey").is_none());
        }
        pages.dedup();
        assert_eq!(pages.len(), 1, "{pages:#?}");
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert_eq!(home.rows().await, before);
    }

    /// Whoever isn't hashed for can't be told to come back: the 503 proves the work.
    async fn unknown_and_disabled_accounts_cost_a_hash_too(home: &Home) {
        let mut settings = SMALL_POOL.to_vec();
        settings.push(("throttle.free_failures", "50"));
        let server = home.serve_with(&settings).await;
        server.account("known@example.com", PASSWORD).await;
        server.account("disabled@example.com", PASSWORD).await;
        home.disable("disabled@example.com").await;
        for email in ["known@example.com", "unknown@example.com", "disabled@example.com"] {
            let browsers: Vec<_> = (0..8).map(|_| server.browser()).collect();
            let all = browsers.iter().map(|browser| browser.sign_in(email, OTHER_PASSWORD));
            let answers = join_all(all).await;
            let busy: Vec<_> = answers.iter().filter(|answer| answer.status == 503).collect();
            assert!(!busy.is_empty(), "{email} is answered without a hash");
            for answer in &answers {
                assert!(matches!(answer.status, 422 | 503), "{}", answer.status);
            }
        }
    }

    async fn a_sign_up_for_a_known_address_costs_a_hash_too(home: &Home) {
        let server = home.serve_with(&SMALL_POOL).await;
        server.account("known@example.com", PASSWORD).await;
        let browsers: Vec<_> = (0..8).map(|_| server.browser()).collect();
        let all = browsers.iter().map(|browser| browser.sign_up("known@example.com", OTHER_PASSWORD));
        let answers = join_all(all).await;
        let busy = answers.iter().filter(|answer| answer.status == 503).count();
        assert!((1..8).contains(&busy), "{busy} of 8 were turned away");
        let told = server.subjects_to("known@example.com").await.len();
        assert_eq!(told, 8 - busy, "who is turned away leaves nothing behind");
    }
}
