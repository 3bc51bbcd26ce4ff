//! `[links]`: how long mailed links work.

use std::time::Duration;

use super::{Key, loading::Values};

const CONFIRM: Key = Key::whole(
    "links.confirm_hours",
    24,
    1..=168,
    "The hours for which the link that confirms an address works.",
);

const RESET: Key = Key::whole(
    "links.reset_minutes",
    60,
    5..=1440,
    "The minutes for which the link that sets a new password works.",
);

pub(super) static KEYS: [Key; 2] = [CONFIRM, RESET];

/// How long mailed links work.
#[derive(Clone, Debug)]
pub struct Links {
    /// The link that confirms an address.
    pub confirm_lifetime: Duration,
    /// The link that sets a new password.
    pub reset_lifetime: Duration,
}

impl Links {
    pub(super) fn read(values: &mut Values) -> Option<Self> {
        let confirm = values.whole(&CONFIRM);
        let reset = values.whole(&RESET);
        Some(Self {
            confirm_lifetime: Duration::from_hours(confirm?),
            reset_lifetime: Duration::from_mins(reset?),
        })
    }
}
