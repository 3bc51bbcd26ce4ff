//! Listing and removing clients, and giving them another secret.

use super::{Authentication, ClientSecretRow, ClientsService, RegisteredClient};
use crate::{
    accounts::AccountId,
    audit::{By, EventKind},
    client::Client,
    oauth_grants::end_grants_of_client,
    store::StorageError,
};

/// Most secrets of a client: the one in use, and the one that follows it.
pub const MOST_SECRETS: usize = 2;

/// What came of asking for another secret.
#[derive(Debug)]
pub enum SecretOutcome {
    /// Here it is, told this once.
    Made(String),
    /// Two count already: take one away first.
    TooMany,
    /// There is no such client, or it proves who it is in another way.
    Unknown,
}

impl ClientsService {
    /// Clients in the order of their ids, after that one, at most `limit`; with `owner`, theirs only.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn list(
        &self,
        owner: Option<AccountId>,
        after: &str,
        limit: i64,
    ) -> Result<Vec<RegisteredClient>, StorageError> {
        let mut work = self.foundation.store.read().await?;
        work.list_clients(owner, after, limit).await
    }

    /// A client and its secrets; with `owner`, only if it is theirs.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn find(
        &self,
        id: &str,
        owner: Option<AccountId>,
    ) -> Result<Option<(RegisteredClient, Vec<ClientSecretRow>)>, StorageError> {
        let mut work = self.foundation.store.read().await?;
        let Some(client) = work.find_client(id).await? else {
            return Ok(None);
        };
        if owner.is_some() && client.owner != owner {
            return Ok(None);
        }
        let secrets = work.list_client_secrets(id).await?;
        Ok(Some((client, secrets)))
    }

    /// Removes a client and ends all that hangs on it; with `owner`, only if it is theirs. `false` when
    /// there is none.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is removed then.
    pub async fn delete(
        &self,
        id: &str,
        owner: Option<AccountId>,
        by: By<'_>,
    ) -> Result<bool, StorageError> {
        let mut work = self.foundation.store.begin().await?;
        let Some(client) = work.find_client(id).await? else {
            return Ok(false);
        };
        if (owner.is_some() && client.owner != owner) || !work.hold_client(id).await? {
            return Ok(false);
        }
        end_grants_of_client(work.as_mut(), &self.foundation, id, None).await?;
        work.delete_client(id).await?;
        let what = (EventKind::ClientDeleted, client.owner);
        by.note(work.as_mut(), &self.foundation, what, &[("client", id)])
            .await?;
        work.commit().await?;
        Ok(true)
    }

    /// Gives a client one more secret; those that it has go on counting.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is kept then.
    pub async fn another_secret(
        &self,
        id: &str,
        owner: Option<AccountId>,
        by: By<'_>,
    ) -> Result<SecretOutcome, StorageError> {
        let mut work = self.foundation.store.begin().await?;
        let client = work.find_client(id).await?;
        let client = client.filter(|client| owner.is_none() || client.owner == owner);
        let Some(client) = client.filter(|one| one.authentication == Authentication::Secret) else {
            return Ok(SecretOutcome::Unknown);
        };
        if !work.hold_client(id).await? {
            return Ok(SecretOutcome::Unknown);
        }
        if work.list_client_secrets(id).await?.len() >= MOST_SECRETS {
            return Ok(SecretOutcome::TooMany);
        }
        let secret = self.add_secret(work.as_mut(), id).await?;
        let what = (EventKind::ClientSecretCreated, client.owner);
        by.note(work.as_mut(), &self.foundation, what, &[("client", id)])
            .await?;
        work.commit().await?;
        Ok(SecretOutcome::Made(secret))
    }

    /// Takes a secret away; `false` when there is none by that name, or it is the last one.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn withdraw_secret(
        &self,
        (id, secret): (&str, &str),
        owner: Option<AccountId>,
        by: By<'_>,
    ) -> Result<bool, StorageError> {
        let mut work = self.foundation.store.begin().await?;
        let client = work.find_client(id).await?;
        let Some(client) = client.filter(|client| owner.is_none() || client.owner == owner) else {
            return Ok(false);
        };
        if !work.hold_client(id).await? || work.list_client_secrets(id).await?.len() < 2 {
            return Ok(false);
        }
        if !work.delete_client_secret(id, secret).await? {
            return Ok(false);
        }
        let what = (EventKind::ClientSecretDeleted, client.owner);
        by.note(work.as_mut(), &self.foundation, what, &[("client", id)])
            .await?;
        work.commit().await?;
        Ok(true)
    }

    /// Removes a client of somebody's own; `false` when there is none.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is removed then.
    pub async fn delete_own(
        &self,
        id: &str,
        owner: AccountId,
        client: &Client,
    ) -> Result<bool, StorageError> {
        let by = By::owner(owner, client);
        self.delete(id, Some(owner), by).await
    }

    /// Gives a client of somebody's own one more secret.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is kept then.
    pub async fn another_secret_of_own(
        &self,
        id: &str,
        owner: AccountId,
        client: &Client,
    ) -> Result<SecretOutcome, StorageError> {
        let by = By::owner(owner, client);
        self.another_secret(id, Some(owner), by).await
    }

    /// Takes a secret of a client of somebody's own away; `false` when there is none by that name, or it
    /// is the last one.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn withdraw_secret_of_own(
        &self,
        which: (&str, &str),
        owner: AccountId,
        client: &Client,
    ) -> Result<bool, StorageError> {
        let by = By::owner(owner, client);
        self.withdraw_secret(which, Some(owner), by).await
    }
}
