//! What authorizations need from storage.

use async_trait::async_trait;

use crate::{
    accounts::AccountId, clients::RegisteredClient, clock::Timestamp, store::StorageError,
    tokens::GrantRow,
};

/// An authorization code to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRow {
    /// SHA-256 of the code.
    pub hash: [u8; 32],
    /// To which client.
    pub client: String,
    /// Who let it.
    pub account: AccountId,
    /// The public id of the session in which they did.
    pub session: String,
    /// Where the browser was sent with it.
    pub redirect_uri: String,
    /// Whether the client said so, and has to say it again.
    pub redirect_uri_sent: bool,
    /// `code_challenge`, S256.
    pub challenge: Option<String>,
    /// What may be done.
    pub scopes: Vec<String>,
    /// At which APIs.
    pub audience: Vec<String>,
    /// What the ID token is to repeat.
    pub nonce: Option<String>,
    /// Claims that were asked for one by one.
    pub claims: Vec<String>,
    /// How the person proved who they are.
    pub amr: String,
    /// When they did.
    pub auth_time: Timestamp,
    /// Until when it can be redeemed.
    pub expires_at: Timestamp,
}

/// What redeeming a code found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redeemed {
    /// It wasn't redeemed before, and is now.
    Now,
    /// It had been, for this grant.
    Before(String),
    /// There is none.
    Unknown,
}

/// What a person lets a client have without being asked again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentRow {
    /// Who.
    pub account: AccountId,
    /// Which client.
    pub client: String,
    /// Scopes.
    pub scopes: Vec<String>,
    /// APIs.
    pub audience: Vec<String>,
    /// Claims that were asked for one by one.
    pub claims: Vec<String>,
    /// When they were first asked.
    pub created_at: Timestamp,
    /// When they last said yes.
    pub renewed_at: Timestamp,
}

/// An access token that a client has, at rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessTokenRow {
    /// Its `jti`.
    pub id: String,
    /// The grant that it hangs on; `None`: the client acts for itself.
    pub grant_id: Option<String>,
    /// Which client.
    pub client: String,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// An access token that counts, and what it hangs on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantedToken {
    /// The token.
    pub token: AccessTokenRow,
    /// The grant, if somebody stands behind it.
    pub grant: Option<GrantRow>,
}

/// Codes, consents and access tokens at rest.
#[async_trait]
pub trait Authorizations {
    /// Writes a code.
    async fn insert_code(&mut self, row: &CodeRow) -> Result<(), StorageError>;

    /// A code, redeemed or not.
    async fn find_code(&mut self, hash: &[u8; 32]) -> Result<Option<CodeRow>, StorageError>;

    /// Redeems a code for a grant: of those who try at once, one.
    async fn redeem_code(
        &mut self,
        hash: &[u8; 32],
        grant_id: &str,
    ) -> Result<Redeemed, StorageError>;

    /// Removes the codes that a client has, of everybody or of one account.
    async fn delete_codes_to(
        &mut self,
        client: &str,
        account: Option<AccountId>,
    ) -> Result<u64, StorageError>;

    /// Removes codes that could be redeemed until before `before`.
    async fn delete_expired_codes(&mut self, before: Timestamp) -> Result<u64, StorageError>;

    /// What an account lets a client have.
    async fn find_consent(
        &mut self,
        account: AccountId,
        client: &str,
    ) -> Result<Option<ConsentRow>, StorageError>;

    /// Writes a consent in the place of an earlier one.
    async fn put_consent(&mut self, row: &ConsentRow) -> Result<(), StorageError>;

    /// Takes a consent back; `false` when there is none.
    async fn delete_consent(
        &mut self,
        account: AccountId,
        client: &str,
    ) -> Result<bool, StorageError>;

    /// The clients that an account lets have something, or that have something of it, each with the
    /// consent if there is one and the last time that it was given tokens.
    async fn list_apps(
        &mut self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<Vec<(RegisteredClient, Option<ConsentRow>, Option<Timestamp>)>, StorageError>;

    /// The scopes of the grants of an account to a client that aren't over at `now`.
    async fn list_granted_scopes(
        &mut self,
        account: AccountId,
        client: &str,
        now: Timestamp,
    ) -> Result<Vec<String>, StorageError>;

    /// A grant by its id, unless it is over at `now`.
    async fn find_grant(
        &mut self,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<GrantRow>, StorageError>;

    /// Writes access tokens.
    async fn insert_access_tokens(&mut self, rows: &[&AccessTokenRow]) -> Result<(), StorageError>;

    /// An access token by its `jti`, with what it hangs on, unless that ended.
    async fn find_access_token(&mut self, id: &str) -> Result<Option<GrantedToken>, StorageError>;

    /// The access tokens of a grant that haven't expired at `now`.
    async fn list_access_tokens_of_grant(
        &mut self,
        grant: &str,
        now: Timestamp,
    ) -> Result<Vec<AccessTokenRow>, StorageError>;

    /// Those of clients that must not know a session's name, in a session.
    async fn list_access_tokens_without_session(
        &mut self,
        session: &str,
        now: Timestamp,
    ) -> Result<Vec<AccessTokenRow>, StorageError>;

    /// Those of a client; with `account`, those that stand for it.
    async fn list_access_tokens_of_client(
        &mut self,
        client: &str,
        account: Option<AccountId>,
        now: Timestamp,
    ) -> Result<Vec<AccessTokenRow>, StorageError>;

    /// Those that stand for an account, whichever client has them.
    async fn list_access_tokens_of(
        &mut self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<Vec<AccessTokenRow>, StorageError>;

    /// Removes an access token; `false` when it is gone.
    async fn delete_access_token(&mut self, id: &str) -> Result<bool, StorageError>;

    /// Removes the access tokens of a client that acts for itself.
    async fn delete_own_access_tokens(&mut self, client: &str) -> Result<u64, StorageError>;

    /// Removes the grants to a client; with `account`, those of that account.
    async fn delete_grants_to(
        &mut self,
        client: &str,
        account: Option<AccountId>,
    ) -> Result<u64, StorageError>;

    /// Removes access tokens that expired before `before`.
    async fn delete_expired_access_tokens(
        &mut self,
        before: Timestamp,
    ) -> Result<u64, StorageError>;

    /// The grant that a refresh token belongs to, whether it can still be presented or not.
    async fn find_grant_of_refresh_token(
        &mut self,
        hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<(GrantRow, bool, Timestamp)>, StorageError>;
}
