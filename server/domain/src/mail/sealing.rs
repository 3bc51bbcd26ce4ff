//! How a mail rests: recipient and message sealed together, bound to the row's id.

use serde::{Deserialize, Serialize};

use super::{MailError, Message, QueuedMail};
use crate::{
    foundation::Foundation,
    keys::{KeyRing, Purpose},
};

/// What is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Letter {
    pub(super) to: String,
    /// `None` once the mail was given up.
    #[serde(default)]
    pub(super) message: Option<Message>,
}

pub(super) fn seal(
    foundation: &Foundation,
    id: &str,
    letter: &Letter,
) -> Result<Vec<u8>, MailError> {
    let plain = serde_json::to_vec(letter).map_err(|_| MailError::Unknown)?;
    let random = foundation.random.as_ref();
    Ok(foundation.keys.seal(Purpose::Mail, id, &plain, random)?)
}

pub(super) fn open(keys: &KeyRing, mail: &QueuedMail) -> Result<Letter, MailError> {
    let plain = keys.open(Purpose::Mail, &mail.id, &mail.sealed)?;
    serde_json::from_slice(&plain).map_err(|_| MailError::Unknown)
}
