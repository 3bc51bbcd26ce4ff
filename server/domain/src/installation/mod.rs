//! What was decided at this installation's first start and must not change unnoticed.

mod names;

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    audit::{Actor, Event, EventKind},
    clock::Timestamp,
    foundation::Foundation,
    random::random_bytes,
    store::StorageError,
};

pub use names::{Names, NoMacKey, mac_key};

/// The installation's one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    /// `public_url` without a trailing slash: `iss` of every token (RFC 8414 section 2).
    pub issuer: String,
    /// Relying party id of every passkey (WebAuthn section 5.1.2): the host of the issuer.
    pub rp_id: String,
    /// Salt of pairwise subjects (OpenID Connect Core section 8.1).
    pub pairwise_salt: String,
    /// When it was first started.
    pub created_at: Timestamp,
}

/// The installation's row at rest.
#[async_trait]
pub trait Installations {
    /// The row, once there is one.
    async fn find_installation(&mut self) -> Result<Option<Installation>, StorageError>;
    /// Writes the row; [`StorageError::Taken`] when there is one.
    async fn insert_installation(&mut self, row: &Installation) -> Result<(), StorageError>;
    /// The key of names, sealed; `None` as well while there is no row.
    async fn find_mac_key(&mut self) -> Result<Option<Vec<u8>>, StorageError>;
    /// Puts a sealed key of names in the place of `from`; `false` when there is another one, or no
    /// row.
    async fn replace_mac_key(
        &mut self,
        from: Option<&[u8]>,
        to: &[u8],
    ) -> Result<bool, StorageError>;
    /// Gives the installation another issuer.
    async fn change_issuer(&mut self, issuer: &str, rp_id: &str) -> Result<(), StorageError>;
}

/// What the check at start found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InstallationCheck {
    /// First start, or the issuer is the known one.
    Same,
    /// The configuration names another issuer than the database.
    IssuerChanged {
        /// The issuer that tokens and passkeys of this database belong to.
        known: String,
    },
}

/// Writes the row at first start and compares it with the configuration later.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn check(
    foundation: &Foundation,
    issuer: &str,
    rp_id: &str,
) -> Result<InstallationCheck, StorageError> {
    if let Some(row) = foundation.store.read().await?.find_installation().await? {
        return Ok(compare(row, issuer));
    }
    let mut work = foundation.store.begin().await?;
    let row = Installation {
        issuer: issuer.to_owned(),
        rp_id: rp_id.to_owned(),
        pairwise_salt: URL_SAFE_NO_PAD.encode(random_bytes::<32>(foundation.random.as_ref())),
        created_at: foundation.now(),
    };
    match work.insert_installation(&row).await {
        Ok(()) => {
            let sealed = names::seal(foundation, &foundation.names)?;
            work.replace_mac_key(None, &sealed).await?;
            work.commit().await.map(|()| InstallationCheck::Same)
        }
        // Another node was first.
        Err(StorageError::Taken) => {
            drop(work);
            let known = foundation.store.read().await?.find_installation().await?;
            Ok(known.map_or(InstallationCheck::Same, |row| compare(row, issuer)))
        }
        Err(error) => Err(error),
    }
}

/// Takes a changed issuer over. Tokens and passkeys made for the old one stop working.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn accept_issuer(
    foundation: &Foundation,
    issuer: &str,
    rp_id: &str,
) -> Result<(), StorageError> {
    let mut work = foundation.store.begin().await?;
    work.change_issuer(issuer, rp_id).await?;
    let event = Event {
        kind: EventKind::IssuerChanged,
        actor: Actor::CommandLine,
        subject: None,
        details: &[("issuer", issuer)],
        client: None,
        email: None,
    };
    work.append_event(&event.row(foundation)).await?;
    work.commit().await
}

fn compare(row: Installation, issuer: &str) -> InstallationCheck {
    if row.issuer == issuer {
        InstallationCheck::Same
    } else {
        InstallationCheck::IssuerChanged { known: row.issuer }
    }
}
