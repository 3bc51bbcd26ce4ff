//! Writes a sorted list small and searchable: `word_list.rs` of the domain reads it and says how
//! it is built.

use std::collections::BTreeSet;

const BLOCK: usize = 16;

/// The most that a capital letter can say.
const MOST_SHARED: usize = 25;

/// Each word as what it adds to the one before, a block a line. No word has an ASCII capital or a
/// line break in it.
pub(super) fn encode(words: &BTreeSet<String>) -> String {
    let mut text = String::new();
    let mut before = "";
    for (place, word) in words.iter().enumerate() {
        if place % BLOCK == 0 {
            if place > 0 {
                text.push('\n');
            }
            text.push_str(word);
        } else {
            let shared = shared_beginning(before, word);
            text.push(char::from(
                b'A'.saturating_add(u8::try_from(shared).unwrap_or(0)),
            ));
            text.push_str(&word[shared..]);
        }
        before = word;
    }
    text.push('\n');
    text
}

/// Bytes of the characters that both begin with.
fn shared_beginning(one: &str, other: &str) -> usize {
    one.chars()
        .zip(other.chars())
        .take_while(|(a, b)| a == b)
        .map(|(c, _)| c.len_utf8())
        .scan(0, |sum, length| {
            *sum += length;
            (*sum <= MOST_SHARED).then_some(*sum)
        })
        .last()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::word_list::WordList;
    use super::*;

    fn encoded(words: &[&str]) -> String {
        encode(&words.iter().map(|word| (*word).to_owned()).collect())
    }

    #[test]
    fn a_word_is_what_it_adds_to_the_one_before() {
        assert_eq!(encoded(&["april", "apfel", "auch"]), "apfelCrilBuch\n");
        assert_eq!(encoded(&["ähre", "äß"]), "ähreCß\n");
    }

    #[test]
    fn what_is_written_can_be_read() {
        let words: BTreeSet<String> = (0..1000)
            .map(|number| format!("{}é{number}", "x".repeat(number % 40)))
            .collect();
        let text: &'static str = encode(&words).leak();
        let list = WordList::new(text);
        assert_eq!(list.len(), words.len());
        assert!(list.words().iter().eq(&words));
        for (place, word) in words.iter().enumerate() {
            assert_eq!(list.nth(place).as_ref(), Some(word));
            assert!(list.contains(word), "{word}");
            assert!(!list.contains(&format!("{word}!")), "{word}!");
        }
    }
}
