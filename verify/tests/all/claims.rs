//! What claims have to be.

use latchkey_verify::{Part, Refused};
use serde_json::{Value, json};

use crate::support::{AUDIENCE, ISSUER, NOW, claiming, claims, header, refusal, signer};

#[test]
fn what_has_to_be_there_is_there() {
    for name in ["iss", "sub", "aud", "client_id", "iat", "exp", "jti"] {
        assert_eq!(
            refusal(&claiming(name, json!(null))),
            Some(Refused::MissingClaim(name))
        );
    }
}

#[track_caller]
fn malformed(name: &'static str, values: &[Value]) {
    for value in values {
        let refused = refusal(&claiming(name, value.clone()));
        assert_eq!(refused, Some(Refused::MalformedClaim(name)), "{value}");
    }
}

#[test]
fn texts_are_texts_and_say_something() {
    for name in ["iss", "sub", "client_id", "jti", "sid"] {
        malformed(
            name,
            &[json!(""), json!(1), json!(["x"]), json!({}), json!(true)],
        );
    }
}

#[test]
fn times_are_whole_seconds() {
    for name in ["exp", "iat", "nbf", "auth_time"] {
        malformed(
            name,
            &[
                json!("1790000000"),
                json!(1_790_000_000.5),
                json!(-1),
                json!(253_402_300_800_i64),
                json!(u64::MAX),
                json!([NOW]),
                json!(false),
            ],
        );
    }
    malformed(
        "epoch",
        &[json!("3"), json!(-1), json!(1.5), json!(u64::MAX)],
    );
}

#[test]
fn a_null_is_not_a_missing_claim() {
    for name in ["exp", "nbf", "sid", "epoch", "scope", "auth_time"] {
        let mut object = claims();
        object[name] = Value::Null;
        let refused = refusal(&signer().token(&header(), &object));
        assert_eq!(refused, Some(Refused::MalformedClaim(name)));
    }
}

#[test]
fn an_audience_is_a_text_or_a_list_of_texts_that_names_us() {
    malformed(
        "aud",
        &[
            json!(1),
            json!({}),
            json!([AUDIENCE, 1]),
            json!([[AUDIENCE]]),
        ],
    );
    for other in [
        json!([]),
        json!(""),
        json!("https://other.example.com"),
        json!([format!("{AUDIENCE}/")]),
        json!(format!("{AUDIENCE} {ISSUER}")),
    ] {
        assert_eq!(refusal(&claiming("aud", other)), Some(Refused::Audience));
    }
}

#[test]
fn scopes_are_one_text() {
    malformed("scope", &[json!(["data:read"]), json!(1), json!({})]);
}

#[test]
fn another_issuer_is_refused() {
    for other in [
        "https://evil.example",
        "https://login.example.com/",
        " https://login.example.com",
    ] {
        assert_eq!(
            refusal(&claiming("iss", json!(other))),
            Some(Refused::Issuer)
        );
    }
}

#[test]
fn claims_named_twice_are_refused_known_or_not() {
    let good = claims().to_string();
    for more in [r#""exp":9999999999"#, r#""x":1,"x":1"#, r#""\u0065xp":1"#] {
        let twice = format!("{},{more}}}", good.trim_end_matches('}'));
        let token = signer().token_of(header().to_string().as_bytes(), twice.as_bytes());
        assert_eq!(
            refusal(&token),
            Some(Refused::Duplicate(Part::Claims)),
            "{more}"
        );
    }
}
