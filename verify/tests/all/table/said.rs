//! Access tokens that say what isn't accepted.

use latchkey_verify::{Part, Refused};
use serde_json::{Value, json};

use super::row::{Row, with_claim, written};
use crate::support::{AUDIENCE, NOW, claims, header};

pub(super) fn rows() -> Vec<Row> {
    let mut rows = times();
    for name in ["iss", "sub", "aud", "client_id", "iat", "exp", "jti"] {
        let token = with_claim(name, Value::Null);
        rows.push(Row::new(
            format!("{name} missing"),
            token,
            Refused::MissingClaim(name),
        ));
    }
    for name in ["iss", "sub", "client_id", "jti", "sid"] {
        for (what, value) in [("empty", json!("")), ("a number", json!(1))] {
            let reason = Refused::MalformedClaim(name);
            rows.push(Row::new(
                format!("{name} {what}"),
                with_claim(name, value),
                reason,
            ));
        }
    }
    for (name, what, value) in [
        ("aud", "a number", json!(1)),
        ("aud", "a list with a number in it", json!([AUDIENCE, 1])),
        ("scope", "a list", json!(["data:read"])),
        ("epoch", "text", json!("3")),
        ("epoch", "negative", json!(-1)),
        ("exp", "text", json!((NOW + 290).to_string())),
        ("exp", "with a fraction", json!(1_790_000_290.5)),
        ("exp", "after the year 9999", json!(253_402_300_800_i64)),
        ("exp", "negative", json!(-1)),
        ("exp", "true", json!(true)),
        ("iat", "text", json!("1789999990")),
        ("nbf", "text", json!("1789999990")),
        ("auth_time", "text", json!("1789999990")),
    ] {
        let reason = Refused::MalformedClaim(name);
        rows.push(Row::new(
            format!("{name} {what}"),
            with_claim(name, value),
            reason,
        ));
    }
    let twice = |more: &str| {
        let claims = claims().to_string();
        let claims = format!("{},{more}}}", claims.trim_end_matches('}'));
        written(&header().to_string(), &claims)
    };
    let duplicate = Refused::Duplicate(Part::Claims);
    rows.extend([
        Row::new("exp twice", twice(r#""exp":1790000290"#), duplicate),
        Row::new(
            "exp twice, in two spellings",
            twice(r#""\u0065xp":1790000290"#),
            duplicate,
        ),
        Row::new(
            "something unknown twice",
            twice(r#""x":[1],"x":[1]"#),
            duplicate,
        ),
        Row::new(
            "another issuer",
            with_claim("iss", json!("https://evil.example")),
            Refused::Issuer,
        ),
        Row::new(
            "an issuer with a slash",
            with_claim("iss", json!("https://login.example.com/")),
            Refused::Issuer,
        ),
        Row::new(
            "another audience",
            with_claim("aud", json!(["https://other.example.com"])),
            Refused::Audience,
        ),
        Row::new(
            "no audience",
            with_claim("aud", json!([])),
            Refused::Audience,
        ),
        Row::new(
            "an audience with a slash",
            with_claim("aud", json!([format!("{AUDIENCE}/")])),
            Refused::Audience,
        ),
    ]);
    rows
}

fn times() -> Vec<Row> {
    vec![
        Row::new(
            "good: exp within the leeway",
            with_claim("exp", json!(NOW - 29)),
            None,
        ),
        Row::new(
            "exp past the leeway",
            with_claim("exp", json!(NOW - 30)),
            Refused::Expired,
        ),
        Row::new(
            "good: iat within the leeway",
            with_claim("iat", json!(NOW + 30)),
            None,
        ),
        Row::new(
            "iat past the leeway",
            with_claim("iat", json!(NOW + 31)),
            Refused::FromTheFuture,
        ),
        Row::new(
            "good: nbf within the leeway",
            with_claim("nbf", json!(NOW + 30)),
            None,
        ),
        Row::new(
            "nbf past the leeway",
            with_claim("nbf", json!(NOW + 31)),
            Refused::NotYet,
        ),
    ]
}
