//! Signing keys, as administrators see and rotate them.

use super::{AdminDesk, SupportDesk};
use crate::{
    keys::signing::{KeysError, Listed, Rotation},
    store::StorageError,
};

impl SupportDesk {
    /// Every key, by purpose, algorithm and generation.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn keys(&self) -> Result<Vec<Listed>, StorageError> {
        self.shared.keys.list().await
    }
}

impl AdminDesk {
    /// Has the keys that sign followed by others, or the one of this `kid`.
    ///
    /// # Errors
    /// [`KeysError`] when a key can't be made or kept; nothing is changed then.
    pub async fn rotate_keys(&self, kid: Option<&str>) -> Result<Rotation, KeysError> {
        self.shared.keys.rotate(kid, self.by().actor).await
    }

    /// Drops keys that somebody else may have, or the one of this `kid`, with all that they signed.
    ///
    /// # Errors
    /// [`KeysError`] when a key can't be made or kept.
    pub async fn drop_keys(&self, kid: Option<&str>) -> Result<Rotation, KeysError> {
        self.shared
            .keys
            .drop_compromised(kid, self.by().actor)
            .await
    }
}
