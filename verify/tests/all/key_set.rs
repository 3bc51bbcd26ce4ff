//! Which keys of a set are used.

use latchkey_verify::{KeySet, KeySetError};
use serde_json::{Value, json};

use crate::support::{Signer, changed, key_set, signer, text};

fn used(jwk: Value) -> bool {
    let keys = key_set(&[jwk]);
    assert_eq!(keys.len(), usize::from(keys.contains("k")));
    keys.contains("k")
}

#[test]
fn keys_of_each_kind_are_used() {
    for key in [Signer::ed_dsa(1), Signer::es256(), Signer::rs256()] {
        let jwk = key.jwk("k");
        assert!(used(jwk.clone()));
        for optional in ["use", "alg"] {
            assert!(
                used(changed(jwk.clone(), optional, json!(null))),
                "{optional}"
            );
        }
        assert!(used(changed(jwk, "key_ops", json!(["verify"]))));
    }
}

#[test]
fn keys_for_something_else_are_left_out() {
    for key in [Signer::ed_dsa(1), Signer::es256(), Signer::rs256()] {
        for (name, value) in [
            ("use", json!("enc")),
            ("use", json!("")),
            ("use", json!(1)),
            ("key_ops", json!(["sign"])),
            ("key_ops", json!([])),
            ("key_ops", json!("verify")),
            ("alg", json!("HS256")),
            ("alg", json!("none")),
            ("alg", json!(1)),
            ("kty", json!("oct")),
            ("kty", json!("AKP")),
            ("kty", json!(null)),
            ("kid", json!(null)),
            ("kid", json!(1)),
            ("d", json!("AAAA")),
            ("p", json!("AAAA")),
            ("oth", json!([])),
            ("k", json!("AAAA")),
        ] {
            assert!(
                !used(changed(key.jwk("k"), name, value.clone())),
                "{name} {value}"
            );
        }
    }
}

#[test]
fn keys_of_other_curves_or_lengths_are_left_out() {
    for (name, value) in [
        ("crv", json!("Ed448")),
        ("crv", json!("X25519")),
        ("crv", json!(null)),
        ("alg", json!("ES256")),
        ("x", json!(text(&[1; 31]))),
        ("x", json!(text(&[1; 33]))),
        ("x", json!("=")),
        ("x", json!(null)),
    ] {
        assert!(!used(changed(signer().jwk("k"), name, value)), "{name}");
    }
    let p256 = Signer::es256();
    for (name, value) in [
        ("crv", json!("P-384")),
        ("x", json!(text(&[1; 31]))),
        ("y", json!(text(&[1; 33]))),
        ("y", json!(null)),
    ] {
        assert!(!used(changed(p256.jwk("k"), name, value)), "{name}");
    }
}

#[test]
fn rsa_keys_are_neither_too_short_nor_strange() {
    let rsa =
        |n: &[u8], e: &[u8]| used(json!({"kty": "RSA", "kid": "k", "n": text(n), "e": text(e)}));
    let e = [1, 0, 1];
    assert!(rsa(&[0x80; 256], &e));
    assert!(rsa(&[0x80; 1024], &e));
    assert!(rsa(&[0x80; 256], &[3]));
    // One bit less, a leading zero, nothing, and more than is bearable.
    assert!(!rsa(&[0x7f; 256], &e));
    assert!(!rsa(&[&[0], [0x80; 256].as_slice()].concat(), &e));
    assert!(!rsa(&[], &e));
    assert!(!rsa(&[0x80; 1025], &e));
    for e in [&[][..], &[1], &[2], &[0, 1, 0, 1], &[1, 0, 0, 0, 1]] {
        assert!(!rsa(&[0x80; 256], e), "{e:?}");
    }
}

#[test]
fn one_name_is_one_key() {
    let parse = |keys: Value| KeySet::parse(&json!({ "keys": keys }).to_string());
    let one = signer().jwk("one");
    let same = Signer::ed_dsa(2).jwk("one");
    let unused = json!({"kid": "one", "kty": "oct"});
    for other in [one.clone(), same, unused] {
        let refused = parse(json!([one, other])).err();
        assert_eq!(refused, Some(KeySetError::DuplicateKeyId));
    }
    let two = parse(json!([one, Signer::ed_dsa(2).jwk("two")])).expect("a key set");
    assert_eq!(two.len(), 2);
    assert_eq!(
        format!("{:?}", key_set(&[signer().jwk("one")])),
        r#"{"one"}"#
    );
}

#[test]
fn what_is_no_key_set_is_refused() {
    for text in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"keys":{}}"#,
        r#"{"keys":null}"#,
        r#"{"keys":[1]}"#,
        r#"{"keys":[],"keys":[]}"#,
        r#"{"keys":[{"kid":"a","kid":"b"}]}"#,
        r#"{"keys":[]} x"#,
    ] {
        assert_eq!(
            KeySet::parse(text).err(),
            Some(KeySetError::Malformed),
            "{text}"
        );
    }
    let empty = KeySet::parse(r#"{"keys":[],"more":1}"#).expect("a key set");
    assert!(empty.is_empty());
}
