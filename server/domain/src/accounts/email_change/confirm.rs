//! Confirming another address, signed in to the account that asked for it.

use super::{EmailChange, UNDO_LIFETIME, request::UNREADABLE};
use crate::{
    accounts::{Account, AccountsService, EmailAddress, owner::own_event},
    audit::EventKind,
    client::Client,
    clock::Timestamp,
    links::{LinkHash, LinkPurpose, LinkToken, OneTimeLink},
    mail::{self, Circumstances, Message},
    sessions::LoadedSession,
    store::{StorageError, Work},
};

/// What came of a pressed "Confirm email" button.
pub(in crate::accounts) enum Counted {
    /// The new address is the account's.
    Changed,
    /// The link did its work already, or it doesn't fit the account any more.
    Used,
    /// The session has ended.
    SignedOut,
    /// Another account has the address now.
    Taken,
}

impl AccountsService {
    /// Goes back to an address that the account had before, which undoes every change since. Whoever
    /// has the one in between gets no link: they could take the account again with it.
    async fn go_back(
        &self,
        mut work: Box<dyn Work>,
        (first, session): (&EmailChange, &LoadedSession),
        replaced: &str,
        client: &Client,
    ) -> Result<Counted, StorageError> {
        let now = self.foundation.now();
        self.drop_waiting(work.as_mut(), first.account).await?;
        let Some(undone) = work.undo_email_change(first, now).await? else {
            return Ok(Counted::Used);
        };
        for id in &undone {
            work.delete_unused_links(id).await?;
        }
        work.delete_unused_links(&first.account.to_string()).await?;
        let kind = EventKind::EmailChangeUndone;
        let event = own_event(kind, first.account, &[], client);
        work.append_event(&event.row(&self.foundation)).await?;
        let kept = (&*session.public_id, kind.as_str());
        self.end_sessions(work.as_mut(), first.account, kept, client)
            .await?;
        let Some(owner) = work.find_account(first.account).await? else {
            return Err(UNREADABLE);
        };
        self.tell_put_back(work.as_mut(), &owner, replaced, client)
            .await?;
        work.commit().await?;
        Ok(Counted::Changed)
    }

    /// Tells both addresses that the former one is back, as part of `work`.
    pub(super) async fn tell_put_back(
        &self,
        work: &mut dyn Work,
        owner: &Account,
        replaced: &str,
        client: &Client,
    ) -> Result<(), StorageError> {
        let language = owner.language_of_mail(client);
        for to in [owner.email.as_str(), replaced] {
            let message = Message::EmailPutBack {
                name: owner.name.clone(),
                done: Circumstances::of(client, self.foundation.now()),
            };
            mail::queue_in(language, &self.foundation, work, to, message).await?;
        }
        Ok(())
    }

    /// Has a change count: one unit with the link, the mail that can undo it, and the event. Links
    /// to a new password that wait in the old mailbox stop working.
    pub(in crate::accounts) async fn count_email_change(
        &self,
        (link, change): (&LinkHash, &EmailChange),
        session: &LoadedSession,
        client: &Client,
    ) -> Result<Counted, StorageError> {
        let now = self.foundation.now();
        let mut work = self.foundation.store.begin().await?;
        work.hold_account(change.account).await?;
        let since = Timestamp::from_micros(i64::MIN);
        if !work
            .hold_session(change.account, &session.public_id, since)
            .await?
        {
            return Ok(Counted::SignedOut);
        }
        let purpose = LinkPurpose::ConfirmEmailChange;
        if !work.use_link(purpose, link, now).await? {
            // Whoever used it may not be on disk yet: what was only seen in passing isn't told.
            work.commit().await?;
            return Ok(Counted::Used);
        }
        let Some(owner) = work.find_account(change.account).await? else {
            return Ok(Counted::SignedOut);
        };
        let first = work
            .find_email_change_from(change.account, &change.lookup_key)
            .await?;
        if let Some(first) = first {
            let back = self.go_back(work, (&first, session), &owner.email, client);
            return back.await;
        }
        let undo_until = now.plus(UNDO_LIFETIME);
        match work.apply_email_change(change, now, undo_until).await {
            Ok(true) => {}
            Ok(false) => return Ok(Counted::Used),
            Err(StorageError::Taken) => return Ok(Counted::Taken),
            Err(error) => return Err(error),
        }
        work.delete_unused_links(&change.account.to_string())
            .await?;
        let token = LinkToken::generate(self.foundation.random.as_ref());
        work.insert_link(&OneTimeLink {
            purpose: LinkPurpose::UndoEmailChange,
            hash: token.hash(),
            target: change.id.clone(),
            created_at: now,
            expires_at: undo_until,
            used_at: None,
        })
        .await?;
        let mut event = own_event(EventKind::EmailChanged, change.account, &[], client);
        event.email = Some(&change.address);
        work.append_event(&event.row(&self.foundation)).await?;
        let language = owner.language_of_mail(client);
        let message = Message::EmailChanged {
            name: owner.name,
            to: masked(&change.address),
            done: Circumstances::of(client, now),
            token: token.as_str().to_owned(),
            lifetime: UNDO_LIFETIME.as_secs(),
        };
        let (foundation, to) = (&self.foundation, &owner.email);
        mail::queue_in(language, foundation, work.as_mut(), to, message).await?;
        work.commit().await?;
        Ok(Counted::Changed)
    }
}

/// An address whose owner recognises it, and nobody else learns it: `a…@example.com`.
fn masked(address: &str) -> String {
    let Ok(parsed) = EmailAddress::parse(address) else {
        return "…".to_owned();
    };
    let (local, domain) = parsed.as_str().rsplit_once('@').unwrap_or_default();
    let first: String = local.chars().take(1).collect();
    format!("{first}…@{domain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_address_shows_its_first_letter_and_domain() {
        assert_eq!(masked("ada.lovelace@example.com"), "a…@example.com");
        assert_eq!(masked("ß@example.com"), "ß…@example.com");
        assert_eq!(masked("nonsense"), "…");
    }
}
