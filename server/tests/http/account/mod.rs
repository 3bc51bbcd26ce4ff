//! `/account` and what is below it.

mod activity;
mod confirm;
mod deletion;
mod email;
mod lifetimes;
mod profile;
mod security;
mod sessions;
pub(crate) mod tokens;

use crate::support::{home::Home, on_both};

on_both! {
    async fn the_overview_tells_who_is_signed_in(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        let page = browser.get("/account").await;
        page.is(200).is_a_page().says("ada@example.com").says("Ada Lovelace").says("Sign out");
        assert_eq!(page.header("cache-control"), "no-store");
    }

    async fn signed_out_people_are_sent_to_sign_in_and_come_back(home: &Home) {
        let server = home.serve().await;
        server.account("ada@example.com", crate::support::PASSWORD).await;
        let browser = server.browser();
        browser.get("/account").await.leads_to("/login?next=/account");
        browser.get("/account?x=1&y=a%2Fb").await.leads_to("/login?next=/account%3Fx%3D1%26y%3Da%252Fb");
        browser.get("/account/sessions").await.leads_to("/login?next=/account/sessions");

        let page = browser.get("/login?next=/account/sessions").await;
        page.is(200).says("name=\"next\" value=\"/account/sessions\"");
        let form = [("next", "/account/sessions"), ("email", "ada@example.com"), ("password", crate::support::PASSWORD)];
        browser.post("/login", &form).await.leads_to("/account/sessions");
        browser.get("/account/sessions").await.is(200);
    }

    async fn a_disabled_account_is_signed_out_everywhere_at_its_next_request(home: &Home) {
        let server = home.serve().await;
        let first = server.signed_in("ada@example.com").await;
        let second = server.another_browser_of("ada@example.com").await;
        let bystander = server.signed_in("grace@example.com").await;
        home.disable("ada@example.com").await;
        assert!(!first.is_signed_in().await);
        assert!(!second.is_signed_in().await);
        assert!(bystander.is_signed_in().await);
        first.sign_in("ada@example.com", crate::support::PASSWORD).await.is(422);
    }
}
