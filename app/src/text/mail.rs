//! What mails say.

use std::time::Duration;

use domain::{
    clock::Timestamp,
    mail::{Content, Draft, MailState, Message, Trouble, TroubleKind},
    sessions::Device,
};

use super::{
    Language, Text, device_name, t, t_with,
    time::{ahead, moment, span},
    with_language,
};
use crate::paths;

/// A mail, ready to be read: a subject, paragraphs and one thing to press.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailText {
    /// What it is written in.
    pub language: Language,
    /// The subject line.
    pub subject: String,
    /// What comes before the link.
    pub before: Vec<String>,
    /// What the link is called.
    pub link_label: &'static str,
    /// Where it leads.
    pub link: String,
    /// What comes after it.
    pub after: Vec<String>,
}

/// Writes a message out in its own language, with links below `public_url` (no trailing slash).
pub fn write(draft: &Draft, public_url: &str) -> MailText {
    with_language(draft.language, || {
        let parts = Parts::of(&draft.message);
        MailText {
            language: draft.language,
            subject: t(parts.subject).to_owned(),
            before: parts.before,
            link_label: t(parts.link.0),
            link: format!("{public_url}{}", parts.link.1),
            after: parts.after,
        }
    })
}

/// A message in the reader's language.
struct Parts {
    subject: Text,
    before: Vec<String>,
    /// What the link is called, and its path.
    link: (Text, String),
    after: Vec<String>,
}

impl Parts {
    fn of(message: &Message) -> Self {
        let said = |key| t(key).to_owned();
        let hello = |name: &str| t_with(Text::MailHelloName, &[("name", &name)]);
        match message {
            Message::ConfirmAddress { token, lifetime } => Self {
                subject: Text::MailConfirmSubject,
                before: vec![said(Text::MailHello), said(Text::MailConfirmBody)],
                link: (Text::VerifyButton, with_token(paths::VERIFY_EMAIL, token)),
                after: vec![works_for(*lifetime), said(Text::MailConfirmNotYou)],
            },
            Message::AlreadyRegistered { name } => Self {
                subject: Text::MailKnownSubject,
                before: vec![hello(name), said(Text::MailKnownBody)],
                link: (Text::SignIn, paths::LOGIN.to_owned()),
                after: vec![said(Text::MailKnownNotYou)],
            },
            Message::ResetPassword {
                name,
                token,
                lifetime,
            } => Self {
                subject: Text::MailResetSubject,
                before: vec![hello(name), said(Text::MailResetBody)],
                link: (Text::ResetButton, with_token(paths::RESET_PASSWORD, token)),
                after: vec![works_for(*lifetime), said(Text::MailResetNotYou)],
            },
            Message::PasswordChanged {
                name,
                at,
                address,
                user_agent,
            } => {
                let moment = moment(Timestamp::from_micros(*at));
                let device = device_name(Device::of(user_agent));
                let values: [(_, &dyn std::fmt::Display); 3] = [
                    ("moment", &moment),
                    ("device", &device),
                    ("address", address),
                ];
                Self {
                    subject: Text::MailChangedSubject,
                    before: vec![
                        hello(name),
                        t_with(Text::MailChangedBody, &values),
                        said(Text::MailChangedNotYou),
                    ],
                    link: (Text::MailChangedButton, paths::FORGOT_PASSWORD.to_owned()),
                    after: Vec::new(),
                }
            }
        }
    }
}

fn with_token(path: &str, token: &str) -> String {
    format!("{path}?token={token}")
}

fn works_for(seconds: u64) -> String {
    let span = span(Duration::from_secs(seconds));
    t_with(Text::MailLinkLifetime, &[("span", &span)])
}

impl MailText {
    /// The plain-text form.
    pub fn plain(&self) -> String {
        let mut parts = self.before.clone();
        parts.push(format!("{}: {}", self.link_label, self.link));
        parts.extend(self.after.iter().cloned());
        parts.join("\n\n")
    }
}

/// The subject of a queued mail, or why there is none to show.
pub fn subject(content: &Content, public_url: &str) -> String {
    match content {
        Content::Whole { draft, .. } => write(draft, public_url).subject,
        Content::Emptied { .. } => t(Text::MailTextGone).to_owned(),
        Content::Unreadable => t(Text::MailUnreadable).to_owned(),
    }
}

/// What becomes of a queued mail.
pub fn state(state: &MailState, now: Timestamp) -> String {
    match state {
        MailState::Waiting => t(Text::MailWaiting).to_owned(),
        MailState::Sending => t(Text::MailSending).to_owned(),
        MailState::Retry { at, why } => t_with(
            Text::MailRetry,
            &[("when", &ahead(now, *at)), ("why", &trouble(why))],
        ),
        MailState::Failed { why, .. } => t_with(Text::MailFailed, &[("why", &trouble(why))]),
    }
}

/// Why a mail was not delivered.
pub fn trouble(trouble: &Trouble) -> String {
    let what = t(match trouble.kind {
        TroubleKind::Unreachable => Text::TroubleUnreachable,
        TroubleKind::Insecure => Text::TroubleInsecure,
        TroubleKind::TurnedAway => Text::TroubleTurnedAway,
        TroubleKind::LoginRefused => Text::TroubleLoginRefused,
        TroubleKind::SenderRefused => Text::TroubleSenderRefused,
        TroubleKind::RecipientRefused => Text::TroubleRecipientRefused,
        TroubleKind::ContentRefused => Text::TroubleContentRefused,
        TroubleKind::NoAnswer => Text::TroubleNoAnswer,
        TroubleKind::ConnectionLost => Text::TroubleConnectionLost,
        TroubleKind::Unreadable => Text::TroubleUnreadable,
        TroubleKind::Unaddressable => Text::TroubleUnaddressable,
        TroubleKind::Unknown => Text::TroubleUnknown,
    });
    match trouble.reply {
        Some(reply) => format!("{what} ({reply})"),
        None => what.into(),
    }
}
