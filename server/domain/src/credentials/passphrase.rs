//! A passphrase to suggest to somebody who has to think of a password.

use super::{PasswordPolicy, word_list::WordList};
use crate::random::{Random, random_bytes};

/// The long list of the Electronic Frontier Foundation without a few words; see `THIRD-PARTY.md`
/// beside it. Made by `cargo xtask blocklist`.
const WORDS: WordList = WordList::new(include_str!("../../lists/passphrase-words.txt"));

/// With fewer, the suggestions would have less than 64 bits of entropy.
const FEWEST_WORDS: usize = 5;

/// Draws a passphrase: five different words, joined by hyphens; more if `policy` asks for more
/// characters than they have. Every choice of words in every order is equally likely, which is
/// 64.5 bits of entropy at least. It has 19 characters at least and always passes `policy`, unless
/// it happens to be made of the person's name.
///
/// The list is 7,680 English words without capitals, accents or signs.
pub fn suggest(policy: &PasswordPolicy, random: &dyn Random) -> String {
    let count = WORDS.len();
    let mut drawn: Vec<usize> = Vec::new();
    let mut passphrase = String::new();
    while drawn.len() < FEWEST_WORDS || passphrase.chars().count() < policy.min_length {
        let mut place = below(count - drawn.len(), random);
        // The places that are taken already are skipped, in order.
        for taken in &drawn {
            place += usize::from(place >= *taken);
        }
        drawn.insert(drawn.partition_point(|taken| *taken < place), place);
        let Some(word) = WORDS.nth(place) else {
            continue;
        };
        if !passphrase.is_empty() {
            passphrase.push('-');
        }
        passphrase.push_str(&word);
    }
    passphrase
}

/// A number below `limit`, each equally likely.
fn below(limit: usize, random: &dyn Random) -> usize {
    loop {
        let drawn = u16::from_le_bytes(random_bytes(random));
        if let Some(number) = fair(drawn, limit) {
            return number;
        }
    }
}

/// What `drawn` stands for, or nothing where it would favour some numbers.
fn fair(drawn: u16, limit: usize) -> Option<usize> {
    let all = usize::from(u16::MAX) + 1;
    let usable = all - all % limit;
    let drawn = usize::from(drawn);
    (drawn < usable).then_some(drawn % limit)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::Mutex;

    use proptest::prelude::*;

    use super::*;
    use crate::credentials::{Password, PasswordContext};

    /// Bytes that a seed decides (xorshift, after Marsaglia).
    struct Seeded(Mutex<u64>);

    impl Seeded {
        fn new(seed: u64) -> Self {
            Self(Mutex::new(seed | 1))
        }
    }

    impl Random for Seeded {
        fn fill(&self, bytes: &mut [u8]) {
            let mut state = self.0.lock().unwrap();
            for byte in bytes {
                *state ^= *state << 13;
                *state ^= *state >> 7;
                *state ^= *state << 17;
                *byte = state.to_le_bytes()[3];
            }
        }
    }

    const DEFAULT: PasswordPolicy = PasswordPolicy { min_length: 15 };

    #[test]
    fn a_suggestion_has_sixty_four_bits_of_entropy() {
        let count = WORDS.len() as u128;
        let suggestions: u128 = (0..5).map(|taken| count - taken).product();
        assert!(suggestions > u128::from(u64::MAX), "{count} words");
    }

    #[test]
    fn words_are_plain_different_and_in_order() {
        let words = WORDS.words();
        assert!(words.is_sorted_by(|one, next| one < next));
        for word in words {
            assert!((3..=9).contains(&word.len()), "{word}");
            assert!(word.bytes().all(|byte| byte.is_ascii_lowercase()), "{word}");
        }
    }

    #[test]
    fn every_word_is_equally_likely() {
        for limit in [1, 2, 2048, WORDS.len()] {
            let mut counts = vec![0; limit];
            for number in (0..=u16::MAX).filter_map(|drawn| fair(drawn, limit)) {
                counts[number] += 1;
            }
            assert!(
                counts.iter().all(|count| *count == 65_536 / limit),
                "{limit}"
            );
        }
    }

    #[test]
    fn no_word_comes_twice_even_if_chance_repeats_itself() {
        struct Stuck;
        impl Random for Stuck {
            fn fill(&self, bytes: &mut [u8]) {
                bytes.fill(0);
            }
        }
        let suggestion = suggest(&DEFAULT, &Stuck);
        let words: HashSet<&str> = suggestion.split('-').collect();
        assert_eq!(words.len(), 5, "{suggestion}");
    }

    #[test]
    fn a_longer_minimum_gets_more_words() {
        let policy = PasswordPolicy { min_length: 64 };
        let suggestion = suggest(&policy, &Seeded::new(7));
        assert!(suggestion.len() >= 64, "{suggestion}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_suggestion_always_passes_the_policy(seed: u64, min_length in 8..=64_usize) {
            let policy = PasswordPolicy { min_length };
            let suggestion = suggest(&policy, &Seeded::new(seed));
            prop_assert!(suggestion.len() >= 15);
            prop_assert!(suggestion.split('-').count() >= 5);
            let password = Password::parse(&suggestion).unwrap();
            let context = PasswordContext::of(["ada@example.com", "Ada Lovelace"]);
            prop_assert_eq!(policy.judge(&password, &context), Ok(()));
        }
    }
}
