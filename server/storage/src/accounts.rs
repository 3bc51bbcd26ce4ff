//! Accounts, their addresses, passwords, roles and known browsers.

use std::hint::black_box;

use async_trait::async_trait;
use domain::{
    accounts::{
        Account, AccountId, AccountListing, Accounts, Familiarity, NewAccount, Role, SignInRecord,
        Subject,
    },
    client::BrowserHash,
    clock::Timestamp,
    credentials::PasswordHash,
    language::Language,
    store::StorageError,
};
use sqlx::FromRow;

use crate::{
    known_browsers::{Remembered, remember_browser},
    unit_of_work::UnitOfWork,
    value::values,
};

#[derive(FromRow)]
struct AccountRow {
    id: String,
    subject: String,
    name: String,
    address: String,
    locale: Option<String>,
    created_at: i64,
}

impl TryFrom<AccountRow> for Account {
    type Error = StorageError;

    fn try_from(row: AccountRow) -> Result<Self, StorageError> {
        Ok(Self {
            id: account_id(&row.id, "accounts")?,
            subject: Subject::from_stored(row.subject),
            name: row.name,
            email: row.address,
            language: row.locale.as_deref().and_then(Language::parse),
            created_at: Timestamp::from_micros(row.created_at),
        })
    }
}

#[derive(FromRow)]
struct ListingRow {
    id: String,
    address: String,
    name: String,
    created_at: i64,
    disabled_at: Option<i64>,
    delete_at: Option<i64>,
    admin: i64,
}

/// What signing in needs, by address. Where nobody has the address, it is somebody else's: a row takes
/// its time to be found, brought and read, and who tries two thousand times would see that there was none.
pub(crate) const SIGN_IN: &str = "SELECT CASE WHEN e.account IS NULL THEN 0 ELSE 1 END AS theirs,
         a.id, p.phc, p.changed_at, a.disabled_at, a.delete_at,
         (SELECT COUNT(*) FROM role_grants r WHERE r.account = a.id) AS roles
     FROM (SELECT 1 AS one) o
     LEFT JOIN emails e ON e.lookup_key = $1 AND e.verified_at IS NOT NULL
     JOIN accounts a ON a.id = COALESCE(e.account,
         (SELECT f.account FROM passwords f ORDER BY f.account LIMIT 1))
     LEFT JOIN passwords p ON p.account = a.id";

#[derive(FromRow)]
pub(crate) struct SignInRow {
    theirs: i32,
    id: String,
    phc: Option<String>,
    changed_at: Option<i64>,
    disabled_at: Option<i64>,
    delete_at: Option<i64>,
    roles: i64,
}

impl SignInRow {
    /// Who signs in, if the row is theirs. Another's is read as well, and forgotten.
    pub(crate) fn record(self) -> Result<Option<SignInRecord>, StorageError> {
        let theirs = self.theirs != 0;
        let record = black_box(SignInRecord::try_from(self));
        if theirs { record.map(Some) } else { Ok(None) }
    }
}

impl TryFrom<SignInRow> for SignInRecord {
    type Error = StorageError;

    fn try_from(row: SignInRow) -> Result<Self, StorageError> {
        Ok(Self {
            account: account_id(&row.id, "accounts")?,
            password: row
                .phc
                .map(|phc| password_hash(&phc, "passwords"))
                .transpose()?,
            password_since: row.changed_at.map(Timestamp::from_micros),
            disabled: row.disabled_at.is_some(),
            privileged: row.roles > 0,
            leaving: row.delete_at.is_some(),
        })
    }
}

pub(crate) fn account_id(text: &str, table: &'static str) -> Result<AccountId, StorageError> {
    AccountId::parse(text).ok_or(StorageError::Inconsistent {
        table,
        column: "account",
    })
}

pub(crate) fn password_hash(phc: &str, table: &'static str) -> Result<PasswordHash, StorageError> {
    PasswordHash::parse(phc).map_err(|_| StorageError::Inconsistent {
        table,
        column: "phc",
    })
}

#[derive(FromRow)]
struct RoleRow {
    role: String,
}

impl TryFrom<RoleRow> for Role {
    type Error = StorageError;

    fn try_from(row: RoleRow) -> Result<Self, StorageError> {
        Self::parse(&row.role).ok_or(StorageError::Inconsistent {
            table: "role_grants",
            column: "role",
        })
    }
}

#[async_trait]
impl Accounts for UnitOfWork {
    async fn insert_account(&mut self, account: &NewAccount) -> Result<(), StorageError> {
        let id = account.id.to_string();
        self.execute(
            "INSERT INTO accounts (id, subject, webauthn_user_handle, name, created_at)
             VALUES ($1, $2, $3, $4, $5)",
            values![
                &*id,
                account.subject.as_str(),
                account.webauthn_user_handle.as_bytes(),
                &*account.name,
                account.created_at
            ],
        )
        .await?;
        self.execute(
            "INSERT INTO emails (id, account, address, lookup_key, is_primary, verified_at, created_at)
             VALUES ($1, $1, $2, $3, $4, $5, $5)",
            values![&*id, &*account.email, &*account.lookup_key, true, account.created_at],
        )
        .await?;
        if let Some(password) = &account.password {
            self.execute(
                "INSERT INTO passwords (account, phc, changed_at) VALUES ($1, $2, $3)",
                values![&*id, password.as_phc_str(), account.created_at],
            )
            .await?;
        }
        self.insert_search_text(&id, &account.name, &account.email)
            .await
    }

    async fn find_account(&mut self, id: AccountId) -> Result<Option<Account>, StorageError> {
        let row: Option<AccountRow> = self
            .fetch_optional(
                "SELECT a.id, a.subject, a.name, e.address, a.locale, a.created_at
                 FROM accounts a JOIN emails e ON e.account = a.id AND e.is_primary
                 WHERE a.id = $1 AND a.disabled_at IS NULL",
                values![id.to_string()],
            )
            .await?;
        row.map(Account::try_from).transpose()
    }

    async fn find_account_by_email(
        &mut self,
        lookup_key: &str,
    ) -> Result<Option<Account>, StorageError> {
        let row: Option<AccountRow> = self
            .fetch_optional(
                "SELECT a.id, a.subject, a.name, e.address, a.locale, a.created_at
                 FROM emails e JOIN accounts a ON a.id = e.account
                 WHERE e.lookup_key = $1",
                values![lookup_key],
            )
            .await?;
        row.map(Account::try_from).transpose()
    }

    async fn find_sign_in(
        &mut self,
        lookup_key: &str,
    ) -> Result<Option<SignInRecord>, StorageError> {
        let row: Option<SignInRow> = self.fetch_optional(SIGN_IN, values![lookup_key]).await?;
        row.map_or(Ok(None), SignInRow::record)
    }

    async fn rehash_password(
        &mut self,
        account: AccountId,
        from: &PasswordHash,
        to: &PasswordHash,
    ) -> Result<bool, StorageError> {
        let changed = self
            .execute(
                "UPDATE passwords SET phc = $1 WHERE account = $2 AND phc = $3",
                values![to.as_phc_str(), account.to_string(), from.as_phc_str()],
            )
            .await?;
        Ok(changed == 1)
    }

    async fn change_password(
        &mut self,
        account: AccountId,
        from: &PasswordHash,
        to: &PasswordHash,
        since: Timestamp,
    ) -> Result<bool, StorageError> {
        let changed = self
            .execute(
                "UPDATE passwords SET phc = $1, changed_at = $2 WHERE account = $3 AND phc = $4",
                values![
                    to.as_phc_str(),
                    since,
                    account.to_string(),
                    from.as_phc_str()
                ],
            )
            .await?;
        Ok(changed == 1)
    }

    async fn hold_account(&mut self, account: AccountId) -> Result<(), StorageError> {
        // An account without a password still has its own row.
        for sql in [
            "UPDATE passwords SET changed_at = changed_at WHERE account = $1",
            "UPDATE accounts SET epoch = epoch WHERE id = $1",
        ] {
            self.hold(sql, values![account.to_string()]).await?;
        }
        Ok(())
    }

    async fn outdate_sign_ins(&mut self, account: AccountId) -> Result<(), StorageError> {
        self.execute(
            "UPDATE passwords SET changed_at = changed_at + 1 WHERE account = $1",
            values![account.to_string()],
        )
        .await?;
        Ok(())
    }

    async fn set_password(
        &mut self,
        account: AccountId,
        to: &PasswordHash,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO passwords (account, phc, changed_at) VALUES ($1, $2, $3)
             ON CONFLICT (account) DO UPDATE SET phc = excluded.phc,
                 changed_at = CASE WHEN passwords.changed_at < excluded.changed_at
                     THEN excluded.changed_at ELSE passwords.changed_at + 1 END",
            values![account.to_string(), to.as_phc_str(), now],
        )
        .await?;
        Ok(())
    }

    async fn forget_password(&mut self, account: AccountId) -> Result<(), StorageError> {
        self.execute(
            "DELETE FROM passwords WHERE account = $1",
            values![account.to_string()],
        )
        .await?;
        Ok(())
    }

    async fn forget_browsers(&mut self, account: AccountId) -> Result<(), StorageError> {
        self.execute(
            "DELETE FROM known_browsers WHERE account = $1",
            values![account.to_string()],
        )
        .await?;
        Ok(())
    }

    async fn list_accounts(
        &mut self,
        after: Option<AccountId>,
        limit: i64,
    ) -> Result<Vec<AccountListing>, StorageError> {
        let rows: Vec<ListingRow> = self
            .fetch_all(
                "SELECT a.id, e.address, a.name, a.created_at, a.disabled_at, a.delete_at,
                     (SELECT COUNT(*) FROM role_grants r
                      WHERE r.account = a.id AND r.role = $1) AS admin
                 FROM accounts a JOIN emails e ON e.account = a.id AND e.is_primary
                 WHERE a.id > $2 ORDER BY a.id LIMIT $3",
                values![
                    Role::Admin.as_str(),
                    after.map(|id| id.to_string()).unwrap_or_default(),
                    limit.max(0)
                ],
            )
            .await?;
        rows.into_iter()
            .map(|row| {
                Ok(AccountListing {
                    id: account_id(&row.id, "accounts")?,
                    email: row.address,
                    name: row.name,
                    created_at: Timestamp::from_micros(row.created_at),
                    disabled_at: row.disabled_at.map(Timestamp::from_micros),
                    delete_at: row.delete_at.map(Timestamp::from_micros),
                    admin: row.admin > 0,
                })
            })
            .collect()
    }

    async fn set_disabled(
        &mut self,
        account: AccountId,
        at: Option<Timestamp>,
    ) -> Result<bool, StorageError> {
        self.news().callers = true;
        let id = account.to_string();
        let changed = match at {
            Some(at) => {
                self.execute(
                    "UPDATE accounts SET disabled_at = $1
                     WHERE id = $2 AND disabled_at IS NULL",
                    values![at, id],
                )
                .await?
            }
            None => {
                self.execute(
                    "UPDATE accounts SET disabled_at = NULL
                     WHERE id = $1 AND disabled_at IS NOT NULL",
                    values![id],
                )
                .await?
            }
        };
        Ok(changed == 1)
    }

    async fn set_name(&mut self, account: AccountId, name: &str) -> Result<bool, StorageError> {
        self.news().callers = true;
        let changed = self
            .execute(
                "UPDATE accounts SET name = $1 WHERE id = $2 AND name <> $1",
                values![name, account.to_string()],
            )
            .await?;
        if changed == 1 {
            self.renew_search_text(&account.to_string()).await?;
        }
        Ok(changed == 1)
    }

    async fn plan_deletion(
        &mut self,
        account: AccountId,
        until: Timestamp,
    ) -> Result<bool, StorageError> {
        self.news().callers = true;
        let planned = self
            .execute(
                "UPDATE accounts SET delete_at = $1
                 WHERE id = $2 AND disabled_at IS NULL AND delete_at IS NULL",
                values![until, account.to_string()],
            )
            .await?;
        Ok(planned == 1)
    }

    async fn cancel_deletion(
        &mut self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<bool, StorageError> {
        self.news().callers = true;
        let kept = self
            .execute(
                "UPDATE accounts SET delete_at = NULL WHERE id = $1 AND delete_at > $2",
                values![account.to_string(), now],
            )
            .await?;
        Ok(kept == 1)
    }

    async fn list_due_deletions(
        &mut self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<Account>, StorageError> {
        let rows: Vec<AccountRow> = self
            .fetch_all(
                "SELECT a.id, a.subject, a.name, e.address, a.locale, a.created_at
                 FROM accounts a JOIN emails e ON e.account = a.id AND e.is_primary
                 WHERE a.delete_at <= $1 ORDER BY a.delete_at LIMIT $2",
                values![now, limit.max(0)],
            )
            .await?;
        rows.into_iter().map(Account::try_from).collect()
    }

    async fn delete_due_account(
        &mut self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<bool, StorageError> {
        self.news().callers = true;
        let deleted = self
            .execute(
                "DELETE FROM accounts WHERE id = $1 AND delete_at <= $2",
                values![account.to_string(), now],
            )
            .await?;
        Ok(deleted == 1)
    }

    async fn is_last_administrator(&mut self, account: AccountId) -> Result<bool, StorageError> {
        // Two administrators who leave at the same moment must not both count on the other.
        self.hold(
            "UPDATE role_grants SET granted_at = granted_at WHERE role = $1",
            values![Role::Admin.as_str()],
        )
        .await?;
        let found: Option<(i64,)> = self
            .fetch_optional(
                "SELECT CAST(1 AS BIGINT) FROM role_grants own WHERE own.account = $1 AND own.role = $2
                     AND NOT EXISTS (SELECT 1 FROM role_grants r JOIN accounts a ON a.id = r.account
                         WHERE r.role = $2 AND r.account <> $1 AND a.disabled_at IS NULL
                             AND a.delete_at IS NULL)",
                values![account.to_string(), Role::Admin.as_str()],
            )
            .await?;
        Ok(found.is_some())
    }

    async fn set_language(
        &mut self,
        account: AccountId,
        language: Option<Language>,
    ) -> Result<bool, StorageError> {
        self.news().callers = true;
        let locale = language.map(|language| language.tag().to_owned());
        let changed = self
            .execute(
                "UPDATE accounts SET locale = $1 WHERE id = $2 AND locale IS DISTINCT FROM $1",
                values![locale, account.to_string()],
            )
            .await?;
        Ok(changed == 1)
    }

    async fn grant_role(
        &mut self,
        account: AccountId,
        role: Role,
        now: Timestamp,
    ) -> Result<bool, StorageError> {
        self.news().callers = true;
        let granted = self
            .execute(
                "INSERT INTO role_grants (account, role, granted_at) VALUES ($1, $2, $3)
             ON CONFLICT (account, role) DO NOTHING",
                values![account.to_string(), role.as_str(), now],
            )
            .await?;
        Ok(granted == 1)
    }

    async fn revoke_roles_but(
        &mut self,
        account: AccountId,
        kept: Option<Role>,
    ) -> Result<Vec<Role>, StorageError> {
        self.news().callers = true;
        let gone: Vec<RoleRow> = self
            .fetch_all(
                "DELETE FROM role_grants WHERE account = $1 AND role <> $2 RETURNING role",
                values![account.to_string(), kept.map_or("", Role::as_str)],
            )
            .await?;
        gone.into_iter().map(Role::try_from).collect()
    }

    async fn role_of(&mut self, account: AccountId) -> Result<Option<Role>, StorageError> {
        let rows: Vec<RoleRow> = self
            .fetch_all(
                "SELECT role FROM role_grants WHERE account = $1",
                values![account.to_string()],
            )
            .await?;
        let roles: Vec<_> = rows
            .into_iter()
            .map(Role::try_from)
            .collect::<Result<_, _>>()?;
        Ok(roles.into_iter().max())
    }

    async fn remember_browser(
        &mut self,
        account: AccountId,
        browser: &BrowserHash,
        now: Timestamp,
    ) -> Result<Familiarity, StorageError> {
        let row: Option<Remembered> = self
            .fetch_optional(
                remember_browser!("VALUES ($1, $2, $3, $3)"),
                values![account.to_string(), browser.as_bytes(), now],
            )
            .await?;
        Ok(row.map_or(Familiarity::First, Familiarity::from))
    }
}
