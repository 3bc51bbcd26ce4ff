//! What operators and administrators do to accounts.

use super::{AccountId, AccountListing, AccountsService, EmailAddress, Role};
use crate::{
    audit::{By, EventKind},
    foundation::Foundation,
    oauth_grants::end_clients_of_account,
    store::{StorageError, Work},
    tokens::{cut_off_account, end_with_session},
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
    /// Nobody else would be an administrator.
    LastAdministrator,
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

    /// Disables an account: every session ends, and nobody signs in to it any more. Also the last
    /// administrator's: somebody else may have got hold of it.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is changed then.
    pub async fn disable(&self, email: &str) -> Result<ManageOutcome, StorageError> {
        self.manage(email, async |work, id| {
            // In the order in which everyone locks.
            work.hold_account(id).await?;
            if work.is_last_administrator(id).await? {
                return Ok(ManageOutcome::LastAdministrator);
            }
            disable(work, &self.foundation, id, By::COMMAND_LINE).await
        })
        .await
    }

    /// Enables a disabled account again.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is changed then.
    pub async fn enable(&self, email: &str) -> Result<ManageOutcome, StorageError> {
        self.manage(email, async |work, id| {
            enable(work, &self.foundation, id, By::COMMAND_LINE).await
        })
        .await
    }

    /// Gives a role in the place of the one before, or none. Sessions end: those of whoever has a
    /// role are short ones.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is changed then.
    pub async fn set_role(
        &self,
        email: &str,
        role: Option<Role>,
    ) -> Result<ManageOutcome, StorageError> {
        self.manage(email, async |work, id| {
            set_role(work, &self.foundation, id, role, By::COMMAND_LINE).await
        })
        .await
    }

    async fn manage(
        &self,
        email: &str,
        verb: impl AsyncFnOnce(&mut dyn Work, AccountId) -> Result<ManageOutcome, StorageError>,
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
        let outcome = verb(work.as_mut(), account.id).await?;
        if outcome == ManageOutcome::Done {
            work.commit().await?;
        }
        Ok(outcome)
    }
}

/// Disables an account, as part of a unit that is to be committed when it is done.
pub(crate) async fn disable(
    work: &mut dyn Work,
    foundation: &Foundation,
    id: AccountId,
    by: By<'_>,
) -> Result<ManageOutcome, StorageError> {
    work.outdate_sign_ins(id).await?;
    if !work.set_disabled(id, Some(foundation.now())).await? {
        return Ok(ManageOutcome::Unchanged);
    }
    let what = (EventKind::AccountDisabled, Some(id));
    by.note(work, foundation, what, &[]).await?;
    // Their tokens go with the account's.
    remove_sessions(work, foundation, id, ("", "account disabled"), by).await?;
    work.delete_unused_links(&id.to_string()).await?;
    cut_off_account(work, foundation, id, by).await?;
    end_clients_of_account(work, foundation, id).await?;
    Ok(ManageOutcome::Done)
}

/// Enables a disabled account, as part of a unit that is to be committed when it is done.
pub(crate) async fn enable(
    work: &mut dyn Work,
    foundation: &Foundation,
    id: AccountId,
    by: By<'_>,
) -> Result<ManageOutcome, StorageError> {
    if !work.set_disabled(id, None).await? {
        return Ok(ManageOutcome::Unchanged);
    }
    let what = (EventKind::AccountEnabled, Some(id));
    by.note(work, foundation, what, &[]).await?;
    Ok(ManageOutcome::Done)
}

/// Gives a role in the place of the one before, or none, as part of a unit that is to be committed
/// when it is done.
pub(crate) async fn set_role(
    work: &mut dyn Work,
    foundation: &Foundation,
    id: AccountId,
    role: Option<Role>,
    by: By<'_>,
) -> Result<ManageOutcome, StorageError> {
    // In the order in which everyone locks.
    work.hold_account(id).await?;
    work.outdate_sign_ins(id).await?;
    if role != Some(Role::Admin) && work.is_last_administrator(id).await? {
        return Ok(ManageOutcome::LastAdministrator);
    }
    let mut changed = false;
    for gone in work.revoke_roles_but(id, role).await? {
        let what = (EventKind::RoleRevoked, Some(id));
        let details = [("role", gone.as_str())];
        by.note(work, foundation, what, &details).await?;
        changed = true;
    }
    if let Some(role) = role
        && work.grant_role(id, role, foundation.now()).await?
    {
        let what = (EventKind::RoleGranted, Some(id));
        let details = [("role", role.as_str())];
        by.note(work, foundation, what, &details).await?;
        changed = true;
    }
    if !changed {
        return Ok(ManageOutcome::Unchanged);
    }
    end_sessions(work, foundation, id, ("", "role changed"), by).await?;
    Ok(ManageOutcome::Done)
}

/// Ends every session of an account but `kept`, with their events, as part of a unit, and says how
/// many.
pub(crate) async fn end_sessions(
    work: &mut dyn Work,
    foundation: &Foundation,
    id: AccountId,
    (kept, reason): (&str, &str),
    by: By<'_>,
) -> Result<usize, StorageError> {
    let ended = remove_sessions(work, foundation, id, (kept, reason), by).await?;
    for session in &ended {
        end_with_session(work, foundation, session).await?;
    }
    Ok(ended.len())
}

/// The same but for what hangs on the sessions: the unit ends that by other means.
async fn remove_sessions(
    work: &mut dyn Work,
    foundation: &Foundation,
    id: AccountId,
    (kept, reason): (&str, &str),
    by: By<'_>,
) -> Result<Vec<String>, StorageError> {
    let removed = work.delete_sessions_except(id, kept).await?;
    for session in &removed {
        note_ended(work, foundation, (id, session), reason, by).await?;
    }
    Ok(removed)
}

/// Notes the end of a session that was deleted in this unit.
pub(crate) async fn note_ended(
    work: &mut dyn Work,
    foundation: &Foundation,
    (id, session): (AccountId, &str),
    reason: &str,
    by: By<'_>,
) -> Result<(), StorageError> {
    let what = (EventKind::SessionEnded, Some(id));
    let details = [("session", session), ("reason", reason)];
    by.note(work, foundation, what, &details).await
}
