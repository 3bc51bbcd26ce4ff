//! Access tokens with a header that isn't accepted, or a key that isn't the right one.

use latchkey_verify::{Part, Refused};
use serde_json::{Value, json};

use super::row::{Row, signed, with_header, with_signature, written};
use crate::support::{Signer, changed, claims, header, text};

pub(super) fn rows() -> Vec<Row> {
    [
        algorithms(),
        types_and_extensions(),
        embedded_keys(),
        keys(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn algorithms() -> Vec<Row> {
    let alg = |alg: &str| changed(header(), "alg", json!(alg));
    let without_signature = |alg_name: &str| with_signature(&alg(alg_name), &claims(), &[]);
    let hmac = {
        let published = Signer::ed_dsa(1).jwk("one");
        let secret = published["x"].as_str().expect("text").as_bytes();
        let secret = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret);
        let token = with_signature(&alg("HS256"), &claims(), &[]);
        let tag = aws_lc_rs::hmac::sign(&secret, token.trim_end_matches('.').as_bytes());
        format!("{token}{}", text(tag.as_ref()))
    };
    let es256 = changed(alg("ES256"), "kid", json!("p256"));
    let rs256 = changed(alg("RS256"), "kid", json!("rsa"));
    vec![
        Row::new(
            "alg none without signature",
            without_signature("none"),
            Refused::Algorithm,
        ),
        Row::new(
            "alg None without signature",
            without_signature("None"),
            Refused::Algorithm,
        ),
        Row::new(
            "alg none with a signature",
            with_header("alg", json!("none")),
            Refused::Algorithm,
        ),
        Row::new(
            "alg missing",
            with_header("alg", Value::Null),
            Refused::Algorithm,
        ),
        Row::new(
            "alg a number",
            with_header("alg", json!(1)),
            Refused::Algorithm,
        ),
        Row::new(
            "alg in other letters",
            with_header("alg", json!("eddsa")),
            Refused::Algorithm,
        ),
        Row::new(
            "alg HS256 with the public key as secret",
            hmac,
            Refused::Algorithm,
        ),
        Row::new(
            "alg ES256, which isn't allowed",
            with_signature(&es256, &claims(), &[0; 64]),
            Refused::Algorithm,
        ),
        Row::new(
            "alg RS256, which isn't allowed",
            with_signature(&rs256, &claims(), &[0; 256]),
            Refused::Algorithm,
        ),
    ]
}

fn types_and_extensions() -> Vec<Row> {
    vec![
        Row::new(
            "typ missing",
            with_header("typ", Value::Null),
            Refused::Type,
        ),
        Row::new(
            "typ of an ID token",
            with_header("typ", json!("JWT")),
            Refused::Type,
        ),
        Row::new(
            "typ of a feed",
            with_header("typ", json!("revocations+jwt")),
            Refused::Type,
        ),
        Row::new(
            "typ a list",
            with_header("typ", json!(["at+jwt"])),
            Refused::Type,
        ),
        Row::new(
            "crit",
            with_header("crit", json!(["exp"])),
            Refused::Critical,
        ),
        Row::new(
            "crit with b64",
            signed(
                &changed(
                    changed(header(), "crit", json!(["b64"])),
                    "b64",
                    json!(true),
                ),
                &claims(),
            ),
            Refused::Critical,
        ),
        Row::new(
            "crit empty",
            with_header("crit", json!([])),
            Refused::Critical,
        ),
        Row::new(
            "the header names alg twice",
            written(
                r#"{"alg":"none","typ":"at+jwt","alg":"EdDSA","kid":"one"}"#,
                &claims().to_string(),
            ),
            Refused::Duplicate(Part::Header),
        ),
        Row::new(
            "the header names something unknown twice",
            written(
                r#"{"x":1,"typ":"at+jwt","alg":"EdDSA","kid":"one","x":{}}"#,
                &claims().to_string(),
            ),
            Refused::Duplicate(Part::Header),
        ),
    ]
}

fn embedded_keys() -> Vec<Row> {
    let mut rows = Vec::new();
    let thief = Signer::ed_dsa(9);
    for (name, value) in [
        ("jwk", thief.jwk("one")),
        ("jku", json!("https://evil.example/keys")),
        ("x5c", json!(["MIIB"])),
        ("x5u", json!("https://evil.example/chain")),
    ] {
        let own = thief.token(&changed(header(), name, value.clone()), &claims());
        let reason = Refused::EmbeddedKey(name);
        rows.push(Row::new(format!("{name} by a stranger"), own, reason));
        rows.push(Row::new(
            format!("{name} under a good signature"),
            with_header(name, value),
            reason,
        ));
    }
    rows
}

fn keys() -> Vec<Row> {
    let thief = Signer::ed_dsa(9);
    vec![
        Row::new(
            "kid missing",
            with_header("kid", Value::Null),
            Refused::NoKeyId,
        ),
        Row::new(
            "kid a number",
            with_header("kid", json!(1)),
            Refused::NoKeyId,
        ),
        Row::new(
            "kid unknown",
            with_header("kid", json!("three")),
            Refused::UnknownKey,
        ),
        Row::new(
            "kid empty",
            with_header("kid", json!("")),
            Refused::UnknownKey,
        ),
        Row::new(
            "kid of the other key",
            with_header("kid", json!("two")),
            Refused::Signature,
        ),
        Row::new(
            "kid of a key for ES256",
            with_header("kid", json!("p256")),
            Refused::KeyMismatch,
        ),
        Row::new(
            "kid of a key for RS256",
            with_header("kid", json!("rsa")),
            Refused::KeyMismatch,
        ),
        Row::new(
            "signed by a stranger",
            thief.token(&header(), &claims()),
            Refused::Signature,
        ),
    ]
}
