//! What clients need from storage.

use async_trait::async_trait;

use super::RegisteredClient;
use crate::{accounts::AccountId, clock::Timestamp, store::StorageError};

/// A client's secret at rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSecretRow {
    /// What to call it when it is taken away.
    pub id: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Clients at rest.
#[async_trait]
pub trait Clients {
    /// Writes a client.
    async fn insert_client(&mut self, client: &RegisteredClient) -> Result<(), StorageError>;

    /// A client by its `client_id`.
    async fn find_client(&mut self, id: &str) -> Result<Option<RegisteredClient>, StorageError>;

    /// The same, unless its owner is disabled: then it serves nobody.
    async fn find_serving_client(
        &mut self,
        id: &str,
    ) -> Result<Option<RegisteredClient>, StorageError>;

    /// Clients in the order of their ids, after that one, at most `limit`; with `owner`, theirs only.
    async fn list_clients(
        &mut self,
        owner: Option<AccountId>,
        after: &str,
        limit: i64,
    ) -> Result<Vec<RegisteredClient>, StorageError>;

    /// How many clients an account has.
    async fn count_clients_of(&mut self, owner: AccountId) -> Result<i64, StorageError>;

    /// Whether there is a client at all.
    async fn has_clients(&mut self) -> Result<bool, StorageError>;

    /// Removes a client with everything that is only its; `false` when it is gone.
    async fn delete_client(&mut self, id: &str) -> Result<bool, StorageError>;

    /// Waits for others who change a client; `false` when it is gone. Until this unit ends, nobody else
    /// does.
    async fn hold_client(&mut self, id: &str) -> Result<bool, StorageError>;

    /// Writes a secret.
    async fn insert_client_secret(
        &mut self,
        client: &str,
        row: &ClientSecretRow,
        hash: &[u8; 32],
    ) -> Result<(), StorageError>;

    /// The secrets of a client, oldest first.
    async fn list_client_secrets(
        &mut self,
        client: &str,
    ) -> Result<Vec<ClientSecretRow>, StorageError>;

    /// Whether a client has a secret of this hash.
    async fn has_client_secret(
        &mut self,
        client: &str,
        hash: &[u8; 32],
    ) -> Result<bool, StorageError>;

    /// Takes a secret away; `false` when there is none by that name.
    async fn delete_client_secret(&mut self, client: &str, id: &str) -> Result<bool, StorageError>;

    /// Notes that something was used that may be used once; `false` when it had been.
    async fn note_replay(
        &mut self,
        key: &[u8; 32],
        expires_at: Timestamp,
    ) -> Result<bool, StorageError>;

    /// Forgets what could be used until before `before`.
    async fn delete_expired_replays(&mut self, before: Timestamp) -> Result<u64, StorageError>;
}
