//! Readings of the revocation feed.

use latchkey_verify::{Refused, revocation::Entry};
use serde_json::{Value, json};

use super::row::Row;
use crate::support::{ISSUER, NOW, Signer, changed, claims, header};

fn payload() -> Value {
    json!({
        "iss": ISSUER,
        "iat": NOW - 5,
        "exp": NOW + 55,
        "seq": 7,
        "items": [{"id": Entry::of_token(ISSUER, "t1"), "exp": NOW + 290}],
    })
}

fn feed_header() -> Value {
    changed(header(), "typ", json!("revocations+jwt"))
}

fn saying(name: &str, value: Value) -> String {
    Signer::ed_dsa(1).token(&feed_header(), &changed(payload(), name, value))
}

pub(super) fn rows() -> Vec<Row> {
    let with_header = |name: &str, value: Value| {
        Signer::ed_dsa(1).token(&changed(feed_header(), name, value), &payload())
    };
    let short = json!([{"id": "short", "exp": NOW}]);
    let endless = json!([{"id": "AAAAAAAAAAAAAAAAAAAAAA"}]);
    let rows = [
        ("feed: good", saying("x", Value::Null), None),
        (
            "feed: good from a number on",
            saying("since", json!(5)),
            None,
        ),
        (
            "feed: good with nothing in it",
            saying("items", json!([])),
            None,
        ),
        (
            "feed: an access token",
            Signer::ed_dsa(1).token(&header(), &claims()),
            Some(Refused::Type),
        ),
        (
            "feed: alg none",
            with_header("alg", json!("none")),
            Some(Refused::Algorithm),
        ),
        (
            "feed: crit",
            with_header("crit", json!(["x"])),
            Some(Refused::Critical),
        ),
        (
            "feed: by a stranger",
            Signer::ed_dsa(9).token(&feed_header(), &payload()),
            Some(Refused::Signature),
        ),
        (
            "feed: another issuer",
            saying("iss", json!("https://evil.example")),
            Some(Refused::Issuer),
        ),
        (
            "feed: from the future",
            saying("iat", json!(NOW + 31)),
            Some(Refused::FromTheFuture),
        ),
        (
            "feed: too old",
            saying("exp", json!(NOW - 30)),
            Some(Refused::Expired),
        ),
        (
            "feed: exp missing",
            saying("exp", Value::Null),
            Some(Refused::MissingClaim("exp")),
        ),
        (
            "feed: seq missing",
            saying("seq", Value::Null),
            Some(Refused::MissingClaim("seq")),
        ),
        (
            "feed: seq text",
            saying("seq", json!("7")),
            Some(Refused::MalformedClaim("seq")),
        ),
        (
            "feed: seq negative",
            saying("seq", json!(-7)),
            Some(Refused::MalformedClaim("seq")),
        ),
        (
            "feed: since after seq",
            saying("since", json!(8)),
            Some(Refused::MalformedClaim("since")),
        ),
        (
            "feed: items missing",
            saying("items", Value::Null),
            Some(Refused::MissingClaim("items")),
        ),
        (
            "feed: items no list",
            saying("items", json!({})),
            Some(Refused::MalformedClaim("items")),
        ),
        (
            "feed: an item with a short id",
            saying("items", short),
            Some(Refused::MalformedClaim("items")),
        ),
        (
            "feed: an item without exp",
            saying("items", endless),
            Some(Refused::MalformedClaim("items")),
        ),
    ];
    rows.map(|(name, token, expected)| Row::new(name, token, expected).of_feed())
        .into()
}
