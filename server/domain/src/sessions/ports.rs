//! What sessions need from storage.

use async_trait::async_trait;

use super::SessionKeyHash;
use crate::{
    accounts::{AccountId, Familiarity, Role},
    client::BrowserHash,
    clock::Timestamp,
    language::Language,
    store::StorageError,
    tokens::TokenOwner,
};

/// A session at rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// `UUIDv7`.
    pub id: String,
    /// What pages and the API call it; survives a new key.
    pub public_id: String,
    /// SHA-256 of the cookie's value.
    pub key_hash: SessionKeyHash,
    /// Whose it is.
    pub account: AccountId,
    /// How the person proved who they are (RFC 8176).
    pub amr: String,
    /// When they did.
    pub auth_time: Timestamp,
    /// Whether the browser keeps it when it is closed.
    pub persistent: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to a minute or so.
    pub last_seen_at: Timestamp,
    /// When it ends unless used.
    pub idle_until: Timestamp,
    /// When it ends.
    pub absolute_until: Timestamp,
    /// Where it began: 16 bytes.
    pub address: Vec<u8>,
    /// What the browser called itself.
    pub user_agent: String,
    /// The browser's mark, hashed.
    pub browser: Option<Vec<u8>>,
}

/// What a session's account tells every page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionOwner {
    /// Its name.
    pub name: String,
    /// Its primary address.
    pub email: String,
    /// The language the person chose.
    pub language: Option<Language>,
    /// Its role: of several the one that may most.
    pub role: Option<Role>,
}

/// Sessions at rest.
#[async_trait]
pub trait Sessions {
    /// Writes a session, unless its account is gone or disabled, or its password isn't the one of
    /// `password_since` any longer; then `false`. Until this unit ends, nobody changes that password.
    async fn insert_session(
        &mut self,
        row: &SessionRow,
        password_since: Option<Timestamp>,
    ) -> Result<bool, StorageError>;

    /// The same, and remembers that the browser belongs to the account's owner: says whether that is
    /// news, or `None` where no session was written.
    async fn insert_session_of(
        &mut self,
        browser: &BrowserHash,
        row: &SessionRow,
        password_since: Option<Timestamp>,
    ) -> Result<Option<Familiarity>, StorageError>;

    /// As [`insert_session`](Self::insert_session) of an account that isn't about to be deleted, and gives
    /// what the tokens that hang on the session tell of its owner; `None` where none was written.
    async fn insert_session_with_tokens(
        &mut self,
        row: &SessionRow,
        password_since: Option<Timestamp>,
    ) -> Result<Option<TokenOwner>, StorageError>;

    /// A session by its key, unless its account is disabled, with what its account tells.
    async fn find_session(
        &mut self,
        key: &SessionKeyHash,
    ) -> Result<Option<(SessionRow, SessionOwner)>, StorageError>;

    /// Whether a session is alive, and its owner proved who they are at `since` or later; until this
    /// unit ends, nobody ends it.
    async fn hold_session(
        &mut self,
        account: AccountId,
        public_id: &str,
        since: Timestamp,
    ) -> Result<bool, StorageError>;

    /// Renews how and when the person proved who they are. Never brings a session back: `false`
    /// when it has ended.
    async fn update_session(
        &mut self,
        key: &SessionKeyHash,
        amr: &str,
        auth_time: Timestamp,
    ) -> Result<bool, StorageError>;

    /// Notes that the owner of a session proved who they are again; `false` when it has ended. Until
    /// this unit ends, nobody ends it.
    async fn renew_session(
        &mut self,
        account: AccountId,
        public_id: &str,
        auth_time: Timestamp,
    ) -> Result<bool, StorageError>;

    /// The sessions of an account that haven't ended by `now`, last used first.
    async fn list_sessions(
        &mut self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<Vec<SessionRow>, StorageError>;

    /// Ends a session by its key and gives its account and public id.
    async fn delete_session_by_key(
        &mut self,
        key: &SessionKeyHash,
    ) -> Result<Option<(AccountId, String)>, StorageError>;

    /// Whose session has this public id.
    async fn owner_of_session(
        &mut self,
        public_id: &str,
    ) -> Result<Option<AccountId>, StorageError>;

    /// Ends one session of an account; `false` when there is none by that name.
    async fn delete_session(
        &mut self,
        account: AccountId,
        public_id: &str,
    ) -> Result<bool, StorageError>;

    /// Ends all sessions of an account but one and gives their public ids.
    async fn delete_sessions_except(
        &mut self,
        account: AccountId,
        public_id: &str,
    ) -> Result<Vec<String>, StorageError>;

    /// Notes that a session was used; an earlier time never overwrites a later one.
    async fn touch_session(
        &mut self,
        public_id: &str,
        last_seen_at: Timestamp,
        persistent_idle_until: Timestamp,
        short_idle_until: Timestamp,
    ) -> Result<(), StorageError>;

    /// Removes sessions that ended before `before`.
    async fn delete_expired_sessions(&mut self, before: Timestamp) -> Result<u64, StorageError>;
}
