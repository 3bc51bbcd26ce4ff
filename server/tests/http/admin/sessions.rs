//! `/admin/sessions`: sessions of everyone.

use std::time::Duration;

use super::administrator;
use crate::support::{PASSWORD, answer::Answer, browser::TestBrowser, home::Home, on_both};

/// The public ids of the sessions on a page.
fn ids(page: &Answer) -> Vec<String> {
    let parts = page.is(200).body.split("name=\"end\" value=\"").skip(1);
    parts
        .map(|part| part.split('"').next().unwrap_or_default().to_owned())
        .collect()
}

on_both! {
    async fn every_session_is_listed_with_whose_it_is(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        server.signed_in("ada@example.com").await;
        let page = admin.get("/admin/sessions").await;
        page.is(200).is_a_page().says("ada@example.com").says("Firefox on Linux").says("127.0.0.1").says("This browser");
        assert_eq!(ids(&page).len(), 2);
    }

    async fn an_ended_session_is_out_at_its_next_click(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let other = server.another_browser_of("ada@example.com").await;
        let page = admin.get("/admin/sessions?q=ada%40").await;
        let all = ids(&page);
        assert_eq!(all.len(), 2);
        admin.post("/admin/sessions?q=ada%40", &[("end", &all[0])]).await.leads_to("/admin/sessions?q=ada%40&done=session");
        admin.get("/admin/sessions?q=ada%40&done=session").await.says("The session has ended.");
        let left = usize::from(ada.is_signed_in().await) + usize::from(other.is_signed_in().await);
        assert_eq!(left, 1);
        let again = admin.post("/admin/sessions?q=ada%40", &[("end", &all[0])]).await;
        again.is(404).is_a_page();
        assert_eq!(ids(&admin.get("/admin/sessions?q=ada%40").await).len(), 1);
        let ended = home.raw().await.number("SELECT COUNT(*) FROM audit_events WHERE kind = 'session.ended' AND details LIKE '%by an administrator%'").await;
        assert_eq!(ended, 1);
    }

    async fn a_selection_is_asked_about_and_then_ended(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let bob = server.signed_in("bob@example.com").await;
        let eve = server.signed_in("eve@example.com").await;
        let of = async |who: &str| ids(&admin.get(&format!("/admin/sessions?q={who}%40")).await).remove(0);
        let (ada_id, bob_id) = (of("ada").await, of("bob").await);
        admin.post("/admin/sessions", &[]).await.is(422).says("Select the sessions");
        let selected = [("selected", &*ada_id), ("selected", &*bob_id)];
        let asked = admin.post("/admin/sessions", &selected).await;
        asked.is(200).is_a_page().says("2 browsers or programs");
        assert!(ada.is_signed_in().await);
        let confirmed = [selected[0], selected[1], ("selected", "nothing-of-ours"), ("confirmed", "yes")];
        admin.post("/admin/sessions", &confirmed).await.leads_to("/admin/sessions?done=sessions&count=2");
        assert!(!ada.is_signed_in().await && !bob.is_signed_in().await && eve.is_signed_in().await);
        admin.post("/admin/sessions", &confirmed).await.leads_to("/admin/sessions?done=nothing&count=0");
    }

    async fn all_that_match_end_after_words_were_typed(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let bob = server.signed_in("bob@example.com").await;
        let path = "/admin/sessions/end?q=ada%40";
        admin.get(path).await.is(200).says("1 sessions match").says("end sessions").hides("everyone");
        admin.post(path, &[("confirmation", "yes")]).await.is(422).says("exactly as they stand");
        // What can't be read would find everyone.
        let long = format!("q={}", "a".repeat(600));
        for odd in ["q=%00", "q=ada%0a", "person=%00", "method=%0a", "age=%00", &long] {
            let path = format!("/admin/sessions/end?{odd}");
            admin.post(&path, &[("confirmation", "end sessions")]).await.is(422);
        }
        let bad = admin.post("/admin/sessions/end?q=ada%40&network=nonsense", &[("confirmation", "end sessions")]).await;
        bad.is(422).says("nothing was ended");
        assert!(ada.is_signed_in().await);
        admin.post(path, &[("confirmation", "end sessions")]).await.leads_to("/admin/sessions?q=ada%40&done=sessions&count=1");
        assert!(!ada.is_signed_in().await && bob.is_signed_in().await);
        admin.get("/admin/sessions/end").await.says("this signs out everyone");
        admin.post("/admin/sessions/end", &[("confirmation", "end sessions")]).await.leads_to("/admin/sessions?done=sessions&count=2");
        assert!(!bob.is_signed_in().await && !admin.is_signed_in().await);
    }

    async fn two_administrators_end_the_same_session_once(home: &Home) {
        let server = home.serve().await;
        let one = administrator(&server).await;
        let other = server.another_browser_of(super::ADMIN).await;
        server.signed_in("ada@example.com").await;
        let id = ids(&one.get("/admin/sessions?q=ada%40").await).remove(0);
        let end = [("end", &*id)];
        let (first, second) = futures_util::future::join(one.post("/admin/sessions", &end), other.post("/admin/sessions", &end)).await;
        let mut answers = [first.status, second.status];
        answers.sort_unstable();
        assert_eq!(answers, [303, 404]);
        let ended = home.raw().await.number("SELECT COUNT(*) FROM audit_events WHERE kind = 'session.ended'").await;
        assert_eq!(ended, 1);
    }

    async fn sessions_that_deserve_a_look_say_why(home: &Home) {
        let server = home.serve_with(&[("http.proxy_hops", "1")]).await;
        let admin = administrator(&server).await;
        let said = async |who: &str| admin.get(&format!("/admin/sessions?q={who}%40&order=newest")).await;
        let from = async |browser: &TestBrowser, who: &str, password: &str, address: &str| {
            let email = format!("{who}@example.com");
            let form = [("email", &*email), ("password", password)];
            browser.posts("/login", &form).with("x-forwarded-for", address).send().await
        };
        for who in ["ada", "ben", "eve", "kim", "lou", "max"] {
            server.account(&format!("{who}@example.com"), PASSWORD).await;
        }
        let home_browser = server.browser();
        from(&home_browser, "ada", PASSWORD, "192.0.2.1").await.is(303);
        let cues = ["Browser new to this account", "Wrong passwords just before", "Many addresses within an hour", "Many accounts from this address"];
        let first = said("ada").await;
        for cue in cues {
            first.hides(cue);
        }
        first.hides("deserve a look");

        // Her own browser again is nothing new; another one is.
        home.clock.advance(Duration::from_mins(1));
        from(&home_browser, "ada", PASSWORD, "192.0.2.1").await.is(303);
        said("ada").await.hides(cues[0]);
        from(&server.browser(), "ada", PASSWORD, "192.0.2.2").await.is(303);
        said("ada").await.says(cues[0]).says("deserve a look").hides(cues[1]).hides(cues[2]).hides(cues[3]);

        let guesser = server.browser();
        for _ in 0..5 {
            from(&guesser, "ben", "not the right password at all", "192.0.2.3").await.is(422);
        }
        home.clock.advance(Duration::from_mins(30));
        from(&guesser, "ben", PASSWORD, "192.0.2.3").await.is(303);
        said("ben").await.says(cues[1]).hides(cues[0]).hides(cues[2]).hides(cues[3]);

        for number in 3..6 {
            said("ada").await.hides(cues[2]);
            from(&home_browser, "ada", PASSWORD, &format!("192.0.2.{number}")).await.is(303);
        }
        let page = said("ada").await;
        page.hides(cues[2]);
        from(&server.browser(), "ada", PASSWORD, "192.0.2.6").await.is(303);
        from(&server.browser(), "ada", PASSWORD, "192.0.2.7").await.is(303);
        from(&server.browser(), "ada", PASSWORD, "192.0.2.8").await.is(303);
        from(&server.browser(), "ada", PASSWORD, "192.0.2.9").await.is(303);
        said("ada").await.says(cues[2]).hides(cues[1]).hides(cues[3]);

        for who in ["eve", "kim", "lou", "max"] {
            from(&server.browser(), who, PASSWORD, "198.51.100.1").await.is(303);
        }
        said("max").await.hides(cues[3]);
        // Who was there two hours ago counts no more.
        home.clock.advance(Duration::from_mins(90));
        from(&server.browser(), "ben", PASSWORD, "198.51.100.1").await.is(303);
        said("ben").await.hides(cues[3]).hides(cues[2]);
        for who in ["eve", "kim", "lou", "max"] {
            from(&server.browser(), who, PASSWORD, "198.51.100.1").await.is(303);
        }
        said("max").await.says(cues[3]).says(cues[0]);
    }

    async fn sessions_are_filtered_by_network_method_age_and_activity(home: &Home) {
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        server.browser().sign_in_and_stay("ada@example.com", PASSWORD).await.is(303);
        home.clock.advance(Duration::from_hours(3));
        let admin = administrator(&server).await;
        let count = async |query: &str| ids(&admin.get(&format!("/admin/sessions?{query}")).await).len();
        assert_eq!(count("network=127.0.0.0/8").await, 2);
        assert_eq!(count("network=10.0.0.0/8").await, 0);
        assert_eq!(count("method=pwd").await, 2);
        assert_eq!(count("method=fed").await, 0);
        assert_eq!(count("age=hour").await, 1);
        assert_eq!(count("age=older").await, 0);
        assert_eq!(count("active=now").await, 1);
        assert_eq!(count("active=day&order=oldest").await, 2);
        let first = admin.get("/admin/sessions?order=oldest").await;
        let at = |text: &str| first.body.find(text).expect("it is there");
        assert!(at("ada@example.com") < at("admin@example.com</bdi>"));
        for odd in ["sessions?person=%00&q=%00", "sessions?after=%00.%00", "tokens?after=%00&scope=%00", "users?after=%00", "audit?kind=%00&before=%00"] {
            admin.get(&format!("/admin/{odd}")).await.is(200);
        }
        for (odd, what) in [("sessions?q=%0aada", "Search"), ("sessions?network=%00", "Address or network"), ("tokens?scope=%0a", "Scope"), ("users?role=%00", "Role")] {
            admin.get(&format!("/admin/{odd}")).await.is(200).says(what).says("can't be read");
        }
        for list in ["users", "sessions", "tokens", "audit"] {
            admin.get(&format!("/admin/{list}?after=x")).await.is(200).says("isn't there any more");
        }
        let odd = admin.get("/admin/sessions?network=x&method=x&age=x&active=x&order=x&person=x&after=x").await;
        odd.is(200).says("Address or network, Method, Begun, Active, Order, Person").says("isn't there any more");
    }
}
