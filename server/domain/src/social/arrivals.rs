//! Somebody whom a provider vouches for, and whom no account knows: who they are, and how they get
//! connected to the account that they have.

use super::{Arrival, Connection, ProviderId, SocialService};
use crate::{
    accounts::{AccountId, EmailAddress},
    client::Client,
    random::time_ordered_id,
    store::StorageError,
};

/// What waits for somebody at the door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Who they are.
    pub arrival: Arrival,
    /// How people call the provider.
    pub provider: String,
    /// The provider is believed that the address is theirs, and an account has it.
    pub has_account: bool,
}

/// What came of connecting what waited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectOutcome {
    /// It is connected.
    Connected {
        /// At which provider.
        provider: ProviderId,
    },
    /// The account that signed in isn't the one whose address it is.
    OtherAccount {
        /// At which provider.
        provider: ProviderId,
    },
    /// It took over an hour, was done already, or began in another browser.
    Gone,
}

impl SocialService {
    /// What waits for this browser under `id`.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn waiting(
        &self,
        id: &str,
        client: &Client,
    ) -> Result<Option<Waiting>, StorageError> {
        let Some(browser) = client.browser else {
            return Ok(None);
        };
        let now = self.foundation.now();
        let mut work = self.foundation.store.read().await?;
        let Some(arrival) = work.find_arrival(id, &browser, now).await? else {
            return Ok(None);
        };
        let has_account = match vouched_key(&arrival) {
            Some(key) => work.find_account_by_email(&key).await?.is_some(),
            None => false,
        };
        Ok(Some(Waiting {
            provider: self.name_of(&arrival.identity.provider),
            arrival,
            has_account,
        }))
    }

    /// Connects what waits for this browser to `account`, whose owner has just signed in, if it is the
    /// one whose address the provider vouches for.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; it waits on then.
    pub async fn connect_waiting(
        &self,
        id: &str,
        account: AccountId,
        client: &Client,
    ) -> Result<ConnectOutcome, StorageError> {
        let Some(waiting) = self.waiting(id, client).await? else {
            return Ok(ConnectOutcome::Gone);
        };
        let (name, now) = (waiting.provider, self.foundation.now());
        let provider = waiting.arrival.identity.provider.clone();
        let Some(key) = vouched_key(&waiting.arrival) else {
            return Ok(ConnectOutcome::OtherAccount { provider });
        };
        let mut work = self.foundation.store.begin().await?;
        work.hold_account(account).await?;
        let owner = work.find_account_by_email(&key).await?;
        if owner.is_none_or(|owner| owner.id != account) {
            return Ok(ConnectOutcome::OtherAccount { provider });
        }
        if !work.delete_arrival(id).await? {
            return Ok(ConnectOutcome::Gone);
        }
        let connection = Connection {
            id: time_ordered_id(now, self.foundation.random.as_ref()).to_string(),
            account,
            identity: waiting.arrival.identity,
            created_at: now,
            last_used_at: None,
        };
        match self
            .connect(work.as_mut(), &connection, &name, client)
            .await
        {
            Ok(()) => {}
            Err(StorageError::Taken) => return Ok(ConnectOutcome::Gone),
            Err(error) => return Err(error),
        }
        work.commit().await?;
        Ok(ConnectOutcome::Connected { provider })
    }
}

/// The key of an arrival's address, if the provider is believed.
fn vouched_key(arrival: &Arrival) -> Option<String> {
    let email = arrival.email.as_deref().filter(|_| arrival.vouched)?;
    let email = EmailAddress::parse(email).ok()?;
    Some(email.lookup_key().as_str().to_owned())
}
