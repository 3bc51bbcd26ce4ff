//! Which engine verifies: `passwords.engine`.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::fast::FastEngine;
use super::reference::ReferenceEngine;

/// Which engine verifies passwords (`passwords.engine = auto | argon2 | argon2-rust`). Hashes that
/// are stored are made by the reference engine whatever is chosen here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EngineChoice {
    /// The fast engine where it passes its self-test, else the reference with a warning.
    #[default]
    Auto,
    /// The reference engine alone.
    Reference,
    /// The fast engine; the program refuses to start where its self-test fails.
    Fast,
}

/// A word that names no engine.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown engine `{0}`: use `auto`, `argon2` or `argon2-rust`")]
pub struct UnknownEngine(String);

impl EngineChoice {
    /// The word of the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Reference => ReferenceEngine::NAME,
            Self::Fast => FastEngine::NAME,
        }
    }
}

impl fmt::Display for EngineChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for EngineChoice {
    type Err = UnknownEngine;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        [Self::Auto, Self::Reference, Self::Fast]
            .into_iter()
            .find(|choice| choice.as_str() == word)
            .ok_or_else(|| UnknownEngine(word.to_owned()))
    }
}
