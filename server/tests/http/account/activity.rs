//! `/account/activity`: what happened, in words.

use std::time::Duration;

use crate::support::{home::Home, on_both};

on_both! {
    async fn people_see_what_happened_to_their_account_newest_first(home: &Home) {
        let server = home.serve().await;
        let here = server.signed_in("ada@example.com").await;
        server.signed_in("grace@example.com").await;
        home.clock.advance(Duration::from_hours(24));
        server.another_browser_of("ada@example.com").await.sign_out().await;
        let here = if here.is_signed_in().await { here } else { server.another_browser_of("ada@example.com").await };
        let page = here.get("/account/activity").await;
        page.is(200).is_a_page().says("You signed in with your password.").says("A session of yours ended.");
        page.says("Firefox on Linux").says("127.0.0.1").hides("session.").hides("grace");
        let at = |words: &str| page.body.find(words).expect("said");
        assert!(at("A session of yours ended.") < at("An administrator made your account."));
        assert_eq!(page.body.matches("<h2").count(), 2, "a heading for each day");
    }

    async fn an_administrator_is_named_as_one(home: &Home) {
        let server = home.serve().await;
        server.signed_in("ada@example.com").await;
        server.services().accounts.disable("ada@example.com").await.expect("disabled");
        server.services().accounts.enable("ada@example.com").await.expect("enabled");
        let here = server.another_browser_of("ada@example.com").await;
        let page = here.get("/account/activity").await;
        page.says("An administrator ended your session.");
        page.says("An administrator closed your account.").says("An administrator opened your account again.");
    }

    async fn a_long_history_has_pages(home: &Home) {
        let server = home.serve().await;
        let here = server.signed_in("ada@example.com").await;
        for _ in 0..30 {
            home.clock.advance(Duration::from_mins(1));
            server.another_browser_of("ada@example.com").await.sign_out().await;
        }
        let first = here.get("/account/activity").await;
        assert_eq!(first.body.matches("session--plain").count(), 50);
        first.says("Older").hides("Newest").hides("An administrator made your account.");
        let (_, link) = first.body.split_once("/account/activity?before=").expect("a link");
        let id = link.split('"').next().expect("an id");
        let second = here.get(&format!("/account/activity?before={id}")).await;
        second.is(200).hides("Older").says("Newest").says("An administrator made your account.");
        here.get("/account/activity?before=%27x").await.is(200).says("Older").hides("Newest");
    }

    async fn nobody_sees_activity_signed_out(home: &Home) {
        let server = home.serve().await;
        server.browser().get("/account/activity").await.leads_to("/login?next=/account/activity");
    }
}
