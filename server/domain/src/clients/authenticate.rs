//! Who a client is (RFC 6749 section 2.3, OpenID Connect Core section 9).

use std::sync::Arc;

use super::{Authentication, ClientsService, RegisteredClient, register::hash_of};
use crate::store::{StorageError, Work};

/// The longest secret or assertion that is looked at, in bytes.
const LONGEST: usize = 8 * 1024;

/// What a client says of itself.
#[derive(Clone, Copy)]
pub enum ClientCredentials<'a> {
    /// Its name alone.
    Named(&'a str),
    /// Its name and a secret.
    Secret {
        /// `client_id`.
        id: &'a str,
        /// The secret.
        secret: &'a str,
    },
    /// A JWT that it signed (RFC 7523 section 2.2); a name beside it has to be the same.
    Assertion {
        /// `client_id`, if it is sent.
        id: Option<&'a str>,
        /// `client_assertion`.
        assertion: &'a str,
    },
}

/// It isn't who it says, or there is nobody of that name: which, is nobody's business
/// (`invalid_client`, RFC 6749 section 5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientRefused;

impl ClientsService {
    /// Whether a client is who it says it is, by the way that it is registered with and by no other.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn authenticate(
        &self,
        credentials: ClientCredentials<'_>,
    ) -> Result<Result<Arc<RegisteredClient>, ClientRefused>, StorageError> {
        match credentials {
            ClientCredentials::Named(id) => {
                let mut work = self.foundation.store.read().await?;
                let client = known(work.as_mut(), id, Authentication::None).await?;
                Ok(client.map(Arc::new).ok_or(ClientRefused))
            }
            ClientCredentials::Secret { id, secret } if secret.len() <= LONGEST => {
                self.by_secret(id, &hash_of(secret)).await
            }
            ClientCredentials::Secret { .. } => Ok(Err(ClientRefused)),
            ClientCredentials::Assertion { id, assertion } => {
                if assertion.len() > LONGEST {
                    return Ok(Err(ClientRefused));
                }
                let client = self.by_assertion(id, assertion).await?;
                Ok(client.map(Arc::new))
            }
        }
    }

    async fn by_secret(
        &self,
        id: &str,
        hash: &[u8; 32],
    ) -> Result<Result<Arc<RegisteredClient>, ClientRefused>, StorageError> {
        let now = self.foundation.now();
        // Counted before it is read: what changes in between is asked for again.
        let changes = self.foundation.store.changes_of_callers();
        if let Some(client) = self.seen.find(id, hash, (changes, now)) {
            return Ok(Ok(client));
        }
        let mut work = self.foundation.store.read().await?;
        let client = known(work.as_mut(), id, Authentication::Secret).await?;
        let Some(client) = client else {
            return Ok(Err(ClientRefused));
        };
        // Found by its hash: the time that takes says nothing of the secret.
        if !work.has_client_secret(id, hash).await? {
            return Ok(Err(ClientRefused));
        }
        let client = Arc::new(client);
        self.seen.keep(&client, *hash, (changes, now));
        Ok(Ok(client))
    }
}

/// The client of a name, if that is how it proves who it is.
pub(super) async fn known(
    work: &mut dyn Work,
    id: &str,
    by: Authentication,
) -> Result<Option<RegisteredClient>, StorageError> {
    let client = work.find_serving_client(id).await?;
    Ok(client.filter(|client| client.authentication == by))
}
