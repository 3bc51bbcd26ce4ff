//! The text by which people are found: folded once when it is written, once when it is asked for.

use unicode_normalization::UnicodeNormalization;

/// Stands before each part of a stored text. No name and no address can hold one, and two of them
/// with one character are three, which is what an index of three characters needs.
const START: &str = "\n\n";

/// From this many characters on, any part of a name or address is looked for.
const ANYWHERE_FROM: usize = 3;
/// Longest text that is looked for, in characters. Addresses have at most 254.
const LIMIT: usize = 254;

/// What an administrator typed to find somebody: part of a name or an address, without regard to
/// case and compatibility forms. Below three characters it is how one of them begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchText(String);

impl SearchText {
    /// `None` when nothing is left to look for.
    pub fn parse(typed: &str) -> Option<Self> {
        let text: String = folded(typed).chars().take(LIMIT).collect();
        match text.chars().count() {
            0 => None,
            short if short < ANYWHERE_FROM => Some(Self(format!("{START}{text}"))),
            _ => Some(Self(text)),
        }
    }

    /// What a stored text has in it, letter by letter, where it is found. At least three characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text under which a person is found: name and addresses, folded.
pub fn search_text_of<'a>(name: &'a str, addresses: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for part in std::iter::once(name).chain(addresses) {
        text += START;
        // Nobody looks for more, and an index of a longer one would cost its writer too much.
        text.extend(folded(part).chars().take(LIMIT));
    }
    text
}

/// Case and compatibility forms folded away, one space between words.
fn folded(text: &str) -> String {
    // A second time: lower case can bring forth what composes.
    let folded: String = text.nfkc().flat_map(char::to_lowercase).nfkc().collect();
    let words: Vec<&str> = folded
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(typed: &str, name: &str, address: &str) -> bool {
        let looked_for = SearchText::parse(typed).expect("something to look for");
        search_text_of(name, [address]).contains(looked_for.as_str())
    }

    #[test]
    fn any_part_is_found_from_three_characters_on() {
        assert!(finds("ove", "Ada Lovelace", "ada@example.org"));
        assert!(finds("@EXAMPLE", "Ada Lovelace", "ada@example.org"));
        assert!(finds("  a   lov ", "Ada  Lovelace", "ada@example.org"));
        assert!(!finds("lace ada", "Ada Lovelace", "ada@example.org"));
    }

    #[test]
    fn fewer_characters_are_how_a_name_or_an_address_begins() {
        assert!(finds("a", "Ben", "ada@example.org"));
        assert!(finds("Be", "Ben", "ada@example.org"));
        assert!(!finds("en", "Ben", "ada@example.org"));
        assert!(finds("李", "李小龍", "lee@example.org"));
    }

    #[test]
    fn case_and_compatibility_forms_are_folded() {
        assert!(finds("ÉMILIE", "émilie du Châtelet", "e@example.org"));
        assert!(finds("e\u{301}mi", "Émilie", "e@example.org"));
        assert!(finds("ada", "ＡＤＡ", "x@example.org"));
        assert!(finds("софья", "СОФЬЯ Ковалевская", "s@example.org"));
        assert!(finds("STRASSE", "strasse", "s@example.org"));
    }

    #[test]
    fn nothing_finds_nobody_and_length_is_bounded() {
        for typed in ["", "  ", "\n\n", "\u{0}"] {
            assert_eq!(SearchText::parse(typed), None, "{typed:?}");
        }
        let long = SearchText::parse(&"x".repeat(10_000)).unwrap();
        assert_eq!(long.as_str().len(), LIMIT);
        let stored = search_text_of(&"x".repeat(1_000_000), [&*"y".repeat(1_000_000)]);
        assert_eq!(stored.len(), 2 * (START.len() + LIMIT));
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert!(!finds("lovelaceada", "Ada Lovelace", "ada@example.org"));
        assert!(!finds("e\n\na", "Ada Lovelace", "ada@example.org"));
    }
}
