//! Keys that sign: published, followed by the next, destroyed.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use domain::{
    audit::Actor,
    clock::Clock,
    keys::signing::{KeyState, Rotation},
};
use latchkey_verify::{Algorithm, KeySet, Rules};
use serde_json::Value;

use crate::{
    account::tokens::{claims, make},
    support::{home::Home, on_both, server::TestServer},
};

const DAY: Duration = Duration::from_hours(24);

async fn jwks(server: &TestServer) -> Value {
    let answer = server.browser().get("/.well-known/jwks.json").await;
    serde_json::from_str(&answer.is(200).body).expect("JSON")
}

/// The keys of access tokens: kid and state.
async fn listed(server: &TestServer) -> Vec<(String, KeyState)> {
    let all = server.services().keys.list().await.expect("keys");
    let access = all
        .into_iter()
        .filter(|key| key.row.purpose.as_str() == "access");
    access.map(|key| (key.row.kid, key.state)).collect()
}

fn verifies(server: &TestServer, home: &Home, keys: &Value, token: &str) -> bool {
    let keys = KeySet::parse(&keys.to_string()).expect("a key set");
    let now = home.clock.now().as_micros() / 1_000_000;
    Rules::new(&*server.url, format!("{}/api", server.url))
        .check(token, &keys, now)
        .is_ok()
}

async fn sealed(home: &Home, kid: &str) -> i64 {
    let sql = format!(
        "SELECT COUNT(*) FROM signing_keys WHERE kid = '{kid}' AND sealed_private IS NOT NULL"
    );
    home.raw().await.number(&sql).await
}

on_both! {
    async fn keys_are_made_at_first_start_and_kept(home: &Home) {
        let server = home.serve().await;
        let first = jwks(&server).await;
        let keys = first["keys"].as_array().expect("keys");
        assert_eq!(keys.len(), 2, "access tokens and the feed");
        for key in keys {
            assert_eq!((&key["kty"], &key["crv"], &key["alg"], &key["use"]), (&"OKP".into(), &"Ed25519".into(), &"EdDSA".into(), &"sig".into()));
            assert!(key.get("d").is_none(), "no private half");
            assert_eq!(key["kid"].as_str().expect("kid").len(), 43, "a thumbprint");
        }
        server.stop().await;
        let server = home.serve().await;
        assert_eq!(jwks(&server).await, first);
    }

    async fn the_key_set_may_be_kept_for_five_minutes_and_asked_for_by_its_tag(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        let answer = browser.get("/.well-known/jwks.json").await;
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        let tag = answer.header("etag").to_owned();
        let again = browser.asks("GET", "/.well-known/jwks.json").with("if-none-match", &tag).send().await;
        assert_eq!((again.status, again.body.as_str()), (304, ""));
        let other = browser.asks("GET", "/.well-known/jwks.json").with("if-none-match", "\"other\"").send().await;
        other.is(200);
    }

    async fn a_key_is_followed_after_thirty_days_by_one_that_was_published_a_day_before(home: &Home) {
        let server = home.serve().await;
        let keys = &server.services().keys;
        let ada = server.signed_in("ada@example.com").await;
        let token = make(&ada, "one", &["profile:read"]).await;
        let first = listed(&server).await;
        let kid = first[0].0.clone();
        home.clock.advance(DAY * 28 + Duration::from_secs(86_399));
        keys.tend().await.expect("tended");
        assert_eq!(listed(&server).await, first);
        home.clock.advance(Duration::from_secs(1));
        keys.tend().await.expect("tended");
        let eve = listed(&server).await;
        assert_eq!(eve.iter().map(|key| key.1).collect::<Vec<_>>(), [KeyState::Signing, KeyState::Next]);
        assert_eq!(jwks(&server).await["keys"].as_array().expect("keys").len(), 4);
        home.clock.advance(DAY);
        // Nobody has looked after the keys since: the time alone decides.
        let ada = server.another_browser_of("ada@example.com").await;
        let second = make(&ada, "two", &["profile:read"]).await;
        let signed_by = |token: &str| crate::account::tokens::header(token)["kid"].as_str().expect("kid").to_owned();
        assert_eq!((signed_by(&token), signed_by(&second)), (kid.clone(), eve[1].0.clone()));
        assert_eq!(sealed(home, &kid).await, 1);
        home.clock.advance(Duration::from_mins(1));
        keys.tend().await.expect("tended");
        assert_eq!(sealed(home, &kid).await, 0, "its private half is destroyed");
        let set = jwks(&server).await;
        assert!(verifies(&server, home, &set, &second));
        let year = [("token_name", "year"), ("scope", "profile:read"), ("expires", "365")];
        let year = crate::account::tokens::shown(ada.post("/account/tokens", &year).await.is(200));
        assert!(claims(&year)["exp"].as_i64() > claims(&second)["exp"].as_i64());
    }

    async fn the_public_half_stays_until_its_last_token_is_over(home: &Home) {
        let server = home.serve().await;
        let keys = &server.services().keys;
        let ada = server.signed_in("ada@example.com").await;
        let year = [("token_name", "year"), ("scope", "profile:read"), ("expires", "365")];
        let year = crate::account::tokens::shown(ada.post("/account/tokens", &year).await.is(200));
        let kid = listed(&server).await[0].0.clone();
        for _ in 0..12 {
            home.clock.advance(DAY * 30);
            keys.tend().await.expect("tended");
        }
        let set = jwks(&server).await;
        assert!(verifies(&server, home, &set, &year), "a token of 360 days");
        home.clock.advance(DAY * 6);
        keys.tend().await.expect("tended");
        assert!(listed(&server).await.iter().all(|key| key.0 != kid), "366 days: nothing of it is alive");
    }

    async fn a_rotation_by_hand_publishes_first_and_every_token_goes_on_verifying(home: &Home) {
        let server = home.serve().await;
        let keys = &server.services().keys;
        let ada = server.signed_in("ada@example.com").await;
        let before = make(&ada, "before", &["profile:read"]).await;
        let old = listed(&server).await[0].0.clone();
        let Rotation::Planned(planned) = keys.rotate(None, Actor::CommandLine).await.expect("rotated") else {
            panic!("it is planned");
        };
        assert_eq!(planned.len(), 2, "access tokens and the feed");
        let during = make(&ada, "during", &["profile:read"]).await;
        assert_eq!(crate::account::tokens::header(&during)["kid"], *old, "copies of the key set can't know the next one yet");
        home.clock.advance(Duration::from_mins(10));
        let after = make(&ada, "after", &["profile:read"]).await;
        assert_ne!(crate::account::tokens::header(&after)["kid"], *old);
        home.clock.advance(Duration::from_mins(2));
        keys.tend().await.expect("tended");
        let set = jwks(&server).await;
        for token in [&before, &during, &after] {
            assert!(verifies(&server, home, &set, token));
        }
        assert_eq!(keys.rotate(Some("nope"), Actor::CommandLine).await.expect("asked"), Rotation::Unknown);
        assert_eq!(keys.rotate(Some(&old), Actor::CommandLine).await.expect("asked"), Rotation::Unknown, "it signs no more");
    }

    async fn a_compromised_key_is_dropped_at_once_with_what_it_signed(home: &Home) {
        let server = home.serve().await;
        let keys = &server.services().keys;
        let ada = server.signed_in("ada@example.com").await;
        let before = make(&ada, "before", &["profile:read"]).await;
        let all: Vec<_> = keys.list().await.expect("keys").into_iter().map(|key| key.row.kid).collect();
        let dropped = keys.drop_compromised(None, Actor::CommandLine).await.expect("dropped");
        assert_eq!(dropped, Rotation::Dropped(all.clone()));
        let set = jwks(&server).await;
        assert_eq!(set["keys"].as_array().expect("keys").len(), 2);
        assert!(set["keys"].as_array().expect("keys").iter().all(|key| !all.iter().any(|kid| key["kid"] == **kid)));
        assert!(!verifies(&server, home, &set, &before));
        ada.get("/account/tokens").await.says("You have no tokens yet");
        let after = make(&ada, "after", &["profile:read"]).await;
        assert!(verifies(&server, home, &jwks(&server).await, &after));
    }

    async fn what_another_process_rotates_is_taken_up(home: &Home) {
        let server = home.serve().await;
        let other = home.serve().await;
        assert_eq!(jwks(&server).await, jwks(&other).await, "two nodes make one set of keys");
        other.services().keys.drop_compromised(None, Actor::CommandLine).await.expect("dropped");
        server.services().keys.refresh().await.expect("looked");
        assert_eq!(jwks(&server).await, jwks(&other).await);
    }

    async fn es256_and_rs256_are_had_by_configuration_several_at_once(home: &Home) {
        let server = home.serve_with(&[("keys.algorithms", "RS256, ES256, EdDSA")]).await;
        let ada = server.signed_in("ada@example.com").await;
        let token = make(&ada, "one", &["profile:read"]).await;
        assert_eq!(crate::account::tokens::header(&token)["alg"], "RS256");
        let set = jwks(&server).await;
        let mut kinds: Vec<_> = set["keys"].as_array().expect("keys").iter().map(|key| key["alg"].to_string()).collect();
        kinds.sort();
        assert_eq!(kinds, ["\"ES256\"", "\"EdDSA\"", "\"RS256\"", "\"RS256\""]);
        server.stop().await;
        let server = home.serve_with(&[("keys.algorithms", "ES256, RS256")]).await;
        let ada = server.another_browser_of("ada@example.com").await;
        let second = make(&ada, "two", &["profile:read"]).await;
        assert_eq!(crate::account::tokens::header(&second)["alg"], "ES256");
        let now = home.clock.now().as_micros() / 1_000_000;
        let keys = KeySet::parse(&jwks(&server).await.to_string()).expect("a key set");
        let rules = Rules::new(&*server.url, format!("{}/api", server.url)).algorithms(&[Algorithm::Es256, Algorithm::Rs256]);
        assert!(rules.check(&token, &keys, now).is_ok() && rules.check(&second, &keys, now).is_ok());
    }

    async fn keys_rotate_under_load_and_no_request_fails(home: &Home) {
        let server = home.serve().await;
        let keys = &server.services().keys;
        let ada = server.signed_in("ada@example.com").await;
        let tokens = Mutex::new(vec![make(&ada, "first", &["profile:read"]).await]);
        let (over, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
        let load = async || {
            let program = server.browser();
            let mut round = 0;
            while !over.load(Ordering::Relaxed) {
                let token = {
                    let tokens = tokens.lock().expect("whole");
                    tokens[round % tokens.len()].clone()
                };
                round += 1;
                let bearer = format!("Bearer {token}");
                let me = program.asks("GET", "/api/v1/me").with("authorization", &bearer).send().await;
                me.is(200);
                let set = program.get("/.well-known/jwks.json").await;
                assert!(verifies(&server, home, &serde_json::from_str(&set.is(200).body).expect("JSON"), &token));
                answered.fetch_add(1, Ordering::Relaxed);
            }
        };
        let rotate = async || {
            for name in ["second", "third", "fourth"] {
                let before = answered.load(Ordering::Relaxed);
                assert!(matches!(keys.rotate(None, Actor::CommandLine).await.expect("rotated"), Rotation::Planned(_)));
                home.clock.advance(Duration::from_mins(10));
                ada.post("/account/confirm", &[("password", crate::support::PASSWORD), ("next", "")]).await.is(303);
                let token = make(&ada, name, &["profile:read"]).await;
                tokens.lock().expect("whole").push(token);
                home.clock.advance(Duration::from_mins(2));
                keys.tend().await.expect("tended");
                while answered.load(Ordering::Relaxed) < before + 20 {
                    tokio::task::yield_now().await;
                }
            }
            over.store(true, Ordering::Relaxed);
        };
        tokio::join!(load(), load(), load(), rotate());
        let all = tokens.into_inner().expect("whole");
        let mut kids: Vec<_> = all.iter().map(|token| crate::account::tokens::header(token)["kid"].to_string()).collect();
        kids.sort();
        kids.dedup();
        assert_eq!(kids.len(), 4, "each was signed by another key");
    }
}
