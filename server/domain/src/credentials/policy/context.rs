//! Whether a password is made of what everybody knows of its owner and of this site
//! (NIST SP 800-63B-4 section 3.1.1.2: "context-specific words"; ASVS 5.0 requirement 6.2.11).

use std::cmp::Reverse;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{LEAST, reduced_form::without_leet, worth::worth};

/// The product's own name, which is on every page of every installation.
const PRODUCT: &str = "latchkey";

/// Shorter words are in too many others to mean anything.
const SHORTEST_WORD: usize = 3;

/// Most characters that are read of a text, and most words that are taken from it: what is typed
/// into a form has no such bounds yet.
const LONGEST_TEXT: usize = 256;
const MOST_WORDS: usize = 16;

/// The words that are known of a person and of the site. Personal data: no `Debug`.
pub struct PasswordContext {
    /// Folded, longest first, so that `annabel` goes before the `anna` in it.
    words: Vec<String>,
}

impl PasswordContext {
    /// Takes the words of texts such as the e-mail, the name and the site's host, as typed. The
    /// product's name is always among them. Of what is very long, the beginning counts.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut words = vec![PRODUCT.to_owned()];
        for text in texts {
            let text: String = text.chars().take(LONGEST_TEXT).collect();
            let folded = fold(&text);
            let parts = folded
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| word.chars().count() >= SHORTEST_WORD);
            words.extend(parts.map(str::to_owned).take(MOST_WORDS));
        }
        words.sort_by_cached_key(|word| (Reverse(word.chars().count()), word.clone()));
        words.dedup();
        Self { words }
    }

    /// The words, for whoever estimates guesses.
    pub(super) fn words(&self) -> Vec<&str> {
        self.words.iter().map(String::as_str).collect()
    }

    /// Whether there are such words in `password` and what is left without them would not make a
    /// password by itself: it is worth less than [`LEAST`] characters. A date or a row of digits
    /// is worth one.
    pub(super) fn makes(&self, password: &str) -> bool {
        let left = self.left_of(password);
        let changed = left.len() > 1;
        changed && left.iter().map(|piece| worth(piece)).sum::<usize>() < LEAST
    }

    /// The pieces of `password` before, between and after the words.
    fn left_of(&self, password: &str) -> Vec<String> {
        let folded: Vec<char> = fold(password).chars().collect();
        let mut taken = vec![false; folded.len()];
        for word in &self.words {
            take(word, &folded, &mut taken);
        }
        let mut pieces = vec![String::new()];
        for (c, taken) in folded.into_iter().zip(taken) {
            match pieces.last_mut() {
                Some(piece) if !taken => piece.push(c),
                _ => pieces.push(String::new()),
            }
        }
        pieces
    }
}

/// Marks every place where `word` stands, whatever signs are strewn between its letters.
fn take(word: &str, folded: &[char], taken: &mut [bool]) {
    let word: Vec<char> = word.chars().map(without_leet).collect();
    let letters: Vec<(usize, char)> = folded
        .iter()
        .enumerate()
        .filter(|(position, _)| !taken[*position])
        .map(|(position, c)| (position, without_leet(*c)))
        .filter(|(_, c)| c.is_alphanumeric())
        .collect();
    let mut rest = letters.as_slice();
    while rest.len() >= word.len() {
        let (here, after) = rest.split_at(word.len());
        if here.iter().map(|(_, c)| c).eq(&word) {
            for (position, _) in here {
                taken[*position] = true;
            }
            rest = after;
        } else {
            rest = &rest[1..];
        }
    }
}

/// Lower case without accents: `Gonçalves` is typed as `goncalves`.
fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made_of(texts: &[&str], password: &str) -> bool {
        PasswordContext::of(texts.iter().copied()).makes(password)
    }

    const ADA: &[&str] = &[
        "ada.lovelace@example.com",
        "Ada Lovelace",
        "id.analytical.example",
    ];

    #[test]
    fn a_password_made_of_the_email_is_refused() {
        assert!(made_of(ADA, "ada.lovelace1815!"));
        assert!(made_of(ADA, "ada.lovelace@example.com"));
        assert!(made_of(ADA, "Lovelace@Example1"));
    }

    #[test]
    fn a_password_made_of_the_name_is_refused() {
        assert!(made_of(ADA, "adalovelaceada"));
        assert!(made_of(ADA, "4d4_L0v3l4c3_1815"));
        assert!(made_of(ADA, "l-o-v-e-l-a-c-e"));
        assert!(made_of(&["João Gonçalves"], "joaogoncalves2024"));
        assert!(made_of(&["Joao Goncalves"], "joãogonçalves2024"));
    }

    #[test]
    fn a_password_made_of_the_sites_name_is_refused() {
        assert!(made_of(&[], "latchkeylatchkey"));
        assert!(made_of(&[], "my L4tchk3y 2024"));
        assert!(made_of(ADA, "analytical-ada-1"));
    }

    #[test]
    fn a_name_in_a_longer_password_is_no_harm() {
        assert!(!made_of(ADA, "ada feeds seventeen quiet swans"));
        assert!(!made_of(ADA, "canadian bassoons adapt"));
        assert!(!made_of(ADA, "lovelace8374650192"));
        assert!(!made_of(ADA, "wholly unrelated"));
        assert!(!made_of(ADA, ""));
    }

    #[test]
    fn short_words_and_endless_texts_are_bounded() {
        assert!(!made_of(&["Al B. Ox", "a@b.co"], "al box a b co al"));
        let endless = "abc def ".repeat(10_000);
        let context = PasswordContext::of([endless.as_str(), &endless]);
        assert!(context.words().len() <= 2 * MOST_WORDS + 1);
    }
}
