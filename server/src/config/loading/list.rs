//! Keys that stand in a list of tables: `[[social.providers]]`.

use super::Key;

/// A list of tables, each with the same keys.
#[derive(Debug)]
pub struct List {
    name: &'static str,
    keys: &'static [Key],
    doc: &'static str,
}

impl List {
    pub(crate) const fn new(name: &'static str, keys: &'static [Key], doc: &'static str) -> Self {
        Self { name, keys, doc }
    }

    /// Its dotted path in the file.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it is for, in a sentence or two.
    pub const fn doc(&self) -> &'static str {
        self.doc
    }

    /// The keys of each entry; their names are those within the entry.
    pub const fn keys(&self) -> &'static [Key] {
        self.keys
    }

    /// A key of the entry at `index`, under its whole name: `social.providers[1].issuer`.
    pub fn at(&self, index: usize, key: &Key) -> Key {
        key.named(self.path(index, key.name()))
    }

    /// How a name within the entry at `index` is written.
    pub(super) fn path(&self, index: usize, name: &str) -> String {
        format!("{}[{index}].{name}", self.name)
    }

    /// The key of an entry that has this name within it.
    pub(super) fn find(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name() == name)
    }

    /// The key of an entry that has this whole name.
    pub(crate) fn find_at(&self, path: &str) -> Option<&'static Key> {
        let (number, name) = path
            .strip_prefix(self.name)?
            .strip_prefix('[')?
            .split_once("].")?;
        number.parse::<usize>().ok()?;
        self.find(name)
    }
}
