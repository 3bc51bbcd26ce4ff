//! The chain: every event has a place, and a hash over itself and everything before it.

use async_trait::async_trait;
use sha2::{Digest, Sha256};

use super::side_digest;
use crate::{clock::Timestamp, store::StorageError};

/// Keeps these hashes apart from any other of ours.
const LABEL: &[u8] = b"latchkey audit event 1";

/// SHA-256 of a place in the chain.
pub type Hash = [u8; 32];

/// What stands before the first event.
pub(super) const FIRST: Hash = [0; 32];

/// An event exactly as it rests, whichever version wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// `UUIDv7`.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// What happened, as a word.
    pub kind: String,
    /// Who did it, as a word and an id.
    pub actor: String,
    /// Whom it concerns.
    pub subject: Option<String>,
    /// How it came out, as a word.
    pub outcome: String,
    /// Further facts as JSON.
    pub details: String,
    /// SHA-256 over the side row's salt and body.
    pub side_digest: Option<Vec<u8>>,
}

/// An event's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Counts from 1, without gaps.
    pub seq: i64,
    /// The event.
    pub event: String,
    /// The hash of the place before.
    pub prev: Hash,
    /// SHA-256 over this place, `prev` and the event.
    pub hash: Hash,
}

/// A place with what should stand there.
#[derive(Clone, Debug)]
pub struct LinkRow {
    /// Its number.
    pub seq: i64,
    /// The event's id.
    pub event: String,
    /// The hash of the place before, as stored.
    pub prev: Vec<u8>,
    /// Its hash, as stored.
    pub hash: Vec<u8>,
    /// The event, if it is there.
    pub stored: Option<StoredEvent>,
    /// Its side row, if it is there: salt and body.
    pub side: Option<(Vec<u8>, String)>,
}

/// How far old events were removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CutRow {
    /// The last place that was removed.
    pub seq: i64,
    /// Its hash: the next place's `prev`.
    pub hash: Vec<u8>,
    /// When.
    pub at: Timestamp,
    /// The same as a statement of this installation.
    pub signed: String,
}

/// Events that have no place in the chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unchained {
    /// They wait for the chainer.
    pub waiting: i64,
    /// Nothing waits for them: somebody else than the program took their place away.
    pub lost: i64,
}

/// The chain at rest.
#[async_trait]
pub trait AuditChain {
    /// Waits for whoever else writes to the chain, and has others wait until this unit ends. It comes
    /// first.
    async fn hold_audit_chain(&mut self) -> Result<(), StorageError>;

    /// Number and hash of the last place.
    async fn audit_head(&mut self) -> Result<Option<(i64, Vec<u8>)>, StorageError>;

    /// Whether an event waits for its place.
    async fn has_pending_events(&mut self) -> Result<bool, StorageError>;

    /// Events that wait for their place, oldest ids first.
    async fn list_pending_events(&mut self, limit: i64) -> Result<Vec<StoredEvent>, StorageError>;

    /// Writes places, which must follow the last one; their events wait no more.
    async fn append_links(&mut self, links: &[Link]) -> Result<(), StorageError>;

    /// The places after `after` with what stands there, in order.
    async fn list_links(&mut self, after: i64, limit: i64) -> Result<Vec<LinkRow>, StorageError>;

    /// The last cut.
    async fn newest_cut(&mut self) -> Result<Option<CutRow>, StorageError>;

    /// Removes every place up to a cut, with event and side row, and writes the cut down.
    async fn cut_chain(&mut self, cut: &CutRow) -> Result<(), StorageError>;

    /// How many events from before `before` have no place.
    async fn count_unchained(&mut self, before: Timestamp) -> Result<Unchained, StorageError>;
}

impl Link {
    /// The place of `event` behind `prev`.
    pub(super) fn of(seq: i64, prev: Hash, event: &StoredEvent) -> Self {
        Self {
            seq,
            event: event.id.clone(),
            prev,
            hash: hash(seq, &prev, event),
        }
    }
}

impl StoredEvent {
    /// Whether a side row is the one that was written with this event.
    pub(super) fn fits(&self, (salt, body): &(Vec<u8>, String)) -> bool {
        self.side_digest.as_deref() == Some(side_digest(salt, body).as_slice())
    }
}

/// The hash of a place. Every part says how long it is, so that no two events read alike.
pub(super) fn hash(seq: i64, prev: &[u8], event: &StoredEvent) -> Hash {
    let mut sum = Sha256::new().chain_update(LABEL);
    let mut add = |part: Option<&[u8]>| {
        let Some(part) = part else {
            return sum.update([0]);
        };
        sum.update([1]);
        sum.update((part.len() as u64).to_be_bytes());
        sum.update(part);
    };
    add(Some(&seq.to_be_bytes()));
    add(Some(prev));
    add(Some(event.id.as_bytes()));
    add(Some(&event.at.as_micros().to_be_bytes()));
    add(Some(event.kind.as_bytes()));
    add(Some(event.actor.as_bytes()));
    add(event.subject.as_deref().map(str::as_bytes));
    add(Some(event.outcome.as_bytes()));
    add(Some(event.details.as_bytes()));
    add(event.side_digest.as_deref());
    sum.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> StoredEvent {
        StoredEvent {
            id: "event".to_owned(),
            at: Timestamp::from_micros(1),
            kind: "session.started".to_owned(),
            actor: "system".to_owned(),
            subject: Some("anna".to_owned()),
            outcome: "success".to_owned(),
            details: "{}".to_owned(),
            side_digest: Some(vec![1; 32]),
        }
    }

    #[test]
    fn every_column_and_place_counts() {
        let first = hash(1, &FIRST, &event());
        let changes: [fn(&mut StoredEvent); 9] = [
            |event| event.id.push('x'),
            |event| event.at = Timestamp::from_micros(2),
            |event| event.kind.push('x'),
            |event| event.actor.push('x'),
            |event| event.subject = None,
            |event| event.outcome = "failure".to_owned(),
            |event| event.details = "{ }".to_owned(),
            |event| event.side_digest = None,
            |event| event.side_digest = Some(vec![2; 32]),
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let mut other = event();
            change(&mut other);
            assert_ne!(hash(1, &FIRST, &other), first, "change {number}");
        }
        assert_ne!(hash(2, &FIRST, &event()), first);
        assert_ne!(hash(1, &[1; 32], &event()), first);
    }

    #[test]
    fn what_moves_from_one_column_to_the_next_is_seen() {
        let with = |kind: &str, actor: &str| {
            let (kind, actor) = (kind.to_owned(), actor.to_owned());
            hash(
                1,
                &FIRST,
                &StoredEvent {
                    kind,
                    actor,
                    ..event()
                },
            )
        };
        assert_ne!(with("ab", "c"), with("a", "bc"));
        let subject = |subject: Option<&str>| {
            let subject = subject.map(str::to_owned);
            hash(1, &FIRST, &StoredEvent { subject, ..event() })
        };
        assert_ne!(subject(None), subject(Some("")));
    }
}
