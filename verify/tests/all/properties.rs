//! Whatever is done to a token: no panic, and nothing is accepted but the token itself.

use std::sync::LazyLock;

use latchkey_verify::{
    KeySet, Refused,
    revocation::{Entry, check_feed},
};
use proptest::{collection::vec, prelude::*, sample::Index};
use serde_json::Value;

use crate::support::{NOW, changed, check, claims, header, keys, rules, signer, text};

static KEYS: LazyLock<KeySet> = LazyLock::new(keys);
static GOOD: LazyLock<String> = LazyLock::new(|| signer().token(&header(), &claims()));

fn judged(token: &str) -> bool {
    let _ = check_feed(&rules(), token, &KEYS, NOW);
    rules().check(token, &KEYS, NOW).is_ok()
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((".{0,6}", inner), 0..4).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_judged_without_a_panic(text in ".{0,300}") {
        prop_assert!(!judged(&text));
        let _ = KeySet::parse(&text);
        let _ = text.parse::<Entry>();
    }

    #[test]
    fn any_bytes_in_three_parts_are_judged_without_a_panic(
        header in vec(any::<u8>(), 0..200),
        claims in vec(any::<u8>(), 0..200),
        signature in vec(any::<u8>(), 0..100),
    ) {
        let token = format!("{}.{}.{}", text(&header), text(&claims), text(&signature));
        prop_assert!(!judged(&token));
    }

    #[test]
    fn a_token_with_a_letter_changed_is_refused(at in any::<Index>(), letter in any::<char>()) {
        let at = at.index(GOOD.len());
        let other = format!("{}{letter}{}", &GOOD[..at], &GOOD[at + 1..]);
        prop_assert_eq!(judged(&other), other == *GOOD);
    }

    #[test]
    fn a_token_with_a_bit_flipped_is_refused(part in 0..3_usize, at in any::<Index>(), bit in 0..8) {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        let mut parts: Vec<_> = GOOD.split('.').map(str::to_owned).collect();
        let mut bytes = URL_SAFE_NO_PAD.decode(&parts[part]).expect("base64url");
        let at = at.index(bytes.len());
        bytes[at] ^= 1_u8 << bit;
        parts[part] = text(&bytes);
        prop_assert!(!judged(&parts.join(".")));
    }

    #[test]
    fn a_token_cut_off_or_with_more_in_it_is_refused(at in any::<Index>(), more in "[A-Za-z0-9_.=-]{1,5}") {
        let at = at.index(GOOD.len());
        prop_assert!(!judged(&GOOD[..at]));
        prop_assert!(!judged(&GOOD[at + 1..]));
        let other = format!("{}{more}{}", &GOOD[..at], &GOOD[at..]);
        prop_assert!(!judged(&other));
    }

    #[test]
    fn parts_of_two_tokens_make_no_third(order in prop::array::uniform3(0..6_usize)) {
        let other = signer().token(&header(), &changed(claims(), "jti", "t2".into()));
        let both: Vec<_> = GOOD.split('.').chain(other.split('.')).collect();
        let mixed = order.map(|part| both[part]).join(".");
        prop_assert_eq!(judged(&mixed), mixed == *GOOD || mixed == other);
    }

    #[test]
    fn a_header_that_was_changed_after_signing_is_refused(name in "typ|alg|kid|cty|crit|jwk", value in json()) {
        let (_, rest) = GOOD.split_once('.').expect("three parts");
        let changed = changed(header(), &name, value);
        let other = format!("{}.{rest}", text(changed.to_string().as_bytes()));
        prop_assert_eq!(judged(&other), other == *GOOD);
    }

    #[test]
    fn a_member_repeated_under_a_good_signature_is_refused(
        member in any::<Index>(), of_header in any::<bool>(), value in json(),
    ) {
        let object = if of_header { header() } else { claims() };
        let names: Vec<_> = object.as_object().expect("an object").keys().collect();
        let name = names[member.index(names.len())];
        let text = object.to_string();
        let twice = format!("{},\"{name}\":{value}}}", text.trim_end_matches('}'));
        let token = if of_header {
            signer().token_of(twice.as_bytes(), claims().to_string().as_bytes())
        } else {
            signer().token_of(header().to_string().as_bytes(), twice.as_bytes())
        };
        prop_assert!(matches!(check(&token), Err(Refused::Duplicate(_))));
    }

    #[test]
    fn any_claim_under_a_good_signature_is_judged_without_a_panic(
        name in "iss|sub|aud|client_id|iat|exp|nbf|jti|scope|auth_time|sid|epoch|seq|since|items",
        value in json(),
    ) {
        let mut object = claims();
        object[&name] = value;
        let _ = check(&signer().token(&header(), &object));
        let feed = changed(header(), "typ", "revocations+jwt".into());
        let _ = check_feed(&rules(), &signer().token(&feed, &object), &KEYS, NOW);
    }

    #[test]
    fn any_member_of_a_key_set_is_judged_without_a_panic(name in "kty|crv|x|y|n|e|kid|alg|use|key_ops", value in json()) {
        let mut jwk = signer().jwk("one");
        jwk[&name] = value;
        let _ = KeySet::parse(&serde_json::json!({"keys": [jwk]}).to_string());
    }
}
