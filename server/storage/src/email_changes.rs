//! Changes of addresses, and the former ones that are held for them.

use async_trait::async_trait;
use domain::{
    accounts::{AccountId, EmailChange, EmailChanges},
    clock::Timestamp,
    store::StorageError,
};
use sqlx::FromRow;

use crate::{accounts::account_id, unit_of_work::UnitOfWork, value::values};

#[derive(FromRow)]
struct ChangeRow {
    id: String,
    account: String,
    address: String,
    lookup_key: String,
    former: String,
    created_at: i64,
    expires_at: i64,
    changed_at: Option<i64>,
}

impl TryFrom<ChangeRow> for EmailChange {
    type Error = StorageError;

    fn try_from(row: ChangeRow) -> Result<Self, StorageError> {
        Ok(Self {
            account: account_id(&row.account, "email_changes")?,
            id: row.id,
            address: row.address,
            lookup_key: row.lookup_key,
            former: row.former,
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
            changed_at: row.changed_at.map(Timestamp::from_micros),
        })
    }
}

#[derive(FromRow)]
struct Id {
    id: String,
}

#[async_trait]
impl EmailChanges for UnitOfWork {
    async fn insert_email_change(&mut self, change: &EmailChange) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO email_changes (id, account, address, lookup_key, former, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![
                &*change.id,
                change.account.to_string(),
                &*change.address,
                &*change.lookup_key,
                &*change.former,
                change.created_at,
                change.expires_at
            ],
        )
        .await?;
        Ok(())
    }

    async fn find_email_change(&mut self, id: &str) -> Result<Option<EmailChange>, StorageError> {
        let row: Option<ChangeRow> = self
            .fetch_optional(
                "SELECT id, account, address, lookup_key, former, created_at, expires_at, changed_at
                 FROM email_changes WHERE id = $1",
                values![id],
            )
            .await?;
        row.map(EmailChange::try_from).transpose()
    }

    async fn find_email_change_from(
        &mut self,
        account: AccountId,
        former: &str,
    ) -> Result<Option<EmailChange>, StorageError> {
        let row: Option<ChangeRow> = self
            .fetch_optional(
                "SELECT id, account, address, lookup_key, former, created_at, expires_at, changed_at
                 FROM email_changes
                 WHERE account = $1 AND former = $2 AND changed_at IS NOT NULL
                 ORDER BY changed_at LIMIT 1",
                values![account.to_string(), former],
            )
            .await?;
        row.map(EmailChange::try_from).transpose()
    }

    async fn find_waiting_email_change(
        &mut self,
        account: AccountId,
    ) -> Result<Option<EmailChange>, StorageError> {
        let row: Option<ChangeRow> = self
            .fetch_optional(
                "SELECT id, account, address, lookup_key, former, created_at, expires_at, changed_at
                 FROM email_changes WHERE account = $1 AND changed_at IS NULL
                 ORDER BY id DESC LIMIT 1",
                values![account.to_string()],
            )
            .await?;
        row.map(EmailChange::try_from).transpose()
    }

    async fn delete_waiting_email_changes(
        &mut self,
        account: AccountId,
    ) -> Result<Vec<String>, StorageError> {
        let rows: Vec<Id> = self
            .fetch_all(
                "DELETE FROM email_changes WHERE account = $1 AND changed_at IS NULL RETURNING id",
                values![account.to_string()],
            )
            .await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    async fn apply_email_change(
        &mut self,
        change: &EmailChange,
        now: Timestamp,
        undo_until: Timestamp,
    ) -> Result<bool, StorageError> {
        self.news().callers = true;
        let account = change.account.to_string();
        let counted = self
            .execute(
                "UPDATE email_changes SET expires_at = $2, changed_at =
                     (SELECT CASE WHEN MAX(c.changed_at) >= $1 THEN MAX(c.changed_at) + 1 ELSE $1 END
                      FROM email_changes c WHERE c.account = $4)
                 WHERE id = $3 AND changed_at IS NULL",
                values![now, undo_until, &*change.id, &*account],
            )
            .await?;
        let held = self
            .execute(
                "UPDATE emails SET is_primary = FALSE, verified_at = NULL, held_until = $1
                 WHERE account = $2 AND lookup_key = $3 AND is_primary",
                values![undo_until, &*account, &*change.former],
            )
            .await?;
        if counted != 1 || held != 1 {
            return Ok(false);
        }
        // An address that the account had before comes back.
        let back = self
            .execute(
                "UPDATE emails SET address = $1, is_primary = TRUE, verified_at = $2, held_until = NULL
                 WHERE account = $3 AND lookup_key = $4",
                values![&*change.address, now, &*account, &*change.lookup_key],
            )
            .await?;
        if back == 1 {
            self.renew_search_text(&account).await?;
            return Ok(true);
        }
        self.execute(
            "INSERT INTO emails (id, account, address, lookup_key, is_primary, verified_at, created_at)
             VALUES ($1, $2, $3, $4, TRUE, $5, $5)",
            values![&*change.id, &*account, &*change.address, &*change.lookup_key, now],
        )
        .await?;
        self.renew_search_text(&account).await?;
        Ok(true)
    }

    async fn undo_email_change(
        &mut self,
        change: &EmailChange,
        now: Timestamp,
    ) -> Result<Option<Vec<String>>, StorageError> {
        self.news().callers = true;
        let account = change.account.to_string();
        let Some(counts_since) = change.changed_at else {
            return Ok(None);
        };
        let undone: Vec<Id> = self
            .fetch_all(
                "DELETE FROM email_changes WHERE account = $1 AND changed_at >= $2 RETURNING id",
                values![&*account, counts_since],
            )
            .await?;
        self.execute(
            "UPDATE emails SET is_primary = FALSE, verified_at = NULL WHERE account = $1 AND is_primary",
            values![&*account],
        )
        .await?;
        let back = self
            .execute(
                "UPDATE emails SET is_primary = TRUE, verified_at = $1, held_until = NULL
                 WHERE account = $2 AND lookup_key = $3",
                values![now, &*account, &*change.former],
            )
            .await?;
        if back != 1 {
            return Ok(None);
        }
        // Held on are the addresses to which earlier changes can still be undone, and no others: what
        // came later belongs to whoever this is undone against.
        self.execute(
            "DELETE FROM emails WHERE account = $1 AND NOT is_primary AND lookup_key NOT IN
                 (SELECT former FROM email_changes WHERE account = $1 AND changed_at IS NOT NULL)",
            values![&*account],
        )
        .await?;
        self.execute(
            "UPDATE emails SET held_until = (SELECT MAX(c.expires_at) FROM email_changes c
                 WHERE c.account = emails.account AND c.former = emails.lookup_key)
             WHERE account = $1 AND NOT is_primary",
            values![&*account],
        )
        .await?;
        self.renew_search_text(&account).await?;
        Ok(Some(undone.into_iter().map(|row| row.id).collect()))
    }

    async fn delete_expired_email_changes(
        &mut self,
        before: Timestamp,
    ) -> Result<u64, StorageError> {
        let changes = self
            .execute(
                "DELETE FROM email_changes WHERE expires_at < $1",
                values![before],
            )
            .await?;
        let held: Vec<Id> = self
            .fetch_all(
                "DELETE FROM emails WHERE held_until < $1 AND NOT is_primary RETURNING account AS id",
                values![before],
            )
            .await?;
        for owner in &held {
            self.renew_search_text(&owner.id).await?;
        }
        Ok(changes + held.len() as u64)
    }
}
