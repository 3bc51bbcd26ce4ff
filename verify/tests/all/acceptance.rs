//! What is accepted, and what is read from it.

use latchkey_verify::{Algorithm, Refused, Rules};
use serde_json::json;

use crate::support::{
    AUDIENCE, ISSUER, NOW, Signer, changed, check, claiming, claims, good_claims, header, key_set,
    keys, refusal, rules, signer,
};

#[test]
fn a_good_token_says_what_it_says() {
    let said = good_claims();
    assert_eq!(said.iss, ISSUER);
    assert_eq!(said.sub, "q1w2e3");
    assert_eq!(said.aud, [AUDIENCE]);
    assert_eq!(said.client_id, "latchkey-tokens");
    assert_eq!((said.iat, said.exp), (NOW - 10, NOW + 290));
    assert_eq!(said.lifetime(), 300);
    assert_eq!(said.jti, "t1");
    assert!(said.has_scope("data:read") && !said.has_scope("data"));
    assert_eq!(said.auth_time, Some(NOW - 100));
    assert_eq!(said.sid.as_deref(), Some("s1"));
    assert_eq!(said.epoch, Some(3));
}

#[test]
fn what_may_be_missing_may_be_missing() {
    let mut few = claims();
    for name in ["scope", "auth_time", "sid", "epoch"] {
        few = changed(few, name, json!(null));
    }
    let said = check(&signer().token(&header(), &few)).expect("a good token");
    assert!(said.scopes.is_empty());
    assert_eq!((said.auth_time, said.sid, said.epoch), (None, None, None));
}

#[test]
fn what_is_not_known_is_no_hindrance() {
    let token = signer().token(
        &changed(header(), "cty", json!("x")),
        &changed(claims(), "roles", json!({"a": [1]})),
    );
    assert!(check(&token).is_ok());
}

#[test]
fn each_algorithm_is_accepted_where_it_is_allowed_and_nowhere_else() {
    let signers = [Signer::ed_dsa(1), Signer::es256(), Signer::rs256()];
    let jwks: Vec<_> = signers.iter().map(|key| key.jwk(key.alg())).collect();
    let keys = key_set(&jwks);
    for key in &signers {
        let header = json!({"typ": "at+jwt", "alg": key.alg(), "kid": key.alg()});
        let token = key.token(&header, &claims());
        for other in &signers {
            let algorithm = Algorithm::parse(other.alg()).expect("a name");
            let judged = rules().algorithms(&[algorithm]).check(&token, &keys, NOW);
            let expected = if key.alg() == other.alg() {
                None
            } else {
                Some(Refused::Algorithm)
            };
            assert_eq!(judged.err(), expected, "{} {}", key.alg(), other.alg());
        }
        let nothing = rules().algorithms(&[]).check(&token, &keys, NOW);
        assert_eq!(nothing.err(), Some(Refused::Algorithm));
    }
}

#[test]
fn every_spelling_of_the_type_is_accepted() {
    for typ in [
        "at+jwt",
        "AT+JWT",
        "application/at+jwt",
        "Application/At+Jwt",
    ] {
        let token = signer().token(&changed(header(), "typ", json!(typ)), &claims());
        assert!(check(&token).is_ok(), "{typ}");
    }
}

#[test]
fn an_audience_alone_counts_like_a_list_of_one() {
    for aud in [json!(AUDIENCE), json!(["x", AUDIENCE])] {
        assert!(check(&claiming("aud", aud)).is_ok());
    }
}

#[test]
fn the_leeway_is_counted_to_the_second() {
    let token = claiming("exp", json!(NOW));
    let at = |now, leeway| {
        let rules = rules().leeway(leeway);
        rules.check(&token, &keys(), now).err()
    };
    assert_eq!(at(NOW - 1, 0), None);
    assert_eq!(at(NOW, 0), Some(Refused::Expired));
    assert_eq!(at(NOW + 29, 30), None);
    assert_eq!(at(NOW + 30, 30), Some(Refused::Expired));
    // More than the longest leeway isn't to be had.
    assert_eq!(at(NOW + 119, 100_000), None);
    assert_eq!(at(NOW + 120, 100_000), Some(Refused::Expired));

    for (name, reason) in [("iat", Refused::FromTheFuture), ("nbf", Refused::NotYet)] {
        assert_eq!(refusal(&claiming(name, json!(NOW + 30))), None);
        assert_eq!(refusal(&claiming(name, json!(NOW + 31))), Some(reason));
    }
}

#[test]
fn no_time_is_too_extreme_to_judge_by() {
    let token = signer().token(&header(), &claims());
    for now in [i64::MIN, -1, 0, i64::MAX] {
        assert!(rules().check(&token, &keys(), now).is_err());
    }
}

#[test]
fn issuer_and_audience_compare_letter_for_letter() {
    let token = signer().token(&header(), &claims());
    for (issuer, audience, reason) in [
        ("https://login.example.com/", AUDIENCE, Refused::Issuer),
        ("https://LOGIN.example.com", AUDIENCE, Refused::Issuer),
        ("", AUDIENCE, Refused::Issuer),
        (ISSUER, "https://api.example.com/", Refused::Audience),
        (ISSUER, "", Refused::Audience),
    ] {
        let judged = Rules::new(issuer, audience).check(&token, &keys(), NOW);
        assert_eq!(judged.err(), Some(reason), "{issuer} {audience}");
    }
}
