//! Lists of words that are part of the program: read where they lie, never unpacked as a whole.

/// Sorted words, each written as what it adds to the one before.
///
/// A line is a block of [`WordList::BLOCK`] words (the last one may be shorter). It begins with a
/// whole word; each further word is a capital letter, A for 0 to Z for 25, saying how many bytes it
/// shares with the one before, and then the rest of it. So a word has no ASCII capital and no line
/// break in it. `cargo xtask blocklist` writes such lists.
#[derive(Clone, Copy)]
pub(crate) struct WordList(&'static str);

impl WordList {
    /// Words in a block.
    pub(crate) const BLOCK: usize = 16;

    /// The words of `text`, which is in the form described above.
    pub(crate) const fn new(text: &'static str) -> Self {
        Self(text)
    }

    /// Whether `word` is in the list. Looks at one block after a search by halves: microseconds.
    pub(crate) fn contains(self, word: &str) -> bool {
        let Some(line) = self.block_of(word) else {
            return false;
        };
        let mut found = false;
        each_word(line, |candidate| {
            found = candidate == word;
            !found
        });
        found
    }

    /// How many words there are.
    pub(crate) fn len(self) -> usize {
        let blocks = self.0.lines().count();
        let Some(last) = self.0.lines().next_back() else {
            return 0;
        };
        let mut in_last = 0;
        each_word(last, |_| {
            in_last += 1;
            true
        });
        (blocks - 1) * Self::BLOCK + in_last
    }

    /// The word at a place in the order, from 0.
    pub(crate) fn nth(self, place: usize) -> Option<String> {
        let line = self.0.lines().nth(place / Self::BLOCK)?;
        let mut left = place % Self::BLOCK;
        let mut found = None;
        each_word(line, |word| {
            if left == 0 {
                found = Some(word.to_owned());
            }
            left = left.wrapping_sub(1);
            found.is_none()
        });
        found
    }

    /// All words in their order, unpacked.
    #[cfg(test)]
    pub(crate) fn words(self) -> Vec<String> {
        let mut words = Vec::new();
        for line in self.0.lines() {
            each_word(line, |word| {
                words.push(word.to_owned());
                true
            });
        }
        words
    }

    /// The last line whose first word is not after `word`.
    fn block_of(self, word: &str) -> Option<&'static str> {
        // Both ends are always beginnings of lines.
        let (mut low, mut high) = (0, self.0.len());
        let mut block = None;
        while low < high {
            let middle = low + (high - low) / 2;
            let start = self.line_start(middle);
            let end = self.line_end(middle);
            let line = self.0.get(start..end)?;
            if first_word(line) <= word {
                block = Some(line);
                low = (end + 1).min(high);
            } else {
                high = start;
            }
        }
        block
    }

    fn line_start(self, inside: usize) -> usize {
        let before = &self.0.as_bytes()[..inside];
        let line_break = before.iter().rposition(|byte| *byte == b'\n');
        line_break.map_or(0, |position| position + 1)
    }

    fn line_end(self, inside: usize) -> usize {
        let after = &self.0.as_bytes()[inside..];
        let line_break = after.iter().position(|byte| *byte == b'\n');
        line_break.map_or(self.0.len(), |position| inside + position)
    }
}

fn first_word(line: &str) -> &str {
    let end = line.find(|c: char| c.is_ascii_uppercase());
    &line[..end.unwrap_or(line.len())]
}

/// Shows the words of a block one after the other, until `more` says no.
fn each_word(line: &str, mut more: impl FnMut(&str) -> bool) {
    let mut word = first_word(line).to_owned();
    let mut rest = &line[word.len()..];
    while more(&word) {
        let Some(mark) = rest.bytes().next() else {
            return;
        };
        rest = &rest[1..];
        let added = first_word(rest);
        rest = &rest[added.len()..];
        let shared = usize::from(mark.saturating_sub(b'A'));
        // Every list is read through by a test: the shared part always ends between characters.
        word.truncate(shared);
        word.push_str(added);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: WordList = WordList::new("apfelBprilBuch\nzaun\nähreCß\n");

    #[test]
    fn words_are_found_where_they_are_and_nowhere_else() {
        for word in ["apfel", "april", "auch", "zaun", "ähre", "äß"] {
            assert!(LIST.contains(word), "{word}");
        }
        for word in [
            "", "a", "apfe", "apfelB", "b", "zau", "zaunn", "ä", "ß", "🦀",
        ] {
            assert!(!LIST.contains(word), "{word}");
        }
        assert!(!WordList::new("").contains("a"));
    }

    #[test]
    fn words_are_counted_and_found_by_place() {
        const ONE_BLOCK: WordList = WordList::new("apfelBprilBuch\n");
        assert_eq!(ONE_BLOCK.len(), 3);
        let words: Vec<_> = (0..4).map(|place| ONE_BLOCK.nth(place)).collect();
        let expected = ["apfel", "april", "auch"].map(|word| Some(word.to_owned()));
        assert_eq!(words[..3], expected);
        assert_eq!(words[3], None);
        assert_eq!(ONE_BLOCK.words(), ["apfel", "april", "auch"]);
        assert_eq!(WordList::new("").len(), 0);
    }
}
