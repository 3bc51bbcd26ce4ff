//! A password, from the field to the hash (NIST SP 800-63B-4 section 3.1.1.2).

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// Longest password, in characters.
const LONGEST: usize = 256;

/// A typed password, NFC-normalised. Has no `Debug` and is wiped when dropped.
pub struct Password(Zeroizing<String>);

/// Why a password was refused. The last three are asked of new passwords alone; for each of them,
/// what helps is more words that have nothing to do with each other or with the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    /// Nothing typed.
    #[error("is missing")]
    Missing,
    /// Too few characters.
    #[error("has fewer than {min} characters")]
    TooShort {
        /// The fewest that are accepted.
        min: usize,
    },
    /// More than 256 characters.
    #[error("has more than {max} characters")]
    TooLong {
        /// The most that are accepted.
        max: usize,
    },
    /// On the lists that attackers try first, or so in another dress: with capitals, leet, digits
    /// at the end or repetitions. Helps: another password; changing letters of this one does not.
    #[error("is one of the most used, or nearly")]
    Common,
    /// Made of the e-mail, the name or the site's name. Helps: eight characters or more that are
    /// none of these.
    #[error("is made of the e-mail, the name or the site's name")]
    MadeOfContext,
    /// A pattern, or words that often come together: it would be guessed within 10^8 tries. Helps:
    /// one or two more words.
    #[error("is easy to guess")]
    TooGuessable,
}

impl Password {
    /// Takes what was typed, spaces included. Any Unicode passes.
    ///
    /// # Errors
    /// [`PasswordProblem::Missing`] or [`PasswordProblem::TooLong`].
    pub fn parse(typed: &str) -> Result<Self, PasswordProblem> {
        if typed.is_empty() {
            return Err(PasswordProblem::Missing);
        }
        // Counted before normalising: composing must not let an oversized text through.
        if typed.chars().nth(LONGEST).is_some() {
            return Err(PasswordProblem::TooLong { max: LONGEST });
        }
        Ok(Self(Zeroizing::new(typed.nfc().collect())))
    }

    /// The text in NFC, for the rules.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The bytes that are hashed.
    pub fn into_bytes(mut self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(std::mem::take(&mut *self.0).into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::PasswordPolicy;

    #[test]
    fn both_unicode_forms_are_one_password() {
        let composed = Password::parse("zo\u{eb} likes café").unwrap();
        let decomposed = Password::parse("zoe\u{308} likes cafe\u{301}").unwrap();
        assert_eq!(composed.into_bytes(), decomposed.into_bytes());
    }

    #[test]
    fn length_is_judged_in_characters() {
        let policy = PasswordPolicy { min_length: 15 };
        let check = |typed: &str| Password::parse(typed).and_then(|p| policy.check(&p));
        assert_eq!(check(&"é".repeat(15)), Ok(()));
        assert_eq!(
            check(&"é".repeat(14)),
            Err(PasswordProblem::TooShort { min: 15 })
        );
        assert_eq!(check(&"x".repeat(256)), Ok(()));
        assert_eq!(
            check(&"x".repeat(257)),
            Err(PasswordProblem::TooLong { max: 256 })
        );
        assert_eq!(check(""), Err(PasswordProblem::Missing));
        assert_eq!(check("               "), Ok(()));
    }
}
