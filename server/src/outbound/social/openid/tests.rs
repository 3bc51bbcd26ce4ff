//! A good token, and everything that is nearly one.

use std::sync::LazyLock;

use domain::{clock::Timestamp, social::ProviderProblem};
use jsonwebtoken::Algorithm;
use proptest::prelude::*;
use serde_json::json;

use super::{
    super::tests::{clock::START, signer::Signer},
    claims::Claims,
    id_token::{Expected, signature, verify},
    keys::Key,
};

struct Good {
    token: String,
    key: Key,
}

static GOOD: LazyLock<Good> = LazyLock::new(|| {
    let signer = Signer::ed();
    let header = json!({ "alg": "EdDSA", "kid": "one", "typ": "JWT" });
    let claims = json!({ "iss": "https://id.example", "sub": "ada", "aud": "latchkey", "exp": START + 300,
        "iat": START, "nonce": "n-0S6_WzA2Mj", "email": "ada@example.com", "email_verified": true });
    Good {
        token: signer.token(&header, &claims),
        key: super::keys::key(signer.jwk("one")).expect("a key"),
    }
});

fn believed(token: &str) -> Result<Claims, ProviderProblem> {
    let expected = Expected {
        issuer: "https://id.example",
        client: "latchkey",
        nonce: "n-0S6_WzA2Mj",
        access_token: "a",
        fresh: false,
        now: Timestamp::from_micros(START * 1_000_000),
    };
    let said = signature(token, &[Algorithm::EdDSA])?;
    verify(token, said.algorithm, &GOOD.key.decoding, &expected)
}

#[test]
fn a_good_token_is_believed() {
    assert_eq!(believed(&GOOD.token).expect("believed").sub, "ada");
}

#[test]
fn a_token_with_any_bit_turned_is_refused() {
    let token = GOOD.token.as_bytes();
    for place in 0..token.len() {
        for bit in 0..7 {
            let mut turned = token.to_vec();
            turned[place] ^= 1 << bit;
            let turned = String::from_utf8(turned).expect("ASCII");
            assert!(believed(&turned).is_err(), "byte {place}: {turned}");
        }
    }
}

proptest! {
    #[test]
    fn a_token_with_any_byte_changed_is_refused(place in any::<prop::sample::Index>(), letter in "[ -~]") {
        let place = place.index(GOOD.token.len());
        let mut changed = GOOD.token.clone();
        changed.replace_range(place..=place, &letter);
        prop_assume!(changed != GOOD.token);
        prop_assert!(believed(&changed).is_err(), "{changed}");
    }

    #[test]
    fn a_token_with_anything_put_in_or_taken_out_is_refused(
        place in any::<prop::sample::Index>(), taken in 0..40_usize, put in "\\PC{0,8}",
    ) {
        let place = place.index(GOOD.token.len());
        let end = (place + taken).min(GOOD.token.len());
        let mut changed = GOOD.token.clone();
        changed.replace_range(place..end, &put);
        prop_assume!(changed != GOOD.token);
        prop_assert!(believed(&changed).is_err(), "{changed}");
    }

    #[test]
    fn no_text_is_a_token(text in "\\PC{0,64}(\\.\\PC{0,64}){0,3}") {
        prop_assert!(believed(&text).is_err());
    }
}
