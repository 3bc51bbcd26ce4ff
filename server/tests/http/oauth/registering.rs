//! `/account/clients` and `/admin/clients`.

use super::support::{CALLBACK, CHALLENGE, VERIFIER, param};
use crate::support::{
    PASSWORD,
    answer::Answer,
    browser::{TestBrowser, encoded},
    home::Home,
    on_both,
    server::TestServer,
};

/// A filled-in form.
fn form<'a>(changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [
        ("client_name", "Notes <b>"),
        ("redirect_uris", CALLBACK),
        ("kind", "client_secret"),
        ("keys", ""),
        ("grant", "authorization_code"),
        ("scope", "openid"),
        ("home_uri", ""),
        ("policy_uri", ""),
    ];
    let other = |name: &str| changed.iter().any(|(known, _)| *known == name);
    let kept = usual.into_iter().filter(|(name, _)| !other(name));
    kept.chain(changed.iter().copied()).collect()
}

/// What a page shows once.
fn shown(answer: &Answer, id: &str) -> String {
    let mark = format!("id=\"{id}\">");
    let after = answer.body.split_once(&mark).map(|(_, after)| after);
    let value = after
        .and_then(|after| after.split_once('<'))
        .map(|(value, _)| value);
    value
        .unwrap_or_else(|| panic!("no {id}: {}", answer.body))
        .to_owned()
}

async fn signs_in(server: &TestServer, browser: &TestBrowser, id: &str, secret: &str) -> u16 {
    let query = encoded(&[
        ("client_id", id),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    let query = String::from_utf8(query).expect("text");
    let page = browser.get(&format!("/oauth/authorize?{query}")).await;
    let answer = if page.status == 200 {
        super::support::decide(browser, &page, "allow").await
    } else {
        page
    };
    let Some(code) = param(&answer, "code") else {
        return answer.status;
    };
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
        ("client_id", id),
        ("client_secret", secret),
    ];
    let caller = server.caller();
    let call = caller.calls("POST", "/oauth/token");
    let call = call.with("content-type", "application/x-www-form-urlencoded");
    call.carrying(&encoded(&fields)).send().await.status
}

on_both! {
    async fn somebody_registers_an_app_that_signs_people_in(home: &Home) {
        let server = home.serve().await;
        let ada = server.signed_in("ada@example.com").await;
        ada.get("/account/clients").await.is(200).is_a_page().says("No app is registered").says("Register application");
        let created = ada.post("/account/clients", &form(&[("grant", "refresh_token"), ("grant", "authorization_code")])).await;
        created.is(200).is_a_page().says("shown only this once").says("Notes &lt;b&gt;");
        assert_eq!(created.header("cache-control"), "no-store");
        let (id, secret) = (shown(&created, "client-id"), shown(&created, "client-secret"));
        assert_eq!(signs_in(&server, &ada, &id, &secret).await, 200);
        let list = ada.get("/account/clients").await;
        list.says("Notes &lt;b&gt;").says(&id).hides(&secret);
        let one = ada.get(&format!("/account/clients/{id}")).await;
        one.is(200).is_a_page().says(CALLBACK).says("Stays signed in").hides(&secret);

        // Another secret, and the old one goes.
        home.clock.advance(std::time::Duration::from_secs(1));
        let path = format!("/account/clients/{id}");
        let again = ada.post(&path, &[("act", "secret")]).await;
        let second = shown(again.is(200), "client-secret");
        ada.post(&path, &[("act", "secret")]).await.is(409).says("Two secrets work already");
        let page = ada.get(&path).await;
        let old = super::support::hidden(&page, "secret");
        ada.post(&path, &[("act", "withdraw"), ("secret", &old)]).await.leads_to(&format!("{path}?done=withdrawn"));
        ada.post(&path, &[("act", "withdraw"), ("secret", &old)]).await.is(409);
        ada.post(&path, &[("act", "nonsense")]).await.is(400);
        assert_eq!(signs_in(&server, &ada, &id, &secret).await, 401);
        assert_eq!(signs_in(&server, &ada, &id, &second).await, 200);

        // Not for others.
        let bob = server.signed_in("bob@example.com").await;
        for path in [path.clone(), format!("{path}/delete")] {
            bob.get(&path).await.is(404);
            bob.post(&path, &[]).await;
        }
        ada.get(&format!("{path}/delete")).await.is(200).says("Delete this app?");
        ada.post(&format!("{path}/delete"), &[]).await.leads_to("/account/clients?done=deleted");
        ada.get(&path).await.is(404);
        assert_eq!(signs_in(&server, &ada, &id, &second).await, 400);
        ada.get("/account/activity").await.says("You registered an app").says("An app of yours was removed");
    }

    async fn what_is_wrong_with_an_app_is_said_beside_its_field(home: &Home) {
        let server = home.serve().await;
        let ada = server.signed_in("ada@example.com").await;
        for (changed, says) in [
            (&[("client_name", " ")][..], "Give the app a name"),
            (&[("client_name", "a\u{202e}b")], "client_name-error"),
            (&[("redirect_uris", "")], "where people are to go back"),
            (&[("redirect_uris", "http://app.example/cb")], "plain http"),
            (&[("redirect_uris", "https://*.example/cb")], "has a star"),
            (&[("redirect_uris", "https://app.example/cb#x")], "has a fragment"),
            (&[("redirect_uris", "javascript:alert(1)")], "reversed domain"),
            (&[("redirect_uris", "https://a.example/ https://b.example/"), ("pairwise", "on")], "made for one host"),
            (&[("kind", "nothing")], "where the app runs"),
            (&[("kind", "none"), ("grant", "client_credentials")], "act for itself"),
            (&[("kind", "private_key_jwt")], "public keys"),
            (&[("grant", "client_credentials"), ("grant", "authorization_code")], "Only administrators register apps that"),
            (&[("kind", "private_key_jwt"), ("keys", "{\"keys\":[]}")], "no public keys"),
            (&[("kind", "private_key_jwt"), ("keys", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}")], "private key among"),
            (&[("redirect_uris", "https://app.example/cb?code=1")], "redirect_uris-error"),
            (&[("redirect_uris", "https://app.example/%zz")], "redirect_uris-error"),
            (&[("kind", "private_key_jwt"), ("keys", "http://app.example/jwks")], "no public keys"),
            (&[("grant", "")], "what the app does"),
            (&[("grant", "implicit")], "what the app does"),
            (&[("grant", "refresh_token")], "Refresh tokens come with"),
            (&[("scope", "offline_access")], "needs refresh tokens"),
            (&[("scope", "admin:write")], "scope-error"),
            (&[("home_uri", "javascript:alert(1)")], "https address"),
            (&[("without_pkce", "on")], "without PKCE"),
        ] {
            let answer = ada.post("/account/clients", &form(changed)).await;
            answer.is(422).is_a_page().says(says);
            // What was typed is kept.
            if !changed.iter().any(|(name, _)| *name == "client_name") {
                answer.says("value=\"Notes &lt;b&gt;\"");
            }
        }
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM clients").await, 0);
        ada.post("/account/clients", &[("nothing", "x")]).await.is(400);
        let nobody = server.browser();
        nobody.get("/account/clients").await.leads_to("/login?next=/account/clients");
        nobody.post("/account/clients", &form(&[])).await.leads_to("/login?next=/account/clients");
        home.clock.advance(std::time::Duration::from_mins(16));
        let stale = ada.post("/account/clients", &form(&[])).await;
        stale.leads_to("/account/confirm?next=/account/clients");
    }

    async fn people_register_nothing_unless_they_may(home: &Home) {
        let server = home.serve_with(&[("clients.by_people", "false")]).await;
        let ada = server.signed_in("ada@example.com").await;
        ada.get("/account/clients").await.is(200).says("Only administrators register apps").hides("client_name");
        ada.post("/account/clients", &form(&[])).await.is(403);
        ada.post("/account/clients", &form(&[("first_party", "on")])).await.is(403);
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM clients").await, 0);
    }

    async fn nobody_makes_their_own_app_a_part_of_the_site(home: &Home) {
        let server = home.serve().await;
        let ada = server.signed_in("ada@example.com").await;
        ada.post("/account/clients", &form(&[("first_party", "on")])).await.is(200);
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM clients WHERE first_party").await, 0);
    }

    async fn administrators_see_every_app_and_support_changes_none(home: &Home) {
        let server = home.serve().await;
        let ada = server.signed_in("ada@example.com").await;
        let created = ada.post("/account/clients", &form(&[])).await;
        let id = shown(created.is(200), "client-id");
        ada.get("/admin/clients").await.is(404);
        ada.get(&format!("/admin/clients/{id}")).await.is(404);
        ada.post("/admin/clients", &form(&[])).await.is(404);
        server.administrator("root@example.com", PASSWORD).await;
        let root = server.another_browser_of("root@example.com").await;
        root.get("/admin/clients").await.is(200).is_a_page().says(&id);
        let own = root.post("/admin/clients", &form(&[("first_party", "on"), ("without_pkce", "on"), ("scope", "admin:read")])).await;
        let trusted = shown(own.is(200), "client-id");
        let path = format!("/admin/clients/{trusted}");
        root.get(&path).await.is(200).says("admin:read");
        root.get(&format!("{path}/delete")).await.is(200);
        root.post(&format!("/admin/clients/{id}/delete"), &[]).await.leads_to("/admin/clients?done=deleted");
        root.get(&format!("/admin/clients/{id}")).await.is(404);
        root.get("/admin/clients/nothing").await.is(404);
        server.account("sue@example.com", PASSWORD).await;
        let accounts = &server.services().accounts;
        accounts.set_role("sue@example.com", Some(domain::accounts::Role::Support)).await.expect("kept");
        let sue = server.another_browser_of("sue@example.com").await;
        sue.get("/admin/clients").await.is(200).hides("client_name");
        sue.get(&path).await.is(200).hides("Delete app");
        sue.get(&format!("{path}/delete")).await.is(404);
        for (path, fields) in [("/admin/clients".to_owned(), form(&[])), (path.clone(), vec![("act", "secret")]), (format!("{path}/delete"), vec![])] {
            sue.post(&path, &fields).await.is(403);
        }
let wish = [("token_name", "all"), ("expires", "7"), ("expires_on", ""), ("scope", "admin:read")];
        let token = crate::account::tokens::shown(root.post("/account/tokens", &wish).await.is(200));
        let caller = server.caller().with_token(&token);
        let listed = caller.get("/api/v1/admin/clients").await.is(200).json();
        assert_eq!(listed["items"][0]["id"], trusted.as_str());
        caller.get(&format!("/api/v1/admin/clients/{trusted}")).await.is(200);
        caller.get("/api/v1/admin/clients/nothing").await.is(404);
        caller.get("/api/v1/admin/clients?after=nothing").await.is(400);
    }
}
