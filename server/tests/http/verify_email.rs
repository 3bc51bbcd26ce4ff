//! `/verify-email`

use std::time::Duration;

use crate::support::{
    OTHER_PASSWORD, PASSWORD,
    browser::{TestBrowser, token_of},
    home::Home,
    on_both,
    server::TestServer,
};

/// A browser that signed up, and the link that it got.
async fn signed_up(server: &TestServer, email: &str) -> (TestBrowser, String) {
    let browser = server.browser();
    browser
        .sign_up(email, PASSWORD)
        .await
        .leads_to("/signup/check-email");
    let link = server.confirmation_link(email).await;
    (browser, link)
}

on_both! {
    async fn confirming_in_the_browser_that_signed_up_signs_in(home: &Home) {
        let server = home.serve().await;
        let (browser, link) = signed_up(&server, "ada@example.com").await;
        let page = browser.get(&link).await;
        page.is(200).is_a_page().says("ada@example.com").says(">Confirm email<").hides("type=\"password\"");
        browser.confirm(&link).await.leads_to("/account");
        assert!(browser.is_signed_in().await);
    }

    async fn looking_at_a_link_consumes_nothing(home: &Home) {
        let server = home.serve().await;
        let (browser, link) = signed_up(&server, "ada@example.com").await;
        let before = home.rows().await;
        for scanner in [&server.browser(), &browser] {
            for _ in 0..3 {
                scanner.get(&link).await.is(200);
                scanner.asks("HEAD", &link).send().await.is(200);
            }
        }
        assert_eq!(home.rows().await, before);
        browser.confirm(&link).await.leads_to("/account");
    }

    async fn elsewhere_the_password_is_asked_for(home: &Home) {
        let server = home.serve().await;
        let (_, link) = signed_up(&server, "ada@example.com").await;
        let phone = server.browser();
        phone.get(&link).await.is(200).is_a_page().says("type=\"password\"");
        let before = home.rows().await;
        phone.confirm(&link).await.is(422).is_a_page().says("Type your password.");
        let wrong = phone.confirm_with(&link, OTHER_PASSWORD).await;
        wrong.is(422).is_a_page().says("the password you signed up with").hides(OTHER_PASSWORD);
        phone.confirm_with(&link, &"x".repeat(300)).await.is(422).is_a_page();
        assert_eq!(home.rows().await, before, "the link is still good");
        phone.confirm_with(&link, PASSWORD).await.leads_to("/login?confirmed");
        assert!(!phone.is_signed_in().await, "it leads to sign-in");
        phone.get("/login?confirmed").await.is(200).says("Your email is confirmed.");
        phone.sign_in("ada@example.com", PASSWORD).await.leads_to("/account");
    }

    async fn a_used_link_gives_410(home: &Home) {
        let server = home.serve().await;
        let (browser, link) = signed_up(&server, "ada@example.com").await;
        browser.confirm(&link).await.leads_to("/account");
        let before = home.rows().await;
        for again in [&browser, &server.browser()] {
            again.get(&link).await.is(410).is_a_page().says("This link has been used");
            again.confirm(&link).await.is(410).is_a_page().says("This link has been used");
            again.confirm_with(&link, PASSWORD).await.is(410).is_a_page();
        }
        assert_eq!(home.rows().await, before);
    }

    async fn a_link_expires_after_24_hours_with_410(home: &Home) {
        let server = home.serve().await;
        let (early, early_link) = signed_up(&server, "early@example.com").await;
        let (late, late_link) = signed_up(&server, "late@example.com").await;
        home.clock.advance(Duration::from_secs(24 * 60 * 60 - 1));
        early.confirm(&early_link).await.leads_to("/account");
        home.clock.advance(Duration::from_secs(1));
        let before = home.rows().await;
        late.get(&late_link).await.is(410).is_a_page().says("This link has expired").says("href=\"/signup\"");
        late.confirm(&late_link).await.is(410).is_a_page().says("This link has expired");
        server.browser().confirm_with(&late_link, PASSWORD).await.is(410);
        assert_eq!(home.rows().await, before);
        late.sign_in("late@example.com", PASSWORD).await.is(422);
    }

    async fn a_truncated_or_garbled_link_gives_404(home: &Home) {
        let server = home.serve().await;
        let (browser, link) = signed_up(&server, "ada@example.com").await;
        let before = home.rows().await;
        let token = token_of(&link);
        let mut flipped = token.to_owned();
        flipped.replace_range(4..5, if token[4..5] == *"A" { "B" } else { "A" });
        let shorter = &token[..token.len() - 1];
        let (doubled, spaced) = (token.repeat(2), format!("{token} "));
        let upper = token.to_uppercase();
        let long = "A".repeat(4000);
        for wrong in ["", "x", shorter, &token[1..], &flipped, &doubled, &spaced, &upper, &long, "../../etc", "\u{1f511}"] {
            let query: String = url::form_urlencoded::byte_serialize(wrong.as_bytes()).collect();
            let page = browser.get(&format!("/verify-email?token={query}")).await;
            page.is(404).is_a_page().says("This link doesn");
            browser.post("/verify-email", &[("token", wrong)]).await.is(404).is_a_page();
            browser.post("/verify-email", &[("token", wrong), ("password", PASSWORD)]).await.is(404);
        }
        for path in ["/verify-email", "/verify-email?token=%ff", "/verify-email?token", "/verify-email?token=a&token=b"] {
            browser.get(path).await.is(404).is_a_page();
        }
        assert_eq!(home.rows().await, before);
        browser.confirm(&link).await.leads_to("/account");
    }

    async fn a_link_of_another_installation_gives_404(home: &Home) {
        let server = home.serve().await;
        let neighbour = home.neighbour().await;
        let other = neighbour.serve().await;
        let (_, foreign) = signed_up(&other, "ada@example.com").await;
        let (browser, _) = signed_up(&server, "ada@example.com").await;
        let before = home.rows().await;
        browser.get(&foreign).await.is(404).is_a_page();
        browser.confirm(&foreign).await.is(404).is_a_page();
        browser.confirm_with(&foreign, PASSWORD).await.is(404).is_a_page();
        assert_eq!(home.rows().await, before);
        drop(other);
        neighbour.discard().await;
    }

    async fn a_link_works_once_under_twenty_concurrent_posts(home: &Home) {
        let server = home.serve().await;
        for round in 0..4 {
            let email = format!("ada{round}@example.com");
            let (browser, link) = signed_up(&server, &email).await;
            let all = (0..20).map(|_| browser.confirm(&link));
            let answers = futures_util::future::join_all(all).await;
            let won: Vec<_> = answers.iter().filter(|answer| answer.status == 303).collect();
            assert_eq!(won.len(), 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
            won[0].leads_to("/account");
            for lost in answers.iter().filter(|answer| answer.status != 303) {
                lost.is(410).is_a_page().says("This link has been used");
            }
        }
        let mut raw = home.raw().await;
        for (table, count) in [("accounts", 4), ("emails", 4), ("passwords", 4), ("registrations", 0), ("sessions", 4)] {
            assert_eq!(raw.number(&format!("SELECT COUNT(*) FROM {table}")).await, count, "{table}");
        }
    }

    async fn elsewhere_too_a_link_works_once(home: &Home) {
        let server = home.serve().await;
        let (_, link) = signed_up(&server, "ada@example.com").await;
        let phones: Vec<_> = (0..20).map(|_| server.browser()).collect();
        let all = phones.iter().map(|phone| phone.confirm_with(&link, PASSWORD));
        let answers = futures_util::future::join_all(all).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 303).count(), 1);
        for lost in answers.iter().filter(|answer| answer.status != 303) {
            lost.is(410).is_a_page();
        }
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM accounts").await, 1);
    }

    async fn an_account_made_meanwhile_is_left_alone(home: &Home) {
        let server = home.serve().await;
        let (browser, link) = signed_up(&server, "ada@example.com").await;
        server.account("ADA@example.com", OTHER_PASSWORD).await;
        let before = home.rows().await;
        assert!(matches!(browser.get(&link).await.status, 404 | 410));
        assert!(matches!(browser.confirm(&link).await.status, 404 | 410));
        assert_eq!(home.rows().await, before);
        assert!(!browser.is_signed_in().await);
        browser.sign_in("ada@example.com", PASSWORD).await.is(422);
        browser.sign_in("ada@example.com", OTHER_PASSWORD).await.leads_to("/account");
    }
}
