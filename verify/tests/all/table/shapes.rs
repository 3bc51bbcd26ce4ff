//! Access tokens that aren't put together well.

use latchkey_verify::{Part, Refused};
use serde_json::json;

use super::row::{Row, signed, with_claim};
use crate::support::{Signer, claims, header, text};

pub(super) fn rows() -> Vec<Row> {
    let mut rows = parts();
    rows.extend(encodings());
    rows.extend(contents());
    rows
}

fn parts() -> Vec<Row> {
    let good = signed(&header(), &claims());
    let parts: Vec<&str> = good.split('.').collect();
    let join =
        |header: &str, claims: &str, signature: &str| format!("{header}.{claims}.{signature}");
    let other_claims = text(claims().to_string().replace("q1w2e3", "q1w2e4").as_bytes());
    let other_header = text(format!("{} ", header()).as_bytes());
    vec![
        Row::new("nothing", String::new(), Refused::Parts),
        Row::new("one part", parts[0].to_owned(), Refused::Parts),
        Row::new(
            "two parts",
            format!("{}.{}", parts[0], parts[1]),
            Refused::Parts,
        ),
        Row::new("four parts", format!("{good}.{}", parts[2]), Refused::Parts),
        Row::new("a dot too many", format!("{good}."), Refused::Parts),
        Row::new(
            "dots alone",
            "..".to_owned(),
            Refused::NotJson(Part::Header),
        ),
        Row::new(
            "no signature",
            join(parts[0], parts[1], ""),
            Refused::Signature,
        ),
        Row::new(
            "a shortened signature",
            join(parts[0], parts[1], &parts[2][..84]),
            Refused::Signature,
        ),
        Row::new(
            "claims changed after signing",
            join(parts[0], &other_claims, parts[2]),
            Refused::Signature,
        ),
        Row::new(
            "header changed after signing",
            join(&other_header, parts[1], parts[2]),
            Refused::Signature,
        ),
        Row::new(
            "no claims",
            join(parts[0], "", parts[2]),
            Refused::Signature,
        ),
        Row::new(
            "too long",
            with_claim("filler", json!("x".repeat(8 * 1024))),
            Refused::TooLong,
        ),
    ]
}

fn encodings() -> Vec<Row> {
    let good = signed(&header(), &claims());
    let parts: Vec<&str> = good.split('.').collect();
    let join =
        |header: &str, claims: &str, signature: &str| format!("{header}.{claims}.{signature}");
    let stray = {
        // Four bits of the last letter belong to no byte; they are zero, and here one of them isn't.
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let (rest, last) = good.split_at(good.len() - 1);
        let at = letters.find(last).expect("a letter");
        format!("{rest}{}", &letters[at + 1..at + 2])
    };
    vec![
        Row::new(
            "padding behind the signature",
            format!("{good}=="),
            Refused::NotBase64(Part::Signature),
        ),
        Row::new(
            "padding behind the claims",
            join(parts[0], &format!("{}=", parts[1]), parts[2]),
            Refused::NotBase64(Part::Claims),
        ),
        Row::new(
            "the other base64 alphabet",
            join(&format!("{}+/+/", parts[0]), parts[1], parts[2]),
            Refused::NotBase64(Part::Header),
        ),
        Row::new(
            "a line's end behind it",
            format!("{good}\n"),
            Refused::NotBase64(Part::Signature),
        ),
        Row::new(
            "a space before it",
            format!(" {good}"),
            Refused::NotBase64(Part::Header),
        ),
        Row::new(
            "stray bits in the signature",
            stray,
            Refused::NotBase64(Part::Signature),
        ),
    ]
}

fn contents() -> Vec<Row> {
    let header_text = header().to_string();
    let claims_text = claims().to_string();
    let by_bytes = |header: &[u8], claims: &[u8]| Signer::ed_dsa(1).token_of(header, claims);
    vec![
        Row::new(
            "a header that isn't JSON",
            by_bytes(b"at+jwt", claims_text.as_bytes()),
            Refused::NotJson(Part::Header),
        ),
        Row::new(
            "a header that is a list",
            by_bytes(b"[]", claims_text.as_bytes()),
            Refused::NotJson(Part::Header),
        ),
        Row::new(
            "a header that isn't UTF-8",
            by_bytes(b"{\"typ\":\"\xff\"}", claims_text.as_bytes()),
            Refused::NotUtf8(Part::Header),
        ),
        Row::new(
            "claims that aren't JSON",
            by_bytes(header_text.as_bytes(), b"{\"exp\":}"),
            Refused::NotJson(Part::Claims),
        ),
        Row::new(
            "claims that are a list",
            by_bytes(header_text.as_bytes(), b"[]"),
            Refused::NotJson(Part::Claims),
        ),
        Row::new(
            "claims that are null",
            by_bytes(header_text.as_bytes(), b"null"),
            Refused::NotJson(Part::Claims),
        ),
        Row::new(
            "claims that aren't UTF-8",
            by_bytes(header_text.as_bytes(), b"{\"sub\":\"\xff\"}"),
            Refused::NotUtf8(Part::Claims),
        ),
        Row::new(
            "claims with a byte order mark",
            by_bytes(
                header_text.as_bytes(),
                format!("\u{feff}{claims_text}").as_bytes(),
            ),
            Refused::NotJson(Part::Claims),
        ),
        Row::new(
            "claims with a number that isn't one",
            by_bytes(
                header_text.as_bytes(),
                claims_text
                    .replace("\"epoch\":3", "\"epoch\":3,\"x\":NaN")
                    .as_bytes(),
            ),
            Refused::NotJson(Part::Claims),
        ),
    ]
}
