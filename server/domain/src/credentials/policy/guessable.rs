//! Whether a program that knows how people make passwords would guess one soon.

use zxcvbn::{Score, zxcvbn};

/// The least that is good enough: more than 10^8 guesses, "safely unguessable" where tries are
/// throttled.
const GOOD_ENOUGH: Score = Score::Three;

/// Most characters that are looked at.
const LONGEST: usize = 100;

/// Most work for one password, as [`work`] counts it: about 30 ms. Without this bound, a hundred
/// characters chosen for it take 1.5 s and tens of MiB: zxcvbn tries all ways to read leet against
/// each other, up to 1440 of them.
const MOST_WORK: usize = 100_000;

/// Which signs zxcvbn reads as which letter: the table of its release 3.1.1, which is why the
/// workspace pins it.
const LEET: [&str; 12] = [
    "4@", "8", "({[<", "3", "69", "1!|", "1|7", "0", "$5", "+7", "%", "2",
];

/// Whether zxcvbn puts the beginning of `password` below score 3, with `known` words as the first
/// that are tried. Up to 30 ms of a core; the first call takes as much again to unpack its
/// dictionaries, which then stay (8 MiB).
pub(super) fn is_too_guessable(password: &str, known: &[&str]) -> bool {
    zxcvbn(beginning(password), known).score() < GOOD_ENOUGH
}

/// As much of `password` as is looked at.
///
/// Few passwords are cut below [`LONGEST`]: it takes more than ten readings in one that is so long,
/// and one of 25 characters may have 160. What is cut off could only make a good beginning better.
fn beginning(password: &str) -> &str {
    let mut chars: Vec<char> = password.chars().take(LONGEST).collect();
    while work(&chars) > MOST_WORK {
        chars.pop();
    }
    let bytes = chars.iter().map(|c| c.len_utf8()).sum();
    &password[..bytes]
}

/// Parts of `password` that are looked up in dictionaries, doubled: each part once for every
/// reading.
fn work(password: &[char]) -> usize {
    password.len() * password.len() * readings(password)
}

/// No fewer than the ways in which zxcvbn reads the leet of `password`.
fn readings(password: &[char]) -> usize {
    let mut seen = String::new();
    let mut readings = 1;
    for signs in LEET {
        let mut choices = 0;
        for sign in signs.chars().filter(|sign| password.contains(sign)) {
            // A sign that may be two letters leaves every earlier reading standing as well.
            choices += if seen.contains(sign) { 2 } else { 1 };
            seen.push(sign);
        }
        readings *= choices.max(1);
    }
    readings
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn longest_of(signs: &str) -> String {
        signs.chars().cycle().take(256).collect()
    }

    #[test]
    fn a_guessable_password_is_refused() {
        for guessable in [
            "qwertyuiopasdfgh",
            "29/02/199629/02/1996",
            "abcdefghijklmnopqrstuvwxyz",
            "zzzzzzzzzzzzzzzzzzzz",
            "michaelmichael1",
        ] {
            assert!(is_too_guessable(guessable, &[]), "{guessable}");
        }
    }

    #[test]
    fn a_few_unrelated_words_are_not_guessable() {
        for good in [
            "seventeen quiet lighthouses",
            "Wandergeselle brät Rüben",
            "кот ходит по цепи кругом",
        ] {
            assert!(!is_too_guessable(good, &[]), "{good}");
        }
    }

    #[test]
    fn words_that_are_known_of_the_person_are_easy_to_guess() {
        let password = "tzarkovbrandlithe";
        assert!(!is_too_guessable(password, &[]));
        assert!(is_too_guessable(password, &["tzarkov", "brandlithe"]));
    }

    #[test]
    fn only_the_first_hundred_characters_are_looked_at() {
        assert_eq!(beginning(&"é".repeat(256)), "é".repeat(100));
        assert_eq!(beginning(&"x".repeat(99)), "x".repeat(99));
    }

    #[test]
    fn work_is_bounded_for_whatever_is_all_leet() {
        let all = longest_of(&LEET.concat());
        assert_eq!(readings(&all.chars().collect::<Vec<_>>()), 1440);
        let kept: Vec<char> = beginning(&all).chars().collect();
        assert!(work(&kept) <= MOST_WORK);
        assert!(kept.len() >= 15, "{}", kept.len());
    }

    #[test]
    fn ordinary_long_passwords_are_looked_at_whole() {
        for password in [
            "Tr0ub4dor&3 and 1 more Horse! in 2024, said the man at No. 17.",
            "k4$H!0x(9|7+z%2[a@8{3",
            "ferry-lantern-47-quietly-moss",
        ] {
            assert_eq!(beginning(password), password);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_text_makes_more_work_than_is_allowed(
            text in prop_oneof![
                proptest::collection::vec(any::<char>(), 0..300),
                proptest::collection::vec(
                    proptest::sample::select("4@8({[<369!1|0$5+7%2ab".chars().collect::<Vec<_>>()),
                    0..300,
                ),
            ],
        ) {
            let text: String = text.into_iter().collect();
            let kept = beginning(&text);
            prop_assert!(text.starts_with(kept));
            let kept: Vec<char> = kept.chars().collect();
            prop_assert!(kept.len() <= LONGEST);
            prop_assert!(work(&kept) <= MOST_WORK);
        }
    }
}
