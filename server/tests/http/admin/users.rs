//! `/admin/users`: finding people, and what is done to them.

use std::time::Duration;

use super::{administrator, page_of};
use crate::support::{PASSWORD, browser::token_of, home::Home, on_both};

on_both! {
    async fn people_are_found_by_any_part_of_name_or_address(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        for email in ["ada@example.com", "grace@navy.example", "edsger@example.org"] {
            server.account(email, PASSWORD).await;
        }
        let found = admin.get("/admin/users?q=RAVY").await;
        found.is(200).says("Nobody was found");
        admin.get("/admin/users?q=NAVY").await.says("grace@navy.example").hides("ada@example.com");
        admin.get("/admin/users?q=gr").await.says("grace@navy.example").hides("edsger@");
        admin.get("/admin/users?q=ce").await.says("Nobody was found");
        admin.get("/admin/users?role=admin").await.says("admin@example.com").hides("grace@");
        server.disable("ada@example.com").await;
        admin.get("/admin/users?state=disabled").await.says("ada@example.com").hides("grace@");
        let odd = admin.get("/admin/users?state=odd&role=odd&after=odd").await;
        odd.is(200).says("can't be read").says("isn't there any more");
    }

    async fn a_list_goes_on_where_the_page_before_ended(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        for number in 0..55 {
            home.clock.advance(Duration::from_millis(5));
            server.account(&format!("person{number:02}@example.com"), PASSWORD).await;
        }
        let first = admin.get("/admin/users?q=person").await;
        first.is(200).says("person54@").says("person05@").hides("person04@").hides("First page");
        let next = first.body.split("rel=\"next\" href=\"").nth(1).expect("a next page");
        let next = next.split('"').next().expect("a path").replace("&amp;", "&");
        let second = admin.get(&next).await;
        second.is(200).says("person04@").says("person00@").hides("person05@").says("First page").hides("Next page");
    }

    async fn a_disabled_person_is_out_and_their_tokens_are_refused(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let program = server.program_of("bob@example.com", &["profile:read"]).await;
        program.get("/api/v1/me").await.is(200);
        for person in ["ada@", "bob@"] {
            let page = page_of(&admin, person).await;
            admin.get(&format!("{page}/disable")).await.is(200).says("Nothing is deleted");
            admin.post(&format!("{page}/disable"), &[]).await.leads_to(&format!("{page}?done=disabled&count=1"));
            admin.get(&format!("{page}?done=disabled")).await.says("The account is disabled.").says("Enable account");
            admin.post(&format!("{page}/disable"), &[]).await.leads_to(&format!("{page}?done=nothing&count=0"));
        }
        assert!(!ada.is_signed_in().await);
        program.get("/api/v1/me").await.is_problem(401, "invalid-token");
        let page = page_of(&admin, "ada@").await;
        admin.post(&page, &[("act", "enable")]).await.leads_to(&format!("{page}?done=enabled"));
        assert!(server.another_browser_of("ada@example.com").await.is_signed_in().await);
        let mut raw = home.raw().await;
        let by_admin = raw.number("SELECT COUNT(*) FROM audit_events WHERE kind LIKE 'account.%abled' AND actor LIKE 'account:%' AND actor <> 'account:' || subject").await;
        assert_eq!(by_admin, 3);
    }

    async fn all_tokens_of_a_person_are_revoked_after_a_question(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        let program = server.program_of("ada@example.com", &["profile:read"]).await;
        let page = page_of(&admin, "ada@").await;
        admin.get(&format!("{page}/revoke-tokens")).await.says("1 tokens of");
        admin.post(&format!("{page}/revoke-tokens"), &[]).await.leads_to(&format!("{page}?done=tokens&count=1"));
        program.get("/api/v1/me").await.is_problem(401, "invalid-token");
        admin.get(&page).await.hides("Revoke all tokens");
    }

    async fn a_reset_link_goes_to_the_person_and_nobody_else(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        server.account("ada@example.com", PASSWORD).await;
        let page = page_of(&admin, "ada@").await;
        let answer = admin.post(&page, &[("act", "send-reset")]).await;
        answer.leads_to(&format!("{page}?done=reset"));
        let subjects = server.subjects_to("ada@example.com").await;
        assert_eq!(subjects.len(), 1);
        let text = server.texts_to("ada@example.com").await.remove(0);
        let link = text.split_whitespace().find(|word| word.contains("/reset-password?token=")).expect("a link");
        admin.get(&page).await.hides(token_of(link));
        for _ in 0..10 {
            admin.post(&page, &[("act", "send-reset")]).await;
        }
        admin.post(&page, &[("act", "send-reset")]).await.is(429);
    }

    async fn somebody_is_invited_and_the_invitation_withdrawn(home: &Home) {
        let server = home.serve_with(&[("accounts.signup", "closed")]).await;
        let admin = administrator(&server).await;
        let wish = [("email", "new@example.com"), ("name", "New"), ("role", "support")];
        admin.post("/admin/users/invite", &wish).await.leads_to("/admin/users/invite?done=invited");
        admin.get("/admin/users/invite").await.says("new@example.com").says("Withdraw");
        assert_eq!(server.subjects_to("new@example.com").await.len(), 1);
        admin.post("/admin/users/invite", &[("withdraw", "new@example.com")]).await.leads_to("/admin/users/invite?done=withdrawn");
        admin.get("/admin/users/invite").await.says("No invitation waits").hides("new@example.com");
        let again = admin.post("/admin/users/invite", &[("withdraw", "new@example.com")]).await;
        again.is(404).is_a_page().says("isn't there any more");
        admin.post("/admin/users/invite", &[("email", "admin@example.com")]).await.is(409).says("has an account already");
        let odd = admin.post("/admin/users/invite", &[("email", "nope"), ("name", "\u{202e}x")]).await;
        odd.is(422).is_a_page().says("value=\"nope\"").says("id=\"email-error\"");
    }

    async fn names_that_hold_html_or_turn_the_text_around_are_shown_harmlessly(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        let account = server.account("ada@example.com", PASSWORD).await;
        let emoji = "👩‍🚀".repeat(300);
        let name = format!("<img src=x onerror=alert(1)>\u{202e}evil{emoji}");
        home.raw().await.run(&format!("UPDATE accounts SET name = '{name}' WHERE id = '{account}'")).await;
        let page = admin.get("/admin/users?q=ada%40").await;
        page.is(200).hides("<img").says("&lt;img src=x onerror=alert(1)&gt;").says("<bdi>");
        let own = page_of(&admin, "ada%40").await;
        admin.get(&own).await.is(200).hides("<img");
        admin.get(&format!("{own}/disable")).await.is(200).hides("<img").says("\u{2068}");
    }
}
