//! Sentences with places in them.

use std::fmt::{Display, Write as _};

use super::{Text, t};

/// The sentence behind a key in the reader's language, each `{place}` filled with the value of its
/// name. What is filled in stays as it is, whatever it looks like: values are what people typed.
pub fn t_with(key: Text, values: &[(&str, &dyn Display)]) -> String {
    fill(t(key), values)
}

fn fill(sentence: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut filled = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, name, after)) = next_place(rest) {
        filled.push_str(before);
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            let _ = write!(filled, "{value}");
        }
        rest = after;
    }
    filled + rest
}

/// What stands before the next place, its name, and what stands after it.
fn next_place(sentence: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = sentence.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// The names of a sentence's places, in the order of the alphabet.
#[cfg(test)]
pub(super) fn places(sentence: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = sentence;
    while let Some((_, name, after)) = next_place(rest) {
        names.push(name);
        rest = after;
    }
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_by_name_and_values_stay_as_they_are() {
        let values: [(&str, &dyn Display); 2] = [("name", &"{count} {name} }{"), ("count", &3)];
        assert_eq!(
            fill("{count}: {name}, {count}.", &values),
            "3: {count} {name} }{, 3."
        );
        assert_eq!(fill("none", &values), "none");
        assert_eq!(fill("", &values), "");
        assert_eq!(fill("open {count", &values), "open {count");
    }

    #[test]
    fn places_are_found() {
        assert_eq!(places("{b} and {a}"), ["a", "b"]);
        assert!(places("} none {").is_empty());
    }
}
