//! Who calls our own API with a token.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use latchkey_verify::{Algorithm, Claims, Refused, Rules, revocation::Entry};

use super::{
    API_CLIENT, Apis, CallerRow, OWN_CLIENT,
    apis::is_for_admins,
    calls::{Calls, day_of},
    claims::seconds,
};
use crate::{
    client::ClientAddress, clock::Timestamp, foundation::Foundation, keys::signing::KeysService,
    store::StorageError,
};

/// How long what is known of a caller holds when another process may have changed it.
const HOLDS: Duration = Duration::from_secs(1);
/// Most callers that are remembered.
const CAPACITY: usize = 10_000;
/// How long calls are counted by day.
pub(super) const COUNTED_DAYS: i64 = 30;

/// Somebody who calls with a token.
#[derive(Clone, Debug)]
pub struct Caller {
    /// What the token says.
    pub claims: Claims,
    /// Who they are.
    pub person: Arc<CallerRow>,
}

impl Caller {
    /// Whether the token may do this, and its owner still may.
    pub fn may(&self, scope: &str) -> bool {
        self.claims.has_scope(scope) && (self.person.admin || !is_for_admins(scope))
    }

    /// Whether it is a token that a person made for themselves.
    pub fn is_personal(&self) -> bool {
        self.claims.client_id == OWN_CLIENT
    }
}

/// Why a call is not answered.
#[derive(Debug, thiserror::Error)]
pub enum Unauthorized {
    /// The token won't do. To strangers every reason is one (RFC 6750 section 3.1).
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

struct Known {
    person: Arc<CallerRow>,
    /// The count of changes before it was read.
    changes: u64,
    at: Timestamp,
}

/// Judges tokens for our own API, and remembers for a moment whose they are. What this process
/// changes counts at once, what another one changes within a second.
pub struct Callers {
    foundation: Foundation,
    keys: KeysService,
    rules: Rules,
    known: Mutex<HashMap<String, Known>>,
    calls: Calls,
}

impl Callers {
    /// Judges tokens for the first of `apis`.
    pub fn new(foundation: Foundation, keys: KeysService, apis: &Apis) -> Self {
        let rules = Rules::new(&*foundation.issuer, apis.own_audience())
            // What a key of ours signed counts as long as that key is published.
            .algorithms(&Algorithm::ALL)
            // Signed by ourselves, by the same clock.
            .leeway(5);
        Self {
            foundation,
            keys,
            rules,
            known: Mutex::default(),
            calls: Calls::default(),
        }
    }

    /// Whose token this is, and notes that it is used from `address`.
    ///
    /// # Errors
    /// [`Unauthorized`] when it won't do, or can't be judged.
    pub async fn authenticate(
        &self,
        token: &str,
        address: ClientAddress,
    ) -> Result<Caller, Unauthorized> {
        let judged = self.judge(token, address).await;
        if let Err(Unauthorized::Refused(refused)) = &judged {
            self.foundation.tally.token_refused(in_a_word(*refused));
        }
        judged
    }

    async fn judge(&self, token: &str, address: ClientAddress) -> Result<Caller, Unauthorized> {
        let now = self.foundation.now();
        let judge = |keys: &_| self.rules.check(token, keys, seconds(now));
        let claims = self.keys.with_key_set(judge)?;
        let person = match self.remembered(&claims.jti, now) {
            Some(person) => person,
            None => self.ask(&claims, now).await?,
        };
        if is_over(&claims, &person) {
            return Err(Refused::Revoked.into());
        }
        if claims.client_id == OWN_CLIENT {
            self.calls.note(&claims.jti, now, address);
        }
        Ok(Caller { claims, person })
    }

    /// The same caller as the database knows them now, whatever is remembered.
    ///
    /// # Errors
    /// [`Unauthorized`] when the token counts no longer, or can't be judged.
    pub async fn look_again(&self, caller: &Caller) -> Result<Caller, Unauthorized> {
        let (claims, now) = (&caller.claims, self.foundation.now());
        if claims.exp <= seconds(now) {
            return Err(Refused::Expired.into());
        }
        let person = self.ask(claims, now).await?;
        if is_over(claims, &person) {
            return Err(Refused::Revoked.into());
        }
        let claims = claims.clone();
        Ok(Caller { claims, person })
    }

    fn remembered(&self, jti: &str, now: Timestamp) -> Option<Arc<CallerRow>> {
        let changes = self.foundation.store.changes_of_callers();
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.get(jti)?;
        let holds = found.changes == changes && now.since(found.at) < HOLDS && now >= found.at;
        holds.then(|| Arc::clone(&found.person))
    }

    async fn ask(&self, claims: &Claims, now: Timestamp) -> Result<Arc<CallerRow>, Unauthorized> {
        // Counted before it is read: what changes in between is asked for again.
        let changes = self.foundation.store.changes_of_callers();
        let person = find(&self.foundation, claims, now).await?;
        let person = Arc::new(person.ok_or(Refused::Revoked)?);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= CAPACITY {
            known.clear();
        }
        let remembered = Known {
            person: Arc::clone(&person),
            changes,
            at: now,
        };
        known.insert(claims.jti.clone(), remembered);
        Ok(person)
    }

    /// Writes the batch of calls that waits.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; the calls wait on then.
    pub async fn flush(&self) -> Result<(), StorageError> {
        let taken = self.calls.take();
        if taken.is_empty() {
            return Ok(());
        }
        let written = async {
            let mut work = self.foundation.store.begin().await?;
            for ((token, day), waiting) in &taken {
                let last = (waiting.last, waiting.address.as_bytes().as_slice());
                work.note_api_token_calls(token, *day, waiting.calls, last)
                    .await?;
            }
            work.commit().await
        };
        let written = written.await;
        if written.is_err() {
            self.calls.put_back(taken);
        }
        written
    }

    /// Forgets the calls of days that nobody sees any more.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn forget_old_calls(&self) -> Result<u64, StorageError> {
        let mut work = self.foundation.store.begin().await?;
        let before = day_of(self.foundation.now()) - COUNTED_DAYS;
        let gone = work.delete_token_calls_before(before).await?;
        work.commit().await?;
        Ok(gone)
    }
}

/// Those who watch are told the few reasons that call for something else to be done.
const fn in_a_word(refused: Refused) -> &'static str {
    match refused {
        Refused::Expired => "expired",
        Refused::Revoked => "revoked",
        Refused::UnknownKey => "unknown_key",
        Refused::Signature => "signature",
        Refused::Issuer | Refused::Audience => "for_another",
        _ => "malformed",
    }
}

/// What the database knows of a token and its owner.
pub(super) async fn find(
    foundation: &Foundation,
    claims: &Claims,
    now: Timestamp,
) -> Result<Option<CallerRow>, StorageError> {
    let issuer = &foundation.issuer;
    let sid = claims.sid.as_deref();
    let entries = [
        *Entry::of_token(issuer, &claims.jti).as_bytes(),
        *Entry::of_session(issuer, sid.unwrap_or_default()).as_bytes(),
    ];
    let mut work = foundation.store.read().await?;
    if matches!(claims.client_id.as_str(), OWN_CLIENT | API_CLIENT) {
        let (sub, jti) = (&claims.sub, &claims.jti);
        return work.find_caller(sub, jti, sid, entries, now).await;
    }
    work.find_granted_caller(&claims.jti, sid, entries, now)
        .await
}

/// Whether a genuine token still counts: one of a person, or of a client that acts for itself.
pub(crate) async fn is_alive(
    foundation: &Foundation,
    claims: &Claims,
    now: Timestamp,
) -> Result<bool, StorageError> {
    if claims.epoch.is_none() {
        let mut work = foundation.store.read().await?;
        return Ok(work.find_access_token(&claims.jti).await?.is_some());
    }
    let person = find(foundation, claims, now).await?;
    Ok(person.is_some_and(|person| !is_over(claims, &person)))
}

/// Whether a token was revoked, or what it hangs on is over.
pub(super) fn is_over(claims: &Claims, person: &CallerRow) -> bool {
    let hangs = match claims.client_id.as_str() {
        OWN_CLIENT => person.has_token,
        API_CLIENT => person.has_session,
        _ => person.has_token && (claims.sid.is_none() || person.has_session),
    };
    person.revoked || !hangs || claims.epoch != Some(person.epoch)
}
