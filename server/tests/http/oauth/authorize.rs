//! `/oauth/authorize`: who is asked, who is sent where, and who stays here.

use std::time::Duration;

use super::support::{App, CALLBACK, CHALLENGE, Registration, decide, error_of, param};
use crate::support::{PASSWORD, browser::TestBrowser, home::Home, on_both};

async fn refused(app: &App<'_>, browser: &TestBrowser, changed: &[(&str, &str)]) -> String {
    error_of(&browser.get(&app.request(changed)).await)
}

on_both! {
    async fn somebody_signs_up_and_comes_back_to_the_request(home: &Home) {
        let server = home.serve().await;
        let app = Registration::default().on(&server).await;
        let ada = server.browser();
        let answer = ada.get(&app.request(&[])).await;
        let login = ada.get(answer.is(303).location()).await;
        let next = super::support::hidden(&login, "next");
        let link = login.body.split_once("href=\"/signup?next=").expect("a link to signing up").1;
        let door = format!("/signup?next={}", link.split_once('"').expect("its end").0);
        let form = ada.get(&door).await;
        form.is(200).is_a_page().says("href=\"/login?next=/oauth/authorize%3F");
        assert_eq!(super::support::hidden(&form, "next"), next);
        // What is typed wrong leads to the same form.
        let fields = [("email", "ada@example.com"), ("name", "Ada"), ("password", "short"), ("next", &next)];
        let wrong = ada.post("/signup", &fields).await;
        assert_eq!(super::support::hidden(wrong.is(422), "next"), next);
        let fields = [("email", "ada@example.com"), ("name", "Ada"), ("password", PASSWORD), ("next", &next)];
        ada.post("/signup", &fields).await.leads_to("/signup/check-email");
        let link = server.confirmation_link("ada@example.com").await;
        let back = ada.confirm(&link).await;
        let page = ada.get(back.leads_to(&next).location()).await;
        page.is(200).is_a_page().says("Notes &lt;b&gt;app&lt;/b&gt;");
        assert!(param(&decide(&ada, &page, "allow").await, "code").is_some());
    }

    async fn another_browser_that_confirms_a_sign_up_is_led_nowhere(home: &Home) {
        let server = home.serve().await;
        let app = Registration::trusted().on(&server).await;
        let mallory = server.browser();
        let next = app.request(&[]);
        let fields = [("email", "ada@example.com"), ("name", "Ada"), ("password", PASSWORD), ("next", &next)];
        mallory.post("/signup", &fields).await.leads_to("/signup/check-email");
        let link = server.confirmation_link("ada@example.com").await;
        server.browser().confirm_with(&link, PASSWORD).await.leads_to("/login?confirmed");
        for elsewhere in ["https://evil.example/", "//evil.example", "/\\evil.example"] {
            let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", elsewhere).finish();
            mallory.get(&format!("/signup?{query}")).await.is(400);
            let fields = [("email", "bob@example.com"), ("name", "Bob"), ("password", PASSWORD), ("next", elsewhere)];
            mallory.post("/signup", &fields).await.is(400);
        }
    }

    async fn somebody_signs_in_and_says_yes_and_the_app_gets_a_code(home: &Home) {
        let server = home.serve().await;
        let app = Registration::default().on(&server).await;
        server.account("ada@example.com", PASSWORD).await;
        let ada = server.browser();
        // The way leads over the door, and comes back here.
        let answer = ada.get(&app.request(&[("login_hint", "ada@example.com")])).await;
        let door = answer.is(303).location().to_owned();
        assert!(door.starts_with("/login?next=/oauth/authorize%3F"), "{door}");
        let login = ada.get(&door).await;
        login.is(200).is_a_page().says("value=\"ada@example.com\"");
        let next = super::support::hidden(&login, "next");
        let signed_in = [("email", "ada@example.com"), ("password", PASSWORD), ("next", &next)];
        let back = ada.post("/login", &signed_in).await;
        let page = ada.get(back.is(303).location()).await;
        page.is(200).is_a_page().says("Notes &lt;b&gt;app&lt;/b&gt;").says("ada@example.com")
            .says("See your name").says("app.example").hides("email address");
        assert_eq!(page.header("cache-control"), "no-store");
        let answer = decide(&ada, &page, "allow").await;
        assert!(answer.is(303).location().starts_with("https://app.example/callback?code="));
        assert_eq!(param(&answer, "state").as_deref(), Some("st&te=1"));
        // RFC 9207: who answers.
        assert_eq!(param(&answer, "iss"), Some(server.url.clone()));
        // Remembered: not asked again, but for what is more.
        let again = ada.get(&app.request(&[])).await;
        assert!(param(&again, "code").is_some());
        ada.get(&app.request(&[("scope", "openid email")])).await.is(200).says("email address, ada@example.com");
    }

    async fn somebody_says_no_and_the_app_is_told(home: &Home) {
        let server = home.serve().await;
        let app = Registration::default().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let page = ada.get(&app.request(&[])).await;
        let answer = decide(&ada, page.is(200), "deny").await;
        assert_eq!(error_of(&answer), "access_denied");
        assert_eq!(param(&answer, "state").as_deref(), Some("st&te=1"));
        assert_eq!(param(&answer, "iss"), Some(server.url.clone()));
        ada.get(&app.request(&[])).await.is(200);
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM consents").await, 0);
    }

    async fn nobody_is_sent_anywhere_unless_client_and_redirect_uri_belong_together(home: &Home) {
        let server = home.serve().await;
        let app = Registration::default().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        for (changed, says) in [
            (&[("client_id", "")][..], "which app"),
            (&[("client_id", "nobody")], "isn't known here"),
            (&[("redirect_uri", "")], "where you are to go back"),
            (&[("redirect_uri", "https://app.example/callback/")], "isn't registered"),
            (&[("redirect_uri", "https://app.example/Callback")], "isn't registered"),
            (&[("redirect_uri", "https://app.example:444/callback")], "isn't registered"),
            (&[("redirect_uri", "https://app.example/%63allback")], "isn't registered"),
            (&[("redirect_uri", "https://me@app.example/callback")], "isn't registered"),
            (&[("redirect_uri", "https://app.example.evil.example/callback")], "isn't registered"),
            (&[("redirect_uri", "javascript:alert(1)")], "isn't registered"),
            (&[("redirect_uri", "//evil.example")], "isn't registered"),
        ] {
            let answer = ada.get(&app.request(changed)).await;
            answer.is(400).is_a_page().says(says).hides("evil.example");
        }
        for twice in ["client_id", "redirect_uri"] {
            let path = format!("{}&{twice}=x", app.request(&[]));
            ada.get(&path).await.is(400).is_a_page().says(twice);
        }
    }

    async fn what_is_wrong_with_a_request_is_told_to_the_client(home: &Home) {
        let server = home.serve().await;
        let app = Registration::default().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        for (changed, error) in [
            (&[("response_type", "")][..], "invalid_request"),
            (&[("response_type", "token")], "unsupported_response_type"),
            (&[("response_type", "code id_token")], "unsupported_response_type"),
            (&[("response_mode", "fragment")], "invalid_request"),
            (&[("scope", "openid admin:write")], "invalid_scope"),
            (&[("scope", "sessions:end")], "invalid_scope"),
            (&[("scope", "nothing known")], "invalid_scope"),
            (&[("prompt", "none login")], "invalid_request"),
            (&[("prompt", "perhaps")], "invalid_request"),
            (&[("max_age", "soon")], "invalid_request"),
            (&[("max_age", "-1")], "invalid_request"),
            (&[("claims", "[]")], "invalid_request"),
            (&[("request", "x")], "request_not_supported"),
            (&[("request_uri", "https://app.example/r")], "request_uri_not_supported"),
            (&[("registration", "{}")], "registration_not_supported"),
            (&[("resource", "https://nowhere.example")], "invalid_target"),
            (&[("claims", r#"{"id_token":{"acr":{"essential":true,"values":["aal3"]}}}"#)],
             "unmet_authentication_requirements"),
        ] {
            assert_eq!(refused(&app, &ada, changed).await, error, "{changed:?}");
        }
        let twice = format!("{}&scope=openid", app.request(&[]));
        assert_eq!(error_of(&ada.get(&twice).await), "invalid_request");
        // Of two states neither is believed.
        let twice = format!("{}&state=other", app.request(&[]));
        let answer = ada.get(&twice).await;
        assert_eq!(error_of(&answer), "invalid_request");
    }

    async fn pkce_is_required_and_only_as_s256(home: &Home) {
        let server = home.serve().await;
        let app = Registration::default().on(&server).await;
        let public = Registration::public().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        for changed in [
            &[("code_challenge", ""), ("code_challenge_method", "")][..],
            &[("code_challenge", "")],
            &[("code_challenge_method", "")],
            &[("code_challenge_method", "plain")],
            &[("code_challenge_method", "s256")],
            &[("code_challenge", "short")],
            &[("code_challenge", &format!("{CHALLENGE}="))],
        ] {
            for app in [&app, &public] {
                assert_eq!(refused(app, &ada, changed).await, "invalid_request", "{changed:?}");
            }
        }
        let without = Registration { require_pkce: false, ..Registration::default() };
        let without = without.on(&server).await;
        ada.get(&without.request(&[("code_challenge", ""), ("code_challenge_method", "")])).await.is(200);
        // Who sends a challenge is held to it.
        assert_eq!(refused(&without, &ada, &[("code_challenge_method", "plain")]).await, "invalid_request");
    }

    async fn prompt_none_asks_nobody_anything(home: &Home) {
        let server = home.serve().await;
        let app = Registration::default().on(&server).await;
        let silent = [("prompt", "none")];
        assert_eq!(refused(&app, &server.browser(), &silent).await, "login_required");
        let ada = server.signed_in("ada@example.com").await;
        assert_eq!(refused(&app, &ada, &silent).await, "consent_required");
        app.code(&ada, &[]).await;
        assert!(param(&ada.get(&app.request(&silent)).await, "code").is_some());
        home.clock.advance(Duration::from_secs(61));
        let stale = [("prompt", "none"), ("max_age", "60")];
        assert_eq!(refused(&app, &ada, &stale).await, "login_required");
        let fresh = [("prompt", "none"), ("max_age", "3600")];
        assert!(param(&ada.get(&app.request(&fresh)).await, "code").is_some());
    }

    async fn prompt_login_and_max_age_want_a_new_proof(home: &Home) {
        let server = home.serve().await;
        let app = Registration::trusted().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        assert!(param(&ada.get(&app.request(&[])).await, "code").is_some());
        home.clock.advance(Duration::from_secs(61));
        for changed in [[("prompt", "login")], [("max_age", "60")], [("max_age", "0")]] {
            let page = ada.get(&app.request(&changed)).await;
            page.is(200).is_a_page().says("action=\"/account/confirm\"");
            let next = super::support::hidden(&page, "next");
            // Going there without a proof asks again.
            ada.get(&next).await.is(200).says("action=\"/account/confirm\"");
            let wrong = ada.post("/account/confirm", &[("password", "wrong wrong wrong"), ("next", &next)]).await;
            wrong.is(422);
            let proved = ada.post("/account/confirm", &[("password", PASSWORD), ("next", &next)]).await;
            let answer = ada.get(proved.is(303).location()).await;
            assert!(param(&answer, "code").is_some(), "{changed:?}: {}", answer.status);
            home.clock.advance(Duration::from_secs(61));
        }
        // What a stranger writes into the address proves nothing.
        let asks = async |browser: &TestBrowser, address: &str| {
            browser.get(address).await.is(200).says("action=\"/account/confirm\"");
        };
        for since in ["1", "0", "-1", "9000000000000000000", "1.", "1.AAAA", "."] {
            for asked in ["prompt", "max_age"] {
                let wish = if asked == "prompt" { "login" } else { "0" };
                asks(&ada, &app.request(&[(asked, wish), ("latchkey_since", since)])).await;
            }
        }
        // Nor does what was sealed for another request, in another browser, or long ago.
        let page = ada.get(&app.request(&[("prompt", "login")])).await;
        let next = super::support::hidden(&page, "next");
        let (_, since) = next.rsplit_once("latchkey_since=").expect("a mark");
        home.clock.advance(Duration::from_secs(61));
        let again = server.another_browser_of("ada@example.com").await;
        asks(&again, &next).await;
        let proved = ada.post("/account/confirm", &[("password", PASSWORD), ("next", &next)]).await;
        asks(&ada, &app.request(&[("prompt", "login"), ("state", "other"), ("latchkey_since", since)])).await;
        home.clock.advance(Duration::from_mins(61));
        asks(&ada, proved.is(303).location()).await;
    }

    async fn prompt_consent_asks_again_and_select_account_asks_who(home: &Home) {
        let server = home.serve().await;
        let app = Registration::default().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        app.code(&ada, &[]).await;
        ada.get(&app.request(&[("prompt", "consent")])).await.is(200).says("See your name");
        let page = ada.get(&app.request(&[("prompt", "select_account")])).await;
        page.is(200).is_a_page().says("Continue as Ada Lovelace");
        let chosen = decide(&ada, &page, "continue").await;
        let sessions = home.raw().await.pairs("SELECT public_id, CAST(1 AS BIGINT) FROM sessions").await;
        for forged in [sessions[0].0.as_str(), "1"] {
            for name in ["latchkey_chosen", "latchkey_since"] {
                let forged = app.request(&[("prompt", "select_account"), (name, forged)]);
                ada.get(&forged).await.is(200).says("Continue as Ada Lovelace");
            }
        }
        let answer = ada.get(chosen.is(303).location()).await;
        assert!(param(&answer, "code").is_some());
        // Somebody else: this browser is signed out, and comes back after signing in.
        let page = ada.get(&app.request(&[("prompt", "select_account")])).await;
        let other = decide(&ada, &page, "switch").await;
        assert!(other.is(303).location().starts_with("/login?next=/oauth/authorize"));
        assert!(!ada.is_signed_in().await);
        server.account("bob@example.com", PASSWORD).await;
        let login = ada.get(other.location()).await;
        let next = super::support::hidden(&login, "next");
        let form = [("email", "bob@example.com"), ("password", PASSWORD), ("next", next.as_str())];
        let back = ada.post("/login", &form).await;
        // Bob chose already; he is asked for his consent.
        ada.get(back.is(303).location()).await.is(200).says("bob@example.com").says("See your name");
    }

    async fn people_are_asked_in_the_language_that_the_app_wants(home: &Home) {
        let server = home.serve().await;
        let app = Registration::default().on(&server).await;
        let nobody = server.browser().reading("en");
        let german = app.request(&[("ui_locales", "fr-CA de-AT en")]);
        let door = nobody.get(&german).await;
        nobody.get(door.is(303).location()).await.is(200).says("lang=\"de\"");
        let ada = server.signed_in("ada@example.com").await;
        ada.get(&german).await.is(200).says("lang=\"de\"").says("Erlauben");
        ada.get(&app.request(&[("ui_locales", "xx")])).await.says("lang=\"en\"");
        ada.post("/account/profile", &[("name", "Ada Lovelace"), ("language", "en")]).await.is(303);
        ada.get(&german).await.says("lang=\"en\"");
    }

    async fn a_hint_of_somebody_else_asks_who_is_there(home: &Home) {
        let server = home.serve().await;
        let app = Registration::trusted().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let tokens = app.tokens(&ada, "openid").await;
        let hint = super::support::text(&tokens, "id_token").to_owned();
        assert!(param(&ada.get(&app.request(&[("id_token_hint", &hint)])).await, "code").is_some());
        home.clock.advance(Duration::from_mins(10));
        // However old it is.
        assert!(param(&ada.get(&app.request(&[("id_token_hint", &hint), ("prompt", "none")])).await, "code").is_some());
        let bob = server.signed_in("bob@example.com").await;
        assert_eq!(refused(&app, &bob, &[("id_token_hint", &hint), ("prompt", "none")]).await, "login_required");
        bob.get(&app.request(&[("id_token_hint", &hint)])).await.is(200).says("Continue as");
        assert_eq!(refused(&app, &ada, &[("id_token_hint", "x.y.z"), ("prompt", "none")]).await, "login_required");
        let sub = super::support::claims(&hint)["sub"].as_str().unwrap_or_default().to_owned();
        let asked = format!(r#"{{"id_token":{{"sub":{{"value":"{sub}"}}}}}}"#);
        assert!(param(&ada.get(&app.request(&[("claims", &asked), ("prompt", "none")])).await, "code").is_some());
        assert_eq!(refused(&app, &bob, &[("claims", &asked), ("prompt", "none")]).await, "login_required");
    }

    async fn a_request_by_post_becomes_a_get(home: &Home) {
        let server = home.serve().await;
        let app = Registration::trusted().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let query = app.query(&[]);
        let posted = ada.asks("POST", "/oauth/authorize")
            .with("content-type", "application/x-www-form-urlencoded")
            .with("origin", "https://app.example").with("sec-fetch-site", "cross-site")
            .carrying(query.as_bytes()).send().await;
        let answer = ada.get(posted.is(303).location()).await;
        assert!(param(&answer, "code").is_some());
        // A megabyte of state is more than anybody carries around.
        let large = format!("{query}&x={}", "a".repeat(1024 * 1024));
        let posted = ada.asks("POST", "/oauth/authorize")
            .with("content-type", "application/x-www-form-urlencoded")
            .carrying(large.as_bytes()).send().await;
        posted.is(413);
        let long = "s".repeat(4000);
        ada.get(&app.request(&[("state", &long)])).await.is(400).says("too long");
        let posted = ada.asks("POST", "/oauth/authorize").with("content-type", "application/json")
            .carrying(b"{}").send().await;
        posted.is(415);
    }

    async fn the_answer_goes_back_as_a_form_where_that_is_asked_for(home: &Home) {
        let server = home.serve().await;
        let app = Registration::default().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let mode = [("response_mode", "form_post")];
        let page = ada.get(&app.request(&mode)).await;
        let answer = decide(&ada, page.is(200), "allow").await;
        answer.is(200).is_a_page().says(&format!("action=\"{CALLBACK}\""));
        assert!(super::support::hidden(&answer, "code").starts_with("lkc_"));
        assert_eq!(super::support::hidden(&answer, "state"), "st&te=1");
        assert_eq!(super::support::hidden(&answer, "iss"), server.url);
        assert_eq!(answer.header("cache-control"), "no-store");
        let nonce = format!("<script nonce=\"{}\">", answer.nonce());
        answer.says(&nonce);
        let page = ada.get(&app.request(&[("response_mode", "form_post"), ("scope", "nothing")])).await;
        assert_eq!(super::support::hidden(page.is(200), "error"), "invalid_scope");
        let page = ada.get(&app.request(&[("response_mode", "form_post"), ("state", "\"><script>")])).await;
        assert_eq!(super::support::hidden(page.is(200), "state"), "\"><script>");
    }

    async fn an_app_that_anybody_could_be_is_asked_about_every_time(home: &Home) {
        let server = home.serve().await;
        let native = "http://127.0.0.1/callback";
        let app = Registration { redirect_uris: vec![native, CALLBACK], ..Registration::public() };
        let app = app.on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        for _ in 0..2 {
            let page = ada.get(&app.request(&[("redirect_uri", native)])).await;
            assert!(param(&decide(&ada, page.is(200), "allow").await, "code").is_some());
        }
        let silent = ada.get(&app.request(&[("redirect_uri", native), ("prompt", "none")])).await;
        assert_eq!(param(&silent, "error").as_deref(), Some("consent_required"));
        // An https address is its own.
        assert!(param(&ada.get(&app.request(&[])).await, "code").is_some());
    }

    async fn a_native_app_listens_on_any_port_of_its_own_machine(home: &Home) {
        let server = home.serve().await;
        let native = Registration {
            redirect_uris: vec!["http://127.0.0.1/callback", "com.example.app:/callback"],
            ..Registration::public()
        };
        let app = Registration { first_party: true, ..native }.on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let port = "http://127.0.0.1:51004/callback";
        let answer = ada.get(&app.request(&[("redirect_uri", port)])).await;
        assert!(answer.is(303).location().starts_with("http://127.0.0.1:51004/callback?code="));
        let answer = ada.get(&app.request(&[("redirect_uri", "com.example.app:/callback")])).await;
        assert!(answer.is(303).location().starts_with("com.example.app:/callback?code="));
        let elsewhere = ada.get(&app.request(&[("redirect_uri", "http://127.0.0.1:1@evil.example/callback")])).await;
        elsewhere.is(400);
    }
}
