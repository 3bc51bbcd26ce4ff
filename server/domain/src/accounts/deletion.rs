//! Deleting an account: asked for by its owner, taken back by signing in, carried out a week later.

use std::time::Duration;

use super::{Account, AccountsService, EmailAddress, owner::own_event};
use crate::{
    audit::{Actor, By, Event, EventKind},
    client::Client,
    mail::{self, Circumstances, Message},
    oauth_grants::end_clients_of_account,
    sessions::LoadedSession,
    store::StorageError,
    tokens::cut_off_account,
};

/// How long signing in keeps an account whose deletion was asked for.
pub const DELETION_GRACE: Duration = Duration::from_hours(7 * 24);
/// Most accounts deleted in one go.
const BATCH: i64 = 100;

/// A filled-in "Delete account" form.
pub struct DeleteAccount<'a> {
    /// The session that asks.
    pub session: &'a LoadedSession,
    /// The account's address, typed again.
    pub email: &'a str,
    /// Who asks.
    pub client: &'a Client,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum DeleteOutcome {
    /// Every session has ended, and the account goes in seven days unless somebody signs in to it.
    Planned,
    /// Another address was typed than the account's.
    NotConfirmed,
    /// The account is the last administrator's.
    LastAdministrator,
    /// The session has ended, or the proof of who asks is too old.
    NotFresh,
}

impl AccountsService {
    /// Asks for an account to be deleted in [`DELETION_GRACE`].
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is changed then.
    pub async fn delete_account(
        &self,
        form: DeleteAccount<'_>,
    ) -> Result<DeleteOutcome, StorageError> {
        let (id, now) = (form.session.account, self.foundation.now());
        let mut work = self.foundation.store.begin().await?;
        let until = now.plus(DELETION_GRACE);
        work.outdate_sign_ins(id).await?;
        // The account's row comes first, as for everyone who ends its sessions.
        if !work.plan_deletion(id, until).await? {
            return Ok(DeleteOutcome::NotFresh);
        }
        if !self.hold_fresh(work.as_mut(), form.session).await? {
            return Ok(DeleteOutcome::NotFresh);
        }
        let Some(account) = work.find_account(id).await? else {
            return Ok(DeleteOutcome::NotFresh);
        };
        let key = |address| EmailAddress::parse(address).map(|email| email.lookup_key().clone());
        if key(form.email).ok() != key(&account.email).ok() {
            return Ok(DeleteOutcome::NotConfirmed);
        }
        if work.is_last_administrator(id).await? {
            return Ok(DeleteOutcome::LastAdministrator);
        }
        let event = own_event(EventKind::AccountDeletionPlanned, id, &[], form.client);
        work.append_event(&event.row(&self.foundation)).await?;
        let reason = EventKind::AccountDeletionPlanned.as_str();
        self.end_sessions(work.as_mut(), id, ("", reason), form.client)
            .await?;
        self.drop_waiting(work.as_mut(), id).await?;
        work.delete_unused_links(&id.to_string()).await?;
        let by = By::owner(id, form.client);
        cut_off_account(work.as_mut(), &self.foundation, id, by).await?;
        let language = account.language_of_mail(form.client);
        let message = Message::DeletionPlanned {
            name: account.name,
            done: Circumstances::of(form.client, now),
            until: until.as_micros(),
        };
        let (foundation, to) = (&self.foundation, &account.email);
        mail::queue_in(language, foundation, work.as_mut(), to, message).await?;
        work.commit().await?;
        Ok(DeleteOutcome::Planned)
    }

    /// Deletes the accounts whose time is over, at most a hundred, and says how many. What the audit
    /// trail holds of a person is erased with them; its events stay.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; the accounts that are left go the next time.
    pub async fn delete_due_accounts(&self) -> Result<u64, StorageError> {
        let now = self.foundation.now();
        let mut work = self.foundation.store.read().await?;
        let due = work.list_due_deletions(now, BATCH).await?;
        drop(work);
        let mut deleted = 0;
        for account in due {
            deleted += u64::from(self.delete_due(&account).await?);
        }
        Ok(deleted)
    }

    async fn delete_due(&self, account: &Account) -> Result<bool, StorageError> {
        let (id, now) = (account.id, self.foundation.now());
        let mut work = self.foundation.store.begin().await?;
        // In the order in which everyone locks. What others have by their apps ends with these.
        work.hold_account(id).await?;
        end_clients_of_account(work.as_mut(), &self.foundation, id).await?;
        if !work.delete_due_account(id, now).await? {
            return Ok(false);
        }
        work.erase_sides_of(id).await?;
        work.delete_unused_links(&id.to_string()).await?;
        let event = Event {
            kind: EventKind::AccountDeleted,
            actor: Actor::Account(id),
            subject: Some(id),
            details: &[],
            client: None,
            email: None,
        };
        work.append_event(&event.row(&self.foundation)).await?;
        let (language, message) = (
            account.language.unwrap_or_default(),
            Message::AccountDeleted {},
        );
        let (foundation, to) = (&self.foundation, &account.email);
        mail::queue_in(language, foundation, work.as_mut(), to, message).await?;
        work.commit().await?;
        Ok(true)
    }
}
