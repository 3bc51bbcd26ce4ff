//! Clients of everyone.

use super::{AdminDesk, SupportDesk};
use crate::{
    clients::{ClientSecretRow, NewClient, RegisterOutcome, RegisteredClient, SecretOutcome},
    store::StorageError,
};

impl SupportDesk {
    /// Clients in the order of their ids, after that one, at most `limit`.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn clients(
        &self,
        after: &str,
        limit: i64,
    ) -> Result<Vec<RegisteredClient>, StorageError> {
        self.shared.clients.list(None, after, limit).await
    }

    /// A client and its secrets.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn client(
        &self,
        id: &str,
    ) -> Result<Option<(RegisteredClient, Vec<ClientSecretRow>)>, StorageError> {
        self.shared.clients.find(id, None).await
    }
}

impl AdminDesk {
    /// Registers a client of the administrators'.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is kept then.
    pub async fn register_client(
        &self,
        new: &NewClient<'_>,
    ) -> Result<RegisterOutcome, StorageError> {
        self.shared.clients.register(new, None, self.by()).await
    }

    /// Removes a client and ends all that hangs on it; `false` when there is none.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is removed then.
    pub async fn delete_client(&self, id: &str) -> Result<bool, StorageError> {
        self.shared.clients.delete(id, None, self.by()).await
    }

    /// Gives a client one more secret.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is kept then.
    pub async fn another_client_secret(&self, id: &str) -> Result<SecretOutcome, StorageError> {
        self.shared
            .clients
            .another_secret(id, None, self.by())
            .await
    }

    /// Takes a secret away; `false` when there is none by that name, or it is the last one.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn withdraw_client_secret(&self, which: (&str, &str)) -> Result<bool, StorageError> {
        let clients = &self.shared.clients;
        clients.withdraw_secret(which, None, self.by()).await
    }
}
