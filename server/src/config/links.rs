//! `[links]`: how long mailed links work.

use std::time::Duration;

use super::{Key, loading::Values};

const CONFIRM: Key = Key::whole(
    "links.confirm_hours",
    24,
    1..=168,
    "The hours for which the link that confirms an address works.",
);

pub(super) static KEYS: [Key; 1] = [CONFIRM];

/// How long mailed links work.
#[derive(Clone, Debug)]
pub struct Links {
    /// The link that confirms an address.
    pub confirm_lifetime: Duration,
}

impl Links {
    pub(super) fn read(values: &mut Values) -> Option<Self> {
        Some(Self {
            confirm_lifetime: Duration::from_hours(values.whole(&CONFIRM)?),
        })
    }
}
