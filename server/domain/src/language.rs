//! The languages that people are spoken to in.

use serde::{Deserialize, Serialize};

/// A language in which every sentence stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// What is spoken where nothing else is known.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// Every language, in the order in which it is offered.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// The tag by which it is stored and told to programs (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The language of a tag, in any case (RFC 5646 section 2.1.1).
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(tag))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tag_reads_back() {
        for language in Language::ALL {
            assert_eq!(Language::parse(language.tag()), Some(language));
        }
        assert_eq!(Language::parse("DE"), Some(Language::German));
        for odd in ["", "d", "de-AT", "deu", " de", "fr", "\u{0}"] {
            assert_eq!(Language::parse(odd), None, "{odd:?}");
        }
    }
}
