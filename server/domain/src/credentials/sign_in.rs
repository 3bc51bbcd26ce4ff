//! Signing in, as a small state machine: identified → password verified → signed in.
//!
//! Each state is a type whose one verb leads to the next, so that a second factor will stand
//! between the last two as a state of its own and can't be stepped over.

use std::sync::Arc;

use super::{HashingError, HashingPool, Password, PasswordHash};
use crate::{
    accounts::{AccountId, EmailAddress, SignInRecord},
    audit::{Actor, Event, EventKind},
    client::Client,
    foundation::Foundation,
    random::random_bytes,
    sessions::{AuthenticationMethod, NewSession},
    store::StorageError,
    throttle::{Checked as Check, Held, PasswordChecks},
    watching::SignInEnd,
};

/// A filled-in sign-in form.
pub struct SignInAttempt<'a> {
    /// The parsed address.
    pub email: &'a EmailAddress,
    /// The typed password.
    pub password: Password,
    /// Whether "Stay signed in" was ticked.
    pub stay: bool,
    /// Who asks.
    pub client: &'a Client,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum SignInOutcome {
    /// Start this session.
    SignedIn {
        /// Not there yet.
        session: NewSession,
        /// Its account was to be deleted; the session's beginning keeps it.
        kept: bool,
    },
    /// Unknown address, wrong password or disabled account: which, is nobody's business.
    WrongCredentials,
    /// There were too many failures; nothing was checked.
    Held(Held),
    /// Too many passwords are being checked.
    Busy {
        /// When to try again.
        retry_after_seconds: u32,
    },
}

/// Everything about credentials that pages and the API may do.
pub struct CredentialsService {
    foundation: Foundation,
    hashing: Arc<HashingPool>,
    checks: PasswordChecks,
}

/// An address was named; whose it is, is known only in here.
struct Identified {
    record: Option<SignInRecord>,
    check: Check,
}

/// The password was right and the account may sign in.
struct PasswordVerified {
    record: SignInRecord,
    check: Check,
    outdated: Option<(PasswordHash, zeroize::Zeroizing<Vec<u8>>)>,
}

enum Checked {
    Right(Box<PasswordVerified>),
    Wrong,
    Busy(u32),
}

impl CredentialsService {
    /// A service over `foundation` that verifies on `hashing`, as often as `checks` allow.
    pub fn new(foundation: Foundation, hashing: Arc<HashingPool>, checks: PasswordChecks) -> Self {
        Self {
            foundation,
            hashing,
            checks,
        }
    }

    /// Where passwords are checked.
    pub fn hashing(&self) -> &HashingPool {
        &self.hashing
    }

    /// Signs in with a password.
    ///
    /// # Errors
    /// [`StorageError`] when the database or the hashing fails.
    pub async fn sign_in(&self, attempt: SignInAttempt<'_>) -> Result<SignInOutcome, StorageError> {
        let outcome = self.judge(attempt).await?;
        let end = match &outcome {
            // Counted once there is a session.
            SignInOutcome::SignedIn { .. } => return Ok(outcome),
            SignInOutcome::WrongCredentials => SignInEnd::WrongCredentials,
            SignInOutcome::Held(_) => SignInEnd::Held,
            SignInOutcome::Busy { .. } => SignInEnd::Busy,
        };
        let tally = &self.foundation.tally;
        tally.sign_in_ended(AuthenticationMethod::Password, end);
        Ok(outcome)
    }

    async fn judge(&self, attempt: SignInAttempt<'_>) -> Result<SignInOutcome, StorageError> {
        let identified = match self.identify(attempt.email, attempt.client).await? {
            Ok(identified) => identified,
            Err(held) => return Ok(SignInOutcome::Held(held)),
        };
        match identified
            .verify_password(self, attempt.password, attempt.client)
            .await?
        {
            Checked::Right(verified) => {
                let kept = verified.record.leaving;
                let session = verified
                    .complete(self, attempt.stay, attempt.client)
                    .await?;
                Ok(SignInOutcome::SignedIn { session, kept })
            }
            Checked::Wrong => Ok(SignInOutcome::WrongCredentials),
            Checked::Busy(retry_after_seconds) => Ok(SignInOutcome::Busy {
                retry_after_seconds,
            }),
        }
    }

    async fn identify(
        &self,
        email: &EmailAddress,
        client: &Client,
    ) -> Result<Result<Identified, Held>, StorageError> {
        let lookup_key = email.lookup_key().as_str();
        let mut work = self.foundation.store.read().await?;
        let found = self.checks.look_up(work.as_mut(), lookup_key, client);
        let (allowed, record) = match found.await? {
            Ok(found) => found,
            Err(held) => return Ok(Err(held)),
        };
        drop(work);
        let check = match self.checks.begin(allowed).await? {
            Ok(check) => check,
            Err(held) => return Ok(Err(held)),
        };
        Ok(Ok(Identified { record, check }))
    }
}

impl Identified {
    /// Does the same work whether there is such an account, and whether it is disabled, or not.
    async fn verify_password(
        self,
        service: &CredentialsService,
        password: Password,
        client: &Client,
    ) -> Result<Checked, StorageError> {
        let typed = password.into_bytes();
        let stored = self
            .record
            .as_ref()
            .and_then(|record| record.password.clone());
        let checked = match stored.clone() {
            Some(stored) => service.hashing.verify(typed.clone(), stored).await,
            None => service.hashing.verify_dummy(typed.clone()).await,
        };
        let verified = match checked {
            Ok(verified) => verified,
            Err(HashingError::Busy {
                retry_after_seconds,
            }) => {
                service.checks.not_checked(&self.check).await?;
                return Ok(Checked::Busy(retry_after_seconds));
            }
            Err(error) => return Err(StorageError::Database(Box::new(error))),
        };
        match (self.record, stored) {
            (Some(record), Some(stored)) if verified.matches && !record.disabled => {
                Ok(Checked::Right(Box::new(PasswordVerified {
                    record,
                    check: self.check,
                    outdated: verified.needs_rehash.then_some((stored, typed)),
                })))
            }
            (record, _) => {
                let account = record.map(|record| record.account);
                service.checks.failed(&self.check, account, client).await?;
                Ok(Checked::Wrong)
            }
        }
    }
}

impl PasswordVerified {
    async fn complete(
        self,
        service: &CredentialsService,
        stay: bool,
        client: &Client,
    ) -> Result<NewSession, StorageError> {
        let account = self.record.account;
        service.checks.succeeded(&self.check).await?;
        if let Some((stored, typed)) = self.outdated {
            service.rehash(account, &stored, typed, client).await?;
        }
        Ok(NewSession {
            account,
            method: AuthenticationMethod::Password,
            auth_time: service.foundation.now(),
            // Administrators' sessions are always the short ones.
            persistent: stay && !self.record.privileged,
            password_since: self.record.password_since,
            leaving: self.record.leaving,
            identity: None,
        })
    }
}

impl CredentialsService {
    async fn rehash(
        &self,
        account: AccountId,
        stored: &PasswordHash,
        typed: zeroize::Zeroizing<Vec<u8>>,
        client: &Client,
    ) -> Result<(), StorageError> {
        let salt = random_bytes(self.foundation.random.as_ref());
        // Under load the renewal waits for the next sign-in; the person doesn't.
        let Ok(renewed) = self.hashing.hash(typed, salt).await else {
            return Ok(());
        };
        let mut work = self.foundation.store.begin().await?;
        if !work.rehash_password(account, stored, &renewed).await? {
            return Ok(());
        }
        let event = Event {
            kind: EventKind::PasswordRehashed,
            actor: Actor::Account(account),
            subject: Some(account),
            details: &[],
            client: Some(client),
            email: None,
        };
        work.append_event(&event.row(&self.foundation)).await?;
        work.commit().await
    }
}
