//! Why a session deserves a look.

use std::{collections::HashMap, time::Duration};

use super::{SessionListing, SupportDesk};
use crate::{client::ClientAddress, clock::Timestamp, random::first_id_of, store::StorageError};

/// What is looked at before a session began.
const SPAN: Duration = Duration::from_hours(1);
/// From so many addresses or accounts on there are many.
const MANY: i64 = 5;
/// From so many wrong passwords on it isn't a slip.
const NO_SLIP: i64 = 3;

/// Something about the beginning of a session that is worth a look. It proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionCue {
    /// Its account signed in from many addresses within an hour.
    ManyAddresses,
    /// Its account knew other browsers, not this one.
    NewBrowser,
    /// Wrong passwords were noted for its account in the hour before.
    FailuresBefore,
    /// Many accounts signed in from its address within an hour.
    ManyAccounts,
}

impl SessionCue {
    /// The word for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ManyAddresses => "many-addresses",
            Self::NewBrowser => "new-browser",
            Self::FailuresBefore => "failures-before",
            Self::ManyAccounts => "many-accounts",
        }
    }
}

/// Around which session to look, and from where on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionSpan {
    /// [`SessionListing::id`].
    pub id: String,
    /// An hour before it began.
    pub since: Timestamp,
    /// No id of `since` or later is lower.
    pub first_id: String,
    /// No id of the millisecond in which it began, or before, is as high.
    pub end_id: String,
}

impl SessionSpan {
    /// The hour before a session, and its beginning.
    pub fn of(id: &str, began_at: Timestamp) -> Self {
        let since = began_at.minus(SPAN);
        Self {
            id: id.to_owned(),
            since,
            first_id: first_id_of(since),
            end_id: first_id_of(began_at.plus(Duration::from_millis(1))),
        }
    }
}

/// What was there when a session began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// [`SessionListing::id`].
    pub id: String,
    /// Where sessions of its account began within the span, its own among them, as far as they aren't
    /// ended.
    pub addresses: Vec<ClientAddress>,
    /// How many accounts have sessions that began at its address within the span, its own among them;
    /// counted up to the number asked for.
    pub accounts: i64,
    /// Whether its account knew other browsers, and this one since then alone.
    pub browser_is_new: bool,
    /// The details of `sign_in.failed` events about its account within the span.
    pub failures: Vec<String>,
}

impl Surroundings {
    /// What of it is worth a look.
    pub fn cues(&self) -> Vec<SessionCue> {
        let mut networks: Vec<_> = self.addresses.iter().map(ClientAddress::network).collect();
        networks.sort();
        networks.dedup();
        let addresses = i64::try_from(networks.len()).unwrap_or(i64::MAX);
        let failures = self.failures.iter().filter_map(|details| failures(details));
        let all = [
            (addresses >= MANY, SessionCue::ManyAddresses),
            (self.browser_is_new, SessionCue::NewBrowser),
            (failures.max() >= Some(NO_SLIP), SessionCue::FailuresBefore),
            (self.accounts >= MANY, SessionCue::ManyAccounts),
        ];
        let held = all.into_iter().filter(|(holds, _)| *holds);
        held.map(|(_, cue)| cue).collect()
    }
}

/// How many wrong passwords a note tells of.
fn failures(details: &str) -> Option<i64> {
    let details: serde_json::Value = serde_json::from_str(details).ok()?;
    details.get("failures")?.as_str()?.parse().ok()
}

impl SupportDesk {
    /// What is worth a look about each of these sessions, by [`SessionListing::id`]: two questions for a
    /// page of them.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn cues(
        &self,
        sessions: &[SessionListing],
    ) -> Result<HashMap<String, Vec<SessionCue>>, StorageError> {
        if sessions.is_empty() {
            return Ok(HashMap::new());
        }
        let spans: Vec<_> = sessions
            .iter()
            .map(|session| SessionSpan::of(&session.id, session.created_at))
            .collect();
        let mut work = self.shared.foundation.store.read().await?;
        let found = work.surroundings(&spans, MANY).await?;
        Ok(found
            .into_iter()
            .map(|around| (around.id.clone(), around.cues()))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn addresses(of: &[&str]) -> Vec<ClientAddress> {
        let parsed = of.iter().map(|text| text.parse::<IpAddr>().unwrap());
        parsed.map(ClientAddress::from).collect()
    }

    #[test]
    fn nothing_special_has_no_cue() {
        let plain = Surroundings {
            addresses: addresses(&["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"]),
            accounts: 4,
            failures: vec![r#"{"failures":"2"}"#.to_owned(), "{}".to_owned()],
            ..Surroundings::default()
        };
        assert_eq!(plain.cues(), []);
    }

    #[test]
    fn each_limit_has_its_cue() {
        let many = Surroundings {
            addresses: addresses(&[
                "192.0.2.1",
                "192.0.2.2",
                "192.0.2.3",
                "192.0.2.4",
                "2001:db8::1",
            ]),
            accounts: 5,
            browser_is_new: true,
            failures: vec![r#"{"failures":"3"}"#.to_owned(), "nonsense".to_owned()],
            ..Surroundings::default()
        };
        let words: Vec<_> = many.cues().into_iter().map(SessionCue::as_str).collect();
        assert_eq!(
            words,
            [
                "many-addresses",
                "new-browser",
                "failures-before",
                "many-accounts"
            ]
        );
    }

    #[test]
    fn a_customers_network_is_one_address() {
        let one = [
            "2001:db8::1",
            "2001:db8::2",
            "2001:db8::3",
            "2001:db8::4",
            "2001:db8::5",
        ];
        let around = Surroundings {
            addresses: addresses(&one),
            ..Surroundings::default()
        };
        assert_eq!(around.cues(), []);
    }

    #[test]
    fn a_span_is_an_hour_and_the_millisecond_of_the_beginning() {
        let noon = Timestamp::from_micros(1_767_268_800_000_000);
        let span = SessionSpan::of("a", noon);
        assert_eq!(noon.since(span.since), Duration::from_hours(1));
        assert_eq!(span.first_id, first_id_of(span.since));
        assert!(first_id_of(noon) < span.end_id);
    }
}
