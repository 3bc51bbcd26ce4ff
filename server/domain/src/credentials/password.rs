//! A password, from the field to the hash (NIST SP 800-63B-4 section 3.1.1.2).

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// Longest password, in characters.
const LONGEST: usize = 256;

/// A typed password, NFC-normalised. Has no `Debug` and is wiped when dropped.
pub struct Password(Zeroizing<String>);

/// What a new password must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// Fewest characters: 15 by default where it is the only factor, never below 8.
    pub min_length: usize,
}

/// Why a password was refused.
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

    /// The bytes that are hashed.
    pub fn into_bytes(mut self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(std::mem::take(&mut *self.0).into_bytes())
    }
}

impl PasswordPolicy {
    /// Checks a new password.
    ///
    /// # Errors
    /// [`PasswordProblem`] with the reason.
    pub fn check(&self, password: &Password) -> Result<(), PasswordProblem> {
        if password.0.chars().count() < self.min_length {
            return Err(PasswordProblem::TooShort {
                min: self.min_length,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
