//! Invitations that wait to be accepted.

use async_trait::async_trait;
use domain::{
    accounts::{Invitation, Invitations, Role},
    clock::Timestamp,
    store::StorageError,
};
use sqlx::FromRow;

use crate::{unit_of_work::UnitOfWork, value::values};

#[derive(FromRow)]
struct InvitationRow {
    id: String,
    address: String,
    lookup_key: String,
    name: Option<String>,
    role: Option<String>,
    created_at: i64,
    expires_at: i64,
}

impl TryFrom<InvitationRow> for Invitation {
    type Error = StorageError;

    fn try_from(row: InvitationRow) -> Result<Self, StorageError> {
        let role = |word: String| {
            Role::parse(&word).ok_or(StorageError::Inconsistent {
                table: "invitations",
                column: "role",
            })
        };
        Ok(Self {
            role: row.role.map(role).transpose()?,
            id: row.id,
            address: row.address,
            lookup_key: row.lookup_key,
            name: row.name,
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
        })
    }
}

#[derive(FromRow)]
struct Id {
    id: String,
}

#[async_trait]
impl Invitations for UnitOfWork {
    async fn insert_invitation(&mut self, invitation: &Invitation) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO invitations (id, address, lookup_key, name, role, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![
                &*invitation.id,
                &*invitation.address,
                &*invitation.lookup_key,
                invitation.name.clone(),
                invitation.role.map(|role| role.as_str().to_owned()),
                invitation.created_at,
                invitation.expires_at
            ],
        )
        .await?;
        Ok(())
    }

    async fn find_invitation(&mut self, id: &str) -> Result<Option<Invitation>, StorageError> {
        let row: Option<InvitationRow> = self
            .fetch_optional(
                "SELECT id, address, lookup_key, name, role, created_at, expires_at
                 FROM invitations WHERE id = $1",
                values![id],
            )
            .await?;
        row.map(Invitation::try_from).transpose()
    }

    async fn list_invitations(
        &mut self,
        now: Timestamp,
        after: &str,
        limit: i64,
    ) -> Result<Vec<Invitation>, StorageError> {
        let rows: Vec<InvitationRow> = self
            .fetch_all(
                "SELECT id, address, lookup_key, name, role, created_at, expires_at
                 FROM invitations i
                 WHERE expires_at > $1 AND id > $2
                     AND NOT EXISTS (SELECT 1 FROM emails e WHERE e.lookup_key = i.lookup_key)
                 ORDER BY id LIMIT $3",
                values![now, after, limit],
            )
            .await?;
        rows.into_iter().map(Invitation::try_from).collect()
    }

    async fn delete_invitation(&mut self, id: &str) -> Result<bool, StorageError> {
        let deleted = self
            .execute("DELETE FROM invitations WHERE id = $1", values![id])
            .await?;
        Ok(deleted == 1)
    }

    async fn delete_invitation_of(
        &mut self,
        lookup_key: &str,
    ) -> Result<Option<String>, StorageError> {
        let row: Option<Id> = self
            .fetch_optional(
                "DELETE FROM invitations WHERE lookup_key = $1 RETURNING id",
                values![lookup_key],
            )
            .await?;
        Ok(row.map(|row| row.id))
    }

    async fn delete_expired_invitations(&mut self, before: Timestamp) -> Result<u64, StorageError> {
        self.execute(
            "DELETE FROM invitations WHERE expires_at < $1",
            values![before],
        )
        .await
    }
}
