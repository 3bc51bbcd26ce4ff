//! `/account/profile`

use crate::support::{home::Home, on_both};

const ADA: &str = "ada@example.com";

on_both! {
    async fn a_name_is_changed_and_seen_everywhere(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let page = browser.get("/account/profile").await;
        page.is(200).is_a_page().says(">Name<").says("value=\"Ada Lovelace\"").says(ADA);
        for _ in 0..2 {
            browser.post("/account/profile", &[("name", " Augusta  Ada ")]).await.leads_to("/account/profile?saved");
        }
        browser.get("/account/profile?saved").await.says("Your profile is saved.").says("value=\"Augusta  Ada\"");
        browser.get("/account").await.says("Augusta  Ada");
        let mut raw = home.raw().await;
        let events = "SELECT COUNT(*) FROM audit_events WHERE kind = 'account.renamed'";
        assert_eq!(raw.number(events).await, 1, "saying the same again changes nothing");
    }

    async fn what_is_no_name_is_refused_beside_the_field(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let before = home.rows().await;
        for (name, says) in [("", "Type your name."), ("a\u{202e}b", "invisible characters"), (&*"x".repeat(101), "Use at most 100")] {
            let page = browser.post("/account/profile", &[("name", name)]).await;
            page.is(422).is_a_page().says(says);
            browser.fetch("/account/profile", &[("name", name)]).await.is(422).says("\"name\"");
        }
        let markup = browser.post("/account/profile", &[("name", &"<b>".repeat(50))]).await;
        markup.is(422).hides("<b>");
        assert_eq!(home.rows().await, before);
    }

    async fn only_signed_in_people_have_a_profile(home: &Home) {
        let server = home.serve().await;
        let nobody = server.browser();
        nobody.get("/account/profile").await.leads_to("/login?next=/account/profile");
        nobody.post("/account/profile", &[("name", "x")]).await.leads_to("/login?next=/account/profile");
    }
}
