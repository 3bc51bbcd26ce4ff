//! Makes the lists of words that are part of the server: the passwords that are refused because
//! everybody has them, and the words that suggested passphrases are made of.
//!
//! Both are made from lists that published packages carry, in pinned versions, and committed; the
//! same versions give the same bytes. What goes into the list of passwords is the reduced form of
//! every entry, by the very code with which the server reduces what is typed.

mod front_coding;
#[path = "../../../server/domain/src/credentials/policy/reduced_form.rs"]
mod reduced_form;
mod sources;
mod unwelcome;
#[cfg(test)]
#[path = "../../../server/domain/src/credentials/word_list.rs"]
mod word_list;

use std::collections::BTreeSet;

use crate::announce;
use crate::checkout::Checkout;
use crate::failure::{Attempt as _, Failure, Outcome};
use reduced_form::reduced_form;
use sources::Sources;

const FOLDER: &str = "server/domain/lists";

/// Five words of a list that is shorter than this have less than 64 bits of entropy.
const FEWEST_WORDS: usize = 7_200;

/// Fetches the packages and writes both lists.
pub(crate) fn make(checkout: &Checkout) -> Outcome {
    announce::headline("Word lists");
    let sources = Sources::fetch()?;
    let common = common_passwords(sources.passwords()?.lines());
    write(checkout, "common-passwords.txt", &common)?;
    let words = passphrase_words(sources.words()?.lines());
    if words.len() < FEWEST_WORDS {
        return Err(Failure::new(format!(
            "{} words are too few for a passphrase",
            words.len()
        )));
    }
    write(checkout, "passphrase-words.txt", &words)
}

/// Entries of every length: the server compares with what is left of a password when its ending is
/// cut off, and that may be short.
fn common_passwords<'a>(entries: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    entries
        .map(|entry| reduced_form(entry.trim()))
        .filter(|reduced| !reduced.is_empty())
        .collect()
}

/// Words of small letters alone, since a hyphen stands between the words of a passphrase.
fn passphrase_words<'a>(entries: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    entries
        .map(str::trim)
        .filter(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()))
        .filter(|word| !unwelcome::WORDS.contains(word))
        .map(str::to_owned)
        .collect()
}

fn write(checkout: &Checkout, name: &str, words: &BTreeSet<String>) -> Outcome {
    let path = checkout.root().join(FOLDER).join(name);
    let text = front_coding::encode(words);
    let same = std::fs::read_to_string(&path).is_ok_and(|old| old == text);
    std::fs::write(&path, &text).attempt(format!("write {FOLDER}/{name}"))?;
    announce::passed(&format!(
        "{FOLDER}/{name}: {} words in {} bytes, {}",
        words.len(),
        text.len(),
        if same { "as before" } else { "new" }
    ));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_of_all_lengths_come_in_reduced_and_once() {
        let made = common_passwords(["monkey", "P@ssw0rd", "password", " 111111 ", ""].into_iter());
        let expected = ["i", "monkey", "pasword"].map(str::to_owned);
        assert_eq!(made, BTreeSet::from(expected));
    }

    #[test]
    fn words_with_signs_and_unwelcome_words_stay_out() {
        let made = passphrase_words(["abacus", "yo-yo", "poison", "zoom"].into_iter());
        let expected = ["abacus", "zoom"].map(str::to_owned);
        assert_eq!(made, BTreeSet::from(expected));
    }

    #[test]
    fn the_notice_beside_the_lists_names_the_pinned_versions() {
        let notice = include_str!("../../../server/domain/lists/THIRD-PARTY.md");
        for package in sources::PACKAGES {
            assert!(notice.contains(package), "{package}");
        }
    }
}
