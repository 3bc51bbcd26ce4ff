//! The audit trail: every change leaves an event in the same unit of work.
//!
//! An event names people by account id only. What is personal (address, e-mail, browser) stands in
//! a side row whose salted digest is in the event, so that it can be erased and the trail still holds.

use async_trait::async_trait;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    accounts::AccountId,
    client::Client,
    clock::Timestamp,
    foundation::Foundation,
    random::{random_bytes, time_ordered_id},
    store::StorageError,
};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// Someone asked for an account; its address is yet to be confirmed.
    RegistrationCreated,
    /// Someone signed up with the address of an existing account.
    RegistrationForExistingAccount,
    /// An operator invited somebody.
    InvitationCreated,
    /// An operator took an invitation back, or replaced it by another.
    InvitationWithdrawn,
    /// An account was born.
    AccountCreated,
    /// A person changed their name.
    AccountRenamed,
    /// Someone asked for another address for their account.
    EmailChangeRequested,
    /// They dropped it before it was confirmed.
    EmailChangeCancelled,
    /// An account has another address.
    EmailChanged,
    /// An account has its former address again.
    EmailChangeUndone,
    /// A person asked for their account to be deleted.
    AccountDeletionPlanned,
    /// They signed in before it was, or put their address back.
    AccountDeletionCancelled,
    /// An account is gone.
    AccountDeleted,
    /// A person chose another language.
    AccountLanguageChanged,
    /// An account was disabled.
    AccountDisabled,
    /// A disabled account was enabled again.
    AccountEnabled,
    /// A role was given.
    RoleGranted,
    /// Someone asked for a link that sets a new password.
    PasswordResetRequested,
    /// A password was set by such a link.
    PasswordReset,
    /// An account without a password was given one by its owner.
    PasswordSet,
    /// A password was changed by its owner.
    PasswordChanged,
    /// The stored hash of a password was renewed with higher parameters.
    PasswordRehashed,
    /// Wrong passwords, coalesced.
    SignInFailed,
    /// An identity from elsewhere was connected to an account.
    IdentityConnected,
    /// It was taken away again.
    IdentityDisconnected,
    /// A session began.
    SessionStarted,
    /// A session's owner proved again who they are.
    SessionRenewed,
    /// A session was ended before its time.
    SessionEnded,
    /// The installation was given another `public_url`.
    IssuerChanged,
}

impl EventKind {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RegistrationCreated => "registration.created",
            Self::RegistrationForExistingAccount => "registration.existing_account",
            Self::InvitationCreated => "invitation.created",
            Self::InvitationWithdrawn => "invitation.withdrawn",
            Self::AccountCreated => "account.created",
            Self::AccountRenamed => "account.renamed",
            Self::EmailChangeRequested => "email.change_requested",
            Self::EmailChangeCancelled => "email.change_cancelled",
            Self::EmailChanged => "email.changed",
            Self::EmailChangeUndone => "email.change_undone",
            Self::AccountDeletionPlanned => "account.deletion_planned",
            Self::AccountDeletionCancelled => "account.deletion_cancelled",
            Self::AccountDeleted => "account.deleted",
            Self::AccountLanguageChanged => "account.language_changed",
            Self::AccountDisabled => "account.disabled",
            Self::AccountEnabled => "account.enabled",
            Self::RoleGranted => "role.granted",
            Self::PasswordResetRequested => "password.reset_requested",
            Self::PasswordReset => "password.reset",
            Self::PasswordSet => "password.set",
            Self::PasswordChanged => "password.changed",
            Self::PasswordRehashed => "password.rehashed",
            Self::SignInFailed => "sign_in.failed",
            Self::IdentityConnected => "identity.connected",
            Self::IdentityDisconnected => "identity.disconnected",
            Self::SessionStarted => "session.started",
            Self::SessionRenewed => "session.renewed",
            Self::SessionEnded => "session.ended",
            Self::IssuerChanged => "installation.issuer_changed",
        }
    }
}

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who isn't signed in.
    Anonymous,
    /// A person with an account.
    Account(AccountId),
    /// Whoever has a shell on the server.
    CommandLine,
}

/// An event to be written.
#[derive(Debug)]
pub struct Event<'a> {
    /// What happened.
    pub kind: EventKind,
    /// Who did it.
    pub actor: Actor,
    /// Whom or what it concerns: an account's id, when there is one.
    pub subject: Option<AccountId>,
    /// Further facts, none of them personal.
    pub details: &'a [(&'static str, &'a str)],
    /// The caller, for the side row.
    pub client: Option<&'a Client>,
    /// The e-mail, for the side row.
    pub email: Option<&'a str>,
}

/// An event as it rests.
#[derive(Debug)]
pub struct EventRow {
    /// `UUIDv7`.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub kind: EventKind,
    /// Who did it, as a word and an id.
    pub actor: String,
    /// Whom it concerns.
    pub subject: Option<AccountId>,
    /// Further facts as JSON.
    pub details: String,
    /// SHA-256 over the side row's salt and body.
    pub side_digest: Option<[u8; 32]>,
    /// The side row: salt and JSON body.
    pub side: Option<([u8; 16], String)>,
}

#[derive(Serialize)]
struct Side<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<&'a str>,
}

impl Event<'_> {
    /// Completes the event with an id, the time and its side row.
    pub fn row(&self, foundation: &Foundation) -> EventRow {
        let now = foundation.now();
        let side = (self.client.is_some() || self.email.is_some()).then(|| {
            let body = Side {
                address: self.client.map(|client| client.address.to_string()),
                email: self.email,
                user_agent: self.client.map(|client| client.user_agent.as_str()),
            };
            let body = serde_json::to_string(&body).unwrap_or_default();
            (random_bytes::<16>(foundation.random.as_ref()), body)
        });
        let details: serde_json::Map<_, _> = self
            .details
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).into()))
            .collect();
        EventRow {
            id: time_ordered_id(now, foundation.random.as_ref()).to_string(),
            at: now,
            kind: self.kind,
            actor: match self.actor {
                Actor::Anonymous => "anonymous".to_owned(),
                Actor::Account(id) => format!("account:{id}"),
                Actor::CommandLine => "command-line".to_owned(),
            },
            subject: self.subject,
            details: serde_json::Value::Object(details).to_string(),
            side_digest: side.as_ref().map(|(salt, body)| {
                Sha256::new()
                    .chain_update(salt)
                    .chain_update(body)
                    .finalize()
                    .into()
            }),
            side,
        }
    }
}

/// The audit trail at rest. Rows can be added, never changed.
#[async_trait]
pub trait AuditTrail {
    /// Writes an event and its side row.
    async fn append_event(&mut self, event: &EventRow) -> Result<(), StorageError>;
    /// When the newest event happened, by the clock of whoever wrote it.
    async fn newest_event_at(&mut self) -> Result<Option<Timestamp>, StorageError>;

    /// Erases what is personal in the events about an account. Their digests stay.
    async fn erase_sides_of(&mut self, subject: AccountId) -> Result<(), StorageError>;
}
