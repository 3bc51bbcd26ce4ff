//! The verbs of signing keys.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use jsonwebtoken::{Header, encode};
use latchkey_verify::KeySet;
use serde::Serialize;
use zeroize::Zeroizing;

use super::{
    Algorithm, Jwks, KeyPurpose, KeyRules, Listed, SigningKeyRow,
    make::{self, Made, NoKey},
    plan::{HANDOVER, Step, plan, published_until},
    provider,
    snapshot::Snapshot,
};
use crate::{
    audit::{Actor, Event, EventKind},
    clock::Timestamp,
    foundation::Foundation,
    keys::{Purpose, SealError},
    store::{StorageError, Work},
};

/// How often a change that somebody else overtook is tried again.
const ATTEMPTS: usize = 5;

/// Why nothing was signed, or no key made.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The cryptographic library failed.
    #[error(transparent)]
    NoKey(#[from] NoKey),
    /// A private half could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// No key of this kind signs, or others changed the keys at the same time again and again.
    #[error("no signing key is ready")]
    NotReady,
}

impl From<KeysError> for StorageError {
    fn from(error: KeysError) -> Self {
        match error {
            KeysError::Storage(error) => error,
            other => Self::Unavailable(Box::new(other)),
        }
    }
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It is published and will sign.
    Next,
    /// It signs.
    Signing,
    /// It is published until its last token is over.
    Retired,
}

impl KeyState {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Signing => "signing",
            Self::Retired => "retired",
        }
    }

    fn of(row: &SigningKeyRow, now: Timestamp) -> Self {
        if now < row.signs_from {
            Self::Next
        } else if now < row.signs_until && row.sealed_private.is_some() {
            Self::Signing
        } else {
            Self::Retired
        }
    }
}

/// A signed token.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The compact form (RFC 7515 section 7.1).
    pub token: String,
    /// The key that signed it.
    pub kid: String,
}

/// What a rotation by hand did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// These follow: kid, and when it begins to sign.
    Planned(Vec<(String, Timestamp)>),
    /// These are gone, and others sign already.
    Dropped(Vec<String>),
    /// There is no such key, or it signs no more.
    Unknown,
}

/// Everything that is done with signing keys. Cheap to clone.
#[derive(Clone)]
pub struct KeysService {
    pub(super) foundation: Foundation,
    rules: Arc<KeyRules>,
    snapshot: Arc<RwLock<Arc<Snapshot>>>,
}

impl KeysService {
    /// A service over `foundation` that knows no key yet: [`Self::tend`] comes first.
    pub fn new(foundation: Foundation, rules: KeyRules) -> Self {
        provider::install();
        let nothing = Snapshot::of(-1, Vec::new(), &foundation.keys);
        Self {
            foundation,
            rules: Arc::new(rules),
            snapshot: Arc::new(RwLock::new(Arc::new(nothing))),
        }
    }

    /// The rules in force.
    pub fn rules(&self) -> &KeyRules {
        &self.rules
    }

    /// Makes the keys that are missing, destroys and removes those that are over, and takes up what
    /// other processes changed.
    ///
    /// # Errors
    /// [`KeysError`] when a key can't be made or kept; those that are there go on signing.
    pub async fn tend(&self) -> Result<(), KeysError> {
        let mut made = HashMap::new();
        for _ in 0..ATTEMPTS {
            let rows = self.read().await?;
            let clients = self.foundation.store.read().await?.has_clients().await?;
            let steps = plan(&rows, &self.rules, clients, self.foundation.now());
            if steps.is_empty() {
                return Ok(());
            }
            self.make_missing(&steps, &mut made).await?;
            if self.apply(&mut made).await? {
                self.read().await?;
                return Ok(());
            }
        }
        Err(KeysError::NotReady)
    }

    /// Takes up what another process changed.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn refresh(&self) -> Result<(), StorageError> {
        let mut work = self.foundation.store.read().await?;
        let revision = work.signing_keys_revision().await?;
        if revision != self.current().revision {
            let rows = work.list_signing_keys().await?;
            self.take_up(revision, rows);
        }
        Ok(())
    }

    /// Opens the keys once more: the master keys have changed.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn reopen(&self) -> Result<(), StorageError> {
        let mut work = self.foundation.store.read().await?;
        let revision = work.signing_keys_revision().await?;
        let rows = work.list_signing_keys().await?;
        self.take_up(revision, rows);
        Ok(())
    }

    async fn read(&self) -> Result<Vec<SigningKeyRow>, StorageError> {
        let mut work = self.foundation.store.read().await?;
        // The revision first: what changes in between is taken up the next time.
        let revision = work.signing_keys_revision().await?;
        let rows = work.list_signing_keys().await?;
        if revision != self.current().revision {
            self.take_up(revision, rows.clone());
        }
        Ok(rows)
    }

    fn take_up(&self, revision: i64, rows: Vec<SigningKeyRow>) {
        let fresh = Arc::new(Snapshot::of(revision, rows, &self.foundation.keys));
        let mut snapshot = self
            .snapshot
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        // Of the same revision, the later look knows more master keys.
        if snapshot.revision <= revision {
            *snapshot = fresh;
        }
    }

    fn current(&self) -> Arc<Snapshot> {
        let snapshot = self.snapshot.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&snapshot)
    }

    /// Makes pairs for the steps that want one, outside any unit of work.
    async fn make_missing(
        &self,
        steps: &[Step],
        made: &mut HashMap<(KeyPurpose, Algorithm), Made>,
    ) -> Result<(), KeysError> {
        for step in steps {
            let Step::Make {
                purpose, algorithm, ..
            } = *step
            else {
                continue;
            };
            if made.contains_key(&(purpose, algorithm)) {
                continue;
            }
            let random = Arc::clone(&self.foundation.random);
            let pair = tokio::task::spawn_blocking(move || make::make(algorithm, random.as_ref()));
            let pair = pair.await.map_err(|_| KeysError::NotReady)??;
            made.insert((purpose, algorithm), pair);
        }
        Ok(())
    }

    /// Does what is to be done by now, in one unit; `false` when a pair for it is missing.
    async fn apply(
        &self,
        made: &mut HashMap<(KeyPurpose, Algorithm), Made>,
    ) -> Result<bool, KeysError> {
        let mut work = self.foundation.store.begin().await?;
        work.touch_signing_keys().await?;
        let rows = work.list_signing_keys().await?;
        let clients = work.has_clients().await?;
        for step in plan(&rows, &self.rules, clients, self.foundation.now()) {
            match step {
                Step::Make {
                    purpose,
                    algorithm,
                    generation,
                    signs_from,
                } => {
                    let Some(pair) = made.remove(&(purpose, algorithm)) else {
                        return Ok(false);
                    };
                    let line = (purpose, algorithm, generation);
                    self.keep(work.as_mut(), pair, line, signs_from, Actor::System)
                        .await?;
                }
                Step::Retire { kid, signed_until } => {
                    let last = work.last_expiry_signed_by(&kid).await?;
                    let until = published_until(signed_until, last);
                    work.retire_signing_key(&kid, until).await?;
                    let kind = EventKind::SigningKeyRetired;
                    self.note(work.as_mut(), kind, &kid, Actor::System).await?;
                }
                Step::Remove { kid } => {
                    work.delete_signing_key(&kid).await?;
                    let kind = EventKind::SigningKeyRemoved;
                    self.note(work.as_mut(), kind, &kid, Actor::System).await?;
                }
            }
        }
        work.commit().await?;
        Ok(true)
    }

    async fn keep(
        &self,
        work: &mut dyn Work,
        pair: Made,
        (purpose, algorithm, generation): (KeyPurpose, Algorithm, i64),
        signs_from: Timestamp,
        actor: Actor,
    ) -> Result<(), KeysError> {
        let random = self.foundation.random.as_ref();
        let private: Zeroizing<Vec<u8>> = pair.private;
        let ring = &self.foundation.keys;
        let sealed = ring.seal(Purpose::SigningKey, &pair.kid, &private, random)?;
        let row = SigningKeyRow {
            kid: pair.kid,
            purpose,
            algorithm,
            generation,
            public_jwk: pair.public_jwk,
            sealed_private: Some(sealed),
            created_at: self.foundation.now(),
            signs_from,
            signs_until: signs_from.plus(self.rules.rotate_every),
            published_until: None,
        };
        work.insert_signing_key(&row).await?;
        let kind = EventKind::SigningKeyCreated;
        self.note(work, kind, &row.kid, actor).await?;
        Ok(())
    }

    pub(super) async fn note(
        &self,
        work: &mut dyn Work,
        what: EventKind,
        kid: &str,
        actor: Actor,
    ) -> Result<(), StorageError> {
        let event = Event {
            kind: what,
            actor,
            subject: None,
            details: &[("kid", kid)],
            client: None,
            email: None,
        };
        work.append_event(&event.row(&self.foundation)).await
    }

    /// Has the keys that sign followed by others, once copies of the key set can know these; `kid`
    /// picks one of them.
    ///
    /// # Errors
    /// [`KeysError`] when a key can't be made or kept; nothing is changed then.
    pub async fn rotate(&self, kid: Option<&str>, actor: Actor) -> Result<Rotation, KeysError> {
        let mut made = HashMap::new();
        for _ in 0..ATTEMPTS {
            let rows = self.read().await?;
            let now = self.foundation.now();
            let ending: Vec<_> = rows
                .iter()
                .filter(|row| KeyState::of(row, now) == KeyState::Signing)
                .filter(|row| kid.is_none_or(|kid| row.kid == kid))
                .collect();
            if ending.is_empty() {
                return Ok(Rotation::Unknown);
            }
            let wanted: Vec<_> = ending
                .iter()
                .filter(|row| follower(&rows, row).is_none())
                .map(|row| Step::Make {
                    purpose: row.purpose,
                    algorithm: row.algorithm,
                    generation: row.generation + 1,
                    signs_from: now,
                })
                .collect();
            self.make_missing(&wanted, &mut made).await?;
            let ending: Vec<_> = ending.into_iter().map(|row| row.kid.clone()).collect();
            if let Some(planned) = self.hand_over(&ending, &mut made, actor).await? {
                self.read().await?;
                return Ok(Rotation::Planned(planned));
            }
        }
        Err(KeysError::NotReady)
    }

    async fn hand_over(
        &self,
        ending: &[String],
        made: &mut HashMap<(KeyPurpose, Algorithm), Made>,
        actor: Actor,
    ) -> Result<Option<Vec<(String, Timestamp)>>, KeysError> {
        let mut work = self.foundation.store.begin().await?;
        work.touch_signing_keys().await?;
        let rows = work.list_signing_keys().await?;
        let now = self.foundation.now();
        let mut planned = Vec::new();
        for kid in ending {
            let Some(row) = rows.iter().find(|row| row.kid == *kid) else {
                return Ok(None);
            };
            let (next, from) = if let Some(next) = follower(&rows, row) {
                let from = next.created_at.plus(HANDOVER).max(now).min(row.signs_until);
                let until = from.plus(self.rules.rotate_every);
                work.reschedule_signing_key(&next.kid, from, until).await?;
                (next.kid.clone(), from)
            } else {
                let Some(pair) = made.remove(&(row.purpose, row.algorithm)) else {
                    return Ok(None);
                };
                let from = now.plus(HANDOVER).min(row.signs_until);
                let line = (row.purpose, row.algorithm, row.generation + 1);
                let kid = pair.kid.clone();
                self.keep(work.as_mut(), pair, line, from, actor).await?;
                (kid, from)
            };
            work.reschedule_signing_key(&row.kid, row.signs_from, from)
                .await?;
            self.note(work.as_mut(), EventKind::SigningKeyRotated, kid, actor)
                .await?;
            planned.push((next, from));
        }
        work.commit().await?;
        Ok(Some(planned))
    }

    /// Drops keys that somebody else may have: nothing that they signed is accepted any more. Without
    /// `kid`, every one that signs or is to sign. Others sign at once.
    ///
    /// # Errors
    /// [`KeysError`] when a key can't be made or kept.
    pub async fn drop_compromised(
        &self,
        kid: Option<&str>,
        actor: Actor,
    ) -> Result<Rotation, KeysError> {
        let mut work = self.foundation.store.begin().await?;
        work.touch_signing_keys().await?;
        let rows = work.list_signing_keys().await?;
        let now = self.foundation.now();
        let dropped: Vec<_> = rows
            .iter()
            .filter(|row| match kid {
                Some(kid) => row.kid == kid,
                None => row.sealed_private.is_some(),
            })
            .collect();
        if dropped.is_empty() {
            return Ok(Rotation::Unknown);
        }
        for row in &dropped {
            work.delete_signing_key(&row.kid).await?;
            work.delete_api_tokens_signed_by(&row.kid).await?;
            let what = EventKind::SigningKeyCompromised;
            self.note(work.as_mut(), what, &row.kid, actor).await?;
            // Its follower is published: it takes over now.
            if let Some(next) = follower(&rows, row)
                && dropped.iter().all(|gone| gone.kid != next.kid)
                && KeyState::of(row, now) == KeyState::Signing
            {
                let until = now.plus(self.rules.rotate_every);
                work.reschedule_signing_key(&next.kid, now, until).await?;
            }
        }
        let kids = dropped.iter().map(|row| row.kid.clone()).collect();
        work.commit().await?;
        self.tend().await?;
        Ok(Rotation::Dropped(kids))
    }

    /// Every key, by purpose, algorithm and generation.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn list(&self) -> Result<Vec<Listed>, StorageError> {
        let now = self.foundation.now();
        let rows = self.read().await?;
        let listed = rows.into_iter().map(|row| Listed {
            state: KeyState::of(&row, now),
            row,
        });
        Ok(listed.collect())
    }

    /// The public halves, as of the last time that changes were looked for.
    pub fn jwks(&self) -> Jwks {
        self.current().jwks.clone()
    }

    /// Has `judge` see the public halves, ready to verify with.
    pub fn with_key_set<T>(&self, judge: impl FnOnce(&KeySet) -> T) -> T {
        judge(&self.current().key_set)
    }

    /// Signs claims with the key of the time.
    ///
    /// # Errors
    /// [`KeysError`] when no key signs and none can be made.
    pub async fn sign(
        &self,
        purpose: KeyPurpose,
        typ: &str,
        claims: &impl Serialize,
    ) -> Result<Signed, KeysError> {
        let algorithm = self.rules.of(purpose);
        let now = self.foundation.now();
        let mut snapshot = self.current();
        if snapshot.signing(purpose, algorithm, now).is_none() {
            self.tend().await?;
            snapshot = self.current();
        }
        let (kid, key) = snapshot
            .signing(purpose, algorithm, now)
            .ok_or(KeysError::NotReady)?;
        let mut header = Header::new(make::name(algorithm));
        header.typ = Some(typ.to_owned());
        header.kid = Some(kid.to_owned());
        let token = encode(&header, claims, key).map_err(|_| NoKey)?;
        let kid = kid.to_owned();
        Ok(Signed { token, kid })
    }
}

/// The key that is to take over from another.
fn follower<'a>(rows: &'a [SigningKeyRow], row: &SigningKeyRow) -> Option<&'a SigningKeyRow> {
    rows.iter().find(|next| {
        (next.purpose, next.algorithm) == (row.purpose, row.algorithm)
            && next.generation == row.generation + 1
    })
}
