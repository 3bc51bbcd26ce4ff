//! What can be wrong with a configuration. No text here ever holds a secret.

use std::fmt;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("{file} can't be read: {reason}")]
    File {
        /// Its path.
        file: String,
        /// What the operating system says.
        reason: String,
    },
    /// The file isn't TOML. The line itself isn't shown: it may hold a secret.
    #[error("{file}, line {line}, column {column}: {message}")]
    Syntax {
        /// Its path.
        file: String,
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in characters.
        column: usize,
        /// What the parser says.
        message: String,
    },
    /// A key that doesn't exist.
    #[error("unknown key {} in {file}{}", quoted(key), suggestion(nearest.as_deref().map(quoted)))]
    UnknownKey {
        /// The key.
        key: String,
        /// The path of the file.
        file: String,
        /// The nearest key that exists, if one is near.
        nearest: Option<String>,
    },
    /// A `LATCHKEY_` variable that doesn't exist.
    #[error("unknown variable {}{}", name.escape_debug(), suggestion(nearest.clone()))]
    UnknownVariable {
        /// The variable.
        name: String,
        /// The nearest variable that exists, if one is near.
        nearest: Option<String>,
    },
    /// A secret that is given both ways.
    #[error("{variable} and {variable}_FILE are both set: keep one of them")]
    BothGiven {
        /// The variable without `_FILE`.
        variable: String,
    },
    /// A value that won't do.
    #[error("{place}: {problem}")]
    Value {
        /// The key and its file, or the variable.
        place: String,
        /// What was found and what is wanted.
        problem: String,
    },
}

fn quoted(text: &str) -> String {
    if text.contains('"') {
        text.to_owned()
    } else {
        format!("\"{text}\"")
    }
}

fn suggestion(nearest: Option<String>) -> String {
    nearest.map_or_else(String::new, |nearest| format!(": did you mean {nearest}?"))
}

/// Everything that is wrong, one a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors(Vec<ConfigError>);

impl ConfigErrors {
    /// One by one.
    pub fn iter(&self) -> std::slice::Iter<'_, ConfigError> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a ConfigErrors {
    type Item = &'a ConfigError;
    type IntoIter = std::slice::Iter<'a, ConfigError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl From<Vec<ConfigError>> for ConfigErrors {
    fn from(errors: Vec<ConfigError>) -> Self {
        Self(errors)
    }
}

impl From<ConfigError> for ConfigErrors {
    fn from(error: ConfigError) -> Self {
        Self(vec![error])
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}
