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
    /// Control characters, line breaks or invisible characters.
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
        if !name.chars().any(visible) {
            return Err(NameProblem::Unprintable);
        }
        // Direction overrides could make a name read as something else in mails and lists.
        let misleading = |c: char| {
            c.is_control()
                || hidden(c)
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

/// Whether a character alone would be seen.
fn visible(c: char) -> bool {
    let joiner = matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}');
    !(c.is_whitespace() || c.is_control() || joiner || hidden(c))
}

/// Characters that show nothing and have no place in a name (Unicode's default ignorables, private
/// use and noncharacters). The joiners aren't among them: some scripts and emoji are written with them.
fn hidden(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}'..='\u{2065}'
            | '\u{206a}'..='\u{206f}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{10ffff}'
    )
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
        for name in [
            "a\nb",
            "a\0b",
            "a\u{202e}b",
            "\u{200d}",
            "a\u{200b}",
            "\u{3164}",
            "\u{e0041}",
        ] {
            assert_eq!(DisplayName::parse(name), Err(NameProblem::Unprintable));
        }
    }
}
