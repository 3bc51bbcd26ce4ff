//! Letting old events go, in whole pieces from the chain's beginning.

use super::{
    AuditKey,
    chainer::{Head, start},
    check::Walk,
};
use crate::{clock::Timestamp, foundation::Foundation, store::StorageError};

/// So many events go in one unit.
const AT_ONCE: usize = 500;

/// What became of old events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// So many are gone.
    pub events: u64,
    /// The place at which it stopped, since what stands there isn't what was chained.
    pub stopped_at: Option<i64>,
}

/// Removes the events from before `before`, as far as they stand at the beginning of the chain. The last
/// place stays, and so does everything from the first place on that doesn't hold: evidence isn't thrown
/// away.
///
/// # Errors
/// [`StorageError`] when the database fails; what is removed stays so.
pub async fn remove_before(
    foundation: &Foundation,
    key: &AuditKey,
    before: Timestamp,
) -> Result<Removed, StorageError> {
    let mut removed = Removed::default();
    loop {
        let piece = remove_some(foundation, key, before).await?;
        removed.events += piece.events;
        removed.stopped_at = piece.stopped_at;
        if piece.events == 0 || piece.stopped_at.is_some() {
            return Ok(removed);
        }
    }
}

async fn remove_some(
    foundation: &Foundation,
    key: &AuditKey,
    before: Timestamp,
) -> Result<Removed, StorageError> {
    let mut work = foundation.store.begin().await?;
    work.hold_audit_chain().await?;
    let cut = work.newest_cut().await?;
    let from = cut.as_ref().map(start).transpose()?;
    let after = from.map_or(0, |from| from.seq);
    let limit = i64::try_from(AT_ONCE + 1).unwrap_or(i64::MAX);
    let rows = work.list_links(after, limit).await?;
    let mut walk = Walk::after(from);
    let mut removed = Removed::default();
    let mut last: Option<Head> = None;
    // Behind the last of them there is always another.
    for row in rows.iter().take(rows.len().saturating_sub(1)) {
        let is_old = row.stored.as_ref().is_none_or(|event| event.at < before);
        if !is_old {
            break;
        }
        if walk.step(row).is_some() {
            removed.stopped_at = Some(row.seq);
            break;
        }
        last = Some(walk.head());
        removed.events += 1;
    }
    let Some(last) = last else {
        return Ok(removed);
    };
    let cut = key
        .cut(foundation, last)
        .map_err(|error| StorageError::Unavailable(Box::new(error)))?;
    work.cut_chain(&cut).await?;
    work.commit().await?;
    Ok(removed)
}
