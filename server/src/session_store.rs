//! tower-sessions' store over our sessions table.
//!
//! `create` writes the row and its audit event in one unit; `save` only updates, so that a request
//! in flight can't revive an ended session; `load` judges the idle limit; `delete` ends.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    client::Client,
    sessions::{LoadedSession, NewSession, SessionKeyHash},
    store::StorageError,
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

use app::context::Services;

/// The session's one entry once it lives: a [`LoadedSession`].
pub(crate) const SESSION: &str = "session";
/// The entry that asks for a session: a [`Start`].
pub(crate) const START: &str = "start";
/// The error that says that no session begins any more: somebody else was quicker.
pub(crate) const OVERTAKEN: &str = "what the session was to begin with is gone";

/// How an error begins that a working database would not have given.
const UNAVAILABLE: &str = "unavailable: ";

/// What the sign-in route puts into a fresh session.
#[derive(Serialize, Deserialize)]
pub(crate) struct Start {
    pub(crate) session: NewSession,
    pub(crate) client: Client,
}

/// The store. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Store {
    services: Arc<Services>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    pub(crate) fn new(services: Arc<Services>) -> Self {
        Self { services }
    }
}

/// The hash of a session's 128 random bits.
pub(crate) fn key_hash(id: Id) -> SessionKeyHash {
    SessionKeyHash::of(&id.0.to_be_bytes())
}

// tower-sessions hands errors on as text only.
fn failed(error: &StorageError) -> Error {
    Error::Backend(match error {
        StorageError::Unavailable(_) => format!("{UNAVAILABLE}{error}"),
        _ => error.to_string(),
    })
}

/// What kind of failure came back through tower-sessions.
pub(crate) fn told(error: tower_sessions::session::Error) -> StorageError {
    if error.to_string().contains(UNAVAILABLE) {
        StorageError::Unavailable(Box::new(error))
    } else {
        StorageError::Database(Box::new(error))
    }
}

fn entry<T: for<'de> Deserialize<'de>>(record: &Record, key: &str) -> Result<Option<T>> {
    let value = record.data.get(key).cloned().map(serde_json::from_value);
    value
        .transpose()
        .map_err(|error| Error::Decode(error.to_string()))
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let start: Start = entry(record, START)?
            .ok_or_else(|| Error::Backend("only a sign-in begins a session".to_owned()))?;
        loop {
            // Always a fresh key: after a sign-in over a live session, tower-sessions hands in the
            // earlier one's, which somebody may have planted there.
            record.id = Id::default();
            let key = key_hash(record.id);
            match self
                .services
                .sessions
                .start(key, &start.session, &start.client)
                .await
            {
                Ok(Some(_)) => break,
                Ok(None) => return Err(Error::Backend(OVERTAKEN.to_owned())),
                // Somebody has these 128 bits already; theirs stay theirs.
                Err(StorageError::Taken) => {}
                Err(error) => return Err(failed(&error)),
            }
        }
        // What it holds is read by the next request; this one has no more use for it.
        record.data.clear();
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let Some(session) = entry::<LoadedSession>(record, SESSION)? else {
            return Ok(());
        };
        let key = key_hash(record.id);
        let saved = self
            .services
            .sessions
            .save(&key, &session.amr, session.auth_time)
            .await;
        saved.map_err(|error| failed(&error))
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let loaded = self.services.sessions.load(&key_hash(*id)).await;
        let Some(session) = loaded.map_err(|error| failed(&error))? else {
            return Ok(None);
        };
        let end = i128::from(session.absolute_until.as_micros()) * 1000;
        let expiry_date = OffsetDateTime::from_unix_timestamp_nanos(end)
            .map_err(|error| Error::Decode(error.to_string()))?;
        let value =
            serde_json::to_value(session).map_err(|error| Error::Encode(error.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data: [(SESSION.to_owned(), value)].into(),
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let ended = self.services.sessions.sign_out(&key_hash(*id)).await;
        ended.map_err(|error| failed(&error))
    }
}
