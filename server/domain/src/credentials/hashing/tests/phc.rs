use proptest::prelude::*;

use super::support::{SMALL, params, stored};
use crate::credentials::hashing::{Argon2Params, ParamsError, ParseHashError, PasswordHash};

const SALT: &str = "AAECAwQFBgcICQoLDA0ODw";
const TAG: &str = "LfR+3mNY7Repl21PztuJehADbUMqSs7xfSY7/Ji9IKw";

fn error_of(text: &str) -> ParseHashError {
    PasswordHash::parse(text).expect_err(text)
}

#[test]
fn what_was_hashed_can_be_stored_and_read_back() {
    let hash = stored("a pass phrase");
    let text = hash.as_phc_str();
    assert!(
        text.starts_with("$argon2id$v=19$m=64,t=1,p=1$AwMDAwMDAwMDAwMDAwMDAw$"),
        "{text}"
    );
    let read = PasswordHash::parse(text).unwrap();
    assert_eq!(read.as_phc_str(), text);
    assert_eq!(read.params(), SMALL);
    assert_eq!((read.salt(), read.tag()), (hash.salt(), hash.tag()));
}

#[test]
fn other_algorithms_and_versions_are_refused() {
    for algorithm in ["argon2i", "argon2d", "Argon2id", "argon2", "scrypt", ""] {
        let text = format!("${algorithm}$v=19$m=64,t=2,p=1${SALT}${TAG}");
        assert_eq!(error_of(&text), ParseHashError::Algorithm);
    }
    for version in ["v=16", "v=20", "v=019", "v=", "m=64,t=2,p=1"] {
        let text = format!("$argon2id${version}$m=64,t=2,p=1${SALT}${TAG}");
        assert_eq!(error_of(&text), ParseHashError::Version);
    }
}

#[test]
fn costs_that_would_take_the_machine_are_refused() {
    let cases = [
        ("m=4294967295,t=1,p=1", ParamsError::Memory),
        ("m=1048577,t=1,p=1", ParamsError::Memory),
        ("m=7,t=1,p=1", ParamsError::Memory),
        ("m=64,t=1,p=16", ParamsError::Memory),
        ("m=64,t=4294967295,p=1", ParamsError::Iterations),
        ("m=64,t=0,p=1", ParamsError::Iterations),
        ("m=64,t=1,p=0", ParamsError::Parallelism),
        ("m=4194304,t=1,p=16777215", ParamsError::Parallelism),
        ("m=1048576,t=64,p=1", ParamsError::Work),
    ];
    for (cost, error) in cases {
        let text = format!("$argon2id$v=19${cost}${SALT}${TAG}");
        assert_eq!(error_of(&text), ParseHashError::Params(error));
    }
}

#[test]
fn costs_written_another_way_are_refused() {
    let cases = [
        "",
        "m=64",
        "m=64,t=2",
        "t=2,m=64,p=1",
        "m=64,t=2,p=1,data=AAAA",
        "m=64,t=2,p=1,keyid=AAAA",
        "m=64,t=2,p=1,p=2",
        "m=064,t=2,p=1",
        "m=+64,t=2,p=1",
        "m=-64,t=2,p=1",
        "m= 64,t=2,p=1",
        "m=٦٤,t=2,p=1",
        "m=0x40,t=2,p=1",
        "m=4294967296,t=2,p=1",
        "m=99999999999999999999,t=2,p=1",
        "m=,t=2,p=1",
    ];
    for cost in cases {
        let text = format!("$argon2id$v=19${cost}${SALT}${TAG}");
        assert_eq!(error_of(&text), ParseHashError::Malformed);
    }
}

#[test]
fn salts_and_tags_of_wrong_length_or_alphabet_are_refused() {
    let short_tag = "LfR+3mNY7Repl21PztuJ";
    let long = "A".repeat(88);
    for salt in [
        "",
        "AAECAwQF",
        "AAECAwQFBgcICQoLDA0ODw==",
        "AAEC-wQFBgcICQoLDA0ODw",
        &long,
    ] {
        let text = format!("$argon2id$v=19$m=64,t=2,p=1${salt}${TAG}");
        assert_eq!(error_of(&text), ParseHashError::Salt);
    }
    for tag in [
        "",
        short_tag,
        "ä",
        &format!("{TAG}="),
        &format!(" {TAG}"),
        &long,
    ] {
        let text = format!("$argon2id$v=19$m=64,t=2,p=1${SALT}${tag}");
        assert_eq!(error_of(&text), ParseHashError::Tag);
    }
}

#[test]
fn every_truncation_is_refused() {
    let hash = stored("a pass phrase");
    let whole = hash.as_phc_str();
    let tag_at = whole.rfind('$').unwrap() + 1;
    for length in 0..whole.len() {
        let outcome = PasswordHash::parse(&whole[..length]);
        // A tag may be shorter in principle: it then is another tag, which nothing matches.
        let tag_length = length.saturating_sub(tag_at);
        if tag_length < 22 {
            assert!(outcome.is_err(), "{length}");
        }
    }
    assert_eq!(error_of(&format!("{whole}$")), ParseHashError::Malformed);
    assert_eq!(error_of(&format!(" {whole}")), ParseHashError::Malformed);
    assert_eq!(error_of(&"$".repeat(10_000)), ParseHashError::Malformed);
}

#[test]
fn debug_shows_the_cost_and_nothing_that_helps_to_guess() {
    let hash = stored("a pass phrase");
    let shown = format!("{hash:?}");
    assert!(shown.contains("memory_kib: 64"), "{shown}");
    for secret in hash.as_phc_str().split('$').skip(4) {
        assert!(!shown.contains(secret), "{shown}");
    }
    let error = error_of("$argon2id$v=19$m=64,t=2,p=1$secret-salt$secret-tag");
    assert!(!format!("{error} {error:?}").contains("secret"));
}

#[test]
fn a_hash_is_made_anew_when_any_cost_rises() {
    let hash = stored("a pass phrase");
    let cases: [(Argon2Params, bool); 6] = [
        (SMALL, false),
        (params(65, 1, 1), true),
        (params(64, 2, 1), true),
        (params(64, 1, 2), true),
        (params(32, 2, 1), true),
        (params(32, 1, 1), false),
    ];
    for (configured, expected) in cases {
        assert_eq!(hash.needs_rehash(&configured), expected, "{configured:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,300}") {
        let _ = PasswordHash::parse(&text);
    }

    #[test]
    fn no_near_miss_makes_the_parser_panic(
        cost in "(m=[0-9]{0,12},)?(t=[0-9]{0,11},)?p=[0-9]{0,9}",
        salt in "[A-Za-z0-9+/=]{0,80}",
        tag in "[A-Za-z0-9+/=]{0,100}",
    ) {
        let text = format!("$argon2id$v=19${cost}${salt}${tag}");
        if let Ok(hash) = PasswordHash::parse(&text) {
            prop_assert_eq!(hash.params().validate(), Ok(()));
            prop_assert_eq!(hash.as_phc_str(), text);
        }
    }
}
