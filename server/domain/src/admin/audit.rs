//! The audit trail, for people with a role.

use std::collections::HashMap;

use super::{AdminDesk, SupportDesk};
use crate::{
    accounts::AccountId,
    audit::{EventFilter, EventKind, FoundEvent, find_events},
    store::StorageError,
};

/// Somebody of whom an event tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventPerson {
    /// What the world calls the account.
    pub subject: String,
    /// Where mail for them goes now.
    pub email: String,
}

/// An event with those of whom it tells, as far as their accounts are there.
#[derive(Clone, Debug)]
pub struct ListedEvent {
    /// The event. Accounts that are there stand in it by what the world calls them.
    pub event: FoundEvent,
    /// Who did it.
    pub actor: Option<EventPerson>,
    /// Whom it concerned.
    pub subject: Option<EventPerson>,
}

impl SupportDesk {
    /// Events that a filter finds, newest first, older than the one of id `before`.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn events(
        &self,
        filter: &EventFilter,
        before: Option<&str>,
        limit: usize,
    ) -> Result<Vec<ListedEvent>, StorageError> {
        let foundation = &self.shared.foundation;
        let events = find_events(foundation, filter, before, limit).await?;
        let mut known: HashMap<AccountId, Option<EventPerson>> = HashMap::new();
        let mut work = foundation.store.read().await?;
        let mut listed = Vec::with_capacity(events.len());
        for mut event in events {
            let mut persons = [None, None];
            let ids = [event.actor_id(), event.subject_id()];
            for (person, id) in persons.iter_mut().zip(ids) {
                let Some(id) = id else { continue };
                if let Some(found) = known.get(&id) {
                    person.clone_from(found);
                    continue;
                }
                let account = work.find_account(id).await?;
                *person = account.map(|account| EventPerson {
                    subject: account.subject.as_str().to_owned(),
                    email: account.email,
                });
                known.insert(id, person.clone());
            }
            let [actor, subject] = persons;
            if let Some(actor) = &actor {
                event.actor = format!("account:{}", actor.subject);
            }
            if let Some(subject) = &subject {
                event.subject = Some(subject.subject.clone());
            }
            listed.push(ListedEvent {
                event,
                actor,
                subject,
            });
        }
        Ok(listed)
    }
}

impl AdminDesk {
    /// Whether whoever sits here is an administrator no more: what goes on for long asks now and then.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn is_over(&self) -> Result<bool, StorageError> {
        let mut work = self.shared.foundation.store.read().await?;
        let owner = work.find_token_owner(self.account()).await?;
        Ok(owner.is_none_or(|owner| !owner.admin))
    }

    /// Writes down that somebody takes a part of the trail with them: in which form, and by what it was
    /// chosen.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; they must not have it then.
    pub async fn note_export(&self, form: &str, filter: &EventFilter) -> Result<(), StorageError> {
        let chosen_by = filter.chooses_by();
        let details = [("form", form), ("chosen_by", &chosen_by)];
        let foundation = &self.shared.foundation;
        let mut work = foundation.store.begin().await?;
        let what = (EventKind::AuditExported, None);
        self.by()
            .note(work.as_mut(), foundation, what, &details)
            .await?;
        work.commit().await
    }
}
