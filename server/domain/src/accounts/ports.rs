//! What accounts and registrations need from storage.

use async_trait::async_trait;

use super::{Account, AccountId, Registration, Role, Subject, WebauthnUserHandle};
use crate::{
    client::BrowserHash, clock::Timestamp, credentials::PasswordHash, language::Language,
    store::StorageError,
};

/// An account to be born, with its first address and password.
pub struct NewAccount {
    /// Its id.
    pub id: AccountId,
    /// Its public subject.
    pub subject: Subject,
    /// Its passkeys' user handle.
    pub webauthn_user_handle: WebauthnUserHandle,
    /// What the person wants to be called.
    pub name: String,
    /// The primary address, confirmed.
    pub email: String,
    /// The key under which it is found.
    pub lookup_key: String,
    /// The hash of its password; `None` where a provider vouches for its owner.
    pub password: Option<PasswordHash>,
    /// When.
    pub created_at: Timestamp,
}

/// What signing in needs to know about an account, read in one question.
#[derive(Clone)]
pub struct SignInRecord {
    /// The account.
    pub account: AccountId,
    /// The hash of its password, when it has one.
    pub password: Option<PasswordHash>,
    /// Since when it has that password.
    pub password_since: Option<Timestamp>,
    /// Whether it was disabled.
    pub disabled: bool,
    /// Whether it has any role; such sessions are short.
    pub privileged: bool,
    /// Whether it is to be deleted unless its owner signs in.
    pub leaving: bool,
}

/// An account, as the command line lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountListing {
    /// The account.
    pub id: AccountId,
    /// The primary address.
    pub email: String,
    /// What the person wants to be called.
    pub name: String,
    /// When it was born.
    pub created_at: Timestamp,
    /// When it was disabled, if it is.
    pub disabled_at: Option<Timestamp>,
    /// When it goes, if its owner asked for that.
    pub delete_at: Option<Timestamp>,
    /// Whether it has the administrator's role.
    pub admin: bool,
}

/// Accounts at rest.
#[async_trait]
pub trait Accounts {
    /// Writes an account with its address and password; [`StorageError::Taken`] when the address
    /// belongs to another account.
    async fn insert_account(&mut self, account: &NewAccount) -> Result<(), StorageError>;

    /// An account by id, unless it is disabled.
    async fn find_account(&mut self, id: AccountId) -> Result<Option<Account>, StorageError>;

    /// An account by address.
    async fn find_account_by_email(
        &mut self,
        lookup_key: &str,
    ) -> Result<Option<Account>, StorageError>;

    /// What signing in needs, by address.
    async fn find_sign_in(
        &mut self,
        lookup_key: &str,
    ) -> Result<Option<SignInRecord>, StorageError>;

    /// Replaces the hash `from` by `to`, another one of the same password, unless that changed
    /// meanwhile.
    async fn rehash_password(
        &mut self,
        account: AccountId,
        from: &PasswordHash,
        to: &PasswordHash,
    ) -> Result<bool, StorageError>;

    /// Replaces the password `from`, as it is known to be now, by `to`. `false` when another one
    /// took its place meanwhile.
    async fn change_password(
        &mut self,
        account: AccountId,
        from: &PasswordHash,
        to: &PasswordHash,
        since: Timestamp,
    ) -> Result<bool, StorageError>;

    /// Has everyone else who changes what an account hangs on wait until this unit ends: its
    /// password, its addresses, its sessions, its links. Comes before all of these, since everyone
    /// locks in one order: password, account, session, links.
    async fn hold_account(&mut self, account: AccountId) -> Result<(), StorageError>;

    /// Has the sign-ins of an account that are under way come to nothing: whoever holds its password
    /// since a time known before finds another one.
    async fn outdate_sign_ins(&mut self, account: AccountId) -> Result<(), StorageError>;

    /// Sets a password, whether there was one or not. It is always newer than the one before.
    async fn set_password(
        &mut self,
        account: AccountId,
        to: &PasswordHash,
        now: Timestamp,
    ) -> Result<(), StorageError>;

    /// Takes a password away: only a mailed link gives another one, and sign-ins that are under way
    /// come to nothing.
    async fn forget_password(&mut self, account: AccountId) -> Result<(), StorageError>;

    /// Forgets the browsers that belong to an account's owner.
    async fn forget_browsers(&mut self, account: AccountId) -> Result<(), StorageError>;

    /// Accounts in the order of their birth, after `after`, at most `limit`.
    async fn list_accounts(
        &mut self,
        after: Option<AccountId>,
        limit: i64,
    ) -> Result<Vec<AccountListing>, StorageError>;

    /// Disables an account, or enables it again with `None`; `false` when nothing changed.
    async fn set_disabled(
        &mut self,
        account: AccountId,
        at: Option<Timestamp>,
    ) -> Result<bool, StorageError>;

    /// Changes what the person wants to be called; `false` when it is that already.
    async fn set_name(&mut self, account: AccountId, name: &str) -> Result<bool, StorageError>;

    /// Has an account go at `until`; `false` when it is gone, disabled, or about to go already.
    async fn plan_deletion(
        &mut self,
        account: AccountId,
        until: Timestamp,
    ) -> Result<bool, StorageError>;

    /// Keeps an account that was to go after `now`; `false` when it wasn't.
    async fn cancel_deletion(
        &mut self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<bool, StorageError>;

    /// The accounts whose time is over at `now`, at most `limit`.
    async fn list_due_deletions(
        &mut self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<Account>, StorageError>;

    /// Removes an account whose time is over at `now`, with everything that hangs on it; `false`
    /// when it was kept meanwhile.
    async fn delete_due_account(
        &mut self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<bool, StorageError>;

    /// Whether nobody else who can sign in is an administrator, while this account is one. Until
    /// the unit ends, no other one stops being one by this question's answer.
    async fn is_last_administrator(&mut self, account: AccountId) -> Result<bool, StorageError>;

    /// Changes the language the person chose, `None` being what their browser says; `false` when it
    /// is that already.
    async fn set_language(
        &mut self,
        account: AccountId,
        language: Option<Language>,
    ) -> Result<bool, StorageError>;

    /// Gives a role; `false` when the account has it already.
    async fn grant_role(
        &mut self,
        account: AccountId,
        role: Role,
        now: Timestamp,
    ) -> Result<bool, StorageError>;

    /// Takes every role but `kept` away, and says which were.
    async fn revoke_roles_but(
        &mut self,
        account: AccountId,
        kept: Option<Role>,
    ) -> Result<Vec<Role>, StorageError>;

    /// What an account may do beyond its own affairs: of several roles the one that may most.
    async fn role_of(&mut self, account: AccountId) -> Result<Option<Role>, StorageError>;

    /// Remembers that a browser belongs to an account's owner, and says whether that is news.
    async fn remember_browser(
        &mut self,
        account: AccountId,
        browser: &BrowserHash,
        now: Timestamp,
    ) -> Result<Familiarity, StorageError>;
}

/// How well a browser was known before it signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Familiarity {
    /// It had been here.
    Known,
    /// No browser had been here.
    First,
    /// Others had been here, and it hadn't.
    New,
}

/// Registrations at rest.
#[async_trait]
pub trait Registrations {
    /// Writes a registration.
    async fn insert_registration(
        &mut self,
        registration: &Registration,
    ) -> Result<(), StorageError>;

    /// A registration by id.
    async fn find_registration(&mut self, id: &str) -> Result<Option<Registration>, StorageError>;

    /// Removes the registration for an address and gives its id.
    async fn delete_registration_of(
        &mut self,
        lookup_key: &str,
    ) -> Result<Option<String>, StorageError>;

    /// Removes registrations that expired before `before`.
    async fn delete_expired_registrations(
        &mut self,
        before: Timestamp,
    ) -> Result<u64, StorageError>;
}
