//! Undoing a change of address, from the former one.

use super::{EmailChange, request::UNREADABLE};
use crate::{
    accounts::{AccountsService, owner::own_event},
    audit::{Actor, By, EventKind},
    client::Client,
    links::{self, FoundLink, LinkHash, LinkPurpose, LinkToken, OneTimeLink},
    store::StorageError,
    tokens::cut_off_account,
};

/// What a link leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UndoLink {
    /// A button.
    Ready,
    /// Its 72 hours are over.
    Expired,
    /// It did its work already.
    Used,
    /// Not a link of ours, or overtaken by another one that put an address back.
    Unknown,
}

/// What came of a pressed "Undo the change" button.
pub enum UndoOutcome {
    /// The former address is the account's again, every session has ended, and this token sets a new
    /// password: whoever changed the address may know the old one.
    Undone(LinkToken),
    /// The link can't be used; never [`UndoLink::Ready`].
    Dead(UndoLink),
}

enum Looked {
    Ready(LinkHash, Box<EmailChange>),
    Dead(UndoLink),
}

impl AccountsService {
    /// Looks at a link without using it: mail scanners follow links.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn undo_link(&self, token: &str) -> Result<UndoLink, StorageError> {
        Ok(match self.look_at_undo(token).await? {
            Looked::Ready(..) => UndoLink::Ready,
            Looked::Dead(link) => link,
        })
    }

    /// Uses a link, once: puts the former address back, whatever came after it, ends every session,
    /// takes the password away and a deletion that was asked for back, and tells both addresses.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; the link can be used again then.
    pub async fn undo_email_change(
        &self,
        token: &str,
        client: &Client,
    ) -> Result<UndoOutcome, StorageError> {
        let (link, change) = match self.look_at_undo(token).await? {
            Looked::Ready(link, change) => (link, change),
            Looked::Dead(link) => return Ok(UndoOutcome::Dead(link)),
        };
        let now = self.foundation.now();
        let mut work = self.foundation.store.begin().await?;
        work.hold_account(change.account).await?;
        if !work
            .use_link(LinkPurpose::UndoEmailChange, &link, now)
            .await?
        {
            // Whoever used it may not be on disk yet: what was only seen in passing isn't told.
            work.commit().await?;
            return Ok(UndoOutcome::Dead(UndoLink::Used));
        }
        let Some(replaced) = work.find_account(change.account).await? else {
            return Ok(UndoOutcome::Dead(UndoLink::Unknown));
        };
        // Whoever changed the address may know it, and would be in again before its owner is.
        work.forget_password(change.account).await?;
        // Whoever changed it may have connected an identity of theirs just before.
        self.disconnect_all(work.as_mut(), change.account, client)
            .await?;
        // Or have made tokens.
        let by = By::owner(change.account, client);
        cut_off_account(work.as_mut(), &self.foundation, change.account, by).await?;
        let kept = work.cancel_deletion(change.account, now).await?;
        if kept {
            let kind = EventKind::AccountDeletionCancelled;
            let event = own_event(kind, change.account, &[], client);
            work.append_event(&event.row(&self.foundation)).await?;
        }
        let reason = EventKind::EmailChangeUndone.as_str();
        self.end_sessions(work.as_mut(), change.account, ("", reason), client)
            .await?;
        self.drop_waiting(work.as_mut(), change.account).await?;
        let Some(undone) = work.undo_email_change(&change, now).await? else {
            return Ok(UndoOutcome::Dead(UndoLink::Expired));
        };
        for id in &undone {
            work.delete_unused_links(id).await?;
        }
        work.delete_unused_links(&change.account.to_string())
            .await?;
        let mut event = own_event(EventKind::EmailChangeUndone, change.account, &[], client);
        event.actor = Actor::Anonymous;
        work.append_event(&event.row(&self.foundation)).await?;
        let Some(owner) = work.find_account(change.account).await? else {
            return Err(UNREADABLE);
        };
        self.tell_put_back(work.as_mut(), &owner, &replaced.email, client)
            .await?;
        let reset = LinkToken::generate(self.foundation.random.as_ref());
        work.insert_link(&OneTimeLink {
            purpose: LinkPurpose::ResetPassword,
            hash: reset.hash(),
            target: change.account.to_string(),
            created_at: now,
            expires_at: now.plus(self.rules.reset_lifetime),
            used_at: None,
        })
        .await?;
        work.commit().await?;
        Ok(UndoOutcome::Undone(reset))
    }

    async fn look_at_undo(&self, token: &str) -> Result<Looked, StorageError> {
        let (purpose, now) = (LinkPurpose::UndoEmailChange, self.foundation.now());
        let mut work = self.foundation.store.read().await?;
        let link = match links::find(work.as_mut(), purpose, token, now).await? {
            FoundLink::Live(link) => link,
            FoundLink::Expired => return Ok(Looked::Dead(UndoLink::Expired)),
            FoundLink::Used => return Ok(Looked::Dead(UndoLink::Used)),
            FoundLink::Unknown => return Ok(Looked::Dead(UndoLink::Unknown)),
        };
        let Some(change) = work.find_email_change(&link.target).await? else {
            // Used between the two questions, or undone by the link of an earlier change.
            let again = work.find_link(purpose, &link.hash).await?;
            let used = again.is_some_and(|link| link.used_at.is_some());
            let dead = if used {
                UndoLink::Used
            } else {
                UndoLink::Unknown
            };
            return Ok(Looked::Dead(dead));
        };
        Ok(match work.find_account(change.account).await? {
            Some(_) => Looked::Ready(link.hash, Box::new(change)),
            None => Looked::Dead(UndoLink::Unknown),
        })
    }
}
