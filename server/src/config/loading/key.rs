//! What is known about a key before any value is read.

use std::{borrow::Cow, ops::RangeInclusive};

/// What every variable of ours begins with.
pub(super) const PREFIX: &str = "LATCHKEY_";

/// A key of the configuration.
#[derive(Debug)]
pub struct Key {
    name: Cow<'static, str>,
    kind: Kind,
    doc: &'static str,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Text {
        default: &'static str,
    },
    /// Text that is never shown, and empty by default.
    Secret,
    /// The path of a file that holds a secret. Never shown: somebody may have put the secret itself
    /// there.
    SecretFile,
    Flag {
        default: bool,
    },
    Whole {
        default: u64,
        bounds: RangeInclusive<u64>,
    },
}

impl Key {
    const fn new(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        let name = Cow::Borrowed(name);
        Self { name, kind, doc }
    }

    pub(crate) const fn text(name: &'static str, default: &'static str, doc: &'static str) -> Self {
        Self::new(name, Kind::Text { default }, doc)
    }

    pub(crate) const fn secret(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, Kind::Secret, doc)
    }

    pub(crate) const fn secret_file(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, Kind::SecretFile, doc)
    }

    pub(crate) const fn flag(name: &'static str, default: bool, doc: &'static str) -> Self {
        Self::new(name, Kind::Flag { default }, doc)
    }

    pub(crate) const fn whole(
        name: &'static str,
        default: u64,
        bounds: RangeInclusive<u64>,
        doc: &'static str,
    ) -> Self {
        Self::new(name, Kind::Whole { default, bounds }, doc)
    }

    /// The same key under the name of one entry of a list.
    pub(super) fn named(&self, name: String) -> Self {
        Self {
            name: Cow::Owned(name),
            kind: self.kind.clone(),
            doc: self.doc,
        }
    }

    pub(super) const fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Its dotted path in the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is for, in a sentence or two.
    pub const fn doc(&self) -> &'static str {
        self.doc
    }

    /// Whether its value must not be shown.
    pub const fn is_secret(&self) -> bool {
        matches!(self.kind, Kind::Secret)
    }

    /// Whether neither `check-config` nor an error repeats its value.
    pub(super) const fn is_hidden(&self) -> bool {
        matches!(self.kind, Kind::Secret | Kind::SecretFile)
    }

    /// The default, as it is written in TOML.
    pub fn default(&self) -> toml::Value {
        match self.kind {
            Kind::Text { default } => default.into(),
            Kind::Secret | Kind::SecretFile => "".into(),
            Kind::Flag { default } => default.into(),
            // Defaults are small; the tests read each of them.
            Kind::Whole { default, .. } => i64::try_from(default).unwrap_or(i64::MAX).into(),
        }
    }

    /// The least and the greatest value of a number.
    pub const fn bounds(&self) -> Option<&RangeInclusive<u64>> {
        match &self.kind {
            Kind::Whole { bounds, .. } => Some(bounds),
            _ => None,
        }
    }

    /// The section that it stands in, empty at the top, and its name there.
    pub fn parts(&self) -> (&str, &str) {
        self.name.rsplit_once('.').unwrap_or(("", &self.name))
    }

    /// The variable that overrides it.
    pub fn variable(&self) -> String {
        variable(&self.name)
    }
}

/// The variable of a dotted path; the number of an entry is a part like any other.
pub(super) fn variable(path: &str) -> String {
    let path = path.replace('[', ".").replace(']', "").replace('.', "__");
    format!("{PREFIX}{}", path.to_uppercase())
}
