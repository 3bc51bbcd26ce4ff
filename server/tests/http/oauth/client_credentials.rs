//! Clients that act for themselves.

use latchkey_verify::{KeySet, Rules};

use super::support::{Registration, claims, text};
use crate::support::{home::Home, on_both};

on_both! {
    async fn a_client_gets_a_token_of_its_own_that_verifies_offline(home: &Home) {
        use domain::clock::Clock;
        let server = home.serve().await;
        let app = Registration::default().on(&server).await;
        let answer = app.token(&[("grant_type", "client_credentials"), ("scope", "data:read")]).await;
        let tokens = answer.is(200).json();
        assert!(tokens.get("refresh_token").is_none() && tokens.get("id_token").is_none());
        let token = text(&tokens, "access_token");
        let jwks = server.browser().get("/.well-known/jwks.json").await;
        let keys = KeySet::parse(&jwks.is(200).body).expect("a key set");
        let rules = Rules::new(&*server.url, "https://api.example.com");
        let now = home.clock.now().as_micros() / 1_000_000;
        let read = rules.check(token, &keys, now).expect("it verifies");
        // RFC 9068 section 2.2: the client itself.
        assert_eq!((&read.sub, &read.client_id), (&app.id, &app.id));
        assert_eq!((read.epoch, read.sid, read.auth_time), (None, None, None));
        assert_eq!(claims(token)["aud"], serde_json::json!(["https://api.example.com"]));
        assert_eq!(app.introspect(token).await["active"], true);
        let kept = "SELECT COUNT(*) FROM audit_events WHERE kind = 'tokens.issued'";
        assert_eq!(home.raw().await.number(kept).await, 1);
        // It stands for nobody.
        app.userinfo(token).await.is(401);
        server.caller().with_token(token).get("/api/v1/me").await.is(401);
    }

    async fn a_client_has_nothing_of_people_for_itself(home: &Home) {
        let server = home.serve().await;
        let app = Registration::default().on(&server).await;
        for (scope, error) in [
            ("openid", "invalid_scope"),
            ("profile:read", "invalid_scope"),
            ("data:read offline_access", "invalid_scope"),
            ("nothing", "invalid_scope"),
            ("data:write", "invalid_scope"),
        ] {
            let answer = app.token(&[("grant_type", "client_credentials"), ("scope", scope)]).await;
            assert_eq!(answer.is(400).json()["error"], error, "{scope}");
        }
        let whole = app.token(&[("grant_type", "client_credentials")]).await.is(200).json();
        assert_eq!(whole["scope"], "data:read");
        let target = app.token(&[("grant_type", "client_credentials"), ("resource", "https://api.example.com")]).await;
        target.is(200);
        let elsewhere = app.token(&[("grant_type", "client_credentials"), ("resource", "https://nowhere.example")]).await;
        assert_eq!(elsewhere.is(400).json()["error"], "invalid_target");
    }
}
