//! The outer shape of a token.

use latchkey_verify::{Part, Refused};

use crate::support::{NOW, claims, header, keys, refusal, rules, signer, text};

fn good() -> String {
    signer().token(&header(), &claims())
}

#[test]
fn there_are_three_parts() {
    let token = good();
    let (signed, signature) = token.rsplit_once('.').expect("parts");
    for other in [
        String::new(),
        "x".to_owned(),
        signed.to_owned(),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{signature}"),
        ".".to_owned(),
        "....".to_owned(),
    ] {
        assert_eq!(refusal(&other), Some(Refused::Parts), "{other}");
    }
    assert_eq!(refusal(".."), Some(Refused::NotJson(Part::Header)));
}

#[test]
fn each_part_is_base64url_without_padding() {
    let token = good();
    let parts: Vec<_> = token.split('.').collect();
    for (index, part) in [Part::Header, Part::Claims, Part::Signature]
        .into_iter()
        .enumerate()
    {
        for spoil in ["=", "==", "+", "/", " ", "\n", "é", "%"] {
            let mut spoilt: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
            spoilt[index].push_str(spoil);
            let refused = refusal(&spoilt.join("."));
            assert_eq!(refused, Some(Refused::NotBase64(part)), "{part} {spoil:?}");
        }
    }
    // "Bearer" and spaces are no part of a token.
    for other in [format!("Bearer {token}"), format!(" {token}")] {
        assert_eq!(refusal(&other), Some(Refused::NotBase64(Part::Header)));
    }
}

#[test]
fn bits_past_the_last_byte_have_to_be_zero() {
    let token = good();
    // 64 bytes leave four such bits in the last letter.
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (rest, last) = token.split_at(token.len() - 1);
    let at = letters.find(last).expect("a letter");
    let other = &letters[at + 1..at + 2];
    assert_eq!(
        refusal(&format!("{rest}{other}")),
        Some(Refused::NotBase64(Part::Signature))
    );
}

#[test]
fn parts_are_json_objects_in_utf8() {
    let claims = claims().to_string();
    let header = header().to_string();
    for (bytes, utf8) in [
        (&b"\xff\xfe"[..], false),
        (b"", true),
        (b"null", true),
        (b"[]", true),
        (b"{\"alg\":", true),
    ] {
        let expected = |part| {
            Some(if utf8 {
                Refused::NotJson(part)
            } else {
                Refused::NotUtf8(part)
            })
        };
        let token = signer().token_of(bytes, claims.as_bytes());
        assert_eq!(refusal(&token), expected(Part::Header));
        let token = signer().token_of(header.as_bytes(), bytes);
        assert_eq!(refusal(&token), expected(Part::Claims));
    }
}

#[test]
fn what_is_too_long_is_not_even_read() {
    assert_eq!(refusal(&"é".repeat(4096)), Some(Refused::Parts));
    assert_eq!(refusal(&"é".repeat(4097)), Some(Refused::TooLong));
    assert_eq!(refusal(&".".repeat(100_000_000)), Some(Refused::TooLong));
    let token = good();
    let rules = rules().longest_token(token.len());
    assert!(rules.check(&token, &keys(), NOW).is_ok());
    let rules = rules.longest_token(token.len() - 1);
    let judged = rules.check(&token, &keys(), NOW);
    assert_eq!(judged.err(), Some(Refused::TooLong));
}

#[test]
fn a_signature_is_of_these_very_bytes() {
    let token = good();
    let parts: Vec<_> = token.split('.').collect();
    let other_claims = text(claims().to_string().replace("q1w2e3", "q1w2e4").as_bytes());
    let spaced = text(format!("{} ", header()).as_bytes());
    for (other, reason) in [
        (
            format!("{}.{}.{}", parts[0], other_claims, parts[2]),
            Refused::Signature,
        ),
        (
            format!("{}.{}.{}", spaced, parts[1], parts[2]),
            Refused::Signature,
        ),
        (format!("{}.{}.", parts[0], parts[1]), Refused::Signature),
        (
            format!("{}.{}.{}", parts[0], parts[1], &parts[2][..84]),
            Refused::Signature,
        ),
        (format!("{}..{}", parts[0], parts[2]), Refused::Signature),
    ] {
        assert_eq!(refusal(&other), Some(reason), "{other}");
    }
}
