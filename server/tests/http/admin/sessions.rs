//! `/admin/sessions`: sessions of everyone.

use std::time::Duration;

use super::administrator;
use crate::support::{PASSWORD, answer::Answer, home::Home, on_both};

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
        let odd = admin.get("/admin/sessions?network=x&method=x&age=x&active=x&order=x&person=x&after=x").await;
        odd.is(200).says("Address or network, Method, Begun, Active, Order, Person").says("isn't there any more");
    }
}
