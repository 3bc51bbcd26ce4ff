//! Introspection and revocation.

use std::time::Duration;

use super::support::{Registration, text};
use crate::{
    account::tokens::make,
    support::{home::Home, on_both},
};

on_both! {
    async fn a_client_learns_of_its_own_tokens_and_of_those_for_its_api(home: &Home) {
        let server = home.serve().await;
        let app = Registration::trusted().on(&server).await;
        let api = Registration { scopes: vec!["data:read"], ..Registration::default() }.on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let tokens = app.tokens(&ada, "openid data:read").await;
        let (access, refresh) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
        let said = app.introspect(access).await;
        assert_eq!((&said["active"], &said["scope"]), (&true.into(), &"openid data:read".into()));
        assert_eq!((&said["client_id"], &said["token_type"]), (&app.id.as_str().into(), &"Bearer".into()));
        assert!(said["exp"].is_i64() && said["sub"].is_string());
        assert_eq!(api.introspect(access).await["active"], true);
        let said = app.introspect(refresh).await;
        assert_eq!((&said["active"], &said["client_id"]), (&true.into(), &app.id.as_str().into()));
        assert_eq!(api.introspect(refresh).await.to_string(), r#"{"active":false}"#);
        // A person's own token for that API.
        let own = make(&ada, "mine", &["data:read"]).await;
        assert_eq!(api.introspect(&own).await["active"], true);
        let ours = make(&ada, "ours", &["profile:read"]).await;
        assert_eq!(api.introspect(&ours).await.to_string(), r#"{"active":false}"#);
        for token in ["", "x", "x.y.z", text(&tokens, "id_token"), "lkr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            if token.is_empty() {
                assert_eq!(app.post("/oauth/introspect", &[]).await.is(400).json()["error"], "invalid_request");
            } else {
                assert_eq!(app.introspect(token).await.to_string(), r#"{"active":false}"#, "{token}");
            }
        }
        home.clock.advance(Duration::from_mins(5));
        assert_eq!(app.introspect(access).await["active"], false);
        server.caller().post("/oauth/introspect", &serde_json::json!({"token": access})).await.is(415);
    }

    async fn giving_a_token_up_ends_it_and_a_refresh_token_all_of_its_grant(home: &Home) {
        let server = home.serve().await;
        let app = Registration::trusted().on(&server).await;
        let other = Registration::trusted().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let tokens = app.tokens(&ada, "openid").await;
        let access = text(&tokens, "access_token");
        let refused = other.post("/oauth/revoke", &[("token", access)]).await;
        assert_eq!(refused.is(400).json()["error"], "unauthorized_client");
        app.userinfo(access).await.is(200);
        app.post("/oauth/revoke", &[("token", access), ("token_type_hint", "refresh_token")]).await.is(200);
        app.userinfo(access).await.is(401);
        assert_eq!(app.introspect(access).await["active"], false);
        let feed = server.caller().get("/api/v1/revocations").await.is(200).json();
        assert_eq!(feed["items"].as_array().map(Vec::len), Some(1));
        let next = app.refresh(text(&tokens, "refresh_token")).await.is(200).json();
        let (access, refresh) = (text(&next, "access_token"), text(&next, "refresh_token"));
        assert_eq!(other.post("/oauth/revoke", &[("token", refresh)]).await.is(400).json()["error"], "unauthorized_client");
        app.post("/oauth/revoke", &[("token", refresh)]).await.is(200);
        app.userinfo(access).await.is(401);
        app.refresh(refresh).await.is(400);
        for token in ["nonsense", refresh, access] {
            app.post("/oauth/revoke", &[("token", token)]).await.is(200);
        }
        app.post("/oauth/revoke", &[]).await.is(400);
        assert!(ada.is_signed_in().await, "the session is the person's own");
    }
}
