//! The chainer: gives events their places, on one node at a time.

use super::{
    CutRow,
    chain::{FIRST, Hash, Link},
};
use crate::{
    foundation::Foundation,
    store::{StorageError, Work},
};

/// So many events get their place in one unit: on SQLite others who write wait for it.
const AT_ONCE: i64 = 1_000;

/// The end of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Head {
    /// How many events have had a place.
    pub seq: i64,
    /// The last one's hash.
    pub hash: Hash,
}

impl Head {
    /// Of a chain without any event.
    const NONE: Self = Self {
        seq: 0,
        hash: FIRST,
    };
}

/// Gives every event its place that waits for one, and says how many did. Others may do the same at the
/// same time: the database lets them in one after another.
///
/// # Errors
/// [`StorageError`] when the database fails; what is chained stays so, the rest waits.
pub async fn chain_pending(foundation: &Foundation) -> Result<u64, StorageError> {
    let mut chained = 0;
    while foundation.store.read().await?.has_pending_events().await? {
        let some = chain_some(foundation).await?;
        if some == 0 {
            break;
        }
        chained += some;
    }
    Ok(chained)
}

async fn chain_some(foundation: &Foundation) -> Result<u64, StorageError> {
    let mut work = foundation.store.begin().await?;
    work.hold_audit_chain().await?;
    let pending = work.list_pending_events(AT_ONCE).await?;
    if pending.is_empty() {
        return Ok(0);
    }
    let mut last = end(work.as_mut()).await?;
    let mut links = Vec::with_capacity(pending.len());
    for event in &pending {
        let link = Link::of(last.seq + 1, last.hash, event);
        last = Head {
            seq: link.seq,
            hash: link.hash,
        };
        links.push(link);
    }
    work.append_links(&links).await?;
    work.commit().await?;
    Ok(links.len() as u64)
}

/// The end of the chain as it is now.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn head(foundation: &Foundation) -> Result<Head, StorageError> {
    end(foundation.store.read().await?.as_mut()).await
}

/// The last place; where all were removed, the cut stands for it.
pub(super) async fn end(work: &mut dyn Work) -> Result<Head, StorageError> {
    if let Some((seq, hash)) = work.audit_head().await? {
        let hash = known(&hash, "audit_chain")?;
        return Ok(Head { seq, hash });
    }
    work.newest_cut()
        .await?
        .map_or(Ok(Head::NONE), |cut| start(&cut))
}

/// Where the chain goes on behind a cut.
pub(super) fn start(cut: &CutRow) -> Result<Head, StorageError> {
    let hash = known(&cut.hash, "audit_cuts")?;
    Ok(Head { seq: cut.seq, hash })
}

fn known(hash: &[u8], table: &'static str) -> Result<Hash, StorageError> {
    let column = "hash";
    hash.try_into()
        .map_err(|_| StorageError::Inconsistent { table, column })
}
