//! Authorization codes, consents, and the access tokens that clients have.

use async_trait::async_trait;
use domain::{
    accounts::AccountId,
    clients::RegisteredClient,
    clock::Timestamp,
    oauth_grants::{AccessTokenRow, Authorizations, CodeRow, ConsentRow, GrantedToken, Redeemed},
    store::StorageError,
    tokens::GrantRow,
};
use sqlx::FromRow;

use crate::{
    accounts::account_id,
    clients::{self, client_columns},
    grants::{self, grant_columns, words},
    unit_of_work::UnitOfWork,
    value::values,
};

// Many in one statement: each database takes a list apart by words of its own.
const TOKENS_ON_SQLITE: &str = "INSERT INTO access_tokens (id, grant_id, client, expires_at)
     SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each($1)";
const TOKENS_ON_POSTGRES: &str = "INSERT INTO access_tokens (id, grant_id, client, expires_at)
     SELECT value ->> 0, value ->> 1, value ->> 2, CAST(value ->> 3 AS BIGINT)
     FROM json_array_elements(CAST($1 AS json))";

#[derive(FromRow)]
struct Code {
    client: String,
    account: String,
    session: String,
    redirect_uri: String,
    redirect_uri_sent: bool,
    challenge: Option<String>,
    scope: String,
    audience: String,
    nonce: Option<String>,
    claims: Option<String>,
    amr: String,
    auth_time: i64,
    expires_at: i64,
}

#[derive(FromRow)]
struct Of {
    grant_id: Option<String>,
}

#[derive(FromRow)]
struct Consent {
    account: String,
    client: String,
    scope: String,
    audience: String,
    claims: String,
    created_at: i64,
    renewed_at: i64,
}

impl TryFrom<Consent> for ConsentRow {
    type Error = StorageError;

    fn try_from(row: Consent) -> Result<Self, StorageError> {
        Ok(Self {
            account: account_id(&row.account, "consents")?,
            client: row.client,
            scopes: words(&row.scope),
            audience: words(&row.audience),
            claims: words(&row.claims),
            created_at: Timestamp::from_micros(row.created_at),
            renewed_at: Timestamp::from_micros(row.renewed_at),
        })
    }
}

#[derive(FromRow)]
struct Used {
    used_at: Option<i64>,
}

#[derive(FromRow)]
struct Scope {
    scope: String,
}

#[derive(FromRow)]
struct Token {
    id: String,
    grant_id: Option<String>,
    client: String,
    expires_at: i64,
}

impl From<Token> for AccessTokenRow {
    fn from(row: Token) -> Self {
        Self {
            id: row.id,
            grant_id: row.grant_id,
            client: row.client,
            expires_at: Timestamp::from_micros(row.expires_at),
        }
    }
}

#[derive(FromRow)]
struct Presented {
    grant_id: String,
    state: String,
    idle_until: i64,
}

#[async_trait]
impl Authorizations for UnitOfWork {
    async fn insert_code(&mut self, row: &CodeRow) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO authorization_codes (hash, client, account, session, redirect_uri,
                 redirect_uri_sent, challenge, scope, audience, nonce, claims, amr, auth_time, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            values![
                &row.hash,
                &*row.client,
                row.account.to_string(),
                &*row.session,
                &*row.redirect_uri,
                row.redirect_uri_sent,
                row.challenge.clone(),
                row.scopes.join(" "),
                row.audience.join(" "),
                row.nonce.clone(),
                Some(row.claims.join(" ")),
                &*row.amr,
                row.auth_time,
                row.expires_at
            ],
        )
        .await?;
        Ok(())
    }

    async fn find_code(&mut self, hash: &[u8; 32]) -> Result<Option<CodeRow>, StorageError> {
        let row: Option<Code> = self
            .fetch_optional(
                "SELECT client, account, session, redirect_uri, redirect_uri_sent, challenge, scope,
                     audience, nonce, claims, amr, auth_time, expires_at
                 FROM authorization_codes WHERE hash = $1",
                values![hash],
            )
            .await?;
        row.map(|row| {
            Ok(CodeRow {
                hash: *hash,
                account: account_id(&row.account, "authorization_codes")?,
                client: row.client,
                session: row.session,
                redirect_uri: row.redirect_uri,
                redirect_uri_sent: row.redirect_uri_sent,
                challenge: row.challenge,
                scopes: words(&row.scope),
                audience: words(&row.audience),
                nonce: row.nonce,
                claims: words(row.claims.as_deref().unwrap_or_default()),
                amr: row.amr,
                auth_time: Timestamp::from_micros(row.auth_time),
                expires_at: Timestamp::from_micros(row.expires_at),
            })
        })
        .transpose()
    }

    async fn redeem_code(
        &mut self,
        hash: &[u8; 32],
        grant_id: &str,
    ) -> Result<Redeemed, StorageError> {
        let redeemed = self
            .execute(
                "UPDATE authorization_codes SET grant_id = $2 WHERE hash = $1 AND grant_id IS NULL",
                values![hash, grant_id],
            )
            .await?;
        if redeemed == 1 {
            return Ok(Redeemed::Now);
        }
        let before: Option<Of> = self
            .fetch_optional(
                "SELECT grant_id FROM authorization_codes WHERE hash = $1",
                values![hash],
            )
            .await?;
        let before = before.and_then(|row| row.grant_id);
        Ok(before.map_or(Redeemed::Unknown, Redeemed::Before))
    }

    async fn delete_codes_to(
        &mut self,
        client: &str,
        account: Option<AccountId>,
    ) -> Result<u64, StorageError> {
        if let Some(account) = account {
            self.execute(
                "DELETE FROM authorization_codes WHERE client = $1 AND account = $2",
                values![client, account.to_string()],
            )
            .await
        } else {
            let codes = "DELETE FROM authorization_codes WHERE client = $1";
            self.execute(codes, values![client]).await
        }
    }

    async fn delete_expired_codes(&mut self, before: Timestamp) -> Result<u64, StorageError> {
        self.execute(
            "DELETE FROM authorization_codes WHERE expires_at < $1",
            values![before],
        )
        .await
    }

    async fn find_consent(
        &mut self,
        account: AccountId,
        client: &str,
    ) -> Result<Option<ConsentRow>, StorageError> {
        let row: Option<Consent> = self
            .fetch_optional(
                "SELECT account, client, scope, audience, claims, created_at, renewed_at
                 FROM consents WHERE account = $1 AND client = $2",
                values![account.to_string(), client],
            )
            .await?;
        row.map(ConsentRow::try_from).transpose()
    }

    async fn put_consent(&mut self, row: &ConsentRow) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO consents (account, client, scope, audience, claims, created_at, renewed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (account, client) DO UPDATE SET scope = excluded.scope,
                 audience = excluded.audience, claims = excluded.claims,
                 renewed_at = excluded.renewed_at",
            values![
                row.account.to_string(),
                &*row.client,
                row.scopes.join(" "),
                row.audience.join(" "),
                row.claims.join(" "),
                row.created_at,
                row.renewed_at
            ],
        )
        .await?;
        Ok(())
    }

    async fn delete_consent(
        &mut self,
        account: AccountId,
        client: &str,
    ) -> Result<bool, StorageError> {
        let gone = self
            .execute(
                "DELETE FROM consents WHERE account = $1 AND client = $2",
                values![account.to_string(), client],
            )
            .await?;
        Ok(gone == 1)
    }

    async fn list_apps(
        &mut self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<Vec<(RegisteredClient, Option<ConsentRow>, Option<Timestamp>)>, StorageError> {
        let id = account.to_string();
        let rows: Vec<clients::Stored> = self
            .fetch_all(
                concat!(
                    "SELECT ",
                    client_columns!(),
                    " FROM clients c WHERE c.id IN (SELECT k.client FROM consents k WHERE k.account = $1)
                         OR c.id IN (SELECT g.client_id FROM grants g
                             WHERE g.account = $1 AND g.absolute_until > $2)
                      ORDER BY c.name, c.id"
                ),
                values![&*id, now],
            )
            .await?;
        let mut apps = Vec::new();
        for row in rows {
            let client = RegisteredClient::try_from(row)?;
            let consent = self.find_consent(account, &client.id).await?;
            let used: Option<Used> = self
                .fetch_optional(
                    "SELECT MAX(used_at) AS used_at FROM grants
                     WHERE client_id = $1 AND account = $2 AND absolute_until > $3",
                    values![&*client.id, &*id, now],
                )
                .await?;
            let used = used.and_then(|used| used.used_at);
            apps.push((client, consent, used.map(Timestamp::from_micros)));
        }
        Ok(apps)
    }

    async fn list_granted_scopes(
        &mut self,
        account: AccountId,
        client: &str,
        now: Timestamp,
    ) -> Result<Vec<String>, StorageError> {
        let rows: Vec<Scope> = self
            .fetch_all(
                "SELECT DISTINCT scope FROM grants
                 WHERE client_id = $1 AND account = $2 AND absolute_until > $3 ORDER BY scope",
                values![client, account.to_string(), now],
            )
            .await?;
        let mut scopes = Vec::new();
        for scope in rows.iter().flat_map(|row| words(&row.scope)) {
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        Ok(scopes)
    }

    async fn find_grant(
        &mut self,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<GrantRow>, StorageError> {
        let row: Option<grants::Stored> = self
            .fetch_optional(
                concat!(
                    "SELECT ",
                    grant_columns!(),
                    " FROM grants WHERE id = $1 AND absolute_until > $2"
                ),
                values![id, now],
            )
            .await?;
        row.map(GrantRow::try_from).transpose()
    }

    async fn insert_access_tokens(&mut self, rows: &[&AccessTokenRow]) -> Result<(), StorageError> {
        let in_order = |row: &&AccessTokenRow| {
            let AccessTokenRow {
                id,
                grant_id,
                client,
                expires_at,
            } = (*row).clone();
            (id, grant_id, client, expires_at.as_micros())
        };
        let rows: Vec<_> = rows.iter().map(in_order).collect();
        // Text and numbers: there is nothing that JSON can't say.
        let rows = serde_json::to_string(&rows).unwrap_or_default();
        self.execute_later((TOKENS_ON_SQLITE, 1), TOKENS_ON_POSTGRES, values![rows])
            .await
    }

    async fn find_access_token(&mut self, id: &str) -> Result<Option<GrantedToken>, StorageError> {
        let row: Option<Token> = self
            .fetch_optional(
                "SELECT id, grant_id, client, expires_at FROM access_tokens WHERE id = $1",
                values![id],
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        let token = AccessTokenRow::from(row);
        // A grant goes with its tokens, so that this one is there.
        let grant: Option<grants::Stored> = match token.grant_id.clone() {
            Some(grant) => {
                self.fetch_optional(
                    concat!("SELECT ", grant_columns!(), " FROM grants WHERE id = $1"),
                    values![grant],
                )
                .await?
            }
            None => None,
        };
        let grant = grant.map(GrantRow::try_from).transpose()?;
        Ok(Some(GrantedToken { token, grant }))
    }

    async fn list_access_tokens_of_grant(
        &mut self,
        grant: &str,
        now: Timestamp,
    ) -> Result<Vec<AccessTokenRow>, StorageError> {
        let rows: Vec<Token> = self
            .fetch_all(
                "SELECT id, grant_id, client, expires_at FROM access_tokens
                 WHERE grant_id = $1 AND expires_at > $2",
                values![grant, now],
            )
            .await?;
        Ok(rows.into_iter().map(AccessTokenRow::from).collect())
    }

    async fn list_access_tokens_without_session(
        &mut self,
        session: &str,
        now: Timestamp,
    ) -> Result<Vec<AccessTokenRow>, StorageError> {
        let rows: Vec<Token> = self
            .fetch_all(
                "SELECT t.id, t.grant_id, t.client, t.expires_at FROM access_tokens t
                 JOIN grants g ON g.id = t.grant_id JOIN clients c ON c.id = t.client
                 WHERE g.session = $1 AND c.pairwise AND t.expires_at > $2",
                values![session, now],
            )
            .await?;
        Ok(rows.into_iter().map(AccessTokenRow::from).collect())
    }

    async fn list_access_tokens_of_client(
        &mut self,
        client: &str,
        account: Option<AccountId>,
        now: Timestamp,
    ) -> Result<Vec<AccessTokenRow>, StorageError> {
        let rows: Vec<Token> = match account {
            Some(account) => {
                self.fetch_all(
                    "SELECT t.id, t.grant_id, t.client, t.expires_at FROM access_tokens t
                     JOIN grants g ON g.id = t.grant_id
                     WHERE g.client_id = $1 AND g.account = $2 AND t.expires_at > $3",
                    values![client, account.to_string(), now],
                )
                .await?
            }
            None => {
                self.fetch_all(
                    "SELECT id, grant_id, client, expires_at FROM access_tokens
                     WHERE client = $1 AND expires_at > $2",
                    values![client, now],
                )
                .await?
            }
        };
        Ok(rows.into_iter().map(AccessTokenRow::from).collect())
    }

    async fn list_access_tokens_of(
        &mut self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<Vec<AccessTokenRow>, StorageError> {
        let rows: Vec<Token> = self
            .fetch_all(
                "SELECT t.id, t.grant_id, t.client, t.expires_at FROM access_tokens t
                 JOIN grants g ON g.id = t.grant_id WHERE g.account = $1 AND t.expires_at > $2",
                values![account.to_string(), now],
            )
            .await?;
        Ok(rows.into_iter().map(AccessTokenRow::from).collect())
    }

    async fn delete_access_token(&mut self, id: &str) -> Result<bool, StorageError> {
        self.news().callers = true;
        let gone = self
            .execute("DELETE FROM access_tokens WHERE id = $1", values![id])
            .await?;
        Ok(gone == 1)
    }

    async fn delete_own_access_tokens(&mut self, client: &str) -> Result<u64, StorageError> {
        self.news().callers = true;
        self.execute(
            "DELETE FROM access_tokens WHERE client = $1 AND grant_id IS NULL",
            values![client],
        )
        .await
    }

    async fn delete_grants_to(
        &mut self,
        client: &str,
        account: Option<AccountId>,
    ) -> Result<u64, StorageError> {
        self.news().callers = true;
        match account {
            Some(account) => {
                self.execute(
                    "DELETE FROM grants WHERE client_id = $1 AND account = $2",
                    values![client, account.to_string()],
                )
                .await
            }
            None => {
                self.execute("DELETE FROM grants WHERE client_id = $1", values![client])
                    .await
            }
        }
    }

    async fn delete_expired_access_tokens(
        &mut self,
        before: Timestamp,
    ) -> Result<u64, StorageError> {
        self.execute(
            "DELETE FROM access_tokens WHERE expires_at < $1",
            values![before],
        )
        .await
    }

    async fn find_grant_of_refresh_token(
        &mut self,
        hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<(GrantRow, bool, Timestamp)>, StorageError> {
        let row: Option<Presented> = self
            .fetch_optional(
                "SELECT grant_id, state, idle_until FROM refresh_tokens WHERE hash = $1",
                values![hash],
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        let Some(grant) = self.find_grant(&row.grant_id, now).await? else {
            return Ok(None);
        };
        let presentable = row.state == "unused" && row.idle_until > now.as_micros();
        let idle_until = Timestamp::from_micros(row.idle_until);
        Ok(Some((grant, presentable, idle_until)))
    }
}
