//! What somebody lets an app have, and takes back.

use std::time::Duration;

use super::support::{Registration, claims, decide, hidden, param, text};
use crate::support::{PASSWORD, home::Home, on_both};

on_both! {
    async fn a_decision_counts_only_from_our_own_page_and_for_whom_it_was_shown(home: &Home) {
        let server = home.serve().await;
        let app = Registration::default().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let page = ada.get(&app.request(&[])).await;
        assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
        let (request, seal) = (hidden(&page, "request"), hidden(&page, "seal"));
        let fields = [("request", request.as_str()), ("seal", &seal), ("decision", "allow")];
        // Another site's form.
        let foreign = ada.posts("/oauth/consent", &fields).with("sec-fetch-site", "cross-site")
            .with("origin", "https://evil.example");
        foreign.send().await.is(403);
        // Bob, in whose browser Ada's page stood.
        let bob = server.signed_in("bob@example.com").await;
        let asked = bob.post("/oauth/consent", &fields).await;
        assert!(asked.is(303).location().starts_with("/oauth/authorize?"));
        // Nobody.
        let nobody = server.browser().post("/oauth/consent", &fields).await;
        assert!(nobody.is(303).location().starts_with("/login?next="));
        let nonsense = [("request", request.as_str()), ("seal", &seal), ("decision", "perhaps")];
        ada.post("/oauth/consent", &nonsense).await.leads_to(&format!("/oauth/authorize?{request}"));
        // A link decides nothing.
        ada.get("/oauth/consent?decision=allow").await.leads_to("/account/apps");
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM authorization_codes").await, 0);
        assert!(param(&decide(&ada, &page, "allow").await, "code").is_some());
    }

    async fn a_decision_about_another_request_is_asked_again(home: &Home) {
        let server = home.serve().await;
        let app = Registration::default().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let page = ada.get(&app.request(&[])).await;
        let seal = hidden(&page, "seal");
        for request in ["", "client_id=x", &app.query(&[("redirect_uri", "https://evil.example/")])] {
            let fields = [("request", request), ("seal", seal.as_str()), ("decision", "allow")];
            let answer = ada.post("/oauth/consent", &fields).await;
            assert!(answer.is(303).location().starts_with("/oauth/authorize"), "{}", answer.location());
        }
        // Nor by the name of the session alone, which every app is told.
        let tokens = app.tokens(&ada, "openid").await;
        let sid = claims(text(&tokens, "id_token"))["sid"].as_str().expect("a sid").to_owned();
        let query = app.query(&[("scope", "openid email")]);
        for (name, value) in [("seal", sid.as_str()), ("seal", "")] {
            let fields = [("request", query.as_str()), (name, value), ("decision", "allow")];
            let answer = ada.post("/oauth/consent", &fields).await;
            assert!(answer.is(303).location().starts_with("/oauth/authorize?"));
        }
        // What needs a proof first isn't allowed by an older page.
        let proof = app.query(&[("prompt", "login")]);
        let fields = [("request", proof.as_str()), ("seal", seal.as_str()), ("decision", "allow")];
        let answer = ada.post("/oauth/consent", &fields).await;
        assert!(answer.is(303).location().starts_with("/oauth/authorize"));
    }

    async fn access_is_shown_and_taken_back_and_its_tokens_end(home: &Home) {
        let server = home.serve().await;
        let app = Registration::default().on(&server).await;
        let trusted = Registration::trusted().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        ada.get("/account/apps").await.is(200).is_a_page().says("No app uses your account");
        let tokens = app.tokens(&ada, "openid email offline_access").await;
        let other = trusted.tokens(&ada, "openid").await;
        let list = ada.get("/account/apps").await;
        list.says("Notes &lt;b&gt;app&lt;/b&gt;").says("email address").says("Stay connected").says("part of this site");
        let access = text(&tokens, "access_token");
        app.userinfo(access).await.is(200);
        let gone = ada.post("/account/apps", &[("remove", &app.id)]).await;
        ada.get(gone.is(303).location()).await.says("access was removed").hides("email address");
        app.userinfo(access).await.is(401);
        assert_eq!(app.introspect(access).await["active"], false);
        assert_eq!(app.refresh(text(&tokens, "refresh_token")).await.is(400).json()["error"], "invalid_grant");
        trusted.userinfo(text(&other, "access_token")).await.is(200);
        ada.post("/account/apps", &[("remove", &app.id)]).await.is(404).says("no access any more");
        ada.post("/account/apps", &[("remove", "")]).await.is(404);
        let bob = server.signed_in("bob@example.com").await;
        bob.post("/account/apps", &[("remove", &trusted.id)]).await.is(404);
        // Asked again.
        ada.get(&app.request(&[])).await.is(200).says("See your name");
        ada.get("/account/activity").await.says("You let an app use your account").says("removed an app");
        let nobody = server.browser();
        nobody.get("/account/apps").await.leads_to("/login?next=/account/apps");
    }

    async fn a_code_goes_with_the_access_that_is_taken_back(home: &Home) {
        let server = home.serve().await;
        let app = Registration::default().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let bob = server.signed_in("bob@example.com").await;
        let offline = [("scope", "openid email offline_access")];
        let code = app.code(&ada, &offline).await;
        let of_bob = app.code(&bob, &offline).await;
        ada.post("/account/apps", &[("remove", &app.id)]).await.is(303);
        assert_eq!(app.redeem(&code).await.is(400).json()["error"], "invalid_grant");
        app.redeem(&of_bob).await.is(200);
        ada.get("/account/apps").await.says("No app uses your account");
    }

    async fn the_apps_of_somebody_disabled_serve_nobody(home: &Home) {
        let server = home.serve().await;
        let zed = server.account("zed@example.com", PASSWORD).await;
        let app = Registration::of(zed).on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let tokens = app.tokens(&ada, "openid offline_access").await;
        let code = app.code(&ada, &[]).await;
        server.disable("zed@example.com").await;
        app.userinfo(text(&tokens, "access_token")).await.is(401);
        ada.get(&app.request(&[])).await.is(400).is_a_page();
        for answer in [app.redeem(&code).await, app.refresh(text(&tokens, "refresh_token")).await] {
            assert_eq!(answer.is(401).json()["error"], "invalid_client");
        }
        // It is still there for when they come back; what it had is not.
        server.services().accounts.enable("zed@example.com").await.expect("the database works");
        assert_eq!(app.refresh(text(&tokens, "refresh_token")).await.is(400).json()["error"], "invalid_grant");
        app.tokens(&ada, "openid").await;
    }

    async fn people_are_told_that_somebody_like_them_registered_an_app(home: &Home) {
        let server = home.serve().await;
        let zed = server.account("zed@example.com", PASSWORD).await;
        let theirs = Registration::of(zed).on(&server).await;
        let ours = Registration::default().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let told = "Somebody with an account registered this app here";
        ada.get(&theirs.request(&[])).await.is(200).says(told);
        ada.get(&ours.request(&[])).await.is(200).hides(told);
    }

    async fn whoever_deletes_their_account_takes_their_apps_along(home: &Home) {
        let server = home.serve().await;
        let zed = server.account("zed@example.com", PASSWORD).await;
        let owner = server.another_browser_of("zed@example.com").await;
        let app = Registration::of(zed).on(&server).await;
        owner.post("/account/delete", &[("email", "zed@example.com")]).await.is(303);
        home.clock.advance(Duration::from_hours(7 * 24));
        let ada = server.signed_in("ada@example.com").await;
        let tokens = app.tokens(&ada, "openid").await;
        let told = home.raw().await.number("SELECT COUNT(*) FROM revocations").await;
        assert_eq!(server.services().accounts.delete_due_accounts().await.expect("the database works"), 1);
        app.userinfo(text(&tokens, "access_token")).await.is(401);
        // Whoever verifies offline is told.
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM revocations").await, told + 1);
    }

    async fn signing_out_ends_what_was_not_to_last_and_disabling_ends_everything(home: &Home) {
        let server = home.serve().await;
        let app = Registration::trusted().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let bound = app.tokens(&ada, "openid").await;
        let lasting = app.tokens(&ada, "openid offline_access").await;
        ada.sign_out().await;
        app.userinfo(text(&bound, "access_token")).await.is(401);
        app.refresh(text(&bound, "refresh_token")).await.is(400);
        app.userinfo(text(&lasting, "access_token")).await.is(200);
        let next = app.refresh(text(&lasting, "refresh_token")).await.is(200).json();
        home.disable("ada@example.com").await;
        app.userinfo(text(&next, "access_token")).await.is(401);
        app.refresh(text(&next, "refresh_token")).await.is(400);
    }

    async fn administrators_scopes_are_lent_by_administrators_only(home: &Home) {
        let server = home.serve().await;
        let registration = Registration { scopes: vec!["openid", "admin:read"], first_party: true, ..Registration::default() };
        let app = registration.on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let tokens = app.tokens(&ada, "openid admin:read").await;
        assert_eq!(tokens["scope"], "openid");
        let nothing = ada.get(&app.request(&[("scope", "admin:read")])).await;
        assert_eq!(super::support::error_of(&nothing), "access_denied");
        server.administrator("root@example.com", PASSWORD).await;
        let root = server.another_browser_of("root@example.com").await;
        let tokens = app.tokens(&root, "openid admin:read").await;
        assert_eq!(tokens["scope"], "openid admin:read");
        let caller = server.caller().with_token(text(&tokens, "access_token"));
        caller.get("/api/v1/admin/users").await.is(200);
    }
}
