//! What an operator does to accounts from the command line.

use super::{AccountId, AccountListing, AccountsService, EmailAddress, Role};
use crate::{
    audit::{Actor, Event, EventKind},
    store::{StorageError, Work},
};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ManageOutcome {
    /// It is done.
    Done,
    /// It was so already.
    Unchanged,
    /// No account has that address.
    Unknown,
}

impl AccountsService {
    /// Accounts in the order of their birth, after `after`, at most `limit`.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn list(
        &self,
        after: Option<AccountId>,
        limit: i64,
    ) -> Result<Vec<AccountListing>, StorageError> {
        let mut work = self.foundation.store.read().await?;
        work.list_accounts(after, limit).await
    }

    /// Disables an account: every session ends, and nobody signs in to it any more.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is changed then.
    pub async fn disable(&self, email: &str) -> Result<ManageOutcome, StorageError> {
        self.manage(email, async |work, id| {
            work.outdate_sign_ins(id).await?;
            if !work.set_disabled(id, Some(self.foundation.now())).await? {
                return Ok(false);
            }
            self.note(work, EventKind::AccountDisabled, id, &[]).await?;
            for ended in work.delete_sessions_except(id, "").await? {
                let details = [("session", ended.as_str()), ("reason", "account disabled")];
                self.note(work, EventKind::SessionEnded, id, &details)
                    .await?;
            }
            work.delete_unused_links(&id.to_string()).await?;
            Ok(true)
        })
        .await
    }

    /// Enables a disabled account again.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is changed then.
    pub async fn enable(&self, email: &str) -> Result<ManageOutcome, StorageError> {
        self.manage(email, async |work, id| {
            let changed = work.set_disabled(id, None).await?;
            if changed {
                self.note(work, EventKind::AccountEnabled, id, &[]).await?;
            }
            Ok(changed)
        })
        .await
    }

    /// Gives the administrator's role. Sessions end: those of administrators are short ones.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is changed then.
    pub async fn promote(&self, email: &str) -> Result<ManageOutcome, StorageError> {
        self.manage(email, async |work, id| {
            let now = self.foundation.now();
            work.outdate_sign_ins(id).await?;
            if !work.grant_role(id, Role::Admin, now).await? {
                return Ok(false);
            }
            let details = [("role", Role::Admin.as_str())];
            self.note(work, EventKind::RoleGranted, id, &details)
                .await?;
            for ended in work.delete_sessions_except(id, "").await? {
                let details = [("session", ended.as_str()), ("reason", "role granted")];
                self.note(work, EventKind::SessionEnded, id, &details)
                    .await?;
            }
            Ok(true)
        })
        .await
    }

    async fn manage(
        &self,
        email: &str,
        verb: impl AsyncFnOnce(&mut dyn Work, AccountId) -> Result<bool, StorageError>,
    ) -> Result<ManageOutcome, StorageError> {
        let Ok(email) = EmailAddress::parse(email) else {
            return Ok(ManageOutcome::Unknown);
        };
        let mut work = self.foundation.store.begin().await?;
        let found = work
            .find_account_by_email(email.lookup_key().as_str())
            .await?;
        let Some(account) = found else {
            return Ok(ManageOutcome::Unknown);
        };
        if !verb(work.as_mut(), account.id).await? {
            return Ok(ManageOutcome::Unchanged);
        }
        work.commit().await?;
        Ok(ManageOutcome::Done)
    }

    async fn note(
        &self,
        work: &mut dyn Work,
        kind: EventKind,
        account: AccountId,
        details: &[(&'static str, &str)],
    ) -> Result<(), StorageError> {
        let event = Event {
            kind,
            actor: Actor::CommandLine,
            subject: Some(account),
            details,
            client: None,
            email: None,
        };
        work.append_event(&event.row(&self.foundation)).await
    }
}
