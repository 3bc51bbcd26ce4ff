//! What a header may not say.

use latchkey_verify::{Part, Refused};
use serde_json::{Value, json};

use crate::support::{
    NOW, Signer, changed, check, claims, header, key_set, keys, refusal, rules, signer, text,
};

fn with(name: &str, value: Value) -> Option<Refused> {
    refusal(&signer().token(&changed(header(), name, value), &claims()))
}

#[test]
fn other_algorithms_are_refused_above_all_none() {
    for alg in [
        "none", "None", "NONE", "", "HS256", "HS512", "ES384", "PS256", "eddsa", "Ed25519",
        "ES256", "RS256",
    ] {
        assert_eq!(with("alg", json!(alg)), Some(Refused::Algorithm), "{alg}");
    }
    for alg in [json!(null), json!(1), json!(["EdDSA"])] {
        assert_eq!(with("alg", alg), Some(Refused::Algorithm));
    }
    let parts = signer().token(&changed(header(), "alg", json!("none")), &claims());
    let unsigned = parts.rsplit_once('.').expect("three parts").0;
    assert_eq!(refusal(&format!("{unsigned}.")), Some(Refused::Algorithm));
}

#[test]
fn a_public_key_is_no_secret_for_an_hmac() {
    let public = signer().jwk("one");
    let secret = aws_lc_rs::hmac::Key::new(
        aws_lc_rs::hmac::HMAC_SHA256,
        public["x"].as_str().expect("text").as_bytes(),
    );
    let header = changed(header(), "alg", json!("HS256"));
    let signed = format!(
        "{}.{}",
        text(header.to_string().as_bytes()),
        text(claims().to_string().as_bytes())
    );
    let tag = aws_lc_rs::hmac::sign(&secret, signed.as_bytes());
    let token = format!("{signed}.{}", text(tag.as_ref()));
    assert_eq!(refusal(&token), Some(Refused::Algorithm));
}

#[test]
fn a_key_serves_its_own_algorithm_only() {
    let all = rules().algorithms(&[
        latchkey_verify::Algorithm::EdDsa,
        latchkey_verify::Algorithm::Es256,
        latchkey_verify::Algorithm::Rs256,
    ]);
    for alg in ["ES256", "RS256"] {
        let token = signer().token(&changed(header(), "alg", json!(alg)), &claims());
        let judged = all.check(&token, &keys(), NOW);
        assert_eq!(judged.err(), Some(Refused::KeyMismatch), "{alg}");
    }
}

#[test]
fn critical_extensions_are_refused_even_when_there_are_none() {
    for crit in [json!([]), json!(["b64"]), json!(["exp"]), json!("x")] {
        assert_eq!(with("crit", crit), Some(Refused::Critical));
    }
    // `null` is a value too.
    let header = r#"{"typ":"at+jwt","alg":"EdDSA","kid":"one","crit":null}"#;
    let token = signer().token_of(header.as_bytes(), claims().to_string().as_bytes());
    assert_eq!(refusal(&token), Some(Refused::Critical));
}

#[test]
fn a_token_brings_no_key_of_its_own() {
    let other = Signer::ed_dsa(9);
    for (name, value) in [
        ("jwk", other.jwk("one")),
        ("jku", json!("https://evil.example/keys")),
        ("x5c", json!(["MIIB"])),
        ("x5u", json!("https://evil.example/chain")),
    ] {
        let token = other.token(&changed(header(), name, value.clone()), &claims());
        assert_eq!(refusal(&token), Some(Refused::EmbeddedKey(name)));
        assert_eq!(with(name, value), Some(Refused::EmbeddedKey(name)));
    }
}

#[test]
fn tokens_of_other_types_are_refused() {
    for typ in [
        "JWT",
        "jwt",
        "",
        "at+jw",
        "at+jwt ",
        "application/",
        "application/application/at+jwt",
        "text/at+jwt",
        "logout+jwt",
        "revocations+jwt",
        "dpop+jwt",
    ] {
        assert_eq!(with("typ", json!(typ)), Some(Refused::Type), "{typ}");
    }
    for typ in [json!(null), json!(1), json!(["at+jwt"])] {
        assert_eq!(with("typ", typ), Some(Refused::Type));
    }
}

#[test]
fn a_key_has_to_be_named_and_known() {
    for kid in [json!(null), json!(1), json!(["one"])] {
        assert_eq!(with("kid", kid), Some(Refused::NoKeyId));
    }
    for kid in ["", "two", "One", "one "] {
        let refused = with("kid", json!(kid)).expect("a refusal");
        assert_eq!(refused, Refused::UnknownKey, "{kid}");
        assert!(refused.is_unknown_key());
    }
}

#[test]
fn another_key_of_the_same_name_signs_nothing() {
    let token = Signer::ed_dsa(9).token(&header(), &claims());
    let refused = refusal(&token).expect("a refusal");
    assert_eq!(refused, Refused::Signature);
    assert!(!refused.is_unknown_key());
    let both = key_set(&[signer().jwk("one"), Signer::ed_dsa(9).jwk("two")]);
    let judged = rules().check(&token, &both, NOW);
    assert_eq!(judged.err(), Some(Refused::Signature));
}

#[test]
fn members_named_twice_are_refused_known_or_not() {
    for more in [r#""alg":"EdDSA""#, r#""x":1,"x":1"#, r#""\u006bid":"two""#] {
        let header = format!(r#"{{"typ":"at+jwt","alg":"EdDSA","kid":"one",{more}}}"#);
        let token = signer().token_of(header.as_bytes(), claims().to_string().as_bytes());
        assert_eq!(
            refusal(&token),
            Some(Refused::Duplicate(Part::Header)),
            "{more}"
        );
    }
}

#[test]
fn no_spelling_of_the_header_is_too_strange() {
    let header = " {\n\"kid\" : \"\\u006fne\", \"alg\":\"EdDSA\",\t\"typ\":\"at+jwt\" } ";
    let token = signer().token_of(header.as_bytes(), claims().to_string().as_bytes());
    assert!(check(&token).is_ok());
}
