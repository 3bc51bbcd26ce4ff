//! OAuth clients and their secrets.

use async_trait::async_trait;
use domain::{
    accounts::AccountId,
    clients::{Authentication, ClientSecretRow, Clients, GrantType, JwksSource, RegisteredClient},
    clock::Timestamp,
    store::StorageError,
};
use sqlx::FromRow;

use crate::{accounts::account_id, grants::words, unit_of_work::UnitOfWork, value::values};

#[derive(FromRow)]
pub(crate) struct Stored {
    id: String,
    name: String,
    owner: Option<String>,
    authentication: String,
    redirect_uris: String,
    grant_types: String,
    scope: String,
    pairwise: bool,
    first_party: bool,
    require_pkce: bool,
    jwks: Option<String>,
    jwks_uri: Option<String>,
    home_uri: Option<String>,
    policy_uri: Option<String>,
    created_at: i64,
}

/// What a client is read from.
macro_rules! client_columns {
    () => {
        "c.id, c.name, c.owner, c.authentication, c.redirect_uris, c.grant_types, c.scope, c.pairwise,
         c.first_party, c.require_pkce, c.jwks, c.jwks_uri, c.home_uri, c.policy_uri, c.created_at"
    };
}
pub(crate) use client_columns;

const fn nonsense(column: &'static str) -> StorageError {
    StorageError::Inconsistent {
        table: "clients",
        column,
    }
}

impl TryFrom<Stored> for RegisteredClient {
    type Error = StorageError;

    fn try_from(row: Stored) -> Result<Self, StorageError> {
        let owner = row.owner.as_deref();
        let grant = |word: String| GrantType::parse(&word).ok_or(nonsense("grant_types"));
        let grants = words(&row.grant_types).into_iter().map(grant);
        Ok(Self {
            owner: owner.map(|id| account_id(id, "clients")).transpose()?,
            authentication: Authentication::parse(&row.authentication)
                .ok_or(nonsense("authentication"))?,
            redirect_uris: words(&row.redirect_uris),
            grants: grants.collect::<Result<_, _>>()?,
            scopes: words(&row.scope),
            keys: match (row.jwks, row.jwks_uri) {
                (Some(jwks), _) => Some(JwksSource::Inline(jwks)),
                (None, Some(uri)) => Some(JwksSource::Uri(uri)),
                (None, None) => None,
            },
            id: row.id,
            name: row.name,
            pairwise: row.pairwise,
            first_party: row.first_party,
            require_pkce: row.require_pkce,
            home_uri: row.home_uri,
            policy_uri: row.policy_uri,
            created_at: Timestamp::from_micros(row.created_at),
        })
    }
}

#[derive(FromRow)]
struct Count {
    count: i64,
}

#[derive(FromRow)]
struct Secret {
    id: String,
    created_at: i64,
}

#[async_trait]
impl Clients for UnitOfWork {
    async fn insert_client(&mut self, client: &RegisteredClient) -> Result<(), StorageError> {
        let (jwks, jwks_uri) = match &client.keys {
            Some(JwksSource::Inline(jwks)) => (Some(jwks.clone()), None),
            Some(JwksSource::Uri(uri)) => (None, Some(uri.clone())),
            None => (None, None),
        };
        let grants: Vec<&str> = client.grants.iter().map(|grant| grant.as_str()).collect();
        self.execute(
            "INSERT INTO clients (id, name, owner, authentication, redirect_uris, grant_types, scope,
                 pairwise, first_party, require_pkce, jwks, jwks_uri, home_uri, policy_uri, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            values![
                &*client.id,
                &*client.name,
                client.owner.map(|owner| owner.to_string()),
                client.authentication.as_str(),
                client.redirect_uris.join(" "),
                grants.join(" "),
                client.scopes.join(" "),
                client.pairwise,
                client.first_party,
                client.require_pkce,
                jwks,
                jwks_uri,
                client.home_uri.clone(),
                client.policy_uri.clone(),
                client.created_at
            ],
        )
        .await?;
        Ok(())
    }

    async fn find_client(&mut self, id: &str) -> Result<Option<RegisteredClient>, StorageError> {
        let row: Option<Stored> = self
            .fetch_optional(
                concat!(
                    "SELECT ",
                    client_columns!(),
                    " FROM clients c WHERE c.id = $1"
                ),
                values![id],
            )
            .await?;
        row.map(RegisteredClient::try_from).transpose()
    }

    async fn find_serving_client(
        &mut self,
        id: &str,
    ) -> Result<Option<RegisteredClient>, StorageError> {
        let row: Option<Stored> = self
            .fetch_optional(
                concat!(
                    "SELECT ",
                    client_columns!(),
                    " FROM clients c WHERE c.id = $1 AND (c.owner IS NULL OR EXISTS (
                          SELECT 1 FROM accounts a WHERE a.id = c.owner AND a.disabled_at IS NULL))"
                ),
                values![id],
            )
            .await?;
        row.map(RegisteredClient::try_from).transpose()
    }

    async fn list_clients(
        &mut self,
        owner: Option<AccountId>,
        after: &str,
        limit: i64,
    ) -> Result<Vec<RegisteredClient>, StorageError> {
        let rows: Vec<Stored> = match owner {
            Some(owner) => {
                self.fetch_all(
                    concat!(
                        "SELECT ",
                        client_columns!(),
                        " FROM clients c WHERE c.owner = $1 AND c.id > $2 ORDER BY c.id LIMIT $3"
                    ),
                    values![owner.to_string(), after, limit],
                )
                .await?
            }
            None => {
                self.fetch_all(
                    concat!(
                        "SELECT ",
                        client_columns!(),
                        " FROM clients c WHERE c.id > $1 ORDER BY c.id LIMIT $2"
                    ),
                    values![after, limit],
                )
                .await?
            }
        };
        rows.into_iter().map(RegisteredClient::try_from).collect()
    }

    async fn count_clients_of(&mut self, owner: AccountId) -> Result<i64, StorageError> {
        // Whoever else registers one for this account waits.
        self.hold(
            "UPDATE accounts SET epoch = epoch WHERE id = $1",
            values![owner.to_string()],
        )
        .await?;
        let row: Option<Count> = self
            .fetch_optional(
                "SELECT COUNT(*) AS count FROM clients WHERE owner = $1",
                values![owner.to_string()],
            )
            .await?;
        Ok(row.map_or(0, |row| row.count))
    }

    async fn has_clients(&mut self) -> Result<bool, StorageError> {
        let row: Option<Count> = self
            .fetch_optional(
                "SELECT COUNT(*) AS count FROM (SELECT 1 FROM clients LIMIT 1) AS one",
                values![],
            )
            .await?;
        Ok(row.is_some_and(|row| row.count > 0))
    }

    async fn delete_client(&mut self, id: &str) -> Result<bool, StorageError> {
        self.news().callers = true;
        let gone = self
            .execute("DELETE FROM clients WHERE id = $1", values![id])
            .await?;
        Ok(gone == 1)
    }

    async fn hold_client(&mut self, id: &str) -> Result<bool, StorageError> {
        let held = self
            .execute(
                "UPDATE clients SET created_at = created_at WHERE id = $1",
                values![id],
            )
            .await?;
        Ok(held == 1)
    }

    async fn insert_client_secret(
        &mut self,
        client: &str,
        row: &ClientSecretRow,
        hash: &[u8; 32],
    ) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO client_secrets (id, client, hash, created_at) VALUES ($1, $2, $3, $4)",
            values![&*row.id, client, hash, row.created_at],
        )
        .await?;
        Ok(())
    }

    async fn list_client_secrets(
        &mut self,
        client: &str,
    ) -> Result<Vec<ClientSecretRow>, StorageError> {
        let rows: Vec<Secret> = self
            .fetch_all(
                "SELECT id, created_at FROM client_secrets WHERE client = $1 ORDER BY id",
                values![client],
            )
            .await?;
        let rows = rows.into_iter().map(|row| ClientSecretRow {
            id: row.id,
            created_at: Timestamp::from_micros(row.created_at),
        });
        Ok(rows.collect())
    }

    async fn has_client_secret(
        &mut self,
        client: &str,
        hash: &[u8; 32],
    ) -> Result<bool, StorageError> {
        let row: Option<Count> = self
            .fetch_optional(
                "SELECT COUNT(*) AS count FROM client_secrets WHERE client = $1 AND hash = $2",
                values![client, hash],
            )
            .await?;
        Ok(row.is_some_and(|row| row.count > 0))
    }

    async fn delete_client_secret(&mut self, client: &str, id: &str) -> Result<bool, StorageError> {
        self.news().callers = true;
        let gone = self
            .execute(
                "DELETE FROM client_secrets WHERE client = $1 AND id = $2",
                values![client, id],
            )
            .await?;
        Ok(gone == 1)
    }

    async fn note_replay(
        &mut self,
        key: &[u8; 32],
        expires_at: Timestamp,
    ) -> Result<bool, StorageError> {
        let noted = self
            .execute(
                "INSERT INTO replays (key_hmac, expires_at) VALUES ($1, $2)
                 ON CONFLICT (key_hmac) DO NOTHING",
                values![key, expires_at],
            )
            .await?;
        Ok(noted == 1)
    }

    async fn delete_expired_replays(&mut self, before: Timestamp) -> Result<u64, StorageError> {
        self.execute("DELETE FROM replays WHERE expires_at < $1", values![before])
            .await
    }
}
