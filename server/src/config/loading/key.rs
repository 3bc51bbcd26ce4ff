//! What is known about a key before any value is read.

use std::ops::RangeInclusive;

/// What every variable of ours begins with.
pub(super) const PREFIX: &str = "LATCHKEY_";

/// A key of the configuration.
#[derive(Debug)]
pub struct Key {
    name: &'static str,
    kind: Kind,
    doc: &'static str,
}

#[derive(Debug)]
pub(super) enum Kind {
    Text {
        default: &'static str,
    },
    /// Text that is never shown, and empty by default.
    Secret,
    Whole {
        default: u64,
        bounds: RangeInclusive<u64>,
    },
}

impl Key {
    pub(crate) const fn text(name: &'static str, default: &'static str, doc: &'static str) -> Self {
        let kind = Kind::Text { default };
        Self { name, kind, doc }
    }

    pub(crate) const fn secret(name: &'static str, doc: &'static str) -> Self {
        let kind = Kind::Secret;
        Self { name, kind, doc }
    }

    pub(crate) const fn whole(
        name: &'static str,
        default: u64,
        bounds: RangeInclusive<u64>,
        doc: &'static str,
    ) -> Self {
        let kind = Kind::Whole { default, bounds };
        Self { name, kind, doc }
    }

    pub(super) const fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Its dotted path in the file.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it is for, in a sentence or two.
    pub const fn doc(&self) -> &'static str {
        self.doc
    }

    /// Whether its value must not be shown.
    pub const fn is_secret(&self) -> bool {
        matches!(self.kind, Kind::Secret)
    }

    /// The default, as it is written in TOML.
    pub fn default(&self) -> toml::Value {
        match self.kind {
            Kind::Text { default } => default.into(),
            Kind::Secret => "".into(),
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
    pub fn parts(&self) -> (&'static str, &'static str) {
        self.name.rsplit_once('.').unwrap_or(("", self.name))
    }

    /// The variable that overrides it.
    pub fn variable(&self) -> String {
        variable(self.name)
    }
}

/// The variable of a dotted path.
pub(super) fn variable(path: &str) -> String {
    format!("{PREFIX}{}", path.replace('.', "__").to_uppercase())
}
