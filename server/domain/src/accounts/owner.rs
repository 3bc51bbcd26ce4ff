//! What every verb of an account's owner shares.

use std::time::Duration;

use super::{AccountId, AccountsService, manage::end_sessions};
use crate::{
    audit::{Actor, By, Event, EventKind},
    client::Client,
    clock::Timestamp,
    keys::Purpose,
    sessions::LoadedSession,
    store::{StorageError, Work},
    throttle::seconds_until,
};

/// How old a proof of who somebody is may be when they change what their account hangs on.
pub const FRESH: Duration = Duration::from_mins(15);

/// Whether who signed in at `auth_time` needn't prove it again at `now`.
pub fn is_fresh(auth_time: Timestamp, now: Timestamp) -> bool {
    now.since(auth_time) < FRESH
}

/// Since when somebody has to have proved who they are, to be fresh at `now`.
pub(crate) fn fresh_since(now: Timestamp) -> Timestamp {
    now.minus(FRESH).plus(Duration::from_micros(1))
}

/// What an account's owner did to it.
pub(crate) fn own_event<'a>(
    kind: EventKind,
    account: AccountId,
    details: &'a [(&'static str, &'a str)],
    client: &'a Client,
) -> Event<'a> {
    Event {
        kind,
        actor: Actor::Account(account),
        subject: Some(account),
        details,
        client: Some(client),
        email: None,
    }
}

impl AccountsService {
    /// Whether a session is alive and its owner proved who they are a moment ago. Until the unit
    /// ends, nobody ends it.
    pub(super) async fn hold_fresh(
        &self,
        work: &mut dyn Work,
        session: &LoadedSession,
    ) -> Result<bool, StorageError> {
        let since = fresh_since(self.foundation.now());
        work.hold_session(session.account, &session.public_id, since)
            .await
    }

    /// Counts what an account does, as part of a unit, and says how long to wait when that was more
    /// than `most` times within an hour. Nothing is counted then: don't commit.
    pub(super) async fn too_many(
        &self,
        work: &mut dyn Work,
        (kind, most): (&str, i64),
        whose: &str,
    ) -> Result<Option<u32>, StorageError> {
        let now = self.foundation.now();
        let names = &self.foundation.names;
        let key = names.mac(Purpose::Throttle, kind, whose.as_bytes());
        let hour = now.plus(Duration::from_hours(1));
        let counted = work.count_failure(&key, now, hour).await?;
        Ok((counted.failures > most).then(|| seconds_until(counted.expires_at, now)))
    }

    /// Takes every identity from an account, with its event, as part of a unit.
    pub(super) async fn disconnect_all(
        &self,
        work: &mut dyn Work,
        account: AccountId,
        client: &Client,
    ) -> Result<(), StorageError> {
        for gone in work.list_identities(account).await? {
            if work.delete_identity(account, &gone.id).await? {
                let details = [("provider", gone.identity.provider.as_str())];
                let event = own_event(EventKind::IdentityDisconnected, account, &details, client);
                work.append_event(&event.row(&self.foundation)).await?;
            }
        }
        Ok(())
    }

    /// Ends every session of an account but `kept`, with their events, as part of a unit.
    pub(super) async fn end_sessions(
        &self,
        work: &mut dyn Work,
        account: AccountId,
        (kept, reason): (&str, &str),
        client: &Client,
    ) -> Result<(), StorageError> {
        let by = By::owner(account, client);
        end_sessions(work, &self.foundation, account, (kept, reason), by).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authentication_is_fresh_for_fifteen_minutes() {
        let then = Timestamp::from_micros(1_000_000);
        assert!(is_fresh(then, then));
        assert!(is_fresh(
            then,
            then.plus(Duration::from_micros(15 * 60_000_000 - 1))
        ));
        assert!(!is_fresh(then, then.plus(FRESH)));
    }
}
