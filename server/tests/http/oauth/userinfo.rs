//! `/oauth/userinfo`

use super::support::{Registration, claims, text};
use crate::{
    account::tokens::make,
    support::{browser::encoded, home::Home, on_both},
};

on_both! {
    async fn userinfo_tells_what_was_granted(home: &Home) {
        let server = home.serve().await;
        let app = Registration::trusted().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let told = async |scope: &str| {
            let tokens = app.tokens(&ada, scope).await;
            app.userinfo(text(&tokens, "access_token")).await.is(200).json()
        };
        let little = told("openid").await;
        assert_eq!(little.as_object().map(serde_json::Map::len), Some(1), "{little}");
        assert_eq!(told("openid profile").await["name"], "Ada Lovelace");
        let email = told("openid email").await;
        assert_eq!((&email["email"], &email["email_verified"]), (&"ada@example.com".into(), &true.into()));
        assert!(email.get("name").is_none());
    }

    async fn userinfo_is_told_by_post_and_as_a_signed_token_too(home: &Home) {
        let server = home.serve().await;
        let app = Registration::trusted().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let tokens = app.tokens(&ada, "openid email").await;
        let token = text(&tokens, "access_token");
        let caller = server.caller().with_token(token);
        let plain = caller.get("/oauth/userinfo").await;
        assert_eq!(plain.is(200).header("content-type"), "application/json");
        assert_eq!(plain.header("cache-control"), "no-store");
        assert_eq!(caller.calls("POST", "/oauth/userinfo").send().await.is(200).json(), plain.json());
        let form = server.caller();
        let form = form.calls("POST", "/oauth/userinfo").with("content-type", "application/x-www-form-urlencoded")
            .carrying(&encoded(&[("access_token", token)])).send().await;
        assert_eq!(form.is(200).json(), plain.json());
        // One token at a time.
        for (caller, fields) in [(&caller, &[("access_token", "other")][..]),
            (&server.caller(), &[("access_token", token), ("access_token", token)])] {
            let both = caller.calls("POST", "/oauth/userinfo").with("content-type", "application/x-www-form-urlencoded")
                .carrying(&encoded(fields)).send().await;
            assert!(both.is(400).header("www-authenticate").contains("error=\"invalid_request\""));
        }
        let signed = caller.calls("GET", "/oauth/userinfo").with("accept", "application/jwt").send().await;
        assert_eq!(signed.is(200).header("content-type"), "application/jwt");
        let said = claims(&signed.body);
        assert_eq!((&said["iss"], &said["aud"]), (&server.url.as_str().into(), &app.id.as_str().into()));
        assert_eq!((&said["sub"], &said["email"]), (&plain.json()["sub"], &"ada@example.com".into()));
        // Pages of apps ask as well; no cookie counts for them.
        assert_eq!(plain.header("access-control-allow-origin"), "*");
    }

    async fn userinfo_wants_a_token_that_was_granted_for_it(home: &Home) {
        let server = home.serve().await;
        let app = Registration::trusted().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let nobody = server.caller().get("/oauth/userinfo").await;
        assert!(nobody.is(401).header("www-authenticate").starts_with("Bearer"));
        let own = make(&ada, "mine", &["profile:read"]).await;
        app.userinfo(&own).await.is(403);
        let tokens = app.tokens(&ada, "profile:read").await;
        app.userinfo(text(&tokens, "access_token")).await.is(403);
        let tokens = app.tokens(&ada, "openid").await;
        let query = format!("/oauth/userinfo?access_token={}", text(&tokens, "access_token"));
        server.caller().get(&query).await.is(401);
        ada.get("/oauth/userinfo").await.is(401);
    }
}
