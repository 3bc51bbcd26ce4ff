//! Authorization codes: sixty seconds, one client, one redirect URI, one verifier, once.

use std::time::Duration;

use futures_util::future::join_all;

use super::support::{App, CALLBACK, Registration, VERIFIER, text};
use crate::support::{answer::Answer, home::Home, on_both};

async fn present(app: &App<'_>, code: &str, changed: &[(&str, &str)]) -> Answer {
    let usual = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let changed = |name: &str| changed.iter().find(|(other, _)| *other == name);
    let fields: Vec<_> = usual
        .into_iter()
        .map(|(name, value)| changed(name).copied().unwrap_or((name, value)))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    app.token(&fields).await
}

fn error(answer: &Answer) -> String {
    answer.is(400).json()["error"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

on_both! {
    async fn a_code_gives_tokens_once_and_a_second_use_takes_them_back(home: &Home) {
        let server = home.serve().await;
        let app = Registration::trusted().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let code = app.code(&ada, &[("scope", "openid offline_access")]).await;
        let answer = app.redeem(&code).await;
        assert_eq!(answer.is(200).header("cache-control"), "no-store");
        let tokens = answer.json();
        assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&"Bearer".into(), &300.into()));
        app.userinfo(text(&tokens, "access_token")).await.is(200);
        assert_eq!(error(&app.redeem(&code).await), "invalid_grant");
        app.userinfo(text(&tokens, "access_token")).await.is(401);
        assert_eq!(error(&app.refresh(text(&tokens, "refresh_token")).await), "invalid_grant");
        let events = "SELECT COUNT(*) FROM audit_events WHERE kind = 'code.reused'";
        assert_eq!(home.raw().await.number(events).await, 1);
        assert_eq!(error(&app.redeem(&code).await), "invalid_grant");
        assert_eq!(home.raw().await.number(events).await, 1);
    }

    async fn of_a_hundred_who_redeem_a_code_at_once_one_wins(home: &Home) {
        let server = home.serve().await;
        let app = Registration::trusted().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let code = app.code(&ada, &[]).await;
        let answers = join_all((0..100).map(|_| app.redeem(&code))).await;
        let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(won.len(), 1);
        assert!(answers.iter().all(|answer| answer.status == 200 || error(answer) == "invalid_grant"));
        // The others gave it away.
        app.userinfo(text(&won[0].json(), "access_token")).await.is(401);
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM grants").await, 0);
    }

    async fn a_code_is_over_after_sixty_seconds(home: &Home) {
        let server = home.serve().await;
        let app = Registration::trusted().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let (early, late) = (app.code(&ada, &[]).await, app.code(&ada, &[]).await);
        home.clock.advance(Duration::from_secs(59));
        app.redeem(&early).await.is(200);
        home.clock.advance(Duration::from_secs(1));
        assert_eq!(error(&app.redeem(&late).await), "invalid_grant");
    }

    async fn a_code_of_another_client_or_redirect_uri_or_verifier_is_refused(home: &Home) {
        let server = home.serve().await;
        let two = Registration { redirect_uris: vec![CALLBACK, "https://app.example/other"], ..Registration::trusted() };
        let app = two.on(&server).await;
        let other = Registration::trusted().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let code = app.code(&ada, &[]).await;
        assert_eq!(error(&other.redeem(&code).await), "invalid_grant");
        for changed in [
            [("redirect_uri", "https://app.example/other")],
            [("redirect_uri", "")],
            [("code_verifier", "")],
            [("code_verifier", "short")],
            [("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK")],
            [("code_verifier", super::support::CHALLENGE)],
            [("code", "lkc_nothing")],
            [("code", "lkc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")],
        ] {
            assert_eq!(error(&present(&app, &code, &changed).await), "invalid_grant", "{changed:?}");
        }
        assert_eq!(error(&present(&app, &code, &[("code", "")]).await), "invalid_request");
        // None of that used it up.
        app.redeem(&code).await.is(200);
    }

    async fn a_code_without_a_challenge_takes_no_verifier(home: &Home) {
        let server = home.serve().await;
        let without = Registration { require_pkce: false, ..Registration::trusted() };
        let app = without.on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let plain = [("code_challenge", ""), ("code_challenge_method", "")];
        let code = app.code(&ada, &plain).await;
        // Somebody took the challenge out of the request (RFC 9700 section 4.8.2).
        assert_eq!(error(&app.redeem(&code).await), "invalid_grant");
        present(&app, &code, &[("code_verifier", "")]).await.is(200);
        let bound = app.code(&ada, &[]).await;
        assert_eq!(error(&present(&app, &bound, &[("code_verifier", "")]).await), "invalid_grant");
    }

    async fn a_code_dies_with_its_session_and_its_account(home: &Home) {
        let server = home.serve().await;
        let app = Registration::trusted().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let code = app.code(&ada, &[]).await;
        ada.sign_out().await;
        assert_eq!(error(&app.redeem(&code).await), "invalid_grant");
        let ada = server.another_browser_of("ada@example.com").await;
        let code = app.code(&ada, &[]).await;
        home.disable("ada@example.com").await;
        assert_eq!(error(&app.redeem(&code).await), "invalid_grant");
    }

    async fn what_isnt_a_request_for_tokens_is_told_so(home: &Home) {
        let server = home.serve().await;
        let app = Registration::trusted().on(&server).await;
        for (fields, code) in [
            (&[][..], "invalid_request"),
            (&[("grant_type", "password"), ("username", "a"), ("password", "b")], "unsupported_grant_type"),
            (&[("grant_type", "authorization_code")], "invalid_request"),
            (&[("grant_type", "refresh_token")], "invalid_request"),
            (&[("grant_type", "authorization_code"), ("grant_type", "refresh_token")], "invalid_request"),
        ] {
            assert_eq!(error(&app.token(fields).await), code, "{fields:?}");
        }
        let caller = server.caller();
        caller.calls("GET", "/oauth/token").send().await.is(405);
        caller.post("/oauth/token", &serde_json::json!({"grant_type": "x"})).await.is(415);
        let in_query = app.post("/oauth/token?grant_type=client_credentials", &[]).await;
        assert_eq!(error(&in_query), "invalid_request");
        let large = caller.calls("POST", "/oauth/token").with("content-type", "application/x-www-form-urlencoded")
            .carrying(&vec![b'a'; 1024 * 1024]).send().await;
        large.is(413);
    }
}
