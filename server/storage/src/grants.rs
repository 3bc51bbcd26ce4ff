//! Grants and the refresh tokens of each, by the hash of these.

use async_trait::async_trait;
use domain::{
    accounts::AccountId,
    clock::Timestamp,
    store::StorageError,
    tokens::{GrantRow, Grants, RefreshTokenRow, RefreshTokenState},
};
use sqlx::FromRow;

use crate::{
    accounts::account_id,
    unit_of_work::UnitOfWork,
    value::{Value, values},
};

#[derive(FromRow)]
pub(crate) struct Stored {
    id: String,
    account: String,
    client_id: String,
    session: Option<String>,
    scope: String,
    audience: String,
    amr: Option<String>,
    claims: Option<String>,
    given_in: Option<String>,
    auth_time: i64,
    created_at: i64,
    absolute_until: i64,
}

impl TryFrom<Stored> for GrantRow {
    type Error = StorageError;

    fn try_from(row: Stored) -> Result<Self, StorageError> {
        Ok(Self {
            account: account_id(&row.account, "grants")?,
            id: row.id,
            client_id: row.client_id,
            session: row.session,
            scopes: words(&row.scope),
            audience: words(&row.audience),
            amr: row.amr.unwrap_or_default(),
            claims: words(row.claims.as_deref().unwrap_or_default()),
            given_in: row.given_in,
            auth_time: Timestamp::from_micros(row.auth_time),
            created_at: Timestamp::from_micros(row.created_at),
            absolute_until: Timestamp::from_micros(row.absolute_until),
        })
    }
}

/// What a grant is read from.
macro_rules! grant_columns {
    () => {
        "id, account, client_id, session, scope, audience, amr, claims, given_in, auth_time, created_at,
         absolute_until"
    };
}
pub(crate) use grant_columns;

macro_rules! grant {
    () => {
        "INSERT INTO grants (id, account, client_id, session, scope, audience, amr, claims, given_in,
             auth_time, created_at, used_at, absolute_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12)"
    };
}
macro_rules! token {
    () => {
        "INSERT INTO refresh_tokens (hash, grant_id, parent, state, issued_at, idle_until)
         VALUES ($13, $14, $15, $16, $17, $18)"
    };
}
const GRANT: &str = grant!();
const GRANT_THEN_TOKEN: &str = concat!(grant!(), "; ", token!());
const GRANT_WITH_TOKEN: &str = concat!("WITH first AS (", grant!(), ") ", token!());

fn of_grant(row: &GrantRow) -> Vec<Value> {
    values![
        &*row.id,
        row.account.to_string(),
        &*row.client_id,
        row.session.clone(),
        row.scopes.join(" "),
        row.audience.join(" "),
        Some(row.amr.clone()),
        Some(row.claims.join(" ")),
        row.given_in.clone(),
        row.auth_time,
        row.created_at,
        row.absolute_until
    ]
}

fn of_refresh_token(row: &RefreshTokenRow) -> Vec<Value> {
    values![
        &row.hash,
        &*row.grant_id,
        row.parent.map(|parent| parent.to_vec()),
        RefreshTokenState::Unused.as_str(),
        row.issued_at,
        row.idle_until
    ]
}

/// A list that stands in one column.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.split_ascii_whitespace().map(str::to_owned).collect()
}

#[derive(FromRow)]
struct Of {
    grant_id: String,
    session: Option<String>,
}

#[derive(FromRow)]
struct Presented {
    idle_until: i64,
}

#[async_trait]
impl Grants for UnitOfWork {
    async fn insert_grant(&mut self, row: &GrantRow) -> Result<(), StorageError> {
        self.execute(GRANT, of_grant(row)).await.map(drop)
    }

    async fn insert_family(
        &mut self,
        row: &GrantRow,
        first: &RefreshTokenRow,
    ) -> Result<(), StorageError> {
        let mut values = of_grant(row);
        values.extend(of_refresh_token(first));
        self.execute_later((GRANT_THEN_TOKEN, 2), GRANT_WITH_TOKEN, values)
            .await
    }

    async fn insert_refresh_token(&mut self, row: &RefreshTokenRow) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO refresh_tokens (hash, grant_id, parent, state, issued_at, idle_until)
             VALUES ($1, $2, $3, $4, $5, $6)",
            of_refresh_token(row),
        )
        .await
        .map(drop)
    }

    async fn hold_grant_of(
        &mut self,
        hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<GrantRow>, StorageError> {
        let found: Option<Of> = self
            .fetch_optional(
                "SELECT t.grant_id, g.session FROM refresh_tokens t
                 JOIN grants g ON g.id = t.grant_id WHERE t.hash = $1",
                values![hash],
            )
            .await?;
        let Some(found) = found else { return Ok(None) };
        // Sessions are locked before what hangs on them, as everywhere.
        if let Some(session) = found.session {
            let alive = self
                .execute(
                    "UPDATE sessions SET auth_time = auth_time
                     WHERE public_id = $1 AND idle_until > $2 AND absolute_until > $2",
                    values![session, now],
                )
                .await?;
            if alive == 0 {
                return Ok(None);
            }
        }
        let row: Option<Stored> = self
            .fetch_optional(
                concat!(
                    "UPDATE grants SET used_at = $1 WHERE id = $2 AND absolute_until > $1 RETURNING ",
                    grant_columns!()
                ),
                values![now, found.grant_id],
            )
            .await?;
        row.map(GrantRow::try_from).transpose()
    }

    async fn use_refresh_token(
        &mut self,
        hash: &[u8; 32],
        now: Timestamp,
        superseded_since: Timestamp,
    ) -> Result<Option<bool>, StorageError> {
        let presented: Option<Presented> = self
            .fetch_optional(
                "SELECT idle_until FROM refresh_tokens WHERE hash = $1",
                values![hash],
            )
            .await?;
        if presented.is_none_or(|token| token.idle_until <= now.as_micros()) {
            return Ok(None);
        }
        let used = self
            .execute(
                "UPDATE refresh_tokens SET state = 'used'
                 WHERE hash = $1 AND (
                     state = 'unused'
                     OR (state = 'used' AND NOT EXISTS (
                         SELECT 1 FROM refresh_tokens s
                         WHERE s.parent = refresh_tokens.hash AND s.state = 'used'))
                     OR (state = 'superseded' AND issued_at > $2 AND NOT EXISTS (
                         SELECT 1 FROM refresh_tokens s
                         WHERE s.parent = refresh_tokens.parent AND s.state = 'used')))",
                values![hash, superseded_since],
            )
            .await?;
        Ok(Some(used == 1))
    }

    async fn supersede_beside(&mut self, hash: &[u8; 32]) -> Result<(), StorageError> {
        self.execute(
            "UPDATE refresh_tokens SET state = 'superseded'
             WHERE state = 'unused' AND hash <> $1 AND (parent = $1 OR parent =
                 (SELECT p.parent FROM refresh_tokens p WHERE p.hash = $1))",
            values![hash],
        )
        .await?;
        Ok(())
    }

    async fn delete_grant(&mut self, id: &str) -> Result<bool, StorageError> {
        self.news().callers = true;
        let gone = self
            .execute("DELETE FROM grants WHERE id = $1", values![id])
            .await?;
        Ok(gone == 1)
    }

    async fn delete_grants_of_session(&mut self, session: &str) -> Result<u64, StorageError> {
        self.execute("DELETE FROM grants WHERE session = $1", values![session])
            .await
    }

    async fn delete_grants_of(&mut self, account: AccountId) -> Result<u64, StorageError> {
        self.news().callers = true;
        self.execute(
            "DELETE FROM grants WHERE account = $1",
            values![account.to_string()],
        )
        .await
    }

    async fn delete_expired_grants(&mut self, before: Timestamp) -> Result<u64, StorageError> {
        let tokens = self
            .execute(
                "DELETE FROM refresh_tokens WHERE idle_until < $1",
                values![before],
            )
            .await?;
        let grants = self
            .execute(
                "DELETE FROM grants WHERE absolute_until < $1",
                values![before],
            )
            .await?;
        Ok(tokens + grants)
    }
}
