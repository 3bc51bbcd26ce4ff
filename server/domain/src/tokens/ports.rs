//! What tokens need from storage.

use async_trait::async_trait;

use crate::{accounts::AccountId, clock::Timestamp, language::Language, store::StorageError};

/// What issuing a token needs to know of an account that is neither disabled nor about to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenOwner {
    /// The world's name for it: `sub`.
    pub subject: String,
    /// What cuts off every earlier token when it rises.
    pub epoch: i64,
    /// Whether it has the administrator's role.
    pub admin: bool,
    /// What the person is called.
    pub name: String,
    /// The primary address.
    pub email: String,
    /// The language the person chose.
    pub language: Option<Language>,
}

/// A token that a person made for themselves, at rest. The token itself is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiTokenRow {
    /// Its `jti`.
    pub id: String,
    /// What it hangs on.
    pub grant_id: String,
    /// Whose it is.
    pub account: AccountId,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// Which APIs it is for.
    pub audience: Vec<String>,
    /// The key that signed it.
    pub kid: String,
    /// The account's epoch when it was made.
    pub epoch: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
    /// When its owner was told that it will.
    pub warned_at: Option<Timestamp>,
    /// When it was last used, to a few seconds.
    pub last_used_at: Option<Timestamp>,
    /// Where from: 16 bytes.
    pub last_used_address: Option<Vec<u8>>,
}

/// What is known of somebody who calls with a token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own, and any may be true beside any other"
)]
pub struct CallerRow {
    /// The account.
    pub account: AccountId,
    /// What the person is called.
    pub name: String,
    /// The primary address.
    pub email: String,
    /// The language the person chose.
    pub language: Option<Language>,
    /// When the account was born.
    pub created_at: Timestamp,
    /// The account's epoch now.
    pub epoch: i64,
    /// Whether it has the administrator's role.
    pub admin: bool,
    /// Whether the person made a token of this `jti`, or let a client have it, and didn't revoke it.
    pub has_token: bool,
    /// Whether the session of this `sid` is alive.
    pub has_session: bool,
    /// Whether the token or the session was revoked by name.
    pub revoked: bool,
    /// Claims that a client asked for one by one.
    pub claims: Vec<String>,
}

/// Tokens at rest.
#[async_trait]
pub trait Tokens {
    /// What issuing a token needs to know; `None` when the account is gone, disabled or about to go.
    async fn find_token_owner(
        &mut self,
        account: AccountId,
    ) -> Result<Option<TokenOwner>, StorageError>;

    /// Writes a token.
    async fn insert_api_token(&mut self, row: &ApiTokenRow) -> Result<(), StorageError>;

    /// How many tokens of an account are alive at `now`.
    async fn count_api_tokens(
        &mut self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<i64, StorageError>;

    /// The tokens of an account that are alive at `now`, newest first, before the one of id `after`,
    /// at most `limit`.
    async fn list_api_tokens(
        &mut self,
        account: AccountId,
        now: Timestamp,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<ApiTokenRow>, StorageError>;

    /// Whose token has this id.
    async fn owner_of_api_token(&mut self, id: &str) -> Result<Option<AccountId>, StorageError>;

    /// Removes one token of an account and gives it back; `None` when there is none by that name.
    async fn delete_api_token(
        &mut self,
        account: AccountId,
        id: &str,
    ) -> Result<Option<ApiTokenRow>, StorageError>;

    /// Removes every token of an account and gives them back.
    async fn delete_api_tokens_of(
        &mut self,
        account: AccountId,
    ) -> Result<Vec<ApiTokenRow>, StorageError>;

    /// Removes every token that a key signed and says how many there were.
    async fn delete_api_tokens_signed_by(&mut self, kid: &str) -> Result<u64, StorageError>;

    /// Removes tokens that expired before `before`.
    async fn delete_expired_api_tokens(&mut self, before: Timestamp) -> Result<u64, StorageError>;

    /// Tokens that expire before `before`, are alive at `now`, and whose owners weren't told.
    async fn list_api_tokens_to_warn_of(
        &mut self,
        now: Timestamp,
        before: Timestamp,
        limit: i64,
    ) -> Result<Vec<ApiTokenRow>, StorageError>;

    /// Notes that an owner is told; `false` when somebody else did it.
    async fn mark_api_token_warned(
        &mut self,
        id: &str,
        now: Timestamp,
    ) -> Result<bool, StorageError>;

    /// Notes calls with a token: how many, on which day (since 1970-01-01, UTC), the last one when
    /// and from where. A token that is gone isn't missed.
    async fn note_api_token_calls(
        &mut self,
        id: &str,
        day: i64,
        calls: i64,
        last: (Timestamp, &[u8]),
    ) -> Result<(), StorageError>;

    /// Calls by token and day since `day`, for the tokens of an account.
    async fn list_token_calls(
        &mut self,
        account: AccountId,
        day: i64,
    ) -> Result<Vec<(String, i64, i64)>, StorageError>;

    /// Forgets calls of before `day`.
    async fn delete_token_calls_before(&mut self, day: i64) -> Result<u64, StorageError>;

    /// Who calls with a token of this `sub`, `jti` and `sid`. `entries` are what the feed would say of
    /// token and session. `None` when the account is gone, disabled or about to go.
    async fn find_caller(
        &mut self,
        subject: &str,
        jti: &str,
        sid: Option<&str>,
        entries: [[u8; 16]; 2],
        now: Timestamp,
    ) -> Result<Option<CallerRow>, StorageError>;

    /// The same for a token that a client was granted: it may know the account by another name, so that
    /// it is found by the token.
    async fn find_granted_caller(
        &mut self,
        jti: &str,
        sid: Option<&str>,
        entries: [[u8; 16]; 2],
        now: Timestamp,
    ) -> Result<Option<CallerRow>, StorageError>;

    /// Raises the epoch of an account, and gives its subject and the epoch that is over; `None` when
    /// it is gone.
    async fn raise_epoch(
        &mut self,
        account: AccountId,
    ) -> Result<Option<(String, i64)>, StorageError>;
}

/// One revocation at rest: what the feed says, when to drop it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RevocationRow {
    /// The 16 bytes of the feed.
    pub entry: [u8; 16],
    /// Where in the feed.
    pub seq: i64,
    /// When everything that it revokes has expired.
    pub expires_at: Timestamp,
}

/// Revocations at rest.
#[async_trait]
pub trait Revocations {
    /// Counts revocations up by one and gives the new count. Whoever else revokes waits until this
    /// unit ends, so it comes late.
    async fn next_revocation(&mut self) -> Result<i64, StorageError>;

    /// How many revocations there were.
    async fn revocations_seq(&mut self) -> Result<i64, StorageError>;

    /// Writes a revocation; one that is there already moves to the new place.
    async fn insert_revocation(&mut self, row: &RevocationRow) -> Result<(), StorageError>;

    /// Those after `since` that still count at `now`, in order.
    async fn list_revocations(
        &mut self,
        since: i64,
        now: Timestamp,
    ) -> Result<Vec<RevocationRow>, StorageError>;

    /// Removes those whose tokens expired before `before`.
    async fn delete_expired_revocations(&mut self, before: Timestamp) -> Result<u64, StorageError>;
}

/// What a person lets a client do, at rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantRow {
    /// `UUIDv7`.
    pub id: String,
    /// Whose it is.
    pub account: AccountId,
    /// To which client.
    pub client_id: String,
    /// The public id of the session that it ends with.
    pub session: Option<String>,
    /// What may be done.
    pub scopes: Vec<String>,
    /// At which APIs.
    pub audience: Vec<String>,
    /// How the person proved who they are.
    pub amr: String,
    /// Claims that the client asked for one by one.
    pub claims: Vec<String>,
    /// The public id of the session in which it was given.
    pub given_in: Option<String>,
    /// When the person proved who they are.
    pub auth_time: Timestamp,
    /// When it was given.
    pub created_at: Timestamp,
    /// When it ends, used or not.
    pub absolute_until: Timestamp,
}

/// What became of a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshTokenState {
    /// Nobody presented it yet.
    Unused,
    /// Somebody did.
    Used,
    /// Another one was given in its place.
    Superseded,
}

impl RefreshTokenState {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unused => "unused",
            Self::Used => "used",
            Self::Superseded => "superseded",
        }
    }
}

/// A refresh token to be written: always an unused one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshTokenRow {
    /// SHA-256 of the token.
    pub hash: [u8; 32],
    /// The family.
    pub grant_id: String,
    /// The one that it was given for.
    pub parent: Option<[u8; 32]>,
    /// When it was given.
    pub issued_at: Timestamp,
    /// When it is over unless presented.
    pub idle_until: Timestamp,
}

/// Grants and their refresh tokens at rest.
#[async_trait]
pub trait Grants {
    /// Writes a grant.
    async fn insert_grant(&mut self, row: &GrantRow) -> Result<(), StorageError>;

    /// Writes a grant and its first refresh token.
    async fn insert_family(
        &mut self,
        row: &GrantRow,
        first: &RefreshTokenRow,
    ) -> Result<(), StorageError>;

    /// Writes a refresh token.
    async fn insert_refresh_token(&mut self, row: &RefreshTokenRow) -> Result<(), StorageError>;

    /// The grant of a refresh token, unless it is over at `now`. Until this unit ends, nobody else
    /// presents one of the family.
    async fn hold_grant_of(
        &mut self,
        hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<GrantRow>, StorageError>;

    /// Makes a refresh token used if its state lets it be presented at `now` (see
    /// [`GrantsService::refresh`](super::GrantsService::refresh)); `None`: it is over by time.
    async fn use_refresh_token(
        &mut self,
        hash: &[u8; 32],
        now: Timestamp,
        superseded_since: Timestamp,
    ) -> Result<Option<bool>, StorageError>;

    /// Supersedes whatever unused was given for a token, or beside it.
    async fn supersede_beside(&mut self, hash: &[u8; 32]) -> Result<(), StorageError>;

    /// Removes a grant with its refresh tokens; `false` when it is gone.
    async fn delete_grant(&mut self, id: &str) -> Result<bool, StorageError>;

    /// Removes the grants that end with a session and says how many there were.
    async fn delete_grants_of_session(&mut self, session: &str) -> Result<u64, StorageError>;

    /// Removes every grant of an account and says how many there were.
    async fn delete_grants_of(&mut self, account: AccountId) -> Result<u64, StorageError>;

    /// Removes refresh tokens and grants that were over before `before`.
    async fn delete_expired_grants(&mut self, before: Timestamp) -> Result<u64, StorageError>;
}
