//! What a token may be used for.

use std::fmt;

/// The scopes of a token (RFC 6749 §3.3), in the order in which they stand there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(Vec<String>);

impl Scopes {
    /// Reads names with spaces between them. No text, no scopes.
    pub fn parse(text: &str) -> Self {
        let names = text.split(' ').filter(|name| !name.is_empty());
        Self(names.map(str::to_owned).collect())
    }

    /// Whether this very name is among them: names compare letter for letter, and none implies
    /// another.
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|scope| scope == name)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One name after the other.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_whole_and_letter_for_letter() {
        let scopes = Scopes::parse("data:read  profile:read ");
        assert!(scopes.contains("data:read") && scopes.contains("profile:read"));
        for name in [
            "",
            " ",
            "data",
            "data:rea",
            "data:read profile:read",
            "Data:read",
        ] {
            assert!(!scopes.contains(name), "{name:?}");
        }
        assert_eq!(scopes.to_string(), "data:read profile:read");
        assert!(Scopes::parse("").is_empty());
    }
}
