//! Changing a password by knowing it.

use std::time::Duration;

use crate::{
    accounts::{AccountId, AccountsService, EmailAddress},
    audit::EventKind,
    client::Client,
    credentials::{HashingError, Password, PasswordProblem},
    random::random_bytes,
    sessions::{AuthenticationMethod, NewSession},
    store::StorageError,
    throttle::{Held, Whom},
};

/// A filled-in "Change password" form.
pub struct ChangePassword<'a> {
    /// Whose.
    pub account: AccountId,
    /// The session that asks.
    pub session: &'a str,
    /// Whether the browser keeps it when it is closed.
    pub persistent: bool,
    /// As typed.
    pub current: &'a str,
    /// As typed.
    pub new: &'a str,
    /// Who asks.
    pub client: &'a Client,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum ChangeOutcome {
    /// The new password counts, and every other session has ended. Put this one in the place of
    /// the one that asked: whoever copied its key is out then.
    Changed(NewSession),
    /// Something typed needs another look.
    Refused {
        /// The current password: missing or too long to be one.
        current: Option<PasswordProblem>,
        /// The new password.
        new: Option<PasswordProblem>,
    },
    /// It isn't the current password.
    WrongPassword,
    /// The new password is the current one.
    Unchanged,
    /// The account is gone or disabled, or the session that asked has ended.
    Gone,
    /// There were too many failures; nothing was checked.
    Held(Held),
    /// Too many passwords are being checked.
    Busy {
        /// When to try again.
        retry_after_seconds: u32,
    },
}

impl AccountsService {
    /// Changes a password and ends every other session.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; the old password counts on then.
    pub async fn change_password(
        &self,
        form: ChangePassword<'_>,
    ) -> Result<ChangeOutcome, StorageError> {
        let mut work = self.foundation.store.read().await?;
        let Some(account) = work.find_account(form.account).await? else {
            return Ok(ChangeOutcome::Gone);
        };
        let Ok(email) = EmailAddress::parse(&account.email) else {
            return Err(StorageError::Inconsistent {
                table: "emails",
                column: "address",
            });
        };
        let lookup_key = email.lookup_key().as_str();
        let record = work.find_sign_in(lookup_key).await?;
        drop(work);
        let current = Password::parse(form.current);
        let whose = [account.email.as_str(), account.name.as_str()];
        let new = match self.judged(form.new, whose).await {
            Ok(new) => new,
            Err(error) => return busy(error),
        };
        let (current, new) = match (current, new) {
            (Ok(current), Ok(new)) => (current, new),
            (current, new) => {
                return Ok(ChangeOutcome::Refused {
                    current: current.err(),
                    new: new.err(),
                });
            }
        };
        let whom = Whom::Address { lookup_key };
        let check = match self.checks.ask(whom, form.client).await? {
            Ok(check) => check,
            Err(held) => return Ok(ChangeOutcome::Held(held)),
        };
        let Some((stored, since)) =
            record.and_then(|record| Some((record.password?, record.password_since?)))
        else {
            return Ok(ChangeOutcome::WrongPassword);
        };
        match self
            .hashing
            .verify(current.into_bytes(), stored.clone())
            .await
        {
            Ok(verified) if verified.matches => {}
            Ok(_) => {
                let whose = Some(account.id);
                self.checks.failed(&check, whose, form.client).await?;
                return Ok(ChangeOutcome::WrongPassword);
            }
            Err(error) => {
                self.checks.not_checked(&check).await?;
                return busy(error);
            }
        }
        self.checks.succeeded(&check).await?;
        if form.current == form.new {
            return Ok(ChangeOutcome::Unchanged);
        }
        let salt = random_bytes(self.foundation.random.as_ref());
        let hash = match self.hashing.hash(new.into_bytes(), salt).await {
            Ok(hash) => hash,
            Err(error) => return busy(error),
        };
        let now = self.foundation.now();
        let since = now.max(since.plus(Duration::from_micros(1)));
        let mut work = self.foundation.store.begin().await?;
        // What was checked before must still hold now.
        if !work
            .change_password(account.id, &stored, &hash, since)
            .await?
        {
            return Ok(ChangeOutcome::WrongPassword);
        }
        if !work.renew_session(account.id, form.session, now).await? {
            return Ok(ChangeOutcome::Gone);
        }
        let kind = (EventKind::PasswordChanged, form.session);
        self.password_replaced(work.as_mut(), &account, kind, form.client)
            .await?;
        work.commit().await?;
        Ok(ChangeOutcome::Changed(NewSession {
            account: account.id,
            method: AuthenticationMethod::Password,
            auth_time: now,
            persistent: form.persistent,
            password_since: Some(since),
            leaving: false,
            identity: None,
        }))
    }
}

fn busy(error: HashingError) -> Result<ChangeOutcome, StorageError> {
    match error {
        HashingError::Busy {
            retry_after_seconds,
        } => Ok(ChangeOutcome::Busy {
            retry_after_seconds,
        }),
        error => Err(StorageError::Database(Box::new(error))),
    }
}
