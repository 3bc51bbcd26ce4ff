//! How a mail rests: recipient and message sealed together, bound to the row's id.

use serde::{Deserialize, Serialize};

use super::{Draft, MailError, Message, QueuedMail};
use crate::{
    foundation::Foundation,
    keys::{KeyRing, Purpose},
    language::Language,
};

/// What is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Letter {
    pub(super) to: String,
    /// `None` once the mail was given up.
    #[serde(default)]
    pub(super) message: Option<Message>,
    /// The tag of the recipient's language; letters of older versions have none.
    #[serde(default)]
    pub(super) language: Option<String>,
}

impl Letter {
    /// Recipient and draft. A language that this version doesn't speak is no reason to lose a mail.
    pub(super) fn parts(self) -> (String, Option<Draft>) {
        let language = self.language.as_deref().and_then(Language::parse);
        let draft = self.message.map(|message| Draft {
            message,
            language: language.unwrap_or_default(),
        });
        (self.to, draft)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_other_versions_are_read() {
        let language = |more: &str| {
            let message = r#"{"kind":"already_registered","name":"Ada"}"#;
            let text = format!(r#"{{"to":"ada@example.com","message":{message}{more}}}"#);
            let letter: Letter = serde_json::from_str(&text).unwrap();
            letter.parts().1.map(|draft| draft.language)
        };
        assert_eq!(language(""), Some(Language::English));
        assert_eq!(language(r#","language":"de""#), Some(Language::German));
        assert_eq!(language(r#","language":"tlh""#), Some(Language::English));
    }
}
