//! Access tokens that have to be accepted.

use serde_json::{Value, json};

use super::row::{Row, signed, with_claim, with_header, written};
use crate::support::{AUDIENCE, Signer, changed, claims, header};

pub(super) fn rows() -> Vec<Row> {
    let few = ["scope", "auth_time", "sid", "epoch"]
        .into_iter()
        .fold(claims(), |claims, name| changed(claims, name, Value::Null));
    let two = Signer::ed_dsa(2);
    vec![
        Row::new("good", signed(&header(), &claims()), None),
        Row::new(
            "good: only what has to be there",
            signed(&header(), &few),
            None,
        ),
        Row::new(
            "good: by the second key",
            two.token(&changed(header(), "kid", json!("two")), &claims()),
            None,
        ),
        Row::new(
            "good: one audience of several",
            with_claim("aud", json!(["https://other.example.com", AUDIENCE])),
            None,
        ),
        Row::new(
            "good: the audience as text",
            with_claim("aud", json!(AUDIENCE)),
            None,
        ),
        Row::new(
            "good: typ with its whole name",
            with_header("typ", json!("application/at+jwt")),
            None,
        ),
        Row::new(
            "good: typ in capitals",
            with_header("typ", json!("AT+JWT")),
            None,
        ),
        Row::new(
            "good: a header that nobody knows",
            with_header("cty", json!("x")),
            None,
        ),
        Row::new(
            "good: a claim that nobody knows",
            with_claim("roles", json!({"a": [1, {"a": 2}]})),
            None,
        ),
        Row::new(
            "good: a claim that holds what looks like another",
            with_claim("note", json!("\",\"exp\":1,\"exp\":1")),
            None,
        ),
        Row::new(
            "good: letters beyond ASCII",
            with_claim("sub", json!("grün 🔑")),
            None,
        ),
        Row::new(
            "good: space around everything",
            written(
                " {\n\"kid\" : \"\\u006fne\",\t\"alg\":\"EdDSA\", \"typ\":\"at+jwt\" } ",
                &claims().to_string(),
            ),
            None,
        ),
    ]
}
