//! The whole way of a person whose browser runs no scripts.

use crate::support::{PASSWORD, home::Home, on_both};

on_both! {
    async fn a_person_signs_up_confirms_looks_around_and_leaves(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        browser.get("/").await.is(200).is_a_page().says("href=\"/signup\"");
        let page = browser.get("/signup").await;
        page.is(200).is_a_page().says(">Email<").says(">Name<").says(">Password<").says(">Create account<");
        page.says("action=\"/signup\"").says("method=\"post\"");
        browser.sign_up("ada@example.com", PASSWORD).await.leads_to("/signup/check-email");
        browser.get("/signup/check-email").await.is(200).is_a_page();

        assert_eq!(server.subjects_to("ada@example.com").await, ["Confirm your email for Latchkey"]);
        let link = server.confirmation_link("ada@example.com").await;
        let page = browser.get(&link).await;
        page.is(200).is_a_page().says("action=\"/verify-email\"").says(">Confirm email<");
        browser.confirm(&link).await.leads_to("/account");
        browser.get("/account").await.is(200).is_a_page().says("Hello,").says("Ada Lovelace");
        browser.get("/account/sessions").await.is(200).is_a_page().says("This browser");
        browser.sign_out().await.leads_to("/");
        browser.get("/").await.is(200).hides("Sign out");

        browser.sign_in("ada@example.com", PASSWORD).await.leads_to("/account");
        browser.get("/account").await.is(200).says("ada@example.com");
    }

    async fn what_happened_is_in_the_audit_trail(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        browser.sign_up("ada@example.com", PASSWORD).await.is(303);
        browser.confirm(&server.confirmation_link("ada@example.com").await).await.is(303);
        browser.sign_out().await.is(303);
        browser.sign_up("ada@example.com", PASSWORD).await.is(303);
        let mut raw = home.raw().await;
        for kind in ["registration.created", "account.created", "session.started", "session.ended", "registration.existing_account"] {
            let count = format!("SELECT COUNT(*) FROM audit_events WHERE kind = '{kind}'");
            assert_eq!(raw.number(&count).await, 1, "{kind}");
        }
        let personal = "SELECT COUNT(*) FROM audit_events WHERE details LIKE '%ada@%' OR actor LIKE '%ada@%'";
        assert_eq!(raw.number(personal).await, 0, "nothing personal stands in an event");
    }
}
