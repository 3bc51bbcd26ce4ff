//! ID tokens.

use std::time::Duration;

use super::support::{CALLBACK, Registration, claims, half_hash, header, text};
use crate::support::{home::Home, on_both};

on_both! {
    async fn an_id_token_says_who_when_and_for_whom(home: &Home) {
        use domain::clock::Clock;
        let server = home.serve().await;
        let app = Registration::trusted().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let signed_in = home.clock.now().as_micros() / 1_000_000;
        home.clock.advance(Duration::from_secs(90));
        let tokens = app.tokens(&ada, "openid email").await;
        let id = text(&tokens, "id_token");
        let (said, head) = (claims(id), header(id));
        assert_eq!(said["iss"], server.url.as_str());
        assert_eq!(said["aud"], app.id.as_str());
        assert_eq!(said["nonce"], "n-0S6");
        assert_eq!(said["auth_time"], signed_in);
        assert_eq!(said["iat"], signed_in + 90);
        assert_eq!(said["exp"], signed_in + 90 + 300);
        assert_eq!(said["at_hash"], half_hash(text(&tokens, "access_token")));
        assert_eq!((&said["acr"], &said["amr"]), (&"aal1".into(), &serde_json::json!(["pwd"])));
        assert!(said["sid"].is_string());
        // Where there is an access token, userinfo tells the rest (section 5.4).
        assert!(said.get("email").is_none() && said.get("name").is_none());
        assert_eq!((&head["alg"], &head["typ"]), (&"RS256".into(), &"JWT".into()));
        let jwks = server.caller().get("/.well-known/jwks.json").await.json();
        let keys = jwks["keys"].as_array().cloned().unwrap_or_default();
        assert!(keys.iter().any(|key| key["kid"] == head["kid"] && key["alg"] == "RS256"));
        // It is no access token.
        app.userinfo(id).await.is(401);
        server.caller().with_token(id).get("/api/v1/me").await.is(401);
        // The next one names no nonce that nobody asked with.
        let next = app.refresh(text(&tokens, "refresh_token")).await.is(200).json();
        let renewed = claims(text(&next, "id_token"));
        assert_eq!((&renewed["sub"], &renewed["auth_time"]), (&said["sub"], &said["auth_time"]));
        assert!(renewed.get("nonce").is_none());
    }

    async fn the_key_of_id_tokens_is_made_with_the_first_client(home: &Home) {
        let server = home.serve().await;
        let count = async || server.caller().get("/.well-known/jwks.json").await.json()["keys"]
            .as_array().map_or(0, Vec::len);
        let before = count().await;
        Registration::default().on(&server).await;
        assert_eq!(count().await, before + 1);
        Registration::default().on(&server).await;
        assert_eq!(count().await, before + 1);
    }

    async fn pairwise_clients_know_people_by_other_names(home: &Home) {
        let server = home.serve().await;
        let pairwise = Registration { pairwise: true, ..Registration::trusted() };
        let (one, same) = (pairwise.on(&server).await, pairwise.on(&server).await);
        let other = Registration { redirect_uris: vec!["https://other.example/callback"], ..pairwise };
        let other = other.on(&server).await;
        let public = Registration::trusted().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let (mut subjects, mut sessions) = (Vec::new(), Vec::new());
        for app in [&one, &same, &public] {
            let tokens = app.tokens(&ada, "openid").await;
            sessions.push(claims(text(&tokens, "id_token"))["sid"].clone());
            let id = claims(text(&tokens, "id_token"))["sub"].clone();
            let access = text(&tokens, "access_token");
            assert_eq!(claims(access)["sub"], id);
            // The session that they all share isn't named to those who mustn't compare.
            assert_eq!(claims(access)["sid"].is_null(), app.id != public.id);
            assert_eq!(app.userinfo(access).await.is(200).json()["sub"], id);
            assert_eq!(app.introspect(access).await["sub"], id);
            subjects.push(id);
        }
        let there = [("redirect_uri", "https://other.example/callback")];
        let code = other.code(&ada, &there).await;
        let fields = [("grant_type", "authorization_code"), ("code", code.as_str()),
            ("redirect_uri", "https://other.example/callback"), ("code_verifier", super::support::VERIFIER)];
        let tokens = other.token(&fields).await.is(200).json();
        let elsewhere = claims(text(&tokens, "id_token"))["sub"].clone();
        assert_eq!(subjects[0], subjects[1]);
        // Sessions as well: by these two apps could find out that theirs are one person's.
        sessions.push(claims(text(&tokens, "id_token"))["sid"].clone());
        assert_eq!(sessions[0], sessions[1]);
        assert!(sessions[0] != sessions[2] && sessions[3] != sessions[0] && sessions[3] != sessions[2]);
        assert!(subjects[0] != subjects[2] && elsewhere != subjects[0] && elsewhere != subjects[2]);
        // Cut off with the account all the same.
        home.disable("ada@example.com").await;
        other.userinfo(text(&tokens, "access_token")).await.is(401);
        assert!(CALLBACK.starts_with("https://app.example"));
    }

    async fn tokens_that_name_no_session_end_with_it_all_the_same(home: &Home) {
        let server = home.serve().await;
        let pairwise = Registration { pairwise: true, ..Registration::trusted() };
        let (app, public) = (pairwise.on(&server).await, Registration::trusted().on(&server).await);
        let ada = server.signed_in("ada@example.com").await;
        let mut given = Vec::new();
        for app in [&app, &public] {
            let tokens = app.tokens(&ada, "openid data:read").await;
            given.push(text(&tokens, "access_token").to_owned());
        }
        let lasting = app.tokens(&ada, "openid offline_access data:read").await;
        let told = async || {
            let feed = server.caller().get("/api/v1/revocations").await.is(200).json();
            feed["items"].as_array().map(Vec::len)
        };
        assert_eq!(told().await, Some(0));
        ada.post("/logout", &[]).await.is(303);
        for (app, token) in [&app, &public].into_iter().zip(&given) {
            assert_eq!(app.introspect(token).await["active"], false);
        }
        assert_eq!(app.introspect(text(&lasting, "access_token")).await["active"], true);
        // The session, for those that name it, and the one token that doesn't.
        assert_eq!(told().await, Some(2));
    }

    async fn single_claims_stand_where_they_were_asked_for(home: &Home) {
        let server = home.serve().await;
        let app = Registration::trusted().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let wish = r#"{"id_token":{"email":null},"userinfo":{"name":{"essential":true}}}"#;
        let code = app.code(&ada, &[("scope", "openid"), ("claims", wish)]).await;
        let tokens = app.redeem(&code).await.is(200).json();
        let id = claims(text(&tokens, "id_token"));
        assert_eq!(id["email"], "ada@example.com");
        assert!(id.get("name").is_none());
        let told = app.userinfo(text(&tokens, "access_token")).await.json();
        assert_eq!(told["name"], "Ada Lovelace");
        assert!(told.get("email").is_none());
        // A claim is as much as its scope: no app gets around what it is registered for.
        let little = Registration { scopes: vec!["openid", "profile"], ..Registration::trusted() };
        let little = little.on(&server).await;
        let code = little.code(&ada, &[("scope", "openid"), ("claims", wish)]).await;
        let tokens = little.redeem(&code).await.is(200).json();
        assert!(claims(text(&tokens, "id_token")).get("email").is_none());
        assert_eq!(little.userinfo(text(&tokens, "access_token")).await.json()["name"], "Ada Lovelace");
        // Somebody who is asked sees what it is about.
        let asks = Registration::default().on(&server).await;
        let page = ada.get(&asks.request(&[("scope", "openid"), ("claims", wish)])).await;
        page.is(200).says("email address, ada@example.com").says("See your name");
    }
}
