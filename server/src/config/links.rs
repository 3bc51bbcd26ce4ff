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

const INVITE: Key = Key::whole(
    "links.invite_hours",
    168,
    1..=720,
    "The hours for which an invitation works.",
);

pub(super) static KEYS: [Key; 3] = [CONFIRM, RESET, INVITE];

/// How long mailed links work.
#[derive(Clone, Debug)]
pub struct Links {
    /// The link that confirms an address.
    pub confirm_lifetime: Duration,
    /// The link that sets a new password.
    pub reset_lifetime: Duration,
    /// An invitation.
    pub invite_lifetime: Duration,
}

impl Links {
    pub(super) fn read(values: &mut Values) -> Option<Self> {
        let confirm = values.whole(&CONFIRM);
        let reset = values.whole(&RESET);
        let invite = values.whole(&INVITE);
        Some(Self {
            confirm_lifetime: Duration::from_hours(confirm?),
            reset_lifetime: Duration::from_mins(reset?),
            invite_lifetime: Duration::from_hours(invite?),
        })
    }
}
