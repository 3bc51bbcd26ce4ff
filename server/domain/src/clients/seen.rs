//! Clients that have just shown their secret.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use subtle::ConstantTimeEq;

use super::RegisteredClient;
use crate::clock::Timestamp;

/// How long what was read of a client holds when another process may have changed it.
const HOLDS: Duration = Duration::from_secs(1);
/// Most clients that are remembered.
const CAPACITY: usize = 1_000;

struct Known {
    client: Arc<RegisteredClient>,
    /// Of the secret that was right.
    hash: [u8; 32],
    /// The count of changes before it was read.
    changes: u64,
    at: Timestamp,
}

/// Remembers for a moment which client showed which secret. What this process takes away counts at
/// once, what another one takes away within a second.
#[derive(Default)]
pub(super) struct Seen(Mutex<HashMap<String, Known>>);

impl Seen {
    /// The client of a name, if this secret was right a moment ago and nothing was taken away since.
    pub(super) fn find(
        &self,
        id: &str,
        hash: &[u8; 32],
        (changes, now): (u64, Timestamp),
    ) -> Option<Arc<RegisteredClient>> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = seen.get(id)?;
        let holds = known.changes == changes && known.at <= now && now.since(known.at) < HOLDS;
        let right: bool = known.hash.ct_eq(hash).into();
        (holds && right).then(|| Arc::clone(&known.client))
    }

    /// Remembers that a secret was right at `now`, when so many changes had been made.
    pub(super) fn keep(
        &self,
        client: &Arc<RegisteredClient>,
        hash: [u8; 32],
        (changes, at): (u64, Timestamp),
    ) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= CAPACITY {
            seen.clear();
        }
        let known = Known {
            client: Arc::clone(client),
            hash,
            changes,
            at,
        };
        seen.insert(client.id.clone(), known);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::Authentication;

    fn client() -> Arc<RegisteredClient> {
        Arc::new(RegisteredClient {
            id: "a".to_owned(),
            name: String::new(),
            owner: None,
            authentication: Authentication::Secret,
            redirect_uris: Vec::new(),
            grants: Vec::new(),
            scopes: Vec::new(),
            pairwise: false,
            first_party: false,
            require_pkce: true,
            keys: None,
            home_uri: None,
            policy_uri: None,
            created_at: at(0),
        })
    }

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_micros(0).plus(Duration::from_millis(millis))
    }

    #[test]
    fn a_client_is_known_by_its_secret_for_a_second_and_until_something_is_taken_away() {
        let seen = Seen::default();
        seen.keep(&client(), [1; 32], (7, at(5_000)));
        let known = |hash: u8, changes, millis| {
            let found = seen.find("a", &[hash; 32], (changes, at(millis)));
            found.is_some()
        };
        assert!(known(1, 7, 5_000));
        assert!(known(1, 7, 5_999));
        assert!(!known(1, 7, 6_000), "a second later");
        assert!(
            !known(1, 7, 4_999),
            "before it was seen: the clock was set back"
        );
        assert!(!known(2, 7, 5_000), "another secret");
        assert!(!known(1, 8, 5_000), "something was taken away");
        assert!(
            seen.find("b", &[1; 32], (7, at(5_000))).is_none(),
            "another client"
        );
    }
}
