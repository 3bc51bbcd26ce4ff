//! What mails say.

use std::{fmt::Display, time::Duration};

use domain::{
    clock::Timestamp,
    mail::{Circumstances, Content, Draft, MailState, Message, Trouble, TroubleKind},
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
            footer: t_with(Text::MailFooter, &[("site", &site)]),
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
        let hello = |name: &str| t_with(Text::MailHelloName, &[("name", &name)]);
        match message {
            Message::ConfirmAddress { token, lifetime } => Self {
                subject: said(Text::MailConfirmSubject),
                before: vec![said(Text::MailHello), said(Text::MailConfirmBody)],
                link: (Text::VerifyButton, with_token(paths::VERIFY_EMAIL, token)),
                after: vec![works_for(*lifetime), said(Text::MailConfirmNotYou)],
            },
            Message::AlreadyRegistered { name } => Self {
                subject: said(Text::MailKnownSubject),
                before: vec![hello(name), said(Text::MailKnownBody)],
                link: (Text::SignIn, paths::LOGIN.to_owned()),
                after: vec![said(Text::MailKnownNotYou)],
            },
            Message::ResetPassword {
                name,
                token,
                lifetime,
            } => Self {
                subject: said(Text::MailResetSubject),
                before: vec![hello(name), said(Text::MailResetBody)],
                link: (Text::ResetButton, with_token(paths::RESET_PASSWORD, token)),
                after: vec![works_for(*lifetime), said(Text::MailResetNotYou)],
            },
            Message::ConfirmNewAddress { token, lifetime } => Self {
                subject: said(Text::MailNewAddressSubject),
                before: vec![said(Text::MailHello), said(Text::MailNewAddressBody)],
                link: (Text::VerifyButton, with_token(paths::VERIFY_EMAIL, token)),
                after: vec![works_for(*lifetime), said(Text::MailNewAddressNotYou)],
            },
            Message::AddressWanted { name } => Self {
                subject: said(Text::MailWantedSubject),
                before: vec![hello(name), said(Text::MailWantedBody)],
                link: (Text::SignIn, paths::LOGIN.to_owned()),
                after: vec![said(Text::MailKnownNotYou)],
            },
            Message::EmailChanged {
                name,
                to,
                done,
                token,
                lifetime,
            } => Self {
                subject: said(Text::MailEmailChangedSubject),
                before: vec![
                    hello(name),
                    done_so(Text::MailEmailChangedBody, done, &[("to", to)]),
                    t_with(
                        Text::MailEmailChangedNotYou,
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
                subject: said(Text::MailPutBackSubject),
                before: vec![
                    hello(name),
                    done_so(Text::MailPutBackBody, done, &[]),
                    said(Text::MailPutBackNotYou),
                ],
                link: (Text::SignIn, paths::LOGIN.to_owned()),
                after: Vec::new(),
            },
            Message::DeletionPlanned { name, done, until } => Self {
                subject: said(Text::MailLeavingSubject),
                before: vec![
                    hello(name),
                    done_so(Text::MailLeavingBody, done, &[]),
                    t_with(
                        Text::MailLeavingUntil,
                        &[("until", &moment(Timestamp::from_micros(*until)))],
                    ),
                ],
                link: (Text::MailLeavingButton, paths::LOGIN.to_owned()),
                after: Vec::new(),
            },
            Message::DeletionCancelled { name, done } => Self {
                subject: said(Text::MailKeptSubject),
                before: vec![
                    hello(name),
                    done_so(Text::MailKeptBody, done, &[]),
                    said(Text::MailChangedNotYou),
                ],
                link: (Text::MailChangedButton, paths::FORGOT_PASSWORD.to_owned()),
                after: Vec::new(),
            },
            Message::IdentityConnected {
                name,
                provider,
                label,
                done,
            } => Self {
                subject: t_with(Text::MailConnectedSubject, &[("provider", provider)]),
                before: vec![
                    hello(name),
                    done_so(
                        Text::MailConnectedBody,
                        done,
                        &[("provider", provider), ("label", label)],
                    ),
                    said(Text::MailConnectedNotYou),
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
                subject: t_with(Text::MailDisconnectedSubject, &[("provider", provider)]),
                before: vec![
                    hello(name),
                    done_so(
                        Text::MailDisconnectedBody,
                        done,
                        &[("provider", provider), ("label", label)],
                    ),
                    said(Text::MailChangedNotYou),
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
                subject: said(Text::MailTokenSubject),
                before: vec![
                    hello(name),
                    done_so(
                        Text::MailTokenBody,
                        done,
                        &[
                            ("token", token),
                            ("scopes", &scopes.join(", ")),
                            ("until", &moment(Timestamp::from_micros(*until))),
                        ],
                    ),
                    said(Text::MailTokenNotYou),
                ],
                link: (Text::GoTokens, paths::TOKENS.to_owned()),
                after: Vec::new(),
            },
            Message::TokenExpires { name, token, until } => Self {
                subject: said(Text::MailTokenEndsSubject),
                before: vec![
                    hello(name),
                    t_with(
                        Text::MailTokenEndsBody,
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
                subject: said(Text::MailNewBrowserSubject),
                before: vec![
                    hello(name),
                    done_so(Text::MailNewBrowserBody, done, &[]),
                    said(Text::MailNewBrowserNotYou),
                ],
                link: (Text::MailNewBrowserButton, paths::SESSIONS.to_owned()),
                after: Vec::new(),
            },
            Message::TokensUsedTwice { name, done } => Self {
                subject: said(Text::MailTwiceSubject),
                before: vec![
                    hello(name),
                    done_so(Text::MailTwiceBody, done, &[]),
                    said(Text::MailTwiceNotYou),
                ],
                link: (Text::MailChangedButton, paths::FORGOT_PASSWORD.to_owned()),
                after: Vec::new(),
            },
            Message::AccountDeleted {} => Self {
                subject: said(Text::MailDeletedSubject),
                before: vec![said(Text::MailHello), said(Text::MailDeletedBody)],
                link: (Text::MailDeletedButton, paths::LANDING.to_owned()),
                after: Vec::new(),
            },
            Message::Invitation {
                name,
                token,
                lifetime,
            } => Self {
                subject: t_with(Text::MailInvitationSubject, &[("site", &site)]),
                before: vec![
                    name.as_ref()
                        .map_or_else(|| said(Text::MailHello), |name| hello(name)),
                    t_with(Text::MailInvitationBody, &[("site", &site)]),
                ],
                link: (
                    Text::SignUp,
                    format!("{}?invitation={token}", paths::SIGN_UP),
                ),
                after: vec![works_for(*lifetime), said(Text::MailInvitationNotYou)],
            },
            Message::AccountMade {
                name,
                provider,
                done,
            } => Self {
                subject: said(Text::MailMadeSubject),
                before: vec![
                    hello(name),
                    done_so(Text::MailMadeBody, done, &[("provider", provider)]),
                    t_with(Text::MailMadeNotYou, &[("provider", provider)]),
                ],
                link: (Text::MailChangedButton, paths::FORGOT_PASSWORD.to_owned()),
                after: Vec::new(),
            },
            Message::PasswordSet { name, done } => Self {
                subject: said(Text::MailSetSubject),
                before: vec![
                    hello(name),
                    done_so(Text::MailSetBody, done, &[]),
                    said(Text::MailChangedNotYou),
                ],
                link: (Text::MailChangedButton, paths::FORGOT_PASSWORD.to_owned()),
                after: Vec::new(),
            },
            Message::PasswordChanged {
                name,
                connected,
                done,
            } => Self {
                subject: said(Text::MailChangedSubject),
                before: vec![
                    hello(name),
                    done_so(Text::MailChangedBody, done, &[]),
                    said(Text::MailChangedNotYou),
                ],
                link: (Text::MailChangedButton, paths::FORGOT_PASSWORD.to_owned()),
                after: (!connected.is_empty())
                    .then(|| t_with(Text::MailStillConnected, &[("list", &connected.join(", "))]))
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
    t_with(Text::MailLinkLifetime, &[("span", &span)])
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
