//! `[data]`: where files are kept.

use std::path::PathBuf;

use super::{Key, loading::Values};

pub(super) const FOLDER: Key = Key::text(
    "data.folder",
    "data",
    "The folder for the SQLite database and the generated master key. A relative path starts at \
     the working directory.",
);

pub(super) static KEYS: [Key; 1] = [FOLDER];

/// Where files are kept.
#[derive(Clone, Debug)]
pub struct Data {
    /// The folder; relative to the working directory.
    pub folder: PathBuf,
}

impl Data {
    pub(super) fn read(values: &mut Values) -> Option<Self> {
        let text = values.text(&FOLDER)?;
        if text.trim().is_empty() || text.contains('\0') {
            return values.refuse(&FOLDER, "wanted the path of a folder");
        }
        // Through its components, so that `//var` is `/var`.
        let folder = PathBuf::from(text).components().collect();
        Some(Self { folder })
    }
}
