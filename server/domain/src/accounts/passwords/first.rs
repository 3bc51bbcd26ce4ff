//! Setting a password where there was none.

use crate::{
    accounts::AccountsService,
    audit::EventKind,
    client::Client,
    credentials::{HashingError, PasswordProblem},
    sessions::LoadedSession,
    store::StorageError,
};

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum FirstPasswordOutcome {
    /// The account has a password, and every other session has ended.
    Set,
    /// The password needs another look.
    Refused(PasswordProblem),
    /// There is a password by now: change that one.
    HasOne,
    /// The session has ended, or its owner proved too long ago who they are.
    NotFresh,
    /// Too many passwords are being checked.
    Busy {
        /// When to try again.
        retry_after_seconds: u32,
    },
}

impl AccountsService {
    /// Gives the account that is signed in a password, if it has none and its owner proved a moment
    /// ago who they are.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; it has none then.
    pub async fn set_first_password(
        &self,
        session: &LoadedSession,
        new: &str,
        client: &Client,
    ) -> Result<FirstPasswordOutcome, StorageError> {
        let whose = [session.email.as_str(), session.name.as_str()];
        let hash = match self.new_hash(new, whose).await {
            Ok(Ok(hash)) => hash,
            Ok(Err(problem)) => return Ok(FirstPasswordOutcome::Refused(problem)),
            Err(HashingError::Busy {
                retry_after_seconds,
            }) => {
                return Ok(FirstPasswordOutcome::Busy {
                    retry_after_seconds,
                });
            }
            Err(error) => return Err(StorageError::Database(Box::new(error))),
        };
        let now = self.foundation.now();
        let mut work = self.foundation.store.begin().await?;
        work.hold_account(session.account).await?;
        if !self.hold_fresh(work.as_mut(), session).await? {
            return Ok(FirstPasswordOutcome::NotFresh);
        }
        if work.has_password(session.account).await? {
            return Ok(FirstPasswordOutcome::HasOne);
        }
        let Some(account) = work.find_account(session.account).await? else {
            return Ok(FirstPasswordOutcome::NotFresh);
        };
        work.set_password(account.id, &hash, now).await?;
        let kind = (EventKind::PasswordSet, session.public_id.as_str());
        self.password_replaced(work.as_mut(), &account, kind, client)
            .await?;
        work.commit().await?;
        Ok(FirstPasswordOutcome::Set)
    }
}
