//! `[secrets]`: keys that are given rather than generated.

use domain::keys::KeyRing;

use super::{Key, Secret, loading::Values};

const MASTER_KEY: Key = Key::secret(
    "secrets.master_key",
    "The master keys that encrypt what rests in the database, one base64 key a line, the current \
     one first. Empty means that one is generated into master.key in the data folder.",
);

pub(super) static KEYS: [Key; 1] = [MASTER_KEY];

/// Keys that are given rather than generated.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// The text of a key ring that parses; `None`: `master.key` in the data folder.
    pub master_key: Option<Secret>,
}

impl Secrets {
    pub(super) fn read(values: &mut Values) -> Option<Self> {
        let given = values.secret(&MASTER_KEY)?;
        if given.reveal().is_empty() {
            return Some(Self { master_key: None });
        }
        if let Err(error) = KeyRing::parse(given.reveal()) {
            return values.refuse(&MASTER_KEY, error.to_string());
        }
        Some(Self {
            master_key: Some(given),
        })
    }
}
