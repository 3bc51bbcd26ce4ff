//! What a new password must be. Nothing here is asked at sign-in.
//!
//! Sources: NIST SP 800-63B-4 section 3.1.1.2 (length, any Unicode, a blocklist that the whole
//! password is compared with, no composition rules, no rotation) and ASVS 5.0 section V6.2. Why
//! each rule is as it is, and what it costs: `docs/decisions/0012-what-a-password-is-refused-for.md`.

mod common;
mod context;
mod guessable;
mod reduced_form;
mod worth;

#[cfg(test)]
mod tests;

pub use context::PasswordContext;

use super::{Password, PasswordProblem};

/// The fewest characters that anything accepts as a password, whatever is configured
/// (NIST SP 800-63B-4 section 3.1.1.2: 15, or 8 where it is not the only factor).
const LEAST: usize = 8;

/// What a new password must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// Fewest characters: 15 by default where it is the only factor, never below 8.
    pub min_length: usize,
}

impl PasswordPolicy {
    /// Checks the length of a new password, counted in characters after NFC. Costs nothing;
    /// [`judge`](Self::judge) does it first.
    ///
    /// # Errors
    /// [`PasswordProblem::TooShort`].
    pub fn check(&self, password: &Password) -> Result<(), PasswordProblem> {
        if password.as_str().chars().count() < self.min_length {
            return Err(PasswordProblem::TooShort {
                min: self.min_length,
            });
        }
        Ok(())
    }

    /// Judges a new password by all rules. The answer to the two Unicode forms of a text is the
    /// same, and it changes only with the program.
    ///
    /// Takes about a millisecond and never more than about 40: never call it on a thread that
    /// serves requests, but by [`HashingPool::judge`](super::HashingPool::judge). After the first
    /// call 8 MiB of dictionaries stay in memory.
    ///
    /// # Errors
    /// The first problem that is found, in the order of [`PasswordProblem`].
    pub fn judge(
        &self,
        password: &Password,
        context: &PasswordContext,
    ) -> Result<(), PasswordProblem> {
        self.check(password)?;
        let password = password.as_str();
        if common::is_common(password) {
            return Err(PasswordProblem::Common);
        }
        if context.makes(password) {
            return Err(PasswordProblem::MadeOfContext);
        }
        if guessable::is_too_guessable(password, &context.words()) {
            return Err(PasswordProblem::TooGuessable);
        }
        Ok(())
    }
}
