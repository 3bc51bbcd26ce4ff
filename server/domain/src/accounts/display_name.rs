//! What a person wants to be called.

use unicode_normalization::UnicodeNormalization;

/// Longest name, in characters.
const LIMIT: usize = 100;

/// A name: 1 to 100 characters of any script, trimmed, NFC, on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayName(String);

/// Why a name was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameProblem {
    /// Nothing, or only spaces.
    Missing,
    /// More than 100 characters.
    TooLong,
    /// Control characters, line breaks or invisible direction marks.
    Unprintable,
}

impl DisplayName {
    /// Parses what was typed.
    ///
    /// # Errors
    /// [`NameProblem`] for the message beside the field.
    pub fn parse(typed: &str) -> Result<Self, NameProblem> {
        let name: String = typed.trim().nfc().collect();
        if name.is_empty() {
            return Err(NameProblem::Missing);
        }
        if name.chars().count() > LIMIT {
            return Err(NameProblem::TooLong);
        }
        // Direction overrides could make a name read as something else in mails and lists.
        let misleading = |c: char| {
            c.is_control()
                || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        if name.chars().any(misleading) {
            return Err(NameProblem::Unprintable);
        }
        Ok(Self(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_any_script_pass_trimmed() {
        assert_eq!(
            DisplayName::parse("  Zoë 张伟 ").unwrap().as_str(),
            "Zoë 张伟"
        );
    }

    #[test]
    fn what_is_not_a_name_is_refused() {
        assert_eq!(DisplayName::parse("  "), Err(NameProblem::Missing));
        assert_eq!(
            DisplayName::parse(&"x".repeat(101)),
            Err(NameProblem::TooLong)
        );
        for name in ["a\nb", "a\0b", "a\u{202e}b"] {
            assert_eq!(DisplayName::parse(name), Err(NameProblem::Unprintable));
        }
    }
}
