//! People, as administrators see and change them. Nobody but its owner ever sees or sets a password.

use super::sessions::REASON;
use super::{AdminDesk, SupportDesk, UserDetails, UserFilter, UserListing, UserName};
use crate::{
    accounts::{
        AccountId, Invitation, Invite, InviteOutcome, ManageOutcome, ResetRequested, Role, manage,
    },
    store::{StorageError, Work},
    tokens::revoke_api_tokens,
};

/// What came of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaffOutcome {
    /// It is done; to so many.
    Done(usize),
    /// It was so already.
    Unchanged,
    /// There is no such person.
    Unknown,
    /// Nobody else would be an administrator.
    LastAdministrator,
    /// Nobody does this to themself.
    Yourself,
}

impl From<ManageOutcome> for StaffOutcome {
    fn from(outcome: ManageOutcome) -> Self {
        match outcome {
            ManageOutcome::Done => Self::Done(1),
            ManageOutcome::Unchanged => Self::Unchanged,
            ManageOutcome::Unknown => Self::Unknown,
            ManageOutcome::LastAdministrator => Self::LastAdministrator,
        }
    }
}

impl SupportDesk {
    /// People whom a filter finds, newest first, after the one by this id.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn users(
        &self,
        filter: &UserFilter,
        after: Option<AccountId>,
        limit: i64,
    ) -> Result<Vec<UserListing>, StorageError> {
        let mut work = self.shared.foundation.store.read().await?;
        let now = self.shared.foundation.now();
        work.search_users(filter, now, after, limit).await
    }

    /// A person, by the name that the world knows.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn user(&self, subject: &str) -> Result<Option<UserDetails>, StorageError> {
        if !is_name(subject) {
            return Ok(None);
        }
        let mut work = self.shared.foundation.store.read().await?;
        let now = self.shared.foundation.now();
        work.find_user(UserName::Subject(subject), now).await
    }

    /// Ends every session of a person.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is ended then.
    pub async fn end_sessions_of(&self, subject: &str) -> Result<StaffOutcome, StorageError> {
        let (foundation, by) = (&self.shared.foundation, self.by());
        let Some((mut work, id)) = self.begin_on(subject).await? else {
            return Ok(StaffOutcome::Unknown);
        };
        work.hold_account(id).await?;
        let all = ("", REASON);
        let ended = manage::end_sessions(work.as_mut(), foundation, id, all, by).await?;
        finish(work, some(ended)).await
    }

    /// A unit about a person; `None` when there is no such person.
    async fn begin_on(
        &self,
        subject: &str,
    ) -> Result<Option<(Box<dyn Work>, AccountId)>, StorageError> {
        if !is_name(subject) {
            return Ok(None);
        }
        let foundation = &self.shared.foundation;
        let mut work = foundation.store.begin().await?;
        let name = UserName::Subject(subject);
        let user = work.find_user(name, foundation.now()).await?;
        Ok(user.map(|user| (work, user.listing.id)))
    }
}

/// Whether it can be a name that we gave. PostgreSQL takes no NUL, not even to look for.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Keeps what was done, if something was.
async fn finish(work: Box<dyn Work>, outcome: StaffOutcome) -> Result<StaffOutcome, StorageError> {
    if matches!(outcome, StaffOutcome::Done(_)) {
        work.commit().await?;
    }
    Ok(outcome)
}

impl AdminDesk {
    /// Disables somebody else's account: every session and token ends, and nobody signs in to it.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is changed then.
    pub async fn disable(&self, subject: &str) -> Result<StaffOutcome, StorageError> {
        let (foundation, by) = (&self.shared.foundation, self.by());
        let Some((mut work, id)) = self.begin_on(subject).await? else {
            return Ok(StaffOutcome::Unknown);
        };
        if id == self.account {
            return Ok(StaffOutcome::Yourself);
        }
        work.hold_account(id).await?;
        if work.is_last_administrator(id).await? {
            return Ok(StaffOutcome::LastAdministrator);
        }
        let outcome = manage::disable(work.as_mut(), foundation, id, by)
            .await?
            .into();
        finish(work, outcome).await
    }

    /// Enables a disabled account again.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is changed then.
    pub async fn enable(&self, subject: &str) -> Result<StaffOutcome, StorageError> {
        let (foundation, by) = (&self.shared.foundation, self.by());
        let Some((mut work, id)) = self.begin_on(subject).await? else {
            return Ok(StaffOutcome::Unknown);
        };
        let outcome = manage::enable(work.as_mut(), foundation, id, by)
            .await?
            .into();
        finish(work, outcome).await
    }

    /// Gives somebody else a role in the place of the one before, or none; their sessions end.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is changed then.
    pub async fn set_role(
        &self,
        subject: &str,
        role: Option<Role>,
    ) -> Result<StaffOutcome, StorageError> {
        let (foundation, by) = (&self.shared.foundation, self.by());
        let Some((mut work, id)) = self.begin_on(subject).await? else {
            return Ok(StaffOutcome::Unknown);
        };
        if id == self.account {
            return Ok(StaffOutcome::Yourself);
        }
        let outcome = manage::set_role(work.as_mut(), foundation, id, role, by)
            .await?
            .into();
        finish(work, outcome).await
    }

    /// Revokes every token that a person made for themselves.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is revoked then.
    pub async fn revoke_tokens_of(&self, subject: &str) -> Result<StaffOutcome, StorageError> {
        let (foundation, by) = (&self.shared.foundation, self.by());
        let Some((mut work, id)) = self.begin_on(subject).await? else {
            return Ok(StaffOutcome::Unknown);
        };
        work.hold_account(id).await?;
        let outcome = some(revoke_api_tokens(work.as_mut(), foundation, id, by).await?);
        finish(work, outcome).await
    }

    /// Mails a person a link that sets a new password. [`ResetRequested::Refused`] never comes.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; no mail is sent then.
    pub async fn send_reset(&self, subject: &str) -> Result<Option<ResetRequested>, StorageError> {
        let Some(user) = self.user(subject).await? else {
            return Ok(None);
        };
        let asked = self.shared.accounts.request_reset_by(
            &user.listing.email,
            self.by().actor,
            &self.client,
        );
        asked.await.map(Some)
    }

    /// Mails somebody a link that makes an account, whoever may sign up otherwise.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; no mail is sent then.
    pub async fn invite(&self, form: Invite<'_>) -> Result<InviteOutcome, StorageError> {
        self.shared.accounts.invite_by(form, self.by()).await
    }

    /// The invitations that wait, after the one by this id, oldest first.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn invitations(
        &self,
        after: &str,
        limit: i64,
    ) -> Result<Vec<Invitation>, StorageError> {
        self.shared.accounts.invitations(after, limit).await
    }

    /// Takes an invitation back: its link stops working.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is changed then.
    pub async fn withdraw_invitation(&self, email: &str) -> Result<StaffOutcome, StorageError> {
        let withdrawn = self
            .shared
            .accounts
            .withdraw_invitation_by(email, self.by());
        Ok(withdrawn.await?.into())
    }
}

const fn some(many: usize) -> StaffOutcome {
    if many == 0 {
        StaffOutcome::Unchanged
    } else {
        StaffOutcome::Done(many)
    }
}
