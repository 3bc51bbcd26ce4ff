//! What mails say.

use std::{fmt::Display, time::Duration};

use domain::{
    clock::Timestamp,
    mail::{Circumstances, Content, Draft, MailState, Message, Trouble, TroubleKind},
    sessions::Device,
};

use super::{
    Language, Mail, Text, device_name, t, t_with,
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
    /// Who wrote it, in small print.
    pub footer: String,
}

/// Writes a message out in its own language, with links below `public_url` (no trailing slash).
pub fn write(draft: &Draft, public_url: &str) -> MailText {
    with_language(draft.language, || {
        let site = public_url
            .split_once("://")
            .map_or(public_url, |(_, site)| site);
        let parts = Parts::of(&draft.message, site);
        MailText {
            language: draft.language,
            subject: parts.subject,
            before: parts.before,
            link_label: t(parts.link.0),
            link: format!("{public_url}{}", parts.link.1),
            after: parts.after,
            footer: t_with(Text::Mail(Mail::Footer), &[("site", &site)]),
        }
    })
}

/// A message in the reader's language.
struct Parts {
    subject: String,
    before: Vec<String>,
    /// What the link is called, and its path.
    link: (Text, String),
    after: Vec<String>,
}

impl Parts {
    #[expect(clippy::too_many_lines, reason = "a few lines for each message")]
    fn of(message: &Message, site: &str) -> Self {
        let said = |key| t(key).to_owned();
        let hello = |name: &str| t_with(Text::Mail(Mail::HelloName), &[("name", &name)]);
        match message {
            Message::ConfirmAddress { token, lifetime } => Self {
                subject: said(Text::Mail(Mail::ConfirmSubject)),
                before: vec![
                    said(Text::Mail(Mail::Hello)),
                    said(Text::Mail(Mail::ConfirmBody)),
                ],
                link: (Text::VerifyButton, with_token(paths::VERIFY_EMAIL, token)),
                after: vec![works_for(*lifetime), said(Text::Mail(Mail::ConfirmNotYou))],
            },
            Message::AlreadyRegistered { name } => Self {
                subject: said(Text::Mail(Mail::KnownSubject)),
                before: vec![hello(name), said(Text::Mail(Mail::KnownBody))],
                link: (Text::SignIn, paths::LOGIN.to_owned()),
                after: vec![said(Text::Mail(Mail::KnownNotYou))],
            },
            Message::ResetPassword {
                name,
                token,
                lifetime,
            } => Self {
                subject: said(Text::Mail(Mail::ResetSubject)),
                before: vec![hello(name), said(Text::Mail(Mail::ResetBody))],
                link: (Text::ResetButton, with_token(paths::RESET_PASSWORD, token)),
                after: vec![works_for(*lifetime), said(Text::Mail(Mail::ResetNotYou))],
            },
            Message::ConfirmNewAddress { token, lifetime } => Self {
                subject: said(Text::Mail(Mail::NewAddressSubject)),
                before: vec![
                    said(Text::Mail(Mail::Hello)),
                    said(Text::Mail(Mail::NewAddressBody)),
                ],
                link: (Text::VerifyButton, with_token(paths::VERIFY_EMAIL, token)),
                after: vec![
                    works_for(*lifetime),
                    said(Text::Mail(Mail::NewAddressNotYou)),
                ],
            },
            Message::AddressWanted { name } => Self {
                subject: said(Text::Mail(Mail::WantedSubject)),
                before: vec![hello(name), said(Text::Mail(Mail::WantedBody))],
                link: (Text::SignIn, paths::LOGIN.to_owned()),
                after: vec![said(Text::Mail(Mail::KnownNotYou))],
            },
            Message::EmailChanged {
                name,
                to,
                done,
                token,
                lifetime,
            } => Self {
                subject: said(Text::Mail(Mail::EmailChangedSubject)),
                before: vec![
                    hello(name),
                    done_so(Text::Mail(Mail::EmailChangedBody), done, &[("to", to)]),
                    t_with(
                        Text::Mail(Mail::EmailChangedNotYou),
                        &[("span", &span(Duration::from_secs(*lifetime)))],
                    ),
                ],
                link: (
                    Text::UndoButton,
                    with_token(paths::UNDO_EMAIL_CHANGE, token),
                ),
                after: Vec::new(),
            },
            Message::EmailPutBack { name, done } => Self {
                subject: said(Text::Mail(Mail::PutBackSubject)),
                before: vec![
                    hello(name),
                    done_so(Text::Mail(Mail::PutBackBody), done, &[]),
                    said(Text::Mail(Mail::PutBackNotYou)),
                ],
                link: (Text::SignIn, paths::LOGIN.to_owned()),
                after: Vec::new(),
            },
            Message::DeletionPlanned { name, done, until } => Self {
                subject: said(Text::Mail(Mail::LeavingSubject)),
                before: vec![
                    hello(name),
                    done_so(Text::Mail(Mail::LeavingBody), done, &[]),
                    t_with(
                        Text::Mail(Mail::LeavingUntil),
                        &[("until", &moment(Timestamp::from_micros(*until)))],
                    ),
                ],
                link: (Text::Mail(Mail::LeavingButton), paths::LOGIN.to_owned()),
                after: Vec::new(),
            },
            Message::DeletionCancelled { name, done } => Self {
                subject: said(Text::Mail(Mail::KeptSubject)),
                before: vec![
                    hello(name),
                    done_so(Text::Mail(Mail::KeptBody), done, &[]),
                    said(Text::Mail(Mail::ChangedNotYou)),
                ],
                link: (
                    Text::Mail(Mail::ChangedButton),
                    paths::FORGOT_PASSWORD.to_owned(),
                ),
                after: Vec::new(),
            },
            Message::IdentityConnected {
                name,
                provider,
                label,
                done,
            } => Self {
                subject: t_with(
                    Text::Mail(Mail::ConnectedSubject),
                    &[("provider", provider)],
                ),
                before: vec![
                    hello(name),
                    done_so(
                        Text::Mail(Mail::ConnectedBody),
                        done,
                        &[("provider", provider), ("label", label)],
                    ),
                    said(Text::Mail(Mail::ConnectedNotYou)),
                ],
                link: (Text::GoConnections, paths::CONNECTIONS.to_owned()),
                after: Vec::new(),
            },
            Message::IdentityDisconnected {
                name,
                provider,
                label,
                done,
            } => Self {
                subject: t_with(
                    Text::Mail(Mail::DisconnectedSubject),
                    &[("provider", provider)],
                ),
                before: vec![
                    hello(name),
                    done_so(
                        Text::Mail(Mail::DisconnectedBody),
                        done,
                        &[("provider", provider), ("label", label)],
                    ),
                    said(Text::Mail(Mail::ChangedNotYou)),
                ],
                link: (Text::GoConnections, paths::CONNECTIONS.to_owned()),
                after: Vec::new(),
            },
            Message::TokenCreated {
                name,
                token,
                scopes,
                until,
                done,
            } => Self {
                subject: said(Text::Mail(Mail::TokenSubject)),
                before: vec![
                    hello(name),
                    done_so(
                        Text::Mail(Mail::TokenBody),
                        done,
                        &[
                            ("token", token),
                            ("scopes", &scopes.join(", ")),
                            ("until", &moment(Timestamp::from_micros(*until))),
                        ],
                    ),
                    said(Text::Mail(Mail::TokenNotYou)),
                ],
                link: (Text::GoTokens, paths::TOKENS.to_owned()),
                after: Vec::new(),
            },
            Message::TokenExpires { name, token, until } => Self {
                subject: said(Text::Mail(Mail::TokenEndsSubject)),
                before: vec![
                    hello(name),
                    t_with(
                        Text::Mail(Mail::TokenEndsBody),
                        &[
                            ("token", token),
                            ("until", &moment(Timestamp::from_micros(*until))),
                        ],
                    ),
                ],
                link: (Text::GoTokens, paths::TOKENS.to_owned()),
                after: Vec::new(),
            },
            Message::NewBrowser { name, done } => Self {
                subject: said(Text::Mail(Mail::NewBrowserSubject)),
                before: vec![
                    hello(name),
                    done_so(Text::Mail(Mail::NewBrowserBody), done, &[]),
                    said(Text::Mail(Mail::NewBrowserNotYou)),
                ],
                link: (
                    Text::Mail(Mail::NewBrowserButton),
                    paths::SESSIONS.to_owned(),
                ),
                after: Vec::new(),
            },
            Message::TokensUsedTwice { name, done } => Self {
                subject: said(Text::Mail(Mail::TwiceSubject)),
                before: vec![
                    hello(name),
                    done_so(Text::Mail(Mail::TwiceBody), done, &[]),
                    said(Text::Mail(Mail::TwiceNotYou)),
                ],
                link: (
                    Text::Mail(Mail::ChangedButton),
                    paths::FORGOT_PASSWORD.to_owned(),
                ),
                after: Vec::new(),
            },
            Message::AccountDeleted {} => Self {
                subject: said(Text::Mail(Mail::DeletedSubject)),
                before: vec![
                    said(Text::Mail(Mail::Hello)),
                    said(Text::Mail(Mail::DeletedBody)),
                ],
                link: (Text::Mail(Mail::DeletedButton), paths::LANDING.to_owned()),
                after: Vec::new(),
            },
            Message::Invitation {
                name,
                token,
                lifetime,
            } => Self {
                subject: t_with(Text::Mail(Mail::InvitationSubject), &[("site", &site)]),
                before: vec![
                    name.as_ref()
                        .map_or_else(|| said(Text::Mail(Mail::Hello)), |name| hello(name)),
                    t_with(Text::Mail(Mail::InvitationBody), &[("site", &site)]),
                ],
                link: (
                    Text::SignUp,
                    format!("{}?invitation={token}", paths::SIGN_UP),
                ),
                after: vec![
                    works_for(*lifetime),
                    said(Text::Mail(Mail::InvitationNotYou)),
                ],
            },
            Message::AccountMade {
                name,
                provider,
                done,
            } => Self {
                subject: said(Text::Mail(Mail::MadeSubject)),
                before: vec![
                    hello(name),
                    done_so(Text::Mail(Mail::MadeBody), done, &[("provider", provider)]),
                    t_with(Text::Mail(Mail::MadeNotYou), &[("provider", provider)]),
                ],
                link: (
                    Text::Mail(Mail::ChangedButton),
                    paths::FORGOT_PASSWORD.to_owned(),
                ),
                after: Vec::new(),
            },
            Message::PasswordSet { name, done } => Self {
                subject: said(Text::Mail(Mail::SetSubject)),
                before: vec![
                    hello(name),
                    done_so(Text::Mail(Mail::SetBody), done, &[]),
                    said(Text::Mail(Mail::ChangedNotYou)),
                ],
                link: (
                    Text::Mail(Mail::ChangedButton),
                    paths::FORGOT_PASSWORD.to_owned(),
                ),
                after: Vec::new(),
            },
            Message::PasswordChanged {
                name,
                connected,
                done,
            } => Self {
                subject: said(Text::Mail(Mail::ChangedSubject)),
                before: vec![
                    hello(name),
                    done_so(Text::Mail(Mail::ChangedBody), done, &[]),
                    said(Text::Mail(Mail::ChangedNotYou)),
                ],
                link: (
                    Text::Mail(Mail::ChangedButton),
                    paths::FORGOT_PASSWORD.to_owned(),
                ),
                after: (!connected.is_empty())
                    .then(|| {
                        t_with(
                            Text::Mail(Mail::StillConnected),
                            &[("list", &connected.join(", "))],
                        )
                    })
                    .into_iter()
                    .collect(),
            },
        }
    }
}

/// A sentence that says when something was done, with what and from where.
fn done_so(sentence: Text, done: &Circumstances, more: &[(&str, &dyn Display)]) -> String {
    let moment = moment(Timestamp::from_micros(done.at));
    let device = device_name(Device::of(&done.user_agent));
    let mut values: Vec<(&str, &dyn Display)> = vec![
        ("moment", &moment),
        ("device", &device),
        ("address", &done.address),
    ];
    values.extend_from_slice(more);
    t_with(sentence, &values)
}

fn with_token(path: &str, token: &str) -> String {
    format!("{path}?token={token}")
}

fn works_for(seconds: u64) -> String {
    let span = span(Duration::from_secs(seconds));
    t_with(Text::Mail(Mail::LinkLifetime), &[("span", &span)])
}

impl MailText {
    /// The plain-text form.
    pub fn plain(&self) -> String {
        let mut parts = self.before.clone();
        parts.push(format!("{}: {}", self.link_label, self.link));
        parts.extend(self.after.iter().cloned());
        parts.push(format!("--\n{}", self.footer));
        parts.join("\n\n")
    }
}

/// The subject of a queued mail, or why there is none to show.
pub fn subject(content: &Content, public_url: &str) -> String {
    match content {
        Content::Whole { draft, .. } => write(draft, public_url).subject,
        Content::Emptied { .. } => t(Text::Mail(Mail::TextGone)).to_owned(),
        Content::Unreadable => t(Text::Mail(Mail::Unreadable)).to_owned(),
    }
}

/// What becomes of a queued mail.
pub fn state(state: &MailState, now: Timestamp) -> String {
    match state {
        MailState::Waiting => t(Text::Mail(Mail::Waiting)).to_owned(),
        MailState::Sending => t(Text::Mail(Mail::Sending)).to_owned(),
        MailState::Retry { at, why } => t_with(
            Text::Mail(Mail::Retry),
            &[("when", &ahead(now, *at)), ("why", &trouble(why))],
        ),
        MailState::Failed { why, .. } => {
            t_with(Text::Mail(Mail::Failed), &[("why", &trouble(why))])
        }
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
