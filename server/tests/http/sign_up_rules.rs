//! Who may sign up: which domains, and how many from one address.

use std::time::Duration;

use futures_util::future::join_all;

use crate::support::{OTHER_PASSWORD, PASSWORD, answer::Answer, home::Home, on_both};

fn form(email: &str) -> [(&str, &str); 3] {
    [("email", email), ("name", "Ada"), ("password", PASSWORD)]
}

fn retry_after(answer: &Answer) -> u64 {
    answer
        .is(429)
        .is_a_page()
        .says("Many people signed up from your network");
    answer.header("retry-after").parse().expect("seconds")
}

on_both! {
    async fn only_allowed_domains_sign_up_and_the_others_are_told_which(home: &Home) {
        let server = home.serve_with(&[("accounts.allowed_domains", "Example.com, b\u{fc}cher.example,*.example.org")]).await;
        let before = home.rows().await;
        let browser = server.browser();
        for email in ["ada@evil.example", "ada@sub.example.com", "ada@example.org", "example.com@evil.example"] {
            let page = browser.sign_up(email, "short").await;
            page.is(422).is_a_page().says("Use an address at example.com, b\u{fc}cher.example or *.example.org.");
            page.says("Use at least 15 characters");
            browser.fetch("/signup", &form(email)).await.is(422).says("other_domain");
        }
        assert_eq!(home.rows().await, before);
        for email in ["ada@EXAMPLE.com", "ada@xn--bcher-kva.example", "ada@a.b.example.org"] {
            browser.sign_up(email, PASSWORD).await.leads_to("/signup/check-email");
        }
    }

    async fn a_stranger_does_not_use_up_the_mails_of_an_address(home: &Home) {
        let server = home.serve_with(&[("http.proxy_hops", "1")]).await;
        let browser = server.browser();
        let from = async |address: &str| {
            let form = form("victim@example.com");
            browser.posts("/signup", &form).with("x-forwarded-for", address).send().await.leads_to("/signup/check-email");
        };
        for _ in 0..8 {
            from("192.0.2.1").await;
        }
        assert_eq!(server.subjects_to("victim@example.com").await.len(), 5);
        from("198.51.100.1").await;
        assert_eq!(server.subjects_to("victim@example.com").await.len(), 6, "the owner's own still comes");
        for network in 1..10 {
            for _ in 0..5 {
                from(&format!("203.0.{network}.1")).await;
            }
        }
        assert_eq!(server.subjects_to("victim@example.com").await.len(), 15);
    }

    async fn many_allowed_domains_are_not_listed(home: &Home) {
        let server = home.serve_with(&[("accounts.allowed_domains", "a.example,b.example,c.example,d.example")]).await;
        let page = server.browser().sign_up("ada@evil.example", PASSWORD).await;
        page.is(422).is_a_page().says("This site takes no addresses at this domain.").hides("c.example");
    }

    async fn a_refused_domain_says_nothing_about_accounts(home: &Home) {
        let server = home.serve_with(&[("accounts.allowed_domains", "example.com")]).await;
        server.account("known@evil.example", PASSWORD).await;
        let known = server.browser().fetch("/signup", &form("known@evil.example")).await;
        let fresh = server.browser().fetch("/signup", &form("fresh@evil.example")).await;
        assert_eq!((known.status, &known.body), (422, &fresh.body));
        assert!(server.mails().await.is_empty());
        server.browser().sign_in("known@evil.example", PASSWORD).await.leads_to("/account");
    }

    async fn an_invitation_overrides_the_allowed_domains(home: &Home) {
        let server = home.serve_with(&[("accounts.allowed_domains", "example.com")]).await;
        let invite = domain::accounts::Invite { email: "ada@elsewhere.example", name: None, role: None };
        server.services().accounts.invite(invite).await.expect("the database works");
        let link = server.confirmation_link("ada@elsewhere.example").await;
        let token = link.strip_prefix("/signup?invitation=").expect("an invitation");
        let fields = [("invitation", token), ("name", "Ada"), ("password", PASSWORD)];
        server.browser().post("/signup", &fields).await.leads_to("/account");
    }

    async fn an_address_has_twenty_sign_ups_an_hour(home: &Home) {
        let server = home.serve().await;
        server.account("known@example.com", PASSWORD).await;
        // What is refused doesn't count, known and unknown addresses count alike.
        for _ in 0..30 {
            server.browser().sign_up("nonsense", PASSWORD).await.is(422);
            server.browser().sign_up("ada@example.com", "short").await.is(422);
        }
        for number in 0..10 {
            server.browser().sign_up(&format!("ada{number}@example.com"), PASSWORD).await.is(303);
            server.browser().sign_up("known@example.com", OTHER_PASSWORD).await.is(303);
            home.clock.advance(Duration::from_mins(1));
        }
        let before = home.rows().await;
        let browser = server.browser();
        let told = retry_after(&browser.sign_up("late@example.com", PASSWORD).await);
        assert_eq!(told, 50 * 60, "an hour after the first");
        assert_eq!(retry_after(&browser.sign_up("known@example.com", PASSWORD).await), told);
        browser.fetch("/signup", &form("late@example.com")).await.is(429).says("too_many_sign_ups").says("Try again in 50 minutes");
        assert_eq!(home.rows().await, before);
        home.clock.advance(Duration::from_mins(50));
        browser.sign_up("late@example.com", PASSWORD).await.leads_to("/signup/check-email");
    }

    async fn networks_are_counted_apart_and_a_64_as_one(home: &Home) {
        let server = home.serve_with(&[("throttle.signups_per_address", "2"), ("http.proxy_hops", "1")]).await;
        let from = async |address: &str, email: &str| {
            let browser = server.browser();
            browser.posts("/signup", &form(email)).with("x-forwarded-for", address).send().await.status
        };
        assert_eq!(from("2001:db8:1:1::1", "a@example.com").await, 303);
        assert_eq!(from("2001:db8:1:1:2::2", "b@example.com").await, 303);
        assert_eq!(from("2001:db8:1:1:3::3", "c@example.com").await, 429);
        assert_eq!(from("2001:db8:1:2::1", "c@example.com").await, 303);
        assert_eq!(from("192.0.2.1", "d@example.com").await, 303);
    }

    async fn fifty_parallel_sign_ups_are_twenty(home: &Home) {
        let server = home.serve_with(&[("hashing.queue_per_thread", "100")]).await;
        let emails: Vec<_> = (0..50).map(|number| format!("ada{number}@example.com")).collect();
        let browsers: Vec<_> = emails.iter().map(|_| server.browser()).collect();
        let all = emails.iter().zip(&browsers).map(|(email, browser)| browser.sign_up(email, PASSWORD));
        let answers = join_all(all).await;
        let accepted = answers.iter().filter(|answer| answer.status == 303).count();
        assert_eq!(accepted, 20);
        for answer in answers.iter().filter(|answer| answer.status != 303) {
            retry_after(answer);
        }
        let mut raw = home.raw().await;
        assert_eq!(raw.number("SELECT COUNT(*) FROM registrations").await, 20);
        assert_eq!(server.mails().await.len(), 20);
    }
}
