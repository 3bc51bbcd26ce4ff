//! Somebody who is to get an account: what is typed of them, parsed, judged and hashed.

use super::{AccountsService, DisplayName, EmailAddress, EmailProblem, SignUpProblems};
use crate::{
    credentials::{HashingError, Password, PasswordContext, PasswordHash, PasswordProblem},
    random::random_bytes,
};

/// Typed and found good.
pub(super) struct Applicant {
    pub(super) email: EmailAddress,
    pub(super) name: DisplayName,
    pub(super) password: PasswordHash,
}

impl AccountsService {
    /// Parses and judges what was typed, beside what became of the address, so that all problems are
    /// told at once, and hashes the password if there is none. Never looks whether there is such an account: the work must not
    /// tell known addresses apart.
    pub(super) async fn applicant(
        &self,
        (typed, email): (&str, Result<EmailAddress, EmailProblem>),
        name: &str,
        password: &str,
    ) -> Result<Result<Applicant, SignUpProblems>, HashingError> {
        let judged = self.judged(password, [typed, name]).await?;
        let parsed = (email, DisplayName::parse(name), judged);
        let (email, name, password) = match parsed {
            (Ok(email), Ok(name), Ok(password)) => (email, name, password),
            (email, name, password) => {
                return Ok(Err(SignUpProblems {
                    email: email.err(),
                    name: name.err(),
                    password: password.err(),
                }));
            }
        };
        let salt = random_bytes(self.foundation.random.as_ref());
        let password = self.hashing.hash(password.into_bytes(), salt).await?;
        Ok(Ok(Applicant {
            email,
            name,
            password,
        }))
    }

    /// Judges a new password against what is known of its owner.
    pub(super) async fn judged(
        &self,
        typed: &str,
        [email, name]: [&str; 2],
    ) -> Result<Result<Password, PasswordProblem>, HashingError> {
        let policy = self.rules.password;
        let long_enough =
            Password::parse(typed).and_then(|password| policy.check(&password).map(|()| password));
        match long_enough {
            Ok(password) => {
                let context = PasswordContext::of([email, name, &*self.site]);
                self.hashing.judge(policy, password, context).await
            }
            // Not worth a place in the queue.
            Err(problem) => Ok(Err(problem)),
        }
    }
}
