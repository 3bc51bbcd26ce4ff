//! Sessions, by the hash of their key.

use async_trait::async_trait;
use domain::{
    accounts::{AccountId, Familiarity, Role},
    client::BrowserHash,
    clock::Timestamp,
    language::Language,
    sessions::{SessionKeyHash, SessionOwner, SessionRow, Sessions},
    store::StorageError,
    tokens::TokenOwner,
};
use sqlx::FromRow;

use crate::{
    accounts::account_id,
    api_tokens::{Owner, token_owner},
    known_browsers::{Remembered, remember_browser},
    unit_of_work::UnitOfWork,
    value::{Value, values},
};

#[derive(FromRow)]
struct Stored {
    id: String,
    public_id: String,
    key_hash: Vec<u8>,
    account: String,
    amr: String,
    auth_time: i64,
    persistent: bool,
    created_at: i64,
    last_seen_at: i64,
    idle_until: i64,
    absolute_until: i64,
    address: Vec<u8>,
    user_agent: String,
    browser_hash: Option<Vec<u8>>,
}

#[derive(FromRow)]
struct StoredWithOwner {
    #[sqlx(flatten)]
    session: Stored,
    name: String,
    email: String,
    locale: Option<String>,
    role: Option<String>,
}

impl TryFrom<Stored> for SessionRow {
    type Error = StorageError;

    fn try_from(row: Stored) -> Result<Self, StorageError> {
        Ok(Self {
            account: account_id(&row.account, "sessions")?,
            key_hash: SessionKeyHash::from_bytes(&row.key_hash).ok_or(
                StorageError::Inconsistent {
                    table: "sessions",
                    column: "key_hash",
                },
            )?,
            id: row.id,
            public_id: row.public_id,
            amr: row.amr,
            auth_time: Timestamp::from_micros(row.auth_time),
            persistent: row.persistent,
            created_at: Timestamp::from_micros(row.created_at),
            last_seen_at: Timestamp::from_micros(row.last_seen_at),
            idle_until: Timestamp::from_micros(row.idle_until),
            absolute_until: Timestamp::from_micros(row.absolute_until),
            address: row.address,
            user_agent: row.user_agent,
            browser: row.browser_hash,
        })
    }
}

#[derive(FromRow)]
struct Ended {
    account: String,
    public_id: String,
}

const INSERT: &str =
    "INSERT INTO sessions (id, public_id, key_hash, account, amr, auth_time, persistent, created_at,
         last_seen_at, idle_until, absolute_until, address, user_agent, browser_hash)
     SELECT $1, $2, $3, a.id, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14
     FROM accounts a WHERE a.id = $4 AND a.disabled_at IS NULL
         AND (a.delete_at IS NULL OR a.delete_at > $8)
         AND (CAST($15 AS BIGINT) IS NULL OR EXISTS (
             SELECT 1 FROM passwords p WHERE p.account = a.id AND p.changed_at = $15))";

fn inserted_values(row: &SessionRow, password_since: Option<Timestamp>) -> Vec<Value> {
    values![
        &*row.id,
        &*row.public_id,
        row.key_hash.as_bytes(),
        row.account.to_string(),
        &*row.amr,
        row.auth_time,
        row.persistent,
        row.created_at,
        row.last_seen_at,
        row.idle_until,
        row.absolute_until,
        &*row.address,
        &*row.user_agent,
        row.browser.clone(),
        password_since
    ]
}

impl UnitOfWork {
    /// Writes a session along with the question that follows, which tells whether it was written.
    async fn insert_later(
        &mut self,
        row: &SessionRow,
        password_since: Option<Timestamp>,
    ) -> Result<(), StorageError> {
        if password_since.is_some() {
            self.hold_password(row.account).await?;
        }
        self.execute_later((INSERT, 1), INSERT, inserted_values(row, password_since))
            .await
    }

    async fn hold_password(&mut self, account: AccountId) -> Result<(), StorageError> {
        self.hold(
            "UPDATE passwords SET changed_at = changed_at WHERE account = $1",
            values![account.to_string()],
        )
        .await
    }
}

#[async_trait]
impl Sessions for UnitOfWork {
    async fn insert_session(
        &mut self,
        row: &SessionRow,
        password_since: Option<Timestamp>,
    ) -> Result<bool, StorageError> {
        if password_since.is_some() {
            self.hold_password(row.account).await?;
        }
        let inserted = self
            .execute(INSERT, inserted_values(row, password_since))
            .await?;
        Ok(inserted == 1)
    }

    async fn insert_session_of(
        &mut self,
        browser: &BrowserHash,
        row: &SessionRow,
        password_since: Option<Timestamp>,
    ) -> Result<Option<Familiarity>, StorageError> {
        let values = values![
            row.account.to_string(),
            browser.as_bytes(),
            row.created_at,
            &*row.id
        ];
        self.insert_later(row, password_since).await?;
        let remember = remember_browser!("SELECT $1, $2, $3, $3 FROM sessions WHERE id = $4");
        let row: Option<Remembered> = self.fetch_optional(remember, values).await?;
        Ok(row.map(Familiarity::from))
    }

    async fn insert_session_with_tokens(
        &mut self,
        row: &SessionRow,
        password_since: Option<Timestamp>,
    ) -> Result<Option<TokenOwner>, StorageError> {
        self.insert_later(row, password_since).await?;
        let owner = token_owner!(" AND EXISTS (SELECT 1 FROM sessions WHERE id = $2)");
        let values = values![row.account.to_string(), &*row.id];
        let row: Option<Owner> = self.fetch_optional(owner, values).await?;
        Ok(row.map(TokenOwner::from))
    }

    async fn find_session(
        &mut self,
        key: &SessionKeyHash,
    ) -> Result<Option<(SessionRow, SessionOwner)>, StorageError> {
        let row: Option<StoredWithOwner> = self
            .fetch_optional(
                "SELECT s.id, s.public_id, s.key_hash, s.account, s.amr, s.auth_time, s.persistent,
                     s.created_at, s.last_seen_at, s.idle_until, s.absolute_until, s.address,
                     s.user_agent, s.browser_hash, a.name AS name, e.address AS email,
                     a.locale AS locale,
                     -- The first of the words is the role that may most.
                     (SELECT MIN(r.role) FROM role_grants r WHERE r.account = a.id) AS role
                 FROM sessions s
                 JOIN accounts a ON a.id = s.account AND a.disabled_at IS NULL
                 JOIN emails e ON e.account = a.id AND e.is_primary
                 WHERE s.key_hash = $1",
                values![key.as_bytes()],
            )
            .await?;
        row.map(|row| {
            let owner = SessionOwner {
                name: row.name,
                email: row.email,
                language: row.locale.as_deref().and_then(Language::parse),
                role: row.role.as_deref().and_then(Role::parse),
            };
            Ok((row.session.try_into()?, owner))
        })
        .transpose()
    }

    async fn update_session(
        &mut self,
        key: &SessionKeyHash,
        amr: &str,
        auth_time: Timestamp,
    ) -> Result<bool, StorageError> {
        let updated = self
            .execute(
                "UPDATE sessions SET amr = $1, auth_time = $2 WHERE key_hash = $3",
                values![amr, auth_time, key.as_bytes()],
            )
            .await?;
        Ok(updated == 1)
    }

    async fn hold_session(
        &mut self,
        account: AccountId,
        public_id: &str,
        since: Timestamp,
    ) -> Result<bool, StorageError> {
        // An update that changes nothing locks the row on both databases.
        let held = self
            .execute(
                "UPDATE sessions SET auth_time = auth_time
                 WHERE account = $1 AND public_id = $2 AND auth_time >= $3",
                values![account.to_string(), public_id, since],
            )
            .await?;
        Ok(held == 1)
    }

    async fn renew_session(
        &mut self,
        account: AccountId,
        public_id: &str,
        auth_time: Timestamp,
    ) -> Result<bool, StorageError> {
        let renewed = self
            .execute(
                "UPDATE sessions SET auth_time = $1 WHERE account = $2 AND public_id = $3",
                values![auth_time, account.to_string(), public_id],
            )
            .await?;
        Ok(renewed == 1)
    }

    async fn list_sessions(
        &mut self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<Vec<SessionRow>, StorageError> {
        let rows: Vec<Stored> = self
            .fetch_all(
                "SELECT id, public_id, key_hash, account, amr, auth_time, persistent, created_at,
                     last_seen_at, idle_until, absolute_until, address, user_agent, browser_hash
                 FROM sessions
                 WHERE account = $1 AND idle_until > $2 AND absolute_until > $2
                 ORDER BY last_seen_at DESC, id DESC",
                values![account.to_string(), now],
            )
            .await?;
        rows.into_iter().map(SessionRow::try_from).collect()
    }

    async fn delete_session_by_key(
        &mut self,
        key: &SessionKeyHash,
    ) -> Result<Option<(AccountId, String)>, StorageError> {
        self.news().callers = true;
        let row: Option<Ended> = self
            .fetch_optional(
                "DELETE FROM sessions WHERE key_hash = $1 RETURNING account, public_id",
                values![key.as_bytes()],
            )
            .await?;
        row.map(|row| Ok((account_id(&row.account, "sessions")?, row.public_id)))
            .transpose()
    }

    async fn owner_of_session(
        &mut self,
        public_id: &str,
    ) -> Result<Option<AccountId>, StorageError> {
        let row: Option<(String,)> = self
            .fetch_optional(
                "SELECT account FROM sessions WHERE public_id = $1",
                values![public_id],
            )
            .await?;
        row.map(|(account,)| account_id(&account, "sessions"))
            .transpose()
    }

    async fn delete_session(
        &mut self,
        account: AccountId,
        public_id: &str,
    ) -> Result<bool, StorageError> {
        self.news().callers = true;
        let ended = self
            .execute(
                "DELETE FROM sessions WHERE account = $1 AND public_id = $2",
                values![account.to_string(), public_id],
            )
            .await?;
        Ok(ended == 1)
    }

    async fn delete_sessions_except(
        &mut self,
        account: AccountId,
        public_id: &str,
    ) -> Result<Vec<String>, StorageError> {
        self.news().callers = true;
        let rows: Vec<Ended> = self
            .fetch_all(
                "DELETE FROM sessions WHERE account = $1 AND public_id <> $2
                 RETURNING account, public_id",
                values![account.to_string(), public_id],
            )
            .await?;
        Ok(rows.into_iter().map(|row| row.public_id).collect())
    }

    async fn touch_session(
        &mut self,
        public_id: &str,
        last_seen_at: Timestamp,
        persistent_idle_until: Timestamp,
        short_idle_until: Timestamp,
    ) -> Result<(), StorageError> {
        self.execute(
            "UPDATE sessions SET last_seen_at = $1, idle_until = CASE
                 WHEN persistent AND $2 < absolute_until THEN $2
                 WHEN NOT persistent AND $3 < absolute_until THEN $3
                 ELSE absolute_until END
             WHERE public_id = $4 AND last_seen_at < $1",
            values![
                last_seen_at,
                persistent_idle_until,
                short_idle_until,
                public_id
            ],
        )
        .await?;
        Ok(())
    }

    async fn delete_expired_sessions(&mut self, before: Timestamp) -> Result<u64, StorageError> {
        // It is idle at its absolute end at the latest.
        self.execute(
            "DELETE FROM sessions WHERE idle_until < $1",
            values![before],
        )
        .await
    }
}
