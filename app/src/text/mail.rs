//! What mails say.

use std::time::Duration;

use domain::{
    clock::Timestamp,
    mail::{Content, MailState, Message, Trouble, TroubleKind},
    sessions::Device,
};

use super::{
    device_name,
    time::{ahead, moment, span},
};
use crate::paths;

/// A mail, ready to be read: a subject, paragraphs and one thing to press.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailText {
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

/// Writes a message out, with links below `public_url` (no trailing slash).
pub fn write(message: &Message, public_url: &str) -> MailText {
    match message {
        Message::ConfirmAddress { token, lifetime } => MailText {
            subject: "Confirm your email for Latchkey".into(),
            before: vec![
                "Hello,".into(),
                "Press the button to confirm this address and finish creating your account. \
                 Open it in the browser you signed up with, and you will be signed in."
                    .into(),
            ],
            link_label: "Confirm email",
            link: format!("{public_url}{}?token={token}", paths::VERIFY_EMAIL),
            after: vec![
                format!(
                    "The link works for {}, and once.",
                    span(Duration::from_secs(*lifetime))
                ),
                "Didn't sign up? Then do nothing: without the button there is no account.".into(),
            ],
        },
        Message::AlreadyRegistered { name } => MailText {
            subject: "You already have a Latchkey account".into(),
            before: vec![
                format!("Hello {name},"),
                "Someone, perhaps you, tried to sign up with this address. It already has an \
                 account, so nothing was changed. You can sign in."
                    .into(),
            ],
            link_label: "Sign in",
            link: format!("{public_url}{}", paths::LOGIN),
            after: vec!["Wasn't you? Then do nothing: your account is as it was.".into()],
        },
        Message::ResetPassword {
            name,
            token,
            lifetime,
        } => MailText {
            subject: "Set a new Latchkey password".into(),
            before: vec![
                format!("Hello {name},"),
                "Someone, we hope you, asked to set a new password for this account. Press the button to \
                 choose one. Every browser that is signed in will be signed out."
                    .into(),
            ],
            link_label: "Set password",
            link: format!("{public_url}{}?token={token}", paths::RESET_PASSWORD),
            after: vec![
                format!(
                    "The link works for {}, and once.",
                    span(Duration::from_secs(*lifetime))
                ),
                "Wasn't you? Then do nothing: your password stays as it is.".into(),
            ],
        },
        Message::ConfirmNewAddress { token, lifetime } => MailText {
            subject: "Confirm your new email for Latchkey".into(),
            before: vec![
                "Hello,".into(),
                "Someone, we hope you, wants this to be the address of their account. Press the \
                 button to confirm it; you may have to sign in first."
                    .into(),
            ],
            link_label: "Confirm email",
            link: format!("{public_url}{}?token={token}", paths::VERIFY_EMAIL),
            after: vec![
                format!(
                    "The link works for {}, and once.",
                    span(Duration::from_secs(*lifetime))
                ),
                "Wasn't you? Then do nothing: without the button nothing changes.".into(),
            ],
        },
        Message::AddressWanted { name } => MailText {
            subject: "Your address was asked for by another Latchkey account".into(),
            before: vec![
                format!("Hello {name},"),
                "Someone wanted to give this address to another account. It belongs to yours, so \
                 nothing was changed. If it was you: sign in to this account instead, or delete it \
                 first."
                    .into(),
            ],
            link_label: "Sign in",
            link: format!("{public_url}{}", paths::LOGIN),
            after: vec!["Wasn't you? Then do nothing: your account is as it was.".into()],
        },
        Message::EmailChanged {
            name,
            to,
            at,
            address,
            user_agent,
            token,
            lifetime,
        } => MailText {
            subject: "Your Latchkey account has another email".into(),
            before: vec![
                format!("Hello {name},"),
                format!(
                    "The address of your account was changed to {to} {}.",
                    circumstances(*at, address, user_agent),
                ),
                format!(
                    "Was it you? Then all is well. If not, press the button within {}: you get this \
                     address back, every browser is signed out, and you choose a new password.",
                    span(Duration::from_secs(*lifetime))
                ),
            ],
            link_label: "Undo the change",
            link: format!("{public_url}{}?token={token}", paths::UNDO_EMAIL_CHANGE),
            after: Vec::new(),
        },
        Message::EmailPutBack {
            name,
            at,
            address,
            user_agent,
        } => MailText {
            subject: "Your Latchkey account has its former email again".into(),
            before: vec![
                format!("Hello {name},"),
                format!(
                    "A change of your account's address was undone from the former address {}. Every \
                     browser was signed out.",
                    circumstances(*at, address, user_agent),
                ),
                "If that is news to you, ask the person who runs this site.".into(),
            ],
            link_label: "Sign in",
            link: format!("{public_url}{}", paths::LOGIN),
            after: Vec::new(),
        },
        Message::DeletionPlanned {
            name,
            at,
            address,
            user_agent,
            until,
        } => MailText {
            subject: "Your Latchkey account will be deleted".into(),
            before: vec![
                format!("Hello {name},"),
                format!(
                    "The deletion of your account was asked for {}. Every browser was signed out.",
                    circumstances(*at, address, user_agent),
                ),
                format!(
                    "It will be deleted on {}. Changed your mind, or wasn't it you? Sign in before \
                     then, and it stays; if it wasn't you, set a new password too.",
                    moment(Timestamp::from_micros(*until)),
                ),
            ],
            link_label: "Sign in and keep it",
            link: format!("{public_url}{}", paths::LOGIN),
            after: Vec::new(),
        },
        Message::DeletionCancelled {
            name,
            at,
            address,
            user_agent,
        } => MailText {
            subject: "Your Latchkey account stays".into(),
            before: vec![
                format!("Hello {name},"),
                format!(
                    "Somebody signed in to your account {}, so it won't be deleted.",
                    circumstances(*at, address, user_agent),
                ),
                "Was it you? Then all is well. If not, set a new password now: that also signs out \
                 whoever did it."
                    .into(),
            ],
            link_label: "Set a new password",
            link: format!("{public_url}{}", paths::FORGOT_PASSWORD),
            after: Vec::new(),
        },
        Message::AccountDeleted {} => MailText {
            subject: "Your Latchkey account is deleted".into(),
            before: vec![
                "Hello,".into(),
                "As you asked, your account is deleted, and what we knew of you with it. This is the \
                 last message from us."
                    .into(),
            ],
            link_label: "Visit the site",
            link: format!("{public_url}{}", paths::LANDING),
            after: Vec::new(),
        },
        Message::PasswordChanged {
            name,
            at,
            address,
            user_agent,
        } => MailText {
            subject: "Your Latchkey password was changed".into(),
            before: vec![
                format!("Hello {name},"),
                format!(
                    "Your password was changed {}. Other browsers were signed out.",
                    circumstances(*at, address, user_agent),
                ),
                "Was it you? Then all is well. If not, set a new password now: that also signs out \
                 whoever did it."
                    .into(),
            ],
            link_label: "Set a new password",
            link: format!("{public_url}{}", paths::FORGOT_PASSWORD),
            after: Vec::new(),
        },
    }
}

/// "on 22 November 2026, 14:05 UTC with Firefox on Linux from 192.0.2.1".
fn circumstances(at: i64, address: &str, user_agent: &str) -> String {
    format!(
        "on {} with {} from {address}",
        moment(Timestamp::from_micros(at)),
        device_name(Device::of(user_agent)),
    )
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
        Content::Whole { message, .. } => write(message, public_url).subject,
        Content::Emptied { .. } => "(its text is gone)".into(),
        Content::Unreadable => {
            "(unreadable: sealed by another master key, or by a newer version)".into()
        }
    }
}

/// What becomes of a queued mail.
pub fn state(state: &MailState, now: Timestamp) -> String {
    match state {
        MailState::Waiting => "waiting".into(),
        MailState::Sending => "being sent".into(),
        MailState::Retry { at, why } => {
            format!("tried again {}: {}", ahead(now, *at), trouble(why))
        }
        MailState::Failed { why, .. } => format!("failed: {}", trouble(why)),
    }
}

/// Why a mail was not delivered.
pub fn trouble(trouble: &Trouble) -> String {
    let what = match trouble.kind {
        TroubleKind::Unreachable => "the mail server can't be reached",
        TroubleKind::Insecure => "the connection to the mail server can't be made safe",
        TroubleKind::TurnedAway => "the mail server turned us away",
        TroubleKind::LoginRefused => "the mail server refused our user name and password",
        TroubleKind::SenderRefused => "the mail server refused our sender address",
        TroubleKind::RecipientRefused => "the mail server refused the recipient",
        TroubleKind::ContentRefused => "the mail server refused the mail",
        TroubleKind::NoAnswer => "the mail server did not answer in time",
        TroubleKind::ConnectionLost => "the connection to the mail server broke",
        TroubleKind::Unreadable => "the mail can't be opened here",
        TroubleKind::Unaddressable => "the mail server takes no mail to such an address",
        TroubleKind::Unknown => "for a reason that this version doesn't know",
    };
    match trouble.reply {
        Some(reply) => format!("{what} ({reply})"),
        None => what.into(),
    }
}
