//! The signed feed.

use latchkey_verify::{
    Refused,
    revocation::{Entry, FEED_TYPE, Feed, LONGEST_FEED, check_feed},
};
use serde_json::{Value, json};

use crate::support::{ISSUER, NOW, changed, check, claims, header, keys, rules, signer};

fn feed_header() -> Value {
    changed(header(), "typ", json!("revocations+jwt"))
}

fn payload() -> Value {
    json!({
        "iss": ISSUER,
        "iat": NOW - 5,
        "exp": NOW + 55,
        "seq": 7,
        "since": 5,
        "items": [{"id": Entry::of_token(ISSUER, "t1"), "exp": NOW + 290}],
    })
}

fn judged(header: &Value, payload: &Value) -> Result<Feed, Refused> {
    check_feed(&rules(), &signer().token(header, payload), &keys(), NOW)
}

fn saying(name: &str, value: Value) -> Result<Feed, Refused> {
    judged(&feed_header(), &changed(payload(), name, value))
}

#[test]
fn a_good_feed_says_what_was_revoked() {
    let feed = judged(&feed_header(), &payload()).expect("a good feed");
    assert_eq!(
        (feed.seq, feed.since, feed.made_at),
        (7, Some(5), Some(NOW - 5))
    );
    assert_eq!(feed.items.len(), 1);
    assert_eq!(feed.items[0].id, Entry::of_token(ISSUER, "t1"));
    assert_eq!(feed.items[0].exp, NOW + 290);
    let whole = saying("since", json!(null)).expect("a good feed");
    assert_eq!(whole.since, None);
}

#[test]
fn what_the_server_signs_is_what_a_verifier_reads() {
    let mut feed = judged(&feed_header(), &payload()).expect("a good feed");
    for since in [None, Some(5)] {
        feed.since = since;
        feed.made_at = Some(NOW);
        let claims = serde_json::to_value(feed.to_claims(ISSUER, NOW)).expect("JSON");
        assert_eq!(claims["exp"], NOW + 60);
        let header = changed(header(), "typ", json!(FEED_TYPE));
        assert_eq!(judged(&header, &claims).as_ref(), Ok(&feed));
    }
}

#[test]
fn a_feed_is_no_access_token_and_the_other_way_round() {
    let as_token = signer().token(&header(), &claims());
    let refused = check_feed(&rules(), &as_token, &keys(), NOW).err();
    assert_eq!(refused, Some(Refused::Type));
    let as_feed = signer().token(&feed_header(), &payload());
    assert_eq!(check(&as_feed).err(), Some(Refused::Type));
}

#[test]
fn a_feed_is_from_our_issuer_and_of_our_time() {
    for (name, value, reason) in [
        ("iss", json!("https://evil.example"), Refused::Issuer),
        ("iat", json!(NOW + 31), Refused::FromTheFuture),
        ("exp", json!(NOW - 30), Refused::Expired),
        ("iss", json!(null), Refused::MissingClaim("iss")),
        ("iat", json!(null), Refused::MissingClaim("iat")),
        ("exp", json!(null), Refused::MissingClaim("exp")),
        ("seq", json!(null), Refused::MissingClaim("seq")),
        ("items", json!(null), Refused::MissingClaim("items")),
        ("seq", json!(-1), Refused::MalformedClaim("seq")),
        ("seq", json!("7"), Refused::MalformedClaim("seq")),
        ("seq", json!(4), Refused::MalformedClaim("since")),
        ("since", json!(-1), Refused::MalformedClaim("since")),
        ("items", json!({}), Refused::MalformedClaim("items")),
        ("items", json!([1]), Refused::MalformedClaim("items")),
        (
            "items",
            json!([{"id": "short", "exp": NOW}]),
            Refused::MalformedClaim("items"),
        ),
        (
            "items",
            json!([{"id": "AAAAAAAAAAAAAAAAAAAAAA"}]),
            Refused::MalformedClaim("items"),
        ),
    ] {
        assert_eq!(
            saying(name, value.clone()).err(),
            Some(reason),
            "{name} {value}"
        );
    }
}

#[test]
fn the_traps_of_headers_are_the_same_as_for_tokens() {
    for (name, value, reason) in [
        ("alg", json!("none"), Refused::Algorithm),
        ("crit", json!(["x"]), Refused::Critical),
        ("jwk", signer().jwk("one"), Refused::EmbeddedKey("jwk")),
        ("kid", json!("two"), Refused::UnknownKey),
    ] {
        let refused = judged(&changed(feed_header(), name, value), &payload());
        assert_eq!(refused.err(), Some(reason));
    }
    let too_long = "x".repeat(LONGEST_FEED + 1);
    let refused = check_feed(&rules(), &too_long, &keys(), NOW);
    assert_eq!(refused.err(), Some(Refused::TooLong));
}
