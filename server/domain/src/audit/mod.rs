//! The audit trail: every change leaves an event in the same unit of work.
//!
//! An event names people by account id only. What is personal (address, e-mail, browser) stands in
//! a side row whose salted digest is in the event, so that it can be erased and the trail still holds.
//! The chainer gives each event its place in a chain of hashes a moment later (`chain.rs`); checkpoints
//! of that chain rest outside the database (`checkpoint.rs`).

mod chain;
mod chainer;
mod check;
mod checkpoint;
mod denied;
mod export;
mod kind;
mod reading;
mod retention;

use std::fmt;

use async_trait::async_trait;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    accounts::AccountId,
    client::Client,
    clock::Timestamp,
    foundation::Foundation,
    random::{random_bytes, time_ordered_id},
    store::{StorageError, Work},
};

pub use chain::{AuditChain, CutRow, Hash, Link, LinkRow, StoredEvent, Unchained};
pub use chainer::{Head, chain_pending, head};
pub use check::{Checked, Fault, check};
pub use checkpoint::{AuditKey, Checkpoint, NotOurs};
pub use denied::note_denied;
pub use export::{csv_header, csv_line, json_line};
pub use kind::{EventKind, Outcome};
pub use reading::{
    AuditReading, EventCount, EventFilter, EventQuestion, FoundEvent, Side, find_events,
};
pub use retention::{Removed, remove_before};

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who isn't signed in.
    Anonymous,
    /// A person with an account.
    Account(AccountId),
    /// Whoever has a shell on the server.
    CommandLine,
    /// The program by itself.
    System,
}

impl fmt::Display for Actor {
    /// The stored word, with an account's id.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous => f.write_str("anonymous"),
            Self::Account(id) => write!(f, "account:{id}"),
            Self::CommandLine => f.write_str("command-line"),
            Self::System => f.write_str("system"),
        }
    }
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

/// Who does something, and from where.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    pub(crate) actor: Actor,
    pub(crate) client: Option<&'a Client>,
}

impl<'a> By<'a> {
    /// The owner of an account.
    pub(crate) const fn owner(account: AccountId, client: &'a Client) -> Self {
        Self {
            actor: Actor::Account(account),
            client: Some(client),
        }
    }

    /// Whoever has a shell on the server.
    pub const COMMAND_LINE: By<'static> = By {
        actor: Actor::CommandLine,
        client: None,
    };

    /// Writes an event of theirs, as part of a unit.
    pub(crate) async fn note(
        self,
        work: &mut dyn Work,
        foundation: &Foundation,
        (kind, subject): (EventKind, Option<AccountId>),
        details: &[(&'static str, &str)],
    ) -> Result<(), StorageError> {
        let event = Event {
            kind,
            actor: self.actor,
            subject,
            details,
            client: self.client,
            email: None,
        };
        work.append_event(&event.row(foundation)).await
    }
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
struct SideBody<'a> {
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
            let body = SideBody {
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
            actor: self.actor.to_string(),
            subject: self.subject,
            details: serde_json::Value::Object(details).to_string(),
            side_digest: side.as_ref().map(|(salt, body)| side_digest(salt, body)),
            side,
        }
    }
}

/// What an event says of its side row.
fn side_digest(salt: &[u8], body: &str) -> [u8; 32] {
    let digest = Sha256::new().chain_update(salt).chain_update(body);
    digest.finalize().into()
}

/// The audit trail at rest. Rows can be added, never changed.
#[async_trait]
pub trait AuditTrail {
    /// Writes an event and its side row.
    async fn append_event(&mut self, event: &EventRow) -> Result<(), StorageError>;
    /// When the newest event happened, by the clock of whoever wrote it.
    async fn newest_event_at(&mut self) -> Result<Option<Timestamp>, StorageError>;

    /// The id of the newest event of two kinds.
    async fn newest_of_either(
        &mut self,
        kinds: [EventKind; 2],
    ) -> Result<Option<String>, StorageError>;

    /// Erases what is personal in the events about an account, and in those of which it was the actor.
    /// Their digests stay.
    async fn erase_sides_of(&mut self, account: AccountId) -> Result<(), StorageError>;
}
