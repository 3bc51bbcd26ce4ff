//! Each rule by name, as one who chooses a password meets it.

use proptest::prelude::*;

use super::{PasswordContext, PasswordPolicy};
use crate::credentials::{Password, PasswordProblem};
use unicode_normalization::UnicodeNormalization;

const DEFAULT: PasswordPolicy = PasswordPolicy { min_length: 15 };
const SHORTEST: PasswordPolicy = PasswordPolicy { min_length: 8 };

fn judged(policy: PasswordPolicy, typed: &str) -> Result<(), PasswordProblem> {
    let context = PasswordContext::of(["ada.lovelace@example.com", "Ada Lovelace"]);
    policy.judge(&Password::parse(typed)?, &context)
}

#[test]
fn a_password_of_fourteen_characters_is_too_short() {
    let too_short = Err(PasswordProblem::TooShort { min: 15 });
    assert_eq!(judged(DEFAULT, "quiet teapots!"), too_short);
    assert_eq!(judged(DEFAULT, "quiet teapots!?"), Ok(()));
    // Nor does it help that the accents were typed as characters of their own.
    assert_eq!(judged(DEFAULT, "cafe\u{301} thé bleu"), too_short);
}

#[test]
fn the_fewest_characters_are_configurable() {
    let too_short = Err(PasswordProblem::TooShort { min: 8 });
    assert_eq!(judged(SHORTEST, "vT7.kQz"), too_short);
    assert_eq!(judged(SHORTEST, "vT7.kQz9w"), Ok(()));
}

#[test]
fn eight_characters_are_never_more_than_guessable() {
    // zxcvbn counts ten guesses for a character it sees no pattern in: 10^8 is score 2.
    let refused = Err(PasswordProblem::TooGuessable);
    assert_eq!(judged(SHORTEST, "vT7.kQz9"), refused);
}

#[test]
fn a_password_of_more_than_256_characters_is_too_long() {
    let long: String = "seventeen quiet lighthouses "
        .chars()
        .cycle()
        .take(257)
        .collect();
    let too_long = Err(PasswordProblem::TooLong { max: 256 });
    assert_eq!(judged(DEFAULT, &long), too_long);
}

#[test]
fn any_unicode_and_spaces_are_welcome() {
    for typed in [
        "Wandergeselle brät Rüben",
        "кот ходит по цепи кругом",
        "  leading and trailing  ",
        "🦀 walks 🐌 sleeps 🦒 eats",
        "彼の猫は夜に歌い朝に眠るのです",
    ] {
        assert_eq!(judged(DEFAULT, typed), Ok(()), "{typed}");
    }
}

#[test]
fn no_kind_of_character_is_required() {
    for typed in [
        "lowercasewordsonlyfine",
        "5830172946183750",
        "WANDERING PELICANS SIGH",
    ] {
        assert_eq!(judged(DEFAULT, typed), Ok(()), "{typed}");
    }
}

#[test]
fn a_common_password_is_refused_as_such() {
    for typed in [
        "1q2w3e4r5t6y7u8i9o",
        "P4$$w0rd12345678",
        "Dragon-Dragon-Dragon",
    ] {
        assert_eq!(
            judged(DEFAULT, typed),
            Err(PasswordProblem::Common),
            "{typed}"
        );
    }
    assert_eq!(judged(SHORTEST, "Trustno1"), Err(PasswordProblem::Common));
}

#[test]
fn a_password_made_of_context_is_refused_as_such() {
    for typed in ["ada.lovelace1815!", "latchkeylatchkey", "adalovelaceada!"] {
        let refused = Err(PasswordProblem::MadeOfContext);
        assert_eq!(judged(DEFAULT, typed), refused, "{typed}");
    }
}

#[test]
fn a_guessable_password_is_refused_as_such() {
    for typed in [
        "qwertyuiopasdfgh",
        "abcdefghijklmnop",
        "29/02/199629/02/1996",
    ] {
        let refused = Err(PasswordProblem::TooGuessable);
        assert_eq!(judged(DEFAULT, typed), refused, "{typed}");
    }
}

#[test]
fn problems_are_told_in_words_without_the_password() {
    for problem in [
        PasswordProblem::Common,
        PasswordProblem::MadeOfContext,
        PasswordProblem::TooGuessable,
    ] {
        assert!(!problem.to_string().is_empty());
    }
}

fn anything() -> impl Strategy<Value = String> {
    let characters = prop_oneof![
        4 => proptest::char::range(' ', '~'),
        1 => any::<char>(),
        1 => proptest::char::range('\u{300}', '\u{36f}'),
    ];
    proptest::collection::vec(characters, 1..60).prop_map(String::from_iter)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_judge_panic(typed in anything(), known in anything()) {
        let context = PasswordContext::of([known.as_str()]);
        if let Ok(password) = Password::parse(&typed) {
            let _ = SHORTEST.judge(&password, &context);
        }
    }

    #[test]
    fn both_unicode_forms_are_judged_alike(typed in anything()) {
        let composed: String = typed.nfc().collect();
        let decomposed: String = typed.nfd().collect();
        prop_assert_eq!(judged(SHORTEST, &composed), judged(SHORTEST, &decomposed));
    }

    #[test]
    fn capitals_hide_nothing_common(capitals in proptest::collection::vec(any::<bool>(), 8)) {
        let typed: String = "baseball"
            .chars()
            .zip(capitals)
            .map(|(c, capital)| if capital { c.to_ascii_uppercase() } else { c })
            .collect();
        prop_assert_eq!(judged(SHORTEST, &typed), Err(PasswordProblem::Common));
    }
}
