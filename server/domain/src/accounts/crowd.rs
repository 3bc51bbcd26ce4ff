//! How many sign-ups one network gets within an hour, so that no script fills the place.

use std::time::Duration;

use super::AccountsService;
use crate::{
    client::Client,
    clock::Timestamp,
    keys::{Mac, Purpose},
    store::{StorageError, Work},
    throttle::{Throttle, seconds_until},
};

const WINDOW: Duration = Duration::from_hours(1);

impl AccountsService {
    /// Whether a network has had all its sign-ups, and then in how many seconds it gets more. Costs
    /// no write.
    pub(super) async fn network_is_full(
        &self,
        client: &Client,
    ) -> Result<Option<u32>, StorageError> {
        let (key, now) = (self.network_key(client), self.foundation.now());
        let mut work = self.foundation.store.read().await?;
        let counted = work.find_throttle(&key, now).await?;
        let most = self.rules.signup.per_network;
        Ok(counted
            .filter(|counted| counted.failures >= most)
            .map(|counted| wait(counted, now)))
    }

    /// Counts a sign-up as part of the unit that accepts it. If it is one too many, gives the seconds
    /// to wait; the unit isn't to be committed then.
    pub(super) async fn count_sign_up(
        &self,
        work: &mut dyn Work,
        client: &Client,
    ) -> Result<Option<u32>, StorageError> {
        let (key, now) = (self.network_key(client), self.foundation.now());
        let counted = work.count_failure(&key, now, now.plus(WINDOW)).await?;
        let most = self.rules.signup.per_network;
        Ok((counted.failures > most).then(|| wait(counted, now)))
    }

    fn network_key(&self, client: &Client) -> Mac {
        let network = client.address.network();
        let names = &self.foundation.names;
        names.mac(Purpose::Throttle, "sign-ups of a network", &network)
    }
}

fn wait(counted: Throttle, now: Timestamp) -> u32 {
    seconds_until(counted.expires_at, now)
}
