//! People's own tokens, the calls with them, and who calls.

use async_trait::async_trait;
use domain::{
    accounts::AccountId,
    clock::Timestamp,
    language::Language,
    store::StorageError,
    tokens::{ApiTokenRow, CallerRow, TokenOwner, Tokens},
};
use sqlx::FromRow;

use crate::{accounts::account_id, grants::words, unit_of_work::UnitOfWork, value::values};

#[derive(FromRow)]
struct Stored {
    id: String,
    grant_id: String,
    account: String,
    name: String,
    scope: String,
    audience: String,
    kid: String,
    epoch: i64,
    created_at: i64,
    expires_at: i64,
    warned_at: Option<i64>,
    last_used_at: Option<i64>,
    last_used_address: Option<Vec<u8>>,
}

impl TryFrom<Stored> for ApiTokenRow {
    type Error = StorageError;

    fn try_from(row: Stored) -> Result<Self, StorageError> {
        Ok(Self {
            account: account_id(&row.account, "api_tokens")?,
            id: row.id,
            grant_id: row.grant_id,
            name: row.name,
            scopes: words(&row.scope),
            audience: words(&row.audience),
            kid: row.kid,
            epoch: row.epoch,
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
            warned_at: row.warned_at.map(Timestamp::from_micros),
            last_used_at: row.last_used_at.map(Timestamp::from_micros),
            last_used_address: row.last_used_address,
        })
    }
}

fn all(rows: Vec<Stored>) -> Result<Vec<ApiTokenRow>, StorageError> {
    rows.into_iter().map(ApiTokenRow::try_from).collect()
}

#[derive(FromRow)]
pub(crate) struct Owner {
    subject: String,
    epoch: i64,
    name: String,
    address: String,
    locale: Option<String>,
    admin: i64,
}

#[derive(FromRow)]
struct Calling {
    id: String,
    name: String,
    address: String,
    locale: Option<String>,
    created_at: i64,
    epoch: i64,
    admin: i64,
    has_token: i64,
    has_session: i64,
    revoked: i64,
    claims: Option<String>,
}

impl TryFrom<Calling> for CallerRow {
    type Error = StorageError;

    fn try_from(row: Calling) -> Result<Self, StorageError> {
        Ok(Self {
            account: account_id(&row.id, "accounts")?,
            name: row.name,
            email: row.address,
            language: row.locale.as_deref().and_then(Language::parse),
            created_at: Timestamp::from_micros(row.created_at),
            epoch: row.epoch,
            admin: row.admin > 0,
            has_token: row.has_token > 0,
            has_session: row.has_session > 0,
            revoked: row.revoked > 0,
            claims: words(row.claims.as_deref().unwrap_or_default()),
        })
    }
}

#[derive(FromRow)]
struct Raised {
    subject: String,
    epoch: i64,
}

#[derive(FromRow)]
struct Count {
    count: i64,
}

#[derive(FromRow)]
struct DayRow {
    token: String,
    day: i64,
    calls: i64,
}

/// The owner `$1` of tokens, under one more condition.
macro_rules! token_owner {
    ($condition:literal) => {
        concat!(
            "SELECT a.subject, a.epoch, a.name, e.address, a.locale,
                 (SELECT COUNT(*) FROM role_grants r
                  WHERE r.account = a.id AND r.role = 'admin') AS admin
             FROM accounts a JOIN emails e ON e.account = a.id AND e.is_primary
             WHERE a.id = $1 AND a.disabled_at IS NULL AND a.delete_at IS NULL",
            $condition
        )
    };
}
pub(crate) use token_owner;

impl From<Owner> for TokenOwner {
    fn from(row: Owner) -> Self {
        Self {
            subject: row.subject,
            epoch: row.epoch,
            admin: row.admin > 0,
            name: row.name,
            email: row.address,
            language: row.locale.as_deref().and_then(Language::parse),
        }
    }
}

#[async_trait]
impl Tokens for UnitOfWork {
    async fn find_token_owner(
        &mut self,
        account: AccountId,
    ) -> Result<Option<TokenOwner>, StorageError> {
        let row: Option<Owner> = self
            .fetch_optional(token_owner!(""), values![account.to_string()])
            .await?;
        Ok(row.map(TokenOwner::from))
    }

    async fn insert_api_token(&mut self, row: &ApiTokenRow) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO api_tokens (id, grant_id, account, name, scope, audience, kid, epoch,
                 created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            values![
                &*row.id,
                &*row.grant_id,
                row.account.to_string(),
                &*row.name,
                row.scopes.join(" "),
                row.audience.join(" "),
                &*row.kid,
                row.epoch,
                row.created_at,
                row.expires_at
            ],
        )
        .await?;
        Ok(())
    }

    async fn count_api_tokens(
        &mut self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<i64, StorageError> {
        let row: Option<Count> = self
            .fetch_optional(
                "SELECT COUNT(*) AS count FROM api_tokens WHERE account = $1 AND expires_at > $2",
                values![account.to_string(), now],
            )
            .await?;
        Ok(row.map_or(0, |row| row.count))
    }

    async fn list_api_tokens(
        &mut self,
        account: AccountId,
        now: Timestamp,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<ApiTokenRow>, StorageError> {
        let rows: Vec<Stored> = self
            .fetch_all(
                "SELECT id, grant_id, account, name, scope, audience, kid, epoch, created_at,
                     expires_at, warned_at, last_used_at, last_used_address
                 FROM api_tokens
                 WHERE account = $1 AND expires_at > $2
                     AND (CAST($3 AS TEXT) IS NULL OR id < $3)
                 ORDER BY id DESC LIMIT $4",
                values![account.to_string(), now, after.map(str::to_owned), limit],
            )
            .await?;
        all(rows)
    }

    async fn owner_of_api_token(&mut self, id: &str) -> Result<Option<AccountId>, StorageError> {
        let row: Option<(String,)> = self
            .fetch_optional("SELECT account FROM api_tokens WHERE id = $1", values![id])
            .await?;
        row.map(|(account,)| account_id(&account, "api_tokens"))
            .transpose()
    }

    async fn delete_api_token(
        &mut self,
        account: AccountId,
        id: &str,
    ) -> Result<Option<ApiTokenRow>, StorageError> {
        self.news().callers = true;
        let row: Option<Stored> = self
            .fetch_optional(
                "DELETE FROM api_tokens WHERE account = $1 AND id = $2
                 RETURNING id, grant_id, account, name, scope, audience, kid, epoch, created_at,
                     expires_at, warned_at, last_used_at, last_used_address",
                values![account.to_string(), id],
            )
            .await?;
        row.map(ApiTokenRow::try_from).transpose()
    }

    async fn delete_api_tokens_of(
        &mut self,
        account: AccountId,
    ) -> Result<Vec<ApiTokenRow>, StorageError> {
        self.news().callers = true;
        let rows: Vec<Stored> = self
            .fetch_all(
                "DELETE FROM api_tokens WHERE account = $1
                 RETURNING id, grant_id, account, name, scope, audience, kid, epoch, created_at,
                     expires_at, warned_at, last_used_at, last_used_address",
                values![account.to_string()],
            )
            .await?;
        all(rows)
    }

    async fn delete_api_tokens_signed_by(&mut self, kid: &str) -> Result<u64, StorageError> {
        self.news().callers = true;
        self.execute("DELETE FROM api_tokens WHERE kid = $1", values![kid])
            .await
    }

    async fn delete_expired_api_tokens(&mut self, before: Timestamp) -> Result<u64, StorageError> {
        self.execute(
            "DELETE FROM api_tokens WHERE expires_at < $1",
            values![before],
        )
        .await
    }

    async fn list_api_tokens_to_warn_of(
        &mut self,
        now: Timestamp,
        before: Timestamp,
        limit: i64,
    ) -> Result<Vec<ApiTokenRow>, StorageError> {
        let rows: Vec<Stored> = self
            .fetch_all(
                "SELECT id, grant_id, account, name, scope, audience, kid, epoch, created_at,
                     expires_at, warned_at, last_used_at, last_used_address
                 FROM api_tokens
                 WHERE expires_at > $1 AND expires_at <= $2 AND warned_at IS NULL
                 ORDER BY expires_at LIMIT $3",
                values![now, before, limit],
            )
            .await?;
        all(rows)
    }

    async fn mark_api_token_warned(
        &mut self,
        id: &str,
        now: Timestamp,
    ) -> Result<bool, StorageError> {
        let marked = self
            .execute(
                "UPDATE api_tokens SET warned_at = $1 WHERE id = $2 AND warned_at IS NULL",
                values![now, id],
            )
            .await?;
        Ok(marked == 1)
    }

    async fn note_api_token_calls(
        &mut self,
        id: &str,
        day: i64,
        calls: i64,
        (at, address): (Timestamp, &[u8]),
    ) -> Result<(), StorageError> {
        let noted = self
            .execute(
                "UPDATE api_tokens SET
                     last_used_address =
                         CASE WHEN last_used_at > $2 THEN last_used_address ELSE $3 END,
                     last_used_at = CASE WHEN last_used_at > $2 THEN last_used_at ELSE $2 END
                 WHERE id = $1",
                values![id, at, address],
            )
            .await?;
        if noted == 0 {
            return Ok(());
        }
        self.execute(
            "INSERT INTO token_calls (token, day, calls) VALUES ($1, $2, $3)
             ON CONFLICT (token, day) DO UPDATE SET calls = token_calls.calls + excluded.calls",
            values![id, day, calls],
        )
        .await?;
        Ok(())
    }

    async fn list_token_calls(
        &mut self,
        account: AccountId,
        day: i64,
    ) -> Result<Vec<(String, i64, i64)>, StorageError> {
        let rows: Vec<DayRow> = self
            .fetch_all(
                "SELECT c.token, c.day, c.calls FROM token_calls c
                 JOIN api_tokens t ON t.id = c.token
                 WHERE t.account = $1 AND c.day >= $2",
                values![account.to_string(), day],
            )
            .await?;
        let rows = rows.into_iter().map(|row| (row.token, row.day, row.calls));
        Ok(rows.collect())
    }

    async fn delete_token_calls_before(&mut self, day: i64) -> Result<u64, StorageError> {
        self.execute("DELETE FROM token_calls WHERE day < $1", values![day])
            .await
    }

    async fn find_caller(
        &mut self,
        subject: &str,
        jti: &str,
        sid: Option<&str>,
        [of_token, of_session]: [[u8; 16]; 2],
        now: Timestamp,
    ) -> Result<Option<CallerRow>, StorageError> {
        let row: Option<Calling> = self
            .fetch_optional(
                "SELECT a.id, a.name, e.address, a.locale, a.created_at, a.epoch,
                     (SELECT COUNT(*) FROM role_grants r
                      WHERE r.account = a.id AND r.role = 'admin') AS admin,
                     (SELECT COUNT(*) FROM api_tokens t
                      WHERE t.id = $2 AND t.account = a.id) AS has_token,
                     (SELECT COUNT(*) FROM sessions s
                      WHERE s.public_id = $3 AND s.account = a.id
                          AND s.idle_until > $6 AND s.absolute_until > $6) AS has_session,
                     (SELECT COUNT(*) FROM revocations v
                      WHERE v.entry IN ($4, $5)) AS revoked,
                     CAST(NULL AS TEXT) AS claims
                 FROM accounts a JOIN emails e ON e.account = a.id AND e.is_primary
                 WHERE a.subject = $1 AND a.disabled_at IS NULL AND a.delete_at IS NULL",
                values![
                    subject,
                    jti,
                    sid.map(str::to_owned),
                    &of_token,
                    &of_session,
                    now
                ],
            )
            .await?;
        row.map(CallerRow::try_from).transpose()
    }

    async fn find_granted_caller(
        &mut self,
        jti: &str,
        sid: Option<&str>,
        [of_token, of_session]: [[u8; 16]; 2],
        now: Timestamp,
    ) -> Result<Option<CallerRow>, StorageError> {
        let row: Option<Calling> = self
            .fetch_optional(
                "SELECT a.id, a.name, e.address, a.locale, a.created_at, a.epoch,
                     (SELECT COUNT(*) FROM role_grants r
                      WHERE r.account = a.id AND r.role = 'admin') AS admin,
                     CAST(1 AS BIGINT) AS has_token,
                     (SELECT COUNT(*) FROM sessions s
                      WHERE s.public_id = $2 AND s.account = a.id
                          AND s.idle_until > $5 AND s.absolute_until > $5) AS has_session,
                     (SELECT COUNT(*) FROM revocations v
                      WHERE v.entry IN ($3, $4)) AS revoked,
                     g.claims
                 FROM access_tokens t JOIN grants g ON g.id = t.grant_id
                 JOIN accounts a ON a.id = g.account
                 JOIN emails e ON e.account = a.id AND e.is_primary
                 WHERE t.id = $1 AND a.disabled_at IS NULL AND a.delete_at IS NULL",
                values![jti, sid.map(str::to_owned), &of_token, &of_session, now],
            )
            .await?;
        row.map(CallerRow::try_from).transpose()
    }

    async fn raise_epoch(
        &mut self,
        account: AccountId,
    ) -> Result<Option<(String, i64)>, StorageError> {
        self.news().callers = true;
        let row: Option<Raised> = self
            .fetch_optional(
                "UPDATE accounts SET epoch = epoch + 1 WHERE id = $1 RETURNING subject, epoch",
                values![account.to_string()],
            )
            .await?;
        Ok(row.map(|row| (row.subject, row.epoch - 1)))
    }
}
