//! Sign-ups that wait for confirmation.

use async_trait::async_trait;
use domain::{
    accounts::{Registration, Registrations},
    client::BrowserHash,
    clock::Timestamp,
    store::StorageError,
};
use sqlx::FromRow;

use crate::{
    accounts::password_hash, identities::found_identity, unit_of_work::UnitOfWork, value::values,
};

#[derive(FromRow)]
struct RegistrationRow {
    id: String,
    email: String,
    lookup_key: String,
    name: String,
    phc: Option<String>,
    provider: Option<String>,
    issuer: Option<String>,
    subject: Option<String>,
    label: Option<String>,
    next: Option<String>,
    browser_hash: Option<Vec<u8>>,
    created_at: i64,
    expires_at: i64,
}

impl TryFrom<RegistrationRow> for Registration {
    type Error = StorageError;

    fn try_from(row: RegistrationRow) -> Result<Self, StorageError> {
        Ok(Self {
            password: row
                .phc
                .map(|phc| password_hash(&phc, "registrations"))
                .transpose()?,
            identity: match (row.provider, row.issuer, row.subject, row.label) {
                (Some(provider), Some(issuer), Some(subject), Some(label)) => {
                    let columns = [provider, issuer, subject, label];
                    Some(found_identity(columns, "registrations")?)
                }
                _ => None,
            },
            browser: row
                .browser_hash
                .as_deref()
                .and_then(BrowserHash::from_bytes),
            next: row.next,
            id: row.id,
            email: row.email,
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
impl Registrations for UnitOfWork {
    async fn insert_registration(
        &mut self,
        registration: &Registration,
    ) -> Result<(), StorageError> {
        let identity = registration.identity.as_ref();
        self.execute(
            "INSERT INTO registrations
                 (id, email, lookup_key, name, phc, browser_hash, created_at, expires_at,
                  provider, issuer, subject, label, next)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            values![
                &*registration.id,
                &*registration.email,
                &*registration.lookup_key,
                &*registration.name,
                registration
                    .password
                    .as_ref()
                    .map(|phc| phc.as_phc_str().to_owned()),
                registration
                    .browser
                    .map(|browser| browser.as_bytes().to_vec()),
                registration.created_at,
                registration.expires_at,
                identity.map(|identity| identity.provider.as_str().to_owned()),
                identity.map(|identity| identity.issuer.clone()),
                identity.map(|identity| identity.subject.clone()),
                identity.map(|identity| identity.label.clone()),
                registration.next.clone()
            ],
        )
        .await?;
        Ok(())
    }

    async fn find_registration(&mut self, id: &str) -> Result<Option<Registration>, StorageError> {
        let row: Option<RegistrationRow> = self
            .fetch_optional(
                "SELECT id, email, lookup_key, name, phc, browser_hash, created_at, expires_at,
                     provider, issuer, subject, label, next
                 FROM registrations WHERE id = $1",
                values![id],
            )
            .await?;
        row.map(Registration::try_from).transpose()
    }

    async fn delete_registration_of(
        &mut self,
        lookup_key: &str,
    ) -> Result<Option<String>, StorageError> {
        let row: Option<Id> = self
            .fetch_optional(
                "DELETE FROM registrations WHERE lookup_key = $1 RETURNING id",
                values![lookup_key],
            )
            .await?;
        Ok(row.map(|row| row.id))
    }

    async fn delete_expired_registrations(
        &mut self,
        before: Timestamp,
    ) -> Result<u64, StorageError> {
        self.execute(
            "DELETE FROM registrations WHERE expires_at < $1",
            values![before],
        )
        .await
    }
}
