//! Refresh tokens of clients.

use std::time::Duration;

use serde_json::json;

use super::support::{Registration, claims, text};
use crate::support::{home::Home, on_both};

on_both! {
    async fn a_refresh_token_gives_the_next_ones_and_less_if_that_is_asked_for(home: &Home) {
        let server = home.serve().await;
        let app = Registration::trusted().on(&server).await;
        let other = Registration::trusted().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let tokens = app.tokens(&ada, "openid email data:read").await;
        let first = text(&tokens, "refresh_token").to_owned();
        other.refresh(&first).await.is(400);
        let with = |scope: &'static str| [("grant_type", "refresh_token"), ("refresh_token", first.as_str()), ("scope", scope)];
        let more = app.token(&with("openid profile")).await;
        assert_eq!(more.is(400).json()["error"], "invalid_scope");
        let less = app.token(&with("data:read")).await.is(200).json();
        assert_eq!(less["scope"], "data:read");
        assert!(less.get("id_token").is_none());
        let next = app.refresh(text(&less, "refresh_token")).await.is(200).json();
        assert_eq!(next["scope"], "openid email data:read");
        let token = text(&next, "refresh_token");
        let target = app.token(&[("grant_type", "refresh_token"), ("refresh_token", token),
            ("resource", "https://api.example.com")]).await.is(200).json();
        assert_eq!(claims(text(&target, "access_token"))["aud"], serde_json::json!(["https://api.example.com"]));
        let elsewhere = app.token(&[("grant_type", "refresh_token"), ("refresh_token", text(&target, "refresh_token")),
            ("resource", "https://nowhere.example")]).await;
        assert_eq!(elsewhere.is(400).json()["error"], "invalid_target");
    }

    async fn an_access_token_is_for_what_its_scopes_belong_to(home: &Home) {
        let server = home.serve().await;
        let app = Registration::trusted().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let (own, data) = (format!("{}/api", server.url), "https://api.example.com");
        let reach = |tokens: &serde_json::Value| {
            let access = claims(text(tokens, "access_token"));
            assert_eq!(access["scope"], tokens["scope"]);
            (access["aud"].clone(), text(tokens, "scope").to_owned(), tokens.get("id_token").is_some())
        };
        let tokens = app.tokens(&ada, "openid email data:read").await;
        assert_eq!(reach(&tokens), (json!([own, data]), "openid email data:read".to_owned(), true));
        let mut token = text(&tokens, "refresh_token").to_owned();
        for (name, value, expected) in [
            ("scope", "openid", (json!([own]), "openid", true)),
            ("scope", "data:read", (json!([data]), "data:read", false)),
            ("resource", data, (json!([data]), "data:read", true)),
            ("resource", &own, (json!([own]), "openid email", true)),
        ] {
            let asked = [("grant_type", "refresh_token"), ("refresh_token", &*token), (name, value)];
            let next = app.token(&asked).await.is(200).json();
            let (audience, scope, identity) = expected;
            assert_eq!(reach(&next), (audience, scope.to_owned(), identity), "{name}={value}");
            text(&next, "refresh_token").clone_into(&mut token);
        }
        let neither = [("grant_type", "refresh_token"), ("refresh_token", &*token), ("scope", "openid"), ("resource", data)];
        assert_eq!(app.token(&neither).await.is(400).json()["error"], "invalid_target");
    }

    async fn a_request_for_one_resource_gets_nothing_for_another(home: &Home) {
        let server = home.serve().await;
        let app = Registration::trusted().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let (own, data) = (format!("{}/api", server.url), "https://api.example.com");
        let for_data = [("scope", "openid profile:read data:read offline_access"), ("resource", data)];
        let code = app.code(&ada, &for_data).await;
        let tokens = app.redeem(&code).await.is(200).json();
        let access = text(&tokens, "access_token");
        assert_eq!((&claims(access)["aud"], &tokens["scope"]), (&json!([data]), &json!("data:read")));
        // Who they are, the ID token says; the access token opens nothing here.
        assert!(tokens.get("id_token").is_some());
        app.userinfo(access).await.is(401);
        let again = app.refresh(text(&tokens, "refresh_token")).await.is(200).json();
        assert_eq!(claims(text(&again, "access_token"))["aud"], json!([data]));
        let elsewhere = app.token(&[("grant_type", "refresh_token"), ("refresh_token", text(&again, "refresh_token")),
            ("resource", &own)]).await;
        assert_eq!(elsewhere.is(400).json()["error"], "invalid_target");
        let code = app.code(&ada, &[("scope", "openid"), ("resource", &own)]).await;
        let tokens = app.redeem(&code).await.is(200).json();
        assert_eq!(claims(text(&tokens, "access_token"))["aud"], json!([own]));
        app.userinfo(text(&tokens, "access_token")).await.is(200);
    }

    async fn a_refresh_token_used_by_two_ends_the_grant_and_leaves_the_session(home: &Home) {
        let server = home.serve().await;
        let app = Registration::trusted().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let tokens = app.tokens(&ada, "openid").await;
        let first = text(&tokens, "refresh_token").to_owned();
        let second = app.refresh(&first).await.is(200).json();
        let third = app.refresh(text(&second, "refresh_token")).await.is(200).json();
        app.refresh(&first).await.is(400);
        app.refresh(text(&third, "refresh_token")).await.is(400);
        app.userinfo(text(&third, "access_token")).await.is(401);
        assert!(ada.is_signed_in().await);
        let mails = server.texts_to("ada@example.com").await;
        assert!(mails.iter().any(|mail| mail.contains("used twice")), "{mails:?}");
    }

    async fn a_lasting_grant_lives_ninety_days_if_it_is_used(home: &Home) {
        let server = home.serve().await;
        let app = Registration::trusted().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let mut tokens = app.tokens(&ada, "openid offline_access").await;
        assert!(claims(text(&tokens, "access_token")).get("sid").is_none());
        for _ in 0..3 {
            home.clock.advance(Duration::from_hours(29 * 24));
            tokens = app.refresh(text(&tokens, "refresh_token")).await.is(200).json();
        }
        home.clock.advance(Duration::from_hours(4 * 24));
        app.refresh(text(&tokens, "refresh_token")).await.is(400);
        let ada = server.another_browser_of("ada@example.com").await;
        let unused = app.tokens(&ada, "openid offline_access").await;
        home.clock.advance(Duration::from_hours(31 * 24));
        app.refresh(text(&unused, "refresh_token")).await.is(400);
    }

    async fn a_client_without_the_grant_gets_no_refresh_token(home: &Home) {
        use domain::clients::GrantType;
        let server = home.serve().await;
        let plain = Registration {
            grants: vec![GrantType::AuthorizationCode],
            scopes: vec!["openid"],
            ..Registration::trusted()
        };
        let app = plain.on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let tokens = app.tokens(&ada, "openid").await;
        assert!(tokens.get("refresh_token").is_none());
        let refused = app.refresh("lkr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").await;
        assert_eq!(refused.is(400).json()["error"], "unauthorized_client");
    }
}
