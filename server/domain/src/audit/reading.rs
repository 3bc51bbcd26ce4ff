//! Reading the trail: what happened, newest first, by who, whom, what and when.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Actor, EventKind, Outcome};
use crate::{
    accounts::AccountId, clock::Timestamp, foundation::Foundation, random::first_id_of,
    store::StorageError,
};

/// Behind every id.
const END: &str = "z";

/// Which events. What isn't given doesn't narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Whom it concerned or who did it.
    pub involved: Option<AccountId>,
    /// Who did it.
    pub actor: Option<Actor>,
    /// Whom it concerned.
    pub subject: Option<AccountId>,
    /// One of these happened; none: anything.
    pub kinds: Vec<EventKind>,
    /// How it came out.
    pub outcome: Option<Outcome>,
    /// Not earlier, to the millisecond.
    pub from: Option<Timestamp>,
    /// Earlier, to the millisecond.
    pub until: Option<Timestamp>,
}

impl EventFilter {
    /// The kinds that a word means: one exactly, or all of a family where it ends with a full stop, as
    /// `session.` does. None: there is no such kind.
    pub fn kinds_of(word: &str) -> Vec<EventKind> {
        let known = EventKind::ALL.iter().copied();
        let meant = |kind: &EventKind| {
            kind.as_str() == word || (word.ends_with('.') && kind.as_str().starts_with(word))
        };
        known.filter(meant).collect()
    }

    /// By what it chooses, in words; not what is looked for, which may be personal.
    pub(crate) fn chooses_by(&self) -> String {
        let parts = [
            ("person", self.involved.is_some() || self.subject.is_some()),
            ("actor", self.actor.is_some()),
            ("kind", !self.kinds.is_empty()),
            ("outcome", self.outcome.is_some()),
            ("from", self.from.is_some()),
            ("until", self.until.is_some()),
        ];
        let given = parts.into_iter().filter(|(_, given)| *given);
        given.map(|(word, _)| word).collect::<Vec<_>>().join(" ")
    }
}

/// One question to the database: everything that is given has to be so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventQuestion {
    /// Only ids below this one.
    pub before: String,
    /// Not ids below this one.
    pub from: String,
    /// Who did it, as stored.
    pub actor: Option<String>,
    /// Whom it concerned, as stored.
    pub subject: Option<String>,
    /// What happened, as stored.
    pub kind: Option<String>,
    /// How it came out, as stored.
    pub outcome: Option<String>,
}

/// What is personal in an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Side {
    /// The network address.
    pub address: Option<String>,
    /// An e-mail address.
    pub email: Option<String>,
    /// What the browser called itself.
    pub user_agent: Option<String>,
}

impl Side {
    /// From a side row's body; one that can't be read tells nothing.
    pub fn of(body: &str) -> Self {
        serde_json::from_str(body).unwrap_or_default()
    }
}

/// An event as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundEvent {
    /// `UUIDv7`: the cursor of what comes after it.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// What happened, as a word; another version may know more of them.
    pub kind: String,
    /// Who did it, as a word and an id.
    pub actor: String,
    /// Whom it concerned: an account's id.
    pub subject: Option<String>,
    /// How it came out, as a word.
    pub outcome: String,
    /// Further facts as JSON.
    pub details: String,
    /// What is personal, unless it was erased or never was.
    pub side: Option<Side>,
    /// Its place in the chain, once it has one.
    pub seq: Option<i64>,
}

impl FoundEvent {
    /// A fact of its details.
    pub fn detail(&self, name: &str) -> Option<String> {
        let details: serde_json::Value = serde_json::from_str(&self.details).ok()?;
        details.get(name)?.as_str().map(str::to_owned)
    }

    /// Whether whoever runs this server did it to somebody: by the command line, or as an
    /// administrator.
    pub fn is_by_operator(&self) -> bool {
        let by_account = self.actor.strip_prefix("account:");
        match by_account {
            Some(account) => self
                .subject
                .as_deref()
                .is_some_and(|subject| subject != account),
            None => self.actor == Actor::CommandLine.to_string(),
        }
    }

    /// Whoever did it, when that was an account.
    pub fn actor_id(&self) -> Option<AccountId> {
        AccountId::parse(self.actor.strip_prefix("account:")?)
    }

    /// Whom it concerned.
    pub fn subject_id(&self) -> Option<AccountId> {
        AccountId::parse(self.subject.as_deref()?)
    }

    /// Whether an account did it.
    pub fn is_by(&self, account: AccountId) -> bool {
        self.actor == Actor::Account(account).to_string()
    }
}

/// How many events of a kind happened within a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventCount {
    /// What happened, as a word.
    pub kind: String,
    /// Which of the spans, counted from zero.
    pub span: usize,
    /// So many.
    pub count: i64,
}

/// The trail, to be read.
#[async_trait]
pub trait AuditReading {
    /// The answers to a question, newest first, at most `limit`.
    async fn list_events(
        &mut self,
        question: &EventQuestion,
        limit: i64,
    ) -> Result<Vec<FoundEvent>, StorageError>;

    /// How many events of each kind have ids between each of `bounds` and the next one. Read from an
    /// index alone.
    async fn count_events(
        &mut self,
        kinds: &[EventKind],
        bounds: &[String],
    ) -> Result<Vec<EventCount>, StorageError>;

    /// How many sessions began otherwise than with a password alone, by `amr` words, with event ids from
    /// `from` on and below `before`. Read from an index alone, which lacks those with a password alone.
    async fn count_other_methods(
        &mut self,
        from: &str,
        before: &str,
    ) -> Result<Vec<(String, i64)>, StorageError>;
}

/// Events of a filter, newest first, at most `limit`, older than the one of id `before`. Each of its
/// questions is answered from an index, so the length of the trail doesn't matter; whoever exports it asks
/// again with the last id until there is nothing more.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn find_events(
    foundation: &Foundation,
    filter: &EventFilter,
    before: Option<&str>,
    limit: usize,
) -> Result<Vec<FoundEvent>, StorageError> {
    let mut work = foundation.store.read().await?;
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut found = Vec::new();
    for question in questions(filter, before) {
        found.extend(work.list_events(&question, most).await?);
    }
    found.sort_by(|a, b| b.id.cmp(&a.id));
    found.dedup_by(|a, b| a.id == b.id);
    found.truncate(limit);
    Ok(found)
}

/// A question for each kind, and for each part that somebody may have had.
fn questions(filter: &EventFilter, before: Option<&str>) -> Vec<EventQuestion> {
    let until = filter.until.map(first_id_of);
    let before = match (before, until) {
        (Some(before), Some(until)) => until.min(before.to_owned()),
        (Some(before), None) => before.to_owned(),
        (None, until) => until.unwrap_or_else(|| END.to_owned()),
    };
    let plain = EventQuestion {
        before,
        from: filter.from.map(first_id_of).unwrap_or_default(),
        actor: filter.actor.map(|actor| actor.to_string()),
        subject: filter.subject.map(|subject| subject.to_string()),
        kind: None,
        outcome: filter.outcome.map(|outcome| outcome.to_string()),
    };
    let mut parts = Vec::new();
    match filter.involved {
        None => parts.push(plain),
        Some(account) => {
            let id = account.to_string();
            if plain.subject.as_ref().is_none_or(|subject| *subject == id) {
                let subject = Some(id.clone());
                parts.push(EventQuestion {
                    subject,
                    ..plain.clone()
                });
            }
            let own = Actor::Account(account).to_string();
            if plain.actor.as_ref().is_none_or(|actor| *actor == own) {
                let actor = Some(own);
                parts.push(EventQuestion { actor, ..plain });
            }
        }
    }
    if filter.kinds.is_empty() {
        return parts;
    }
    let with_kinds = |part: &EventQuestion| {
        let part = part.clone();
        let kinds = filter.kinds.iter();
        kinds.map(move |kind| EventQuestion {
            kind: Some(kind.as_str().to_owned()),
            ..part.clone()
        })
    };
    parts.iter().flat_map(with_kinds).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Random, time_ordered_id};

    struct Zeroes;
    impl Random for Zeroes {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    fn anna() -> AccountId {
        AccountId::generate(Timestamp::from_micros(1), &Zeroes)
    }

    #[test]
    fn a_word_means_a_kind_and_a_full_stop_a_family() {
        assert_eq!(
            EventFilter::kinds_of("session.ended"),
            [EventKind::SessionEnded]
        );
        assert_eq!(
            EventFilter::kinds_of("session."),
            [
                EventKind::SessionStarted,
                EventKind::SessionRenewed,
                EventKind::SessionEnded
            ]
        );
        assert_eq!(EventFilter::kinds_of("session"), []);
        assert_eq!(EventFilter::kinds_of(""), []);
    }

    #[test]
    fn a_time_stands_before_the_ids_of_its_millisecond_and_behind_earlier_ones() {
        let time = |micros| Timestamp::from_micros(micros);
        let id = |micros| time_ordered_id(time(micros), &Zeroes).to_string();
        let bound = first_id_of(time(1_767_268_800_000_000));
        assert!(id(1_767_268_799_999_999) < bound);
        assert!(bound <= id(1_767_268_800_000_000));
        assert!(END > id(i64::MAX).as_str());
    }

    #[test]
    fn whoever_is_involved_is_asked_for_twice() {
        let filter = EventFilter {
            involved: Some(anna()),
            ..EventFilter::default()
        };
        let asked = questions(&filter, Some("b"));
        assert_eq!(asked.len(), 2);
        assert_eq!(asked[0].subject, Some(anna().to_string()));
        assert_eq!(asked[1].actor, Some(format!("account:{}", anna())));
        assert!(asked.iter().all(|question| question.before == "b"));
        let by_system = EventFilter {
            actor: Some(Actor::System),
            ..filter
        };
        let asked = questions(&by_system, None);
        assert_eq!(asked.len(), 1);
        assert_eq!(asked[0].subject, Some(anna().to_string()));
    }
}
