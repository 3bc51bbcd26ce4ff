//! Asking for another address.

use super::EmailChange;
use crate::{
    accounts::{AccountId, AccountsService, EmailAddress, EmailProblem, owner::own_event},
    audit::EventKind,
    client::Client,
    links::{LinkPurpose, LinkToken, OneTimeLink},
    mail::{self, Message},
    random::time_ordered_id,
    sessions::LoadedSession,
    store::{StorageError, Work},
};

/// How many mails an address gets within an hour because somebody wants to have it.
const MAILS: i64 = 3;
/// How often an account may ask within an hour.
const CHANGES: i64 = 5;

/// A filled-in "Change email" form.
pub struct ChangeEmail<'a> {
    /// The session that asks.
    pub session: &'a LoadedSession,
    /// As typed.
    pub email: &'a str,
    /// Who asks.
    pub client: &'a Client,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum ChangeEmailOutcome {
    /// If the address is free, a link is on its way to it; if not, its owner was told.
    Accepted,
    /// What was typed is no address, or one at a domain whose people have no account here.
    Refused(EmailProblem),
    /// It is the account's address already.
    Unchanged,
    /// The session has ended, or the proof of who asks is too old.
    NotFresh,
    /// Too many changes were asked for.
    TooMany {
        /// When to try again.
        retry_after_seconds: u32,
    },
}

impl AccountsService {
    /// Asks for another address. It counts once it is confirmed by a link that is mailed to it; an
    /// earlier one that waits is dropped. The answer is the same whether the address is free or not.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is kept then.
    pub async fn change_email(
        &self,
        form: ChangeEmail<'_>,
    ) -> Result<ChangeEmailOutcome, StorageError> {
        let email = match EmailAddress::parse(form.email) {
            Ok(email) => email,
            Err(problem) => return Ok(ChangeEmailOutcome::Refused(problem)),
        };
        if !self.rules.signup.allows(&email) {
            return Ok(ChangeEmailOutcome::Refused(EmailProblem::OtherDomain));
        }
        let account = form.session.account;
        let mut work = self.foundation.store.begin().await?;
        if !self.hold_fresh(work.as_mut(), form.session).await? {
            return Ok(ChangeEmailOutcome::NotFresh);
        }
        let Some(owner) = work.find_account(account).await? else {
            return Ok(ChangeEmailOutcome::NotFresh);
        };
        let former = EmailAddress::parse(&owner.email).map_err(|_| UNREADABLE)?;
        if former.lookup_key() == email.lookup_key() {
            return Ok(ChangeEmailOutcome::Unchanged);
        }
        let asked = ("email change", CHANGES);
        let whose = account.to_string();
        if let Some(retry_after_seconds) = self.too_many(work.as_mut(), asked, &whose).await? {
            return Ok(ChangeEmailOutcome::TooMany {
                retry_after_seconds,
            });
        }
        self.drop_waiting(work.as_mut(), account).await?;
        let now = self.foundation.now();
        let change = EmailChange {
            id: time_ordered_id(now, self.foundation.random.as_ref()).to_string(),
            account,
            address: email.as_str().to_owned(),
            lookup_key: email.lookup_key().as_str().to_owned(),
            former: former.lookup_key().as_str().to_owned(),
            created_at: now,
            expires_at: now.plus(self.rules.confirm_lifetime),
            changed_at: None,
        };
        work.insert_email_change(&change).await?;
        let mut event = own_event(EventKind::EmailChangeRequested, account, &[], form.client);
        event.email = Some(email.as_str());
        work.append_event(&event.row(&self.foundation)).await?;
        self.ask_the_address(work.as_mut(), &change, form.client)
            .await?;
        work.commit().await?;
        Ok(ChangeEmailOutcome::Accepted)
    }

    /// The address that waits to be confirmed, if one does.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn waiting_email_change(
        &self,
        account: AccountId,
    ) -> Result<Option<EmailChange>, StorageError> {
        let now = self.foundation.now();
        let mut work = self.foundation.store.read().await?;
        let waiting = work.find_waiting_email_change(account).await?;
        Ok(waiting.filter(|change| change.expires_at > now))
    }

    /// Drops an address that waits to be confirmed. `false` when none does.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn cancel_email_change(
        &self,
        account: AccountId,
        client: &Client,
    ) -> Result<bool, StorageError> {
        let mut work = self.foundation.store.begin().await?;
        if !self.drop_waiting(work.as_mut(), account).await? {
            return Ok(false);
        }
        let event = own_event(EventKind::EmailChangeCancelled, account, &[], client);
        work.append_event(&event.row(&self.foundation)).await?;
        work.commit().await?;
        Ok(true)
    }

    pub(in crate::accounts) async fn drop_waiting(
        &self,
        work: &mut dyn Work,
        account: AccountId,
    ) -> Result<bool, StorageError> {
        let dropped = work.delete_waiting_email_changes(account).await?;
        for id in &dropped {
            work.delete_unused_links(id).await?;
        }
        Ok(!dropped.is_empty())
    }

    /// Mails the link, or tells the address's owner that somebody wants to have it.
    async fn ask_the_address(
        &self,
        work: &mut dyn Work,
        change: &EmailChange,
        client: &Client,
    ) -> Result<(), StorageError> {
        let kind = ("email change mail", MAILS);
        if !self.may_be_mailed(work, kind, &change.lookup_key).await? {
            return Ok(());
        }
        let owner = work.find_account_by_email(&change.lookup_key).await?;
        if let Some(owner) = owner.filter(|owner| owner.id != change.account) {
            let language = owner.language_of_mail(client);
            let message = Message::AddressWanted { name: owner.name };
            mail::queue_in(language, &self.foundation, work, &owner.email, message).await?;
            return Ok(());
        }
        let token = LinkToken::generate(self.foundation.random.as_ref());
        work.insert_link(&OneTimeLink {
            purpose: LinkPurpose::ConfirmEmailChange,
            hash: token.hash(),
            target: change.id.clone(),
            created_at: change.created_at,
            expires_at: change.expires_at,
            used_at: None,
        })
        .await?;
        let message = Message::ConfirmNewAddress {
            token: token.as_str().to_owned(),
            lifetime: self.rules.confirm_lifetime.as_secs(),
        };
        let (foundation, to) = (&self.foundation, &change.address);
        mail::queue_in(client.language, foundation, work, to, message).await?;
        Ok(())
    }
}

/// An address at rest that no form would have taken.
pub(super) const UNREADABLE: StorageError = StorageError::Inconsistent {
    table: "emails",
    column: "address",
};
