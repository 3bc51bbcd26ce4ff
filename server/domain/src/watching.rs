//! What those who watch the program are told: how often something happened, and how much there is.
//! Never whom it concerns.

use std::time::Duration;

use async_trait::async_trait;

use crate::{
    clock::Timestamp,
    sessions::AuthenticationMethod,
    store::{StorageError, Store},
};

/// How an attempt to sign in ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInEnd {
    /// A session began.
    SignedIn,
    /// Unknown address, wrong password or disabled account.
    WrongCredentials,
    /// Too many failures before: nothing was checked.
    Held,
    /// Too many passwords were being checked.
    Busy,
    /// They said no at the provider.
    Denied,
    /// The provider doesn't play along.
    ProviderFailed,
    /// The proof was good, and no session may come of it.
    Refused,
}

impl SignInEnd {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::WrongCredentials => "wrong_credentials",
            Self::Held => "held",
            Self::Busy => "busy",
            Self::Denied => "denied",
            Self::ProviderFailed => "provider_failed",
            Self::Refused => "refused",
        }
    }
}

/// What kind of token was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssuedToken {
    /// One that a person made for themselves.
    Personal,
    /// An access token with its refresh token, at a sign-in.
    SignIn,
    /// The next ones, for a refresh token.
    Refresh,
    /// An access token, with what goes with it, for an authorization code.
    Code,
    /// One of a client that acts for itself.
    ClientCredentials,
}

impl IssuedToken {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::SignIn => "sign_in",
            Self::Refresh => "refresh",
            Self::Code => "code",
            Self::ClientCredentials => "client_credentials",
        }
    }
}

/// Counts what happens. Called after the fact, and never in the way of it.
pub trait Tally: Send + Sync + 'static {
    /// Somebody tried to sign in.
    fn sign_in_ended(&self, method: AuthenticationMethod, end: SignInEnd);
    /// Tokens were given out.
    fn token_issued(&self, kind: IssuedToken);
    /// A token wasn't accepted by our own API. `why` is one of few words.
    fn token_refused(&self, why: &'static str);
}

/// Counts nothing: for the command line and for tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct Uncounted;

impl Tally for Uncounted {
    fn sign_in_ended(&self, _: AuthenticationMethod, _: SignInEnd) {}
    fn token_issued(&self, _: IssuedToken) {}
    fn token_refused(&self, _: &'static str) {}
}

/// How much there is at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stock {
    /// Accounts.
    pub accounts: i64,
    /// Sessions that are not over.
    pub sessions: i64,
    /// API tokens whose time is not over.
    pub api_tokens: i64,
    /// Mails that wait to be sent.
    pub mail_waiting: i64,
    /// Mails that were given up and are still kept.
    pub mail_failed: i64,
    /// How long the mail that waits longest has waited.
    pub mail_oldest: Duration,
    /// Audit events that wait for their place in the chain.
    pub audit_waiting: i64,
}

/// Reads how much there is.
#[async_trait]
pub trait StockTaking {
    /// Counts everything. Reads an index from end to end: not for every request.
    async fn take_stock(&mut self, now: Timestamp) -> Result<Stock, StorageError>;
}

/// How much there is now.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn stock(store: &dyn Store, now: Timestamp) -> Result<Stock, StorageError> {
    store.read().await?.take_stock(now).await
}
