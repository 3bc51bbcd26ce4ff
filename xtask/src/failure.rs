//! What went wrong, as a sentence for the person at the terminal.

use std::fmt;
use std::io;

/// A reason, ready to be printed. Nothing in this program reacts to one kind differently from
/// another, so it is only words.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Failure(String);

/// The result of everything that can go wrong here.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Says what was attempted when the operating system refuses.
pub(crate) trait Attempt<T> {
    /// `what` completes "could not …".
    fn attempt(self, what: impl fmt::Display) -> Outcome<T>;
}

impl<T> Attempt<T> for io::Result<T> {
    fn attempt(self, what: impl fmt::Display) -> Outcome<T> {
        self.map_err(|error| Failure(format!("could not {what}: {error}")))
    }
}
