//! What administrators search: people, sessions and API tokens of everyone.
//!
//! Every list is paged by what the last row of a page was ordered by, so that rows that come and go
//! meanwhile neither repeat nor hide others.

use async_trait::async_trait;

use super::{Network, SearchText, SessionSpan, Surroundings};
use crate::{
    accounts::{AccountId, Role, Subject},
    client::ClientAddress,
    clock::Timestamp,
    store::StorageError,
};

/// What may be said of an account besides who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// It may be used.
    Active,
    /// An administrator disabled it.
    Disabled,
    /// It goes on a day that is set, unless its owner signs in.
    Leaving,
}

/// Which people are looked for. The default is everyone; what is set must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// Part of the name or of any address.
    pub text: Option<SearchText>,
    /// How the account stands.
    pub state: Option<AccountState>,
    /// A role that it has.
    pub role: Option<Role>,
}

/// A person in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserListing {
    /// Our name for the account; also the cursor of the list.
    pub id: AccountId,
    /// The world's name for it.
    pub subject: Subject,
    /// What the person wants to be called.
    pub name: String,
    /// The primary address.
    pub email: String,
    /// Its roles, in the order of their words.
    pub roles: Vec<Role>,
    /// When it was born.
    pub created_at: Timestamp,
    /// When it was disabled, if it is.
    pub disabled_at: Option<Timestamp>,
    /// When it goes, if its owner asked for that.
    pub delete_at: Option<Timestamp>,
    /// How many sessions are alive.
    pub sessions: i64,
    /// When one of the sessions that are still there was last used, to a minute or so.
    pub last_seen_at: Option<Timestamp>,
}

impl UserListing {
    /// How the account stands; disabled goes before leaving.
    pub const fn state(&self) -> AccountState {
        match (self.disabled_at, self.delete_at) {
            (Some(_), _) => AccountState::Disabled,
            (None, Some(_)) => AccountState::Leaving,
            (None, None) => AccountState::Active,
        }
    }
}

/// An address of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserEmail {
    /// As it was typed when it was confirmed.
    pub address: String,
    /// Whether mail goes there.
    pub primary: bool,
    /// When it was confirmed.
    pub verified_at: Option<Timestamp>,
    /// Until when a former address is held for its owner.
    pub held_until: Option<Timestamp>,
}

/// A provider's account through which a person signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserConnection {
    /// The provider's name in the configuration.
    pub provider: String,
    /// What the provider calls the person.
    pub label: String,
    /// When it was connected.
    pub created_at: Timestamp,
    /// When it was last used to sign in.
    pub last_used_at: Option<Timestamp>,
}

/// A person, with what a page about them needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserDetails {
    /// As in a list.
    pub listing: UserListing,
    /// Every address, the primary one first.
    pub emails: Vec<UserEmail>,
    /// Whether there is a password.
    pub has_password: bool,
    /// Providers, the oldest connection first.
    pub connections: Vec<UserConnection>,
    /// How many API tokens are alive.
    pub tokens: i64,
}

/// By which name somebody is looked up.
#[derive(Clone, Copy, Debug)]
pub enum UserName<'a> {
    /// Ours.
    Id(AccountId),
    /// The world's.
    Subject(&'a str),
}

/// Which sessions are looked for. The default is all that are alive; what is set must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionFilter {
    /// Whose.
    pub account: Option<AccountId>,
    /// Part of the name or of any address of whose they are.
    pub text: Option<SearchText>,
    /// Where they began.
    pub network: Option<Network>,
    /// One of the `amr` words by which their owners proved who they are.
    pub method: Option<String>,
    /// Begun at this moment or later.
    pub created_since: Option<Timestamp>,
    /// Begun before this moment.
    pub created_before: Option<Timestamp>,
    /// Used at this moment or later, to a minute or so.
    pub seen_since: Option<Timestamp>,
}

/// In which order sessions are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SessionOrder {
    /// The last used first.
    #[default]
    LastSeen,
    /// The last begun first.
    Newest,
    /// The first begun first.
    Oldest,
}

/// Behind which session a page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionCursor {
    /// The time by which it was ordered.
    pub at: Timestamp,
    /// [`SessionListing::id`].
    pub id: String,
}

/// A session in a list of everyone's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionListing {
    /// Our name for it, for cursors; pages say `public_id`.
    pub id: String,
    /// What pages and the API call it.
    pub public_id: String,
    /// Whose it is.
    pub account: AccountId,
    /// The world's name for them.
    pub subject: Subject,
    /// What they want to be called.
    pub name: String,
    /// Their primary address.
    pub email: String,
    /// Where it began.
    pub address: ClientAddress,
    /// What the browser called itself.
    pub user_agent: String,
    /// How they proved who they are (RFC 8176).
    pub amr: String,
    /// Whether the browser keeps it when it is closed.
    pub persistent: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to a minute or so.
    pub last_seen_at: Timestamp,
    /// How many grants end with it.
    pub grants: i64,
}

impl SessionListing {
    /// Where the page after this session begins.
    pub fn cursor(&self, order: SessionOrder) -> SessionCursor {
        SessionCursor {
            at: match order {
                SessionOrder::LastSeen => self.last_seen_at,
                SessionOrder::Newest | SessionOrder::Oldest => self.created_at,
            },
            id: self.id.clone(),
        }
    }
}

/// A session to be ended, by what [`Sessions::delete_session`](crate::sessions::Sessions::delete_session)
/// takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchingSession {
    /// Whose it is.
    pub account: AccountId,
    /// What pages call it.
    pub public_id: String,
}

/// Which API tokens are looked for. The default is all that are alive; what is set must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenFilter {
    /// Whose.
    pub account: Option<AccountId>,
    /// Part of the name or of any address of whose they are.
    pub text: Option<SearchText>,
    /// A scope that they have, as a whole word.
    pub scope: Option<String>,
    /// Neither made nor used since this moment.
    pub unused_since: Option<Timestamp>,
}

/// An API token in a list of everyone's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenListing {
    /// Its `jti`; also the cursor of the list.
    pub id: String,
    /// Whose it is.
    pub account: AccountId,
    /// The world's name for them.
    pub subject: Subject,
    /// What they want to be called.
    pub owner: String,
    /// Their primary address.
    pub email: String,
    /// What they call the token.
    pub name: String,
    /// What may be done with it.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
    /// When our own API last saw it.
    pub last_used_at: Option<Timestamp>,
}

/// Everyone's accounts, sessions and tokens, for those who may see them. It asks nobody whether they
/// may: callers do.
#[async_trait]
pub trait Directory {
    /// People, the last born first, before the one of id `after`, at most `limit`. Sessions are
    /// counted as of `now`.
    async fn search_users(
        &mut self,
        filter: &UserFilter,
        now: Timestamp,
        after: Option<AccountId>,
        limit: i64,
    ) -> Result<Vec<UserListing>, StorageError>;

    /// One person, disabled or not; `None` when there is nobody by that name.
    async fn find_user(
        &mut self,
        name: UserName<'_>,
        now: Timestamp,
    ) -> Result<Option<UserDetails>, StorageError>;

    /// Sessions that are alive at `now`, of accounts that aren't disabled, behind `after`, at most
    /// `limit`.
    async fn search_sessions(
        &mut self,
        filter: &SessionFilter,
        order: SessionOrder,
        now: Timestamp,
        after: Option<&SessionCursor>,
        limit: i64,
    ) -> Result<Vec<SessionListing>, StorageError>;

    /// What was there when each of these sessions began, in no order; one that ended meanwhile is left
    /// out. Accounts at an address are counted up to `most`.
    async fn surroundings(
        &mut self,
        spans: &[SessionSpan],
        most: i64,
    ) -> Result<Vec<Surroundings>, StorageError>;

    /// How many such sessions there are; `most` stands for itself and more.
    async fn count_sessions(
        &mut self,
        filter: &SessionFilter,
        now: Timestamp,
        most: i64,
    ) -> Result<i64, StorageError>;

    /// Such sessions to be ended, in no order, at most `limit`. Once these are ended, the next call
    /// gives others.
    async fn list_matching_session_ids(
        &mut self,
        filter: &SessionFilter,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<MatchingSession>, StorageError>;

    /// API tokens that are alive at `now`, of accounts that aren't disabled, newest first, before the
    /// one of id `after`, at most `limit`.
    async fn search_tokens(
        &mut self,
        filter: &TokenFilter,
        now: Timestamp,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<TokenListing>, StorageError>;
}
