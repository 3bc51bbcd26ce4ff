//! `latchkey keys`: beside a server that runs.

use std::{
    process::Output,
    time::{Duration, Instant},
};

use domain::clock::Clock;
use serde_json::Value;
use server::SystemClock;

use crate::{
    account::tokens::{header, make},
    support::{
        home::Home,
        on_both,
        program::{error_of, run, text_of},
        server::TestServer,
    },
};

/// Changes of another process are known after two seconds. Where many tests run at once, the looks
/// themselves take their time.
const KNOWN: Duration = Duration::from_secs(10);

/// A server on the machine's clock, by which the program goes.
async fn serve_now(home: &Home) -> TestServer {
    home.clock
        .advance(SystemClock.now().since(home.clock.now()));
    home.serve().await
}

fn keys(home: &Home, arguments: &[&str]) -> Output {
    let all: Vec<_> = ["keys"].iter().chain(arguments).copied().collect();
    tokio::task::block_in_place(|| run(home, &all, &[], ""))
}

#[track_caller]
fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", error_of(output));
    text_of(output)
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&said(output)).expect("one JSON document")
}

fn items(home: &Home) -> Vec<Value> {
    json(&keys(home, &["list", "--json"]))["items"]
        .as_array()
        .expect("a list")
        .clone()
}

fn of_purpose<'a>(items: &'a [Value], purpose: &str, state: &str) -> Vec<&'a str> {
    let found = items
        .iter()
        .filter(|item| item["purpose"] == purpose && item["state"] == state);
    found
        .map(|item| item["kid"].as_str().expect("text"))
        .collect()
}

async fn published(server: &TestServer) -> Vec<String> {
    let answer = server.browser().get("/.well-known/jwks.json").await;
    let set: Value = serde_json::from_str(&answer.is(200).body).expect("JSON");
    let keys = set["keys"].as_array().expect("keys");
    keys.iter()
        .map(|key| key["kid"].as_str().expect("text").to_owned())
        .collect()
}

/// Waits until the server publishes what `wanted` says.
async fn publishes(server: &TestServer, wanted: impl Fn(&[String]) -> bool) {
    let begin = Instant::now();
    while !wanted(&published(server).await) {
        assert!(begin.elapsed() < KNOWN, "the time is over");
        tokio::task::yield_now().await;
    }
}

on_both! {
    async fn there_are_no_keys_before_the_first_start(home: &Home) {
        said(&tokio::task::block_in_place(|| run(home, &["migrate"], &[], "")));
        assert_eq!(said(&keys(home, &["list"])), "No key yet: `latchkey serve` makes the first ones.\n");
        for arguments in [["rotate"].as_slice(), &["rotate", "--compromised"]] {
            let output = keys(home, arguments);
            assert_eq!(output.status.code(), Some(1));
            assert!(error_of(&output).contains("no key signs yet"), "{}", error_of(&output));
        }
    }

    async fn keys_are_listed_for_people_and_programs(home: &Home) {
        let server = serve_now(home).await;
        let items = items(home);
        assert_eq!(items.len(), 2);
        let mut listed: Vec<_> = items.iter().map(|item| item["kid"].as_str().expect("text").to_owned()).collect();
        assert_eq!(listed, published(&server).await);
        let item = &items[0];
        assert_eq!((&item["algorithm"], &item["state"]), (&"EdDSA".into(), &"signing".into()));
        let at = |name: &str| item[name].as_i64().expect("a time");
        assert_eq!(at("signs_from"), at("created_at"));
        assert_eq!(at("signs_until") - at("signs_from"), 30 * 24 * 3600 * 1_000_000);
        assert!(item["published_until"].is_null());
        let text = said(&keys(home, &["list"]));
        for line in text.lines() {
            assert!(line.starts_with(&listed.remove(0)), "{line}");
            assert!(line.contains("EdDSA  signing  made ") && line.contains(" UTC; signs from "), "{line}");
        }
        assert!(!text.contains("\"d\"") && listed.is_empty());
    }

    async fn a_rotation_is_published_at_once_and_signs_ten_minutes_later(home: &Home) {
        let server = serve_now(home).await;
        let ada = server.signed_in("ada@example.com").await;
        let old = items(home);
        let kid = of_purpose(&old, "access", "signing")[0];
        let text = said(&keys(home, &["rotate", "--kid", kid]));
        assert!(text.contains(" is published for access (EdDSA) and signs from ") && text.contains("(in 10 minutes)"), "{text}");
        let next = items(home);
        let next = of_purpose(&next, "access", "next")[0];
        assert!(text.starts_with(next), "{text}");
        publishes(&server, |all| all.iter().any(|kid| kid == next)).await;
        assert_eq!(header(&make(&ada, "before", &["profile:read"]).await)["kid"], *kid);
        home.clock.advance(Duration::from_mins(11));
        assert_eq!(header(&make(&ada, "after", &["profile:read"]).await)["kid"], *next);
        let feed = of_purpose(&items(home), "feed", "next").len();
        assert_eq!(feed, 0, "the other one goes on");

        let json = json(&keys(home, &["rotate", "--json"]));
        assert_eq!(json["next"].as_array().expect("a list").len(), 2);
    }

    async fn a_compromised_key_is_soon_known_to_a_running_server(home: &Home) {
        let server = serve_now(home).await;
        let ada = server.signed_in("ada@example.com").await;
        let token = make(&ada, "mine", &["profile:read"]).await;
        let who = async || server.caller().calls("GET", "/api/v1/me").with("authorization", &format!("Bearer {token}")).send().await;
        assert_eq!(who().await.status, 200);
        let kid = header(&token)["kid"].as_str().expect("text").to_owned();
        let text = said(&keys(home, &["rotate", "--compromised", "--kid", &kid]));
        assert!(text.starts_with(&format!("{kid} is dropped.\nThese sign now: ")), "{text}");
        assert!(text.contains("tokens that people made for themselves with it are gone"), "{text}");
        publishes(&server, |all| all.iter().all(|other| *other != kid) && all.len() == 2).await;
        assert_eq!(who().await.status, 401);
        let after = make(&ada, "another", &["profile:read"]).await;
        assert_ne!(header(&after)["kid"], *kid);
        let all = published(&server).await;
        let json = json(&keys(home, &["rotate", "--compromised", "--json"]));
        assert_eq!(json["dropped"].as_array().expect("a list").len(), 2);
        publishes(&server, |now| now.iter().all(|kid| !all.contains(kid))).await;
    }

    async fn a_token_made_while_its_key_is_dropped_is_signed_by_the_next_one(home: &Home) {
        let server = serve_now(home).await;
        let ada = server.signed_in("ada@example.com").await;
        let kid = header(&make(&ada, "mine", &["profile:read"]).await)["kid"].as_str().expect("text").to_owned();
        said(&keys(home, &["rotate", "--compromised", "--kid", &kid]));
        // At once: the server has hardly looked for changes yet.
        let token = make(&ada, "another", &["profile:read"]).await;
        assert_ne!(header(&token)["kid"], *kid);
        let me = server.caller().calls("GET", "/api/v1/me").with("authorization", &format!("Bearer {token}")).send().await;
        assert_eq!(me.status, 200);
    }

    async fn a_key_id_may_begin_with_a_hyphen(home: &Home) {
        drop(serve_now(home).await);
        let output = keys(home, &["rotate", "--kid", "-jx"]);
        assert!(error_of(&output).contains("the id -jx"), "{}", error_of(&output));
    }

    async fn a_key_that_is_not_there_is_told_with_exit_code_1(home: &Home) {
        drop(serve_now(home).await);
        let before = items(home);
        for (arguments, words) in [
            (["rotate", "--kid", "nope"].as_slice(), "no key that signs has the id nope; `latchkey keys list`"),
            (&["rotate", "--compromised", "--kid", "nope"], "no key has the id nope; `latchkey keys list`"),
        ] {
            let output = keys(home, arguments);
            assert_eq!(output.status.code(), Some(1));
            assert!(error_of(&output).contains(words), "{}", error_of(&output));
        }
        assert_eq!(items(home), before);
    }
}
