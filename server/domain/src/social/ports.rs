//! What signing in elsewhere needs from storage.

use async_trait::async_trait;

use super::{FoundIdentity, ProviderId};
use crate::{
    accounts::AccountId, client::BrowserHash, clock::Timestamp, links::LinkHash,
    store::StorageError,
};

/// What somebody who was sent to a provider wanted, as it rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// To sign in.
    SignIn,
    /// To sign up; like [`Self::SignIn`], from another page.
    SignUp,
    /// To connect an identity to their account.
    Connect,
    /// To prove again who they are.
    Confirm,
}

impl Intent {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SignUp => "sign_up",
            Self::Connect => "connect",
            Self::Confirm => "confirm",
        }
    }

    /// From the stored word, which is also what forms send.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::SignIn, Self::SignUp, Self::Connect, Self::Confirm]
            .into_iter()
            .find(|intent| intent.as_str() == word)
    }
}

/// Somebody on their way to a provider and back. One use, 10 minutes, one browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// SHA-256 of `state`.
    pub state_hash: LinkHash,
    /// To whom.
    pub provider: ProviderId,
    /// What for.
    pub intent: Intent,
    /// What the ID token has to carry.
    pub nonce: String,
    /// The PKCE verifier, sealed.
    pub verifier: Vec<u8>,
    /// Where to go afterwards.
    pub next: Option<String>,
    /// Which browser.
    pub browser: BrowserHash,
    /// The account that was signed in, where the intent needs one.
    pub account: Option<AccountId>,
    /// Whether "Stay signed in" was ticked.
    pub stay: bool,
    /// The arrival that is to be connected once this signs somebody in.
    pub arrival: Option<String>,
    /// When.
    pub created_at: Timestamp,
    /// From when on it is refused.
    pub expires_at: Timestamp,
}

/// Somebody whom a provider vouches for and whom no account knows: they finish signing up, or sign
/// in to the account that they have. One browser, one hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// 128 random bits. Worth nothing in another browser.
    pub id: String,
    /// Which browser.
    pub browser: BrowserHash,
    /// Who they are at which provider.
    pub identity: FoundIdentity,
    /// What they are called there.
    pub name: Option<String>,
    /// Their address there.
    pub email: Option<String>,
    /// Whether the provider is believed that it is theirs.
    pub vouched: bool,
    /// Whether "Stay signed in" was ticked.
    pub stay: bool,
    /// Where to go afterwards.
    pub next: Option<String>,
    /// When.
    pub created_at: Timestamp,
    /// From when on it is refused.
    pub expires_at: Timestamp,
}

/// An identity that an account has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// `UUIDv7`; what pages call it.
    pub id: String,
    /// Whose.
    pub account: AccountId,
    /// Who they are at which provider.
    pub identity: FoundIdentity,
    /// Since when.
    pub created_at: Timestamp,
    /// When somebody last signed in with it.
    pub last_used_at: Option<Timestamp>,
}

/// What signing in with an identity needs to know, read in one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdentityRecord {
    /// Whose it is.
    pub account: AccountId,
    /// Whether the account was disabled.
    pub disabled: bool,
    /// Whether it has any role; such sessions are short.
    pub privileged: bool,
    /// Whether it is to be deleted unless its owner signs in.
    pub leaving: bool,
}

/// Flows, arrivals and identities at rest.
#[async_trait]
pub trait Identities {
    /// Keeps a flow.
    async fn insert_flow(&mut self, flow: &Flow) -> Result<(), StorageError>;

    /// Takes a flow away, once, and only for the browser and the provider that it belongs to.
    async fn take_flow(
        &mut self,
        state: &LinkHash,
        provider: &ProviderId,
        browser: &BrowserHash,
    ) -> Result<Option<Flow>, StorageError>;

    /// Keeps an arrival.
    async fn insert_arrival(&mut self, arrival: &Arrival) -> Result<(), StorageError>;

    /// An arrival of this browser that hasn't expired.
    async fn find_arrival(
        &mut self,
        id: &str,
        browser: &BrowserHash,
        now: Timestamp,
    ) -> Result<Option<Arrival>, StorageError>;

    /// Takes an arrival away: `true` for exactly one caller.
    async fn delete_arrival(&mut self, id: &str) -> Result<bool, StorageError>;

    /// Gives an account an identity; [`StorageError::Taken`] when some account has it.
    async fn insert_identity(&mut self, connection: &Connection) -> Result<(), StorageError>;

    /// Whose an identity is.
    async fn find_identity(
        &mut self,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<IdentityRecord>, StorageError>;

    /// Notes that an account's identity was used to sign in; `false` when it isn't that account's any
    /// longer. Until this unit ends, nobody disconnects it.
    async fn use_identity(
        &mut self,
        account: AccountId,
        issuer: &str,
        subject: &str,
        now: Timestamp,
    ) -> Result<bool, StorageError>;

    /// The identities of an account, oldest first.
    async fn list_identities(
        &mut self,
        account: AccountId,
    ) -> Result<Vec<Connection>, StorageError>;

    /// Takes an identity from an account; `false` when it has none by that name.
    async fn delete_identity(&mut self, account: AccountId, id: &str)
    -> Result<bool, StorageError>;

    /// Whether an account has a password.
    async fn has_password(&mut self, account: AccountId) -> Result<bool, StorageError>;

    /// Removes flows and arrivals that expired before `before`.
    async fn delete_expired_flows(&mut self, before: Timestamp) -> Result<u64, StorageError>;
}
