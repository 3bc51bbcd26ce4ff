//! The key of names, from the installation's row.

use crate::{
    foundation::Foundation,
    keys::{KeyRing, MacKey, SealError},
    random::Random,
    store::{StorageError, Store},
};

/// What to do when the key of names can't be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// Give up: another master key may be the right one.
    Keep,
    /// Make another: the master key is lost. All counts begin anew.
    Renew,
}

/// Why there is no key of names.
#[derive(Debug, thiserror::Error)]
pub enum NoMacKey {
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// It can't be sealed, or another master key sealed it.
    #[error(transparent)]
    Sealed(#[from] SealError),
}

/// The key of names of the installation in `store`. A row without one is of an earlier version, which
/// named by the first master key: that one stays, and is written down.
///
/// # Errors
/// [`NoMacKey`] when it can't be read or opened.
pub async fn mac_key(
    store: &dyn Store,
    ring: &KeyRing,
    random: &dyn Random,
    names: Names,
) -> Result<MacKey, NoMacKey> {
    let mut reader = store.read().await?;
    if reader.find_installation().await?.is_none() {
        return Ok(MacKey::first(ring));
    }
    let found = reader.find_mac_key().await?;
    drop(reader);
    let key = match &found {
        None => MacKey::taken_over(ring),
        Some(sealed) => match MacKey::open(ring, sealed) {
            Err(_) if names == Names::Renew => MacKey::first(ring),
            opened => return Ok(opened?),
        },
    };
    let sealed = key.seal(ring, random)?;
    let mut work = store.begin().await?;
    let replaced = work.replace_mac_key(found.as_deref(), &sealed).await?;
    work.commit().await?;
    if replaced {
        return Ok(key);
    }
    // Another node was first; its key counts.
    let found = store.read().await?.find_mac_key().await?;
    Ok(MacKey::open(ring, &found.unwrap_or_default())?)
}

pub(super) fn seal(foundation: &Foundation, key: &MacKey) -> Result<Vec<u8>, StorageError> {
    key.seal(&foundation.keys, foundation.random.as_ref())
        .map_err(|error| StorageError::Database(Box::new(error)))
}
