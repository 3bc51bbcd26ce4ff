//! Who asked for what they may not.

use std::time::Duration;

use super::{Actor, Event, EventKind};
use crate::{
    accounts::AccountId, client::Client, foundation::Foundation, keys::Purpose, store::StorageError,
};

/// One event in so long a time, whatever comes.
const WINDOW: Duration = Duration::from_mins(10);
/// A count that nobody added to for so long is forgotten.
const KEPT: Duration = Duration::from_hours(7 * 24);

/// Writes down that a person without the role asked for `what`, such as a path of an administrator's
/// page or the name of an API's resource; nothing personal. At most one event in ten minutes for each
/// person: the next one says how many there were before it, which were only counted.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn note_denied(
    foundation: &Foundation,
    account: AccountId,
    what: &str,
    client: &Client,
) -> Result<(), StorageError> {
    let now = foundation.now();
    let actor = Actor::Account(account);
    let of = format!("{} {actor}", EventKind::AccessDenied.as_str());
    let names = &foundation.names;
    let key = names.mac(Purpose::Throttle, "event", of.as_bytes());
    let mut work = foundation.store.begin().await?;
    let count = work.count_failure(&key, now, now.plus(KEPT)).await?;
    if now < count.blocked_until {
        return work.commit().await;
    }
    // Of those that were counted, the first has its event, and this one gets its own.
    let uncounted = (count.failures - 2).max(0).to_string();
    let mut details = vec![("what", what)];
    if uncounted != "0" {
        details.push(("not_written_before", &uncounted));
    }
    work.forget_throttle(&key).await?;
    work.count_failure(&key, now, now.plus(KEPT)).await?;
    work.hold_throttle(&key, now.plus(WINDOW), now.plus(KEPT))
        .await?;
    let event = Event {
        kind: EventKind::AccessDenied,
        actor,
        subject: Some(account),
        details: &details,
        client: Some(client),
        email: None,
    };
    work.append_event(&event.row(foundation)).await?;
    work.commit().await
}
