//! Mail to people: queued in the unit that causes it, encrypted until it is delivered.

mod delivery;
mod port;
mod reading;
mod sealing;
mod trouble;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    client::Client,
    clock::Timestamp,
    foundation::Foundation,
    keys::SealError,
    language::Language,
    random::time_ordered_id,
    store::{StorageError, Work},
};

pub use delivery::{Attempt, ClaimedMail, Settled, claim, settle};
pub use port::{MailClaim, MailCounts, MailQueue, QueuedMail, StoredMail};
pub use reading::{Content, ListedMail, MailState, Sealed, find, list, try_keys};
pub use trouble::{ReplyCode, Trouble, TroubleKind};

/// How long an undelivered mail is kept, unless what it says is over sooner.
pub const MAIL_LIFETIME: Duration = Duration::from_hours(72);

/// When something was done to an account, from where and with what: by which its owner knows whether
/// it was them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Circumstances {
    /// When, in microseconds UTC.
    pub at: i64,
    /// From where.
    pub address: String,
    /// What the browser called itself.
    pub user_agent: String,
}

impl Circumstances {
    /// Those of a request.
    pub fn of(client: &Client, now: Timestamp) -> Self {
        Self {
            at: now.as_micros(),
            address: client.address.to_string(),
            user_agent: client.user_agent.as_str().to_owned(),
        }
    }
}

/// A mail, in codes; its sentences stand in the catalogue of texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Message {
    /// Asks to confirm the address that someone signed up with. Carries nothing that they typed: a
    /// stranger could send their own words to any address that way.
    ConfirmAddress {
        /// The one-time token for `/verify-email`.
        token: String,
        /// How long the link lives, in seconds.
        lifetime: u64,
    },
    /// Tells an owner that someone signed up with their address again.
    AlreadyRegistered {
        /// The account's name.
        name: String,
    },
    /// Carries the link that sets a new password.
    ResetPassword {
        /// The account's name.
        name: String,
        /// The one-time token for `/reset-password`.
        token: String,
        /// How long the link lives, in seconds.
        lifetime: u64,
    },
    /// Invites somebody. What it carries comes from the operator.
    Invitation {
        /// What the operator calls them.
        name: Option<String>,
        /// The one-time token for `/signup`.
        token: String,
        /// How long the link lives, in seconds.
        lifetime: u64,
    },
    /// Asks to confirm the new address of an account. Carries nothing that its owner typed.
    ConfirmNewAddress {
        /// The one-time token for `/verify-email`.
        token: String,
        /// How long the link lives, in seconds.
        lifetime: u64,
    },
    /// Tells an owner that somebody wanted their address for another account.
    AddressWanted {
        /// The account's name.
        name: String,
    },
    /// Tells the former address that another one counts, and how to undo it.
    EmailChanged {
        /// The account's name.
        name: String,
        /// The new address, masked.
        to: String,
        /// When, from where, with what.
        #[serde(flatten)]
        done: Circumstances,
        /// The one-time token for `/undo-email-change`.
        token: String,
        /// How long the link lives, in seconds.
        lifetime: u64,
    },
    /// Tells both addresses that the former one is back.
    EmailPutBack {
        /// The account's name.
        name: String,
        /// When, from where, with what.
        #[serde(flatten)]
        done: Circumstances,
    },
    /// Tells an owner that their account will be deleted.
    DeletionPlanned {
        /// The account's name.
        name: String,
        /// When it was asked for, from where, with what.
        #[serde(flatten)]
        done: Circumstances,
        /// When it goes, in microseconds UTC.
        until: i64,
    },
    /// Tells an owner that their account stays: they signed in.
    DeletionCancelled {
        /// The account's name.
        name: String,
        /// When, from where, with what.
        #[serde(flatten)]
        done: Circumstances,
    },
    /// Tells an owner that an identity was connected to their account.
    IdentityConnected {
        /// The account's name.
        name: String,
        /// How people call its provider.
        provider: String,
        /// As whom, in a person's eyes.
        #[serde(default)]
        label: String,
        /// When, from where, with what.
        #[serde(flatten)]
        done: Circumstances,
    },
    /// Tells an owner that an identity was taken from their account.
    IdentityDisconnected {
        /// The account's name.
        name: String,
        /// How people call its provider.
        provider: String,
        /// As whom, in a person's eyes.
        #[serde(default)]
        label: String,
        /// When, from where, with what.
        #[serde(flatten)]
        done: Circumstances,
    },
    /// Tells an owner that a token was made for themselves.
    TokenCreated {
        /// The account's name.
        name: String,
        /// What the token is called.
        token: String,
        /// What it may do.
        scopes: Vec<String>,
        /// When it expires, in microseconds UTC.
        until: i64,
        /// When, from where, with what.
        #[serde(flatten)]
        done: Circumstances,
    },
    /// Tells an owner that one of their tokens expires soon.
    TokenExpires {
        /// The account's name.
        name: String,
        /// What the token is called.
        token: String,
        /// When it expires, in microseconds UTC.
        until: i64,
    },
    /// Tells an owner that a refresh token was presented by two, and what it belongs to ended.
    TokensUsedTwice {
        /// The account's name.
        name: String,
        /// When, from where, with what.
        #[serde(flatten)]
        done: Circumstances,
    },
    /// Tells an owner that a browser signed in that never had before.
    NewBrowser {
        /// The account's name.
        name: String,
        /// When, from where, with what.
        #[serde(flatten)]
        done: Circumstances,
    },
    /// Tells an address that an account was made for it, on a provider's word.
    AccountMade {
        /// The account's name.
        name: String,
        /// How people call the provider.
        provider: String,
        /// When, from where, with what.
        #[serde(flatten)]
        done: Circumstances,
    },
    /// Tells whoever had an account that it is gone.
    AccountDeleted {},
    /// Tells an owner that their account, which had no password, has one.
    PasswordSet {
        /// The account's name.
        name: String,
        /// When, from where, with what.
        #[serde(flatten)]
        done: Circumstances,
    },
    /// Tells an owner that their password was changed.
    PasswordChanged {
        /// The account's name.
        name: String,
        /// What signs in to the account besides it.
        #[serde(default)]
        connected: Vec<String>,
        /// When, from where, with what.
        #[serde(flatten)]
        done: Circumstances,
    },
}

/// A message, and the language that it is to be written out in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What is to be said.
    pub message: Message,
    /// In which language.
    pub language: Language,
}

impl Message {
    /// How long it is worth delivering: a link that has expired only puzzles.
    fn lifetime(&self) -> Duration {
        match self {
            Self::ConfirmAddress { lifetime, .. }
            | Self::ResetPassword { lifetime, .. }
            | Self::Invitation { lifetime, .. }
            | Self::ConfirmNewAddress { lifetime, .. }
            | Self::EmailChanged { lifetime, .. } => {
                MAIL_LIFETIME.min(Duration::from_secs(*lifetime))
            }
            Self::AlreadyRegistered { .. }
            | Self::PasswordSet { .. }
            | Self::PasswordChanged { .. }
            | Self::AddressWanted { .. }
            | Self::EmailPutBack { .. }
            | Self::AccountMade { .. }
            | Self::IdentityConnected { .. }
            | Self::IdentityDisconnected { .. }
            | Self::DeletionPlanned { .. }
            | Self::DeletionCancelled { .. }
            | Self::TokenCreated { .. }
            | Self::TokenExpires { .. }
            | Self::TokensUsedTwice { .. }
            | Self::NewBrowser { .. }
            | Self::AccountDeleted {} => MAIL_LIFETIME,
        }
    }
}

/// Why the queue failed.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A mail can't be sealed or opened.
    #[error("a queued mail can't be read: {0}")]
    Sealed(#[from] SealError),
    /// An opened mail isn't a message of this version.
    #[error("a queued mail holds an unknown message")]
    Unknown,
}

impl From<MailError> for StorageError {
    fn from(error: MailError) -> Self {
        match error {
            MailError::Storage(error) => error,
            other => Self::Database(Box::new(other)),
        }
    }
}

/// Queues `message` to `to`, whose language nobody knows, as part of `work` and gives the mail's id.
///
/// # Errors
/// [`MailError`] when it can't be sealed or stored.
pub async fn queue(
    foundation: &Foundation,
    work: &mut dyn Work,
    to: &str,
    message: Message,
) -> Result<String, MailError> {
    queue_in(Language::default(), foundation, work, to, message).await
}

/// Queues `message` to `to`, who reads `language`, as part of `work` and gives the mail's id.
///
/// # Errors
/// [`MailError`] when it can't be sealed or stored.
pub async fn queue_in(
    language: Language,
    foundation: &Foundation,
    work: &mut dyn Work,
    to: &str,
    message: Message,
) -> Result<String, MailError> {
    let now = foundation.now();
    let id = time_ordered_id(now, foundation.random.as_ref()).to_string();
    let expires_at = now.plus(message.lifetime());
    let letter = sealing::Letter {
        to: to.to_owned(),
        message: Some(message),
        language: Some(language.tag().to_owned()),
    };
    let sealed = sealing::seal(foundation, &id, &letter)?;
    work.insert_mail(&QueuedMail {
        id: id.clone(),
        sealed,
        created_at: now,
        expires_at,
    })
    .await?;
    Ok(id)
}
