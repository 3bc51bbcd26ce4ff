//! Whether a password is one that is tried first (NIST SP 800-63B-4 section 3.1.1.2, ASVS 5.0
//! requirement 6.2.4).
//!
//! What is compared is always the whole password, never a word in it, without its disguise:
//!
//! * The list holds the [`reduced_form`] of every entry of its sources, so the reduced form of a
//!   password is in it whenever the password itself is in a source.
//! * Digits at the end go before the comparison. If what stays has [`LEAST`] characters, it could
//!   be a password by itself and would be refused, so any digits after it go.
//! * What stays may be shorter (`monkey` of `monkey123456789`). Then digits and signs go only as
//!   far as they are hardly worth anything: `monkey` and nine digits that follow no pattern are
//!   not common. For these the list has the short entries too, which no password can equal.

use super::{LEAST, reduced_form::reduced_form, worth::worth};
use crate::credentials::word_list::WordList;

/// Made by `cargo xtask blocklist`; where it is from is told in `THIRD-PARTY.md` beside it.
const COMMON: WordList = WordList::new(include_str!("../../../lists/common-passwords.txt"));

/// An ending that is worth no more than this goes with a short word as well: a year, the signs
/// after it and one thing more.
const HARDLY_ANYTHING: usize = 3;

/// Whether `password` (NFC) or its reduced form is on the list.
pub(super) fn is_common(password: &str) -> bool {
    let is_listed = |text: &str| COMMON.contains(&reduced_form(text));
    // Every cut is tried, since a digit at the end may be a letter: of `hell0123`, `hell0` stays.
    is_listed(password)
        || endings(password)
            .filter(|(stays, goes)| is_dispensable(stays, goes))
            .any(|(stays, _)| is_listed(stays))
}

/// All ways to cut digits and signs off the end.
fn endings(password: &str) -> impl Iterator<Item = (&str, &str)> {
    let after_last_letter = password
        .char_indices()
        .rfind(|(_, c)| c.is_alphabetic())
        .map_or(0, |(position, letter)| position + letter.len_utf8());
    password
        .char_indices()
        .map(|(position, _)| position)
        .filter(move |position| *position >= after_last_letter)
        .map(|position| password.split_at(position))
}

fn is_dispensable(stays: &str, goes: &str) -> bool {
    let digits = goes.chars().all(|c| c.is_ascii_digit());
    digits && stays.chars().count() >= LEAST || worth(goes) <= HARDLY_ANYTHING
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_password_is_refused() {
        for common in [
            "password",
            "iloveyou",
            "1q2w3e4r5t6y7u8i9o",
            "momsanaladventure",
            "123456789123456",
            "friend of emily",
        ] {
            assert!(is_common(common), "{common}");
        }
    }

    #[test]
    fn leet_and_trailing_digits_do_not_save_a_common_password() {
        for disguised in [
            "P4$$w0rd",
            "P4ssw0rd1234567",
            "Passw0rd!!!!!!!!",
            "password83746501",
            "P@55w0rd-2024!!!",
            "monkey123456789",
            "Dragon!!!!!!2024",
            "letmein12345678",
            "hell01234567890",
            "I love you 2024!",
        ] {
            assert!(is_common(disguised), "{disguised}");
        }
    }

    #[test]
    fn repeats_do_not_save_a_common_password() {
        for repeated in [
            "passwordpassword",
            "pass-word-pass-word",
            "dragondragondragon",
            "ppaasswwoorrdd",
            "passworddddddddddd",
            "monkey monkey monkey 1",
        ] {
            assert!(is_common(repeated), "{repeated}");
        }
    }

    #[test]
    fn a_common_word_in_a_password_is_not_a_common_password() {
        for good in [
            "dragon837465019",
            "monkey and his password",
            "seventeen quiet lighthouses",
            "correct horse battery staple",
            "847362910485736",
            "^&*~#%a_-=;:'?/",
        ] {
            assert!(!is_common(good), "{good}");
        }
    }

    #[test]
    fn every_entry_of_the_list_is_a_reduced_form_in_its_place() {
        let words = COMMON.words();
        assert!(words.len() > 40_000, "{}", words.len());
        assert!(words.is_sorted_by(|one, next| one < next));
        for word in words {
            assert_eq!(
                reduced_form(&word),
                word,
                "`cargo xtask blocklist` was not run"
            );
            assert!(COMMON.contains(&word), "{word}");
        }
    }
}
