//! Clients that act for themselves.

use std::{collections::BTreeSet, time::Duration};

use domain::audit::By;
use futures_util::future::{join, join_all};
use latchkey_verify::{KeySet, Rules};

use super::support::{Registration, claims, text};
use crate::support::{home::Home, on_both};

const ASKED: &[(&str, &str)] = &[("grant_type", "client_credentials")];

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

    async fn of_a_hundred_who_ask_at_once_each_token_is_kept_and_stands_in_the_trail(home: &Home) {
        let server = home.serve().await;
        let apps = [Registration::default().on(&server).await, Registration::default().on(&server).await];
        let asked = (0..100).map(|number| apps[number % 2].token(ASKED));
        let answers = join_all(asked).await;
        let given: Vec<_> = answers.iter().map(|answer| answer.is(200).json()).collect();
        let ids = given.iter().map(|given| text(&claims(text(given, "access_token")), "jti").to_owned());
        let ids: BTreeSet<String> = ids.collect();
        assert_eq!(ids.len(), 100);
        let mut raw = home.raw().await;
        assert_eq!(raw.number("SELECT COUNT(*) FROM access_tokens").await, 100);
        let details = raw.pairs("SELECT details, at FROM audit_events WHERE kind = 'tokens.issued'").await;
        let mut told = BTreeSet::new();
        for (details, _) in &details {
            let details: serde_json::Value = serde_json::from_str(details).expect("JSON");
            let list = details["token"].as_str().or(details["tokens"].as_str()).expect("a token, or several");
            let client = text(&details, "client");
            for id in list.split(' ') {
                let of = format!("SELECT COUNT(*) FROM access_tokens WHERE id = '{id}' AND client = '{client}'");
                assert_eq!(raw.number(&of).await, 1, "{client}: {id}");
                assert!(told.insert(id.to_owned()), "{id} is told twice");
            }
        }
        assert_eq!(told, ids);
    }

    async fn a_client_that_is_removed_while_it_asks_leaves_no_token_behind(home: &Home) {
        let server = home.serve().await;
        let (app, other) = (Registration::default().on(&server).await, Registration::default().on(&server).await);
        let clients = &server.services().clients;
        let asked = join_all((0..20).map(|number| if number % 2 == 0 { app.token(ASKED) } else { other.token(ASKED) }));
        let (answers, removed) = join(asked, clients.delete(&app.id, None, By::COMMAND_LINE)).await;
        assert!(removed.expect("the database works"));
        for (number, answer) in answers.iter().enumerate() {
            if number % 2 == 1 {
                answer.is(200);
            } else if answer.status == 200 {
                // It was given in time: what was, is revoked.
                let given = answer.json();
                assert_eq!(other.introspect(text(&given, "access_token")).await["active"], false);
            } else {
                assert_eq!(answer.is(401).json()["error"], "invalid_client");
            }
        }
        let left = format!("SELECT COUNT(*) FROM access_tokens WHERE client = '{}'", app.id);
        assert_eq!(home.raw().await.number(&left).await, 0);
    }

    async fn a_secret_that_is_taken_away_counts_no_longer(home: &Home) {
        let server = home.serve().await;
        let app = Registration::default().on(&server).await;
        app.token(ASKED).await.is(200);
        let clients = &server.services().clients;
        home.clock.advance(Duration::from_millis(10));
        let another = clients.another_secret(&app.id, None, By::COMMAND_LINE).await;
        another.expect("the database works");
        let first = "SELECT id, created_at FROM client_secrets ORDER BY id LIMIT 1";
        let (first, _) = home.raw().await.pairs(first).await.remove(0);
        app.token(ASKED).await.is(200);
        let gone = clients.withdraw_secret((&app.id, &first), None, By::COMMAND_LINE).await;
        assert!(gone.expect("the database works"));
        assert_eq!(app.token(ASKED).await.is(401).json()["error"], "invalid_client");
    }

    async fn what_another_process_takes_away_counts_no_longer_a_second_later(home: &Home) {
        let server = home.serve().await;
        let app = Registration::default().on(&server).await;
        app.token(ASKED).await.is(200);
        home.raw().await.run("DELETE FROM client_secrets").await;
        home.clock.advance(Duration::from_secs(1));
        assert_eq!(app.token(ASKED).await.is(401).json()["error"], "invalid_client");
    }
}
