//! What a person lets clients have, as they see it, and how they take it back.

use super::{OAuthService, ending::end_grants_of_client};
use crate::{
    accounts::AccountId,
    audit::{By, EventKind},
    client::Client,
    clients::RegisteredClient,
    clock::Timestamp,
    store::StorageError,
};

/// A client that somebody lets have something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppListing {
    /// The client.
    pub client: RegisteredClient,
    /// What it may have.
    pub scopes: Vec<String>,
    /// Claims that it asked for one by one.
    pub claims: Vec<String>,
    /// Since when.
    pub since: Option<Timestamp>,
    /// When it was last given tokens, as far as these are alive.
    pub used_at: Option<Timestamp>,
}

impl OAuthService {
    /// The clients that an account lets have something, by name.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn apps(&self, account: AccountId) -> Result<Vec<AppListing>, StorageError> {
        let now = self.foundation.now();
        let mut work = self.foundation.store.read().await?;
        let mut listings = Vec::new();
        for (client, consent, used_at) in work.list_apps(account, now).await? {
            let mut scopes = consent
                .as_ref()
                .map(|consent| consent.scopes.clone())
                .unwrap_or_default();
            // First-party clients have grants without having asked.
            for granted in work.list_granted_scopes(account, &client.id, now).await? {
                if !scopes.contains(&granted) {
                    scopes.push(granted);
                }
            }
            let words = consent.as_ref().map(|consent| consent.claims.as_slice());
            let mut claims: Vec<String> = Vec::new();
            for word in words.unwrap_or_default() {
                let name = word.split_once('.').map_or(word.as_str(), |(_, name)| name);
                if !claims.iter().any(|known| known == name) {
                    claims.push(name.to_owned());
                }
            }
            listings.push(AppListing {
                client,
                scopes,
                claims,
                since: consent.map(|consent| consent.created_at),
                used_at,
            });
        }
        Ok(listings)
    }

    /// Takes back what an account lets a client have: its tokens end, and it has to ask again. `false`
    /// when it had nothing.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is taken back then.
    pub async fn withdraw(
        &self,
        account: AccountId,
        app: &str,
        client: &Client,
    ) -> Result<bool, StorageError> {
        let mut work = self.foundation.store.begin().await?;
        let now = self.foundation.now();
        // Whoever is just being given a code is waited for.
        if !work.hold_client(app).await? {
            return Ok(false);
        }
        let consented = work.delete_consent(account, app).await?;
        let granted = !work
            .list_granted_scopes(account, app, now)
            .await?
            .is_empty();
        if !consented && !granted {
            return Ok(false);
        }
        end_grants_of_client(work.as_mut(), &self.foundation, app, Some(account)).await?;
        let by = By::owner(account, client);
        let what = (EventKind::ConsentWithdrawn, Some(account));
        by.note(work.as_mut(), &self.foundation, what, &[("client", app)])
            .await?;
        work.commit().await?;
        Ok(true)
    }
}
