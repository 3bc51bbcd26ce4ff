//! Encrypting again, under the first key of the ring, what older keys sealed.

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{KeyRing, Purpose, SealError, mac_key};
use crate::{foundation::Foundation, store::StorageError, store::Work};

/// So many values are encrypted again in one unit: others who write wait for it.
const AT_ONCE: i64 = 50;

/// A sealed value at rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedRow {
    /// The key of its row, as bytes.
    pub id: Vec<u8>,
    /// The value.
    pub sealed: Vec<u8>,
}

/// Everything that rests sealed.
#[async_trait]
pub trait SealedValues {
    /// What rests sealed for a purpose and doesn't begin with `head`: rows after the one of key
    /// `after`, by key, at most `limit`.
    async fn list_sealed_otherwise(
        &mut self,
        purpose: Purpose,
        head: &[u8],
        after: &[u8],
        limit: i64,
    ) -> Result<Vec<SealedRow>, StorageError>;

    /// How many values there are of which [`Self::list_sealed_otherwise`] is a part.
    async fn count_sealed_otherwise(
        &mut self,
        purpose: Purpose,
        head: &[u8],
    ) -> Result<i64, StorageError>;

    /// Puts `to` in the place of a row's value; `false` when that isn't the row's own any more.
    async fn reseal(
        &mut self,
        purpose: Purpose,
        row: &SealedRow,
        to: &[u8],
    ) -> Result<bool, StorageError>;
}

/// What became of the values of a purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resealed {
    /// So many were encrypted again.
    pub done: u64,
    /// So many are opened by no key of the ring, and were left as they are.
    pub locked: u64,
    /// So many changed in the meantime: whoever wrote them may have used an older key.
    pub overtaken: u64,
}

/// Encrypts again what is sealed for `purpose` under another key than the first. What changes
/// meanwhile is not touched. `tell` hears how many are done.
///
/// # Errors
/// [`StorageError`] when the database fails; what is done stays done.
pub async fn reseal(
    foundation: &Foundation,
    purpose: Purpose,
    mut tell: impl FnMut(u64),
) -> Result<Resealed, StorageError> {
    let ring = &foundation.keys;
    let head = ring.head();
    let mut sum = Resealed::default();
    let mut after = Vec::new();
    loop {
        let mut reader = foundation.store.read().await?;
        let rows = reader
            .list_sealed_otherwise(purpose, &head, &after, AT_ONCE)
            .await?;
        drop(reader);
        let Some(last) = rows.last() else {
            return Ok(sum);
        };
        after.clone_from(&last.id);
        let mut fresh = Vec::new();
        for row in rows {
            match again(foundation, purpose, &row) {
                Ok(sealed) => fresh.push((row, sealed)),
                Err(_) => sum.locked += 1,
            }
        }
        let mut work = foundation.store.begin().await?;
        let (mut done, mut overtaken) = (0, 0);
        for (row, sealed) in &fresh {
            if work.reseal(purpose, row, sealed).await? {
                done += 1;
            } else {
                overtaken += 1;
            }
        }
        work.commit().await?;
        sum.done += done;
        sum.overtaken += overtaken;
        tell(sum.done);
    }
}

fn again(foundation: &Foundation, purpose: Purpose, row: &SealedRow) -> Result<Vec<u8>, SealError> {
    let owner = owner(purpose, &row.id);
    let plain = foundation.keys.open(purpose, &owner, &row.sealed)?;
    let random = foundation.random.as_ref();
    foundation.keys.seal(purpose, &owner, &plain, random)
}

/// Whose a value is, as it was sealed: see where each purpose is sealed.
fn owner(purpose: Purpose, id: &[u8]) -> String {
    match purpose {
        Purpose::Flow => URL_SAFE_NO_PAD.encode(id),
        Purpose::MacKey => mac_key::OWNER.to_owned(),
        Purpose::Mail | Purpose::SigningKey | Purpose::Throttle | Purpose::Practice => {
            String::from_utf8_lossy(id).into_owned()
        }
    }
}

/// How many values rest sealed under another key than the first of `ring`.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn count_sealed_otherwise(
    work: &mut dyn Work,
    ring: &KeyRing,
) -> Result<i64, StorageError> {
    let head = ring.head();
    let mut count = 0;
    for purpose in Purpose::ALL {
        count += work.count_sealed_otherwise(purpose, &head).await?;
    }
    Ok(count)
}
