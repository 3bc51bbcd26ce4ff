//! Sign-ins under way at providers, those who wait to finish signing up, and who is connected.

use async_trait::async_trait;
use domain::{
    accounts::AccountId,
    client::BrowserHash,
    clock::Timestamp,
    links::LinkHash,
    social::{
        Arrival, Connection, Flow, FoundIdentity, Identities, IdentityRecord, Intent, ProviderId,
    },
    store::StorageError,
};
use sqlx::FromRow;

use crate::{accounts::account_id, unit_of_work::UnitOfWork, value::values};

/// A provider's name at rest.
fn provider_id(id: &str, table: &'static str) -> Result<ProviderId, StorageError> {
    ProviderId::parse(id).ok_or(StorageError::Inconsistent {
        table,
        column: "provider",
    })
}

/// Who somebody is, from four columns.
pub(crate) fn found_identity(
    [provider, issuer, subject, label]: [String; 4],
    table: &'static str,
) -> Result<FoundIdentity, StorageError> {
    Ok(FoundIdentity {
        provider: provider_id(&provider, table)?,
        issuer,
        subject,
        label,
    })
}

fn browser(bytes: &[u8], table: &'static str) -> Result<BrowserHash, StorageError> {
    BrowserHash::from_bytes(bytes).ok_or(StorageError::Inconsistent {
        table,
        column: "browser_hash",
    })
}

#[derive(FromRow)]
struct FlowRow {
    provider: String,
    intent: String,
    nonce: String,
    verifier: Vec<u8>,
    next: Option<String>,
    browser_hash: Vec<u8>,
    account: Option<String>,
    stay: bool,
    arrival: Option<String>,
    created_at: i64,
    expires_at: i64,
}

impl FlowRow {
    fn flow(self, state_hash: LinkHash) -> Result<Flow, StorageError> {
        Ok(Flow {
            state_hash,
            provider: provider_id(&self.provider, "flows")?,
            intent: Intent::parse(&self.intent).ok_or(StorageError::Inconsistent {
                table: "flows",
                column: "intent",
            })?,
            nonce: self.nonce,
            verifier: self.verifier,
            next: self.next,
            browser: browser(&self.browser_hash, "flows")?,
            account: self
                .account
                .map(|account| account_id(&account, "flows"))
                .transpose()?,
            stay: self.stay,
            arrival: self.arrival,
            created_at: Timestamp::from_micros(self.created_at),
            expires_at: Timestamp::from_micros(self.expires_at),
        })
    }
}

#[derive(FromRow)]
struct ArrivalRow {
    id: String,
    browser_hash: Vec<u8>,
    provider: String,
    issuer: String,
    subject: String,
    label: String,
    name: Option<String>,
    email: Option<String>,
    vouched: bool,
    stay: bool,
    next: Option<String>,
    created_at: i64,
    expires_at: i64,
}

impl TryFrom<ArrivalRow> for Arrival {
    type Error = StorageError;

    fn try_from(row: ArrivalRow) -> Result<Self, StorageError> {
        Ok(Self {
            id: row.id,
            browser: browser(&row.browser_hash, "arrivals")?,
            identity: found_identity(
                [row.provider, row.issuer, row.subject, row.label],
                "arrivals",
            )?,
            name: row.name,
            email: row.email,
            vouched: row.vouched,
            stay: row.stay,
            next: row.next,
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
        })
    }
}

#[derive(FromRow)]
struct ConnectionRow {
    id: String,
    account: String,
    provider: String,
    issuer: String,
    subject: String,
    label: String,
    created_at: i64,
    last_used_at: Option<i64>,
}

impl TryFrom<ConnectionRow> for Connection {
    type Error = StorageError;

    fn try_from(row: ConnectionRow) -> Result<Self, StorageError> {
        Ok(Self {
            id: row.id,
            account: account_id(&row.account, "identities")?,
            identity: found_identity(
                [row.provider, row.issuer, row.subject, row.label],
                "identities",
            )?,
            created_at: Timestamp::from_micros(row.created_at),
            last_used_at: row.last_used_at.map(Timestamp::from_micros),
        })
    }
}

#[derive(FromRow)]
struct RecordRow {
    id: String,
    disabled_at: Option<i64>,
    delete_at: Option<i64>,
    roles: i64,
}

#[derive(FromRow)]
struct Count {
    count: i64,
}

#[async_trait]
impl Identities for UnitOfWork {
    async fn insert_flow(&mut self, flow: &Flow) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO flows (state_hash, provider, intent, nonce, verifier, next, browser_hash,
                 account, stay, arrival, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            values![
                flow.state_hash.as_bytes(),
                flow.provider.as_str(),
                flow.intent.as_str(),
                &*flow.nonce,
                flow.verifier.clone(),
                flow.next.clone(),
                flow.browser.as_bytes(),
                flow.account.map(|account| account.to_string()),
                flow.stay,
                flow.arrival.clone(),
                flow.created_at,
                flow.expires_at
            ],
        )
        .await?;
        Ok(())
    }

    async fn take_flow(
        &mut self,
        state: &LinkHash,
        provider: &ProviderId,
        browser: &BrowserHash,
    ) -> Result<Option<Flow>, StorageError> {
        let row: Option<FlowRow> = self
            .fetch_optional(
                "DELETE FROM flows WHERE state_hash = $1 AND provider = $2 AND browser_hash = $3
                 RETURNING provider, intent, nonce, verifier, next, browser_hash, account, stay,
                     arrival, created_at, expires_at",
                values![state.as_bytes(), provider.as_str(), browser.as_bytes()],
            )
            .await?;
        row.map(|row| row.flow(*state)).transpose()
    }

    async fn insert_arrival(&mut self, arrival: &Arrival) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO arrivals (id, browser_hash, provider, issuer, subject, label, name, email,
                 vouched, stay, next, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            values![
                &*arrival.id,
                arrival.browser.as_bytes(),
                arrival.identity.provider.as_str(),
                &*arrival.identity.issuer,
                &*arrival.identity.subject,
                &*arrival.identity.label,
                arrival.name.clone(),
                arrival.email.clone(),
                arrival.vouched,
                arrival.stay,
                arrival.next.clone(),
                arrival.created_at,
                arrival.expires_at
            ],
        )
        .await?;
        Ok(())
    }

    async fn find_arrival(
        &mut self,
        id: &str,
        browser: &BrowserHash,
        now: Timestamp,
    ) -> Result<Option<Arrival>, StorageError> {
        let row: Option<ArrivalRow> = self
            .fetch_optional(
                "SELECT id, browser_hash, provider, issuer, subject, label, name, email, vouched,
                     stay, next, created_at, expires_at
                 FROM arrivals WHERE id = $1 AND browser_hash = $2 AND expires_at > $3",
                values![id, browser.as_bytes(), now],
            )
            .await?;
        row.map(Arrival::try_from).transpose()
    }

    async fn delete_arrival(&mut self, id: &str) -> Result<bool, StorageError> {
        let deleted = self
            .execute("DELETE FROM arrivals WHERE id = $1", values![id])
            .await?;
        Ok(deleted == 1)
    }

    async fn insert_identity(&mut self, connection: &Connection) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO identities
                 (id, account, provider, issuer, subject, label, created_at, last_used_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            values![
                &*connection.id,
                connection.account.to_string(),
                connection.identity.provider.as_str(),
                &*connection.identity.issuer,
                &*connection.identity.subject,
                &*connection.identity.label,
                connection.created_at,
                connection.last_used_at
            ],
        )
        .await?;
        Ok(())
    }

    async fn find_identity(
        &mut self,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<IdentityRecord>, StorageError> {
        let row: Option<RecordRow> = self
            .fetch_optional(
                "SELECT a.id, a.disabled_at, a.delete_at,
                     (SELECT COUNT(*) FROM role_grants r WHERE r.account = a.id) AS roles
                 FROM identities i JOIN accounts a ON a.id = i.account
                 WHERE i.issuer = $1 AND i.subject = $2",
                values![issuer, subject],
            )
            .await?;
        row.map(|row| {
            Ok(IdentityRecord {
                account: account_id(&row.id, "accounts")?,
                disabled: row.disabled_at.is_some(),
                privileged: row.roles > 0,
                leaving: row.delete_at.is_some(),
            })
        })
        .transpose()
    }

    async fn use_identity(
        &mut self,
        account: AccountId,
        issuer: &str,
        subject: &str,
        now: Timestamp,
    ) -> Result<bool, StorageError> {
        let used = self
            .execute(
                "UPDATE identities SET last_used_at = $4
                 WHERE account = $1 AND issuer = $2 AND subject = $3",
                values![account.to_string(), issuer, subject, now],
            )
            .await?;
        Ok(used == 1)
    }

    async fn list_identities(
        &mut self,
        account: AccountId,
    ) -> Result<Vec<Connection>, StorageError> {
        let rows: Vec<ConnectionRow> = self
            .fetch_all(
                "SELECT id, account, provider, issuer, subject, label, created_at, last_used_at
                 FROM identities WHERE account = $1 ORDER BY created_at, id",
                values![account.to_string()],
            )
            .await?;
        rows.into_iter().map(Connection::try_from).collect()
    }

    async fn delete_identity(
        &mut self,
        account: AccountId,
        id: &str,
    ) -> Result<bool, StorageError> {
        let deleted = self
            .execute(
                "DELETE FROM identities WHERE account = $1 AND id = $2",
                values![account.to_string(), id],
            )
            .await?;
        Ok(deleted == 1)
    }

    async fn has_password(&mut self, account: AccountId) -> Result<bool, StorageError> {
        let row: Option<Count> = self
            .fetch_optional(
                "SELECT COUNT(*) AS count FROM passwords WHERE account = $1",
                values![account.to_string()],
            )
            .await?;
        Ok(row.is_some_and(|row| row.count > 0))
    }

    async fn delete_expired_flows(&mut self, before: Timestamp) -> Result<u64, StorageError> {
        let mut deleted = 0;
        for sql in [
            "DELETE FROM flows WHERE expires_at < $1",
            "DELETE FROM arrivals WHERE expires_at < $1",
        ] {
            deleted += self.execute(sql, values![before]).await?;
        }
        Ok(deleted)
    }
}
