//! `/account/sessions`: where an account is signed in, and ending that.

use std::time::Duration;

use crate::support::{home::Home, on_both};

on_both! {
    async fn every_signed_in_browser_is_listed_with_its_last_use(home: &Home) {
        let server = home.serve().await;
        let here = server.signed_in("ada@example.com").await;
        home.clock.advance(Duration::from_mins(50));
        let there = server.another_browser_of("ada@example.com").await;
        home.clock.advance(Duration::from_mins(20));
        let page = here.get("/account/sessions").await;
        page.is(200).is_a_page().says("This browser").says("Firefox on Linux").says("127.0.0.1");
        page.says("Signed in 1 hour ago · last active just now");
        page.says("Signed in 20 minutes ago · last active 20 minutes ago");
        assert_eq!(page.body.matches("class=\"session\"").count() + page.body.matches("session--current").count(), 2);
        home.clock.advance(Duration::from_mins(5));
        there.get("/account").await.is(200);
        here.get("/account/sessions").await.says("last active just now").hides("last active 25 minutes ago");
    }

    async fn an_ended_session_is_refused_at_its_next_request(home: &Home) {
        let server = home.serve().await;
        let here = server.signed_in("ada@example.com").await;
        let there = server.another_browser_of("ada@example.com").await;
        assert!(there.is_signed_in().await);
        let others = here.other_sessions().await;
        assert_eq!(others.len(), 1);
        here.post("/account/sessions", &[("end", &others[0])]).await.leads_to("/account/sessions?ended=one");
        here.get("/account/sessions?ended=one").await.is(200).says("The session is ended.");
        assert!(!there.is_signed_in().await);
        assert!(there.cookie("latchkey").is_none(), "the dead cookie is removed");
        assert!(here.is_signed_in().await);
    }

    async fn all_other_sessions_end_at_once(home: &Home) {
        let server = home.serve().await;
        let here = server.signed_in("ada@example.com").await;
        let mut others = Vec::new();
        for _ in 0..3 {
            others.push(server.another_browser_of("ada@example.com").await);
        }
        let bystander = server.signed_in("grace@example.com").await;
        here.post("/account/sessions", &[("end", "others")]).await.leads_to("/account/sessions?ended=others");
        for other in &others {
            assert!(!other.is_signed_in().await);
        }
        assert!(here.is_signed_in().await);
        assert!(bystander.is_signed_in().await);
    }

    async fn ending_the_session_that_asks_signs_out(home: &Home) {
        let server = home.serve().await;
        let here = server.signed_in("ada@example.com").await;
        let there = server.another_browser_of("ada@example.com").await;
        let own = there.other_sessions().await.remove(0);
        here.post("/account/sessions", &[("end", &own)]).await.leads_to("/login");
        assert!(!here.is_signed_in().await);
        assert!(there.is_signed_in().await);
    }

    async fn ending_someone_elses_session_gives_404_and_changes_nothing(home: &Home) {
        let server = home.serve().await;
        let ada = server.signed_in("ada@example.com").await;
        let adas_other = server.another_browser_of("ada@example.com").await;
        let grace = server.signed_in("grace@example.com").await;
        let theirs = ada.other_sessions().await.remove(0);
        let before = home.rows().await;
        let answer = grace.post("/account/sessions", &[("end", &theirs)]).await;
        answer.is(404).is_a_page().says("That session had already ended.");
        let never = grace.post("/account/sessions", &[("end", "AAAAAAAAAAAAAAAAAAAAAA")]).await;
        assert_eq!(never.normalised(&theirs), answer.normalised(&theirs), "whose it is isn't told");
        grace.post("/account/sessions", &[("end", "")]).await.is(404).is_a_page();
        assert_eq!(home.rows().await, before);
        assert!(ada.is_signed_in().await);
        assert!(adas_other.is_signed_in().await);
    }

    async fn a_session_can_be_ended_once(home: &Home) {
        let server = home.serve().await;
        let here = server.signed_in("ada@example.com").await;
        server.another_browser_of("ada@example.com").await;
        let other = here.other_sessions().await.remove(0);
        here.post("/account/sessions", &[("end", &other)]).await.is(303);
        here.post("/account/sessions", &[("end", &other)]).await.is(404).is_a_page();
        let ended = "SELECT COUNT(*) FROM audit_events WHERE kind = 'session.ended'";
        assert_eq!(home.raw().await.number(ended).await, 1);
    }

    async fn a_signed_out_browser_can_end_nothing(home: &Home) {
        let server = home.serve().await;
        let ada = server.signed_in("ada@example.com").await;
        server.another_browser_of("ada@example.com").await;
        let theirs = ada.other_sessions().await.remove(0);
        let before = home.rows().await;
        let stranger = server.browser();
        for end in [theirs.as_str(), "others"] {
            stranger.post("/account/sessions", &[("end", end)]).await.leads_to("/login?next=/account/sessions");
        }
        assert_eq!(home.rows().await, before);
    }
}
