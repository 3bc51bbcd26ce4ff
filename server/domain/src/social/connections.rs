//! What is connected to an account, and how it goes.

use super::{Connection, ProviderId, ProviderName, SocialService};
use crate::{
    accounts::{AccountId, fresh_since, own_event},
    audit::EventKind,
    client::Client,
    mail::{self, Circumstances, Message},
    sessions::LoadedSession,
    store::{StorageError, Work},
};

/// An identity that an account has, as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connected {
    /// The identity.
    pub connection: Connection,
    /// What people call its provider.
    pub provider: String,
    /// Whether it signs anybody in: its provider is configured here.
    pub works: bool,
}

/// What is connected to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connections {
    /// Oldest first.
    pub connected: Vec<Connected>,
    /// The providers that can be connected besides.
    pub offered: Vec<ProviderName>,
    /// Whether the account has a password.
    pub has_password: bool,
}

impl Connections {
    /// Whether an identity at the provider of this id is among them.
    pub fn has(&self, provider: &str) -> bool {
        let mut connected = self.connected.iter();
        connected.any(|one| one.connection.identity.provider.as_str() == provider)
    }

    /// Whether one of them can go: something that works has to stay to sign in with.
    pub fn may_go(&self, id: &str) -> bool {
        let mut others = self.connected.iter().filter(|one| one.connection.id != id);
        self.has_password || others.any(|one| one.works)
    }
}

/// What came of disconnecting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DisconnectOutcome {
    /// It is gone.
    Disconnected {
        /// From which provider.
        provider: ProviderId,
    },
    /// It is the last way in.
    LastWayIn,
    /// The account has no such connection.
    Unknown,
    /// The session has ended, or its owner proved too long ago who they are.
    NotFresh,
}

impl SocialService {
    /// What is connected to an account.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn connections(&self, account: AccountId) -> Result<Connections, StorageError> {
        let mut work = self.foundation.store.read().await?;
        let connected = work.list_identities(account).await?;
        let has_password = work.has_password(account).await?;
        let has = |id| {
            connected
                .iter()
                .any(|connection| connection.identity.provider == id)
        };
        let mut offered = self.providers();
        offered.retain(|provider| !has(provider.id.clone()));
        Ok(Connections {
            connected: connected
                .into_iter()
                .map(|connection| Connected {
                    provider: self.name_of(&connection.identity.provider),
                    works: self.knows(&connection.identity.provider),
                    connection,
                })
                .collect(),
            offered,
            has_password,
        })
    }

    /// Takes an identity from the account that is signed in, and tells its owner.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; it stays then.
    pub async fn disconnect(
        &self,
        session: &LoadedSession,
        id: &str,
        client: &Client,
    ) -> Result<DisconnectOutcome, StorageError> {
        let account = session.account;
        let mut work = self.foundation.store.begin().await?;
        // Two that go at once would each leave the other.
        work.hold_account(account).await?;
        let since = fresh_since(self.foundation.now());
        if !work
            .hold_session(account, &session.public_id, since)
            .await?
        {
            return Ok(DisconnectOutcome::NotFresh);
        }
        let connected = work.list_identities(account).await?;
        let Some(gone) = connected.iter().find(|connection| connection.id == id) else {
            return Ok(DisconnectOutcome::Unknown);
        };
        let mut others = connected.iter().filter(|connection| connection.id != id);
        let another = others.any(|other| self.knows(&other.identity.provider));
        if !another && !work.has_password(account).await? {
            return Ok(DisconnectOutcome::LastWayIn);
        }
        if !work.delete_identity(account, id).await? {
            return Ok(DisconnectOutcome::Unknown);
        }
        let name = self.name_of(&gone.identity.provider);
        self.tell(work.as_mut(), gone, (&name, false), client)
            .await?;
        work.commit().await?;
        Ok(DisconnectOutcome::Disconnected {
            provider: gone.identity.provider.clone(),
        })
    }

    /// Gives an account an identity and tells its owner, as part of `work`.
    pub(super) async fn connect(
        &self,
        work: &mut dyn Work,
        connection: &Connection,
        provider: &str,
        client: &Client,
    ) -> Result<(), StorageError> {
        work.insert_identity(connection).await?;
        self.tell(work, connection, (provider, true), client).await
    }

    async fn tell(
        &self,
        work: &mut dyn Work,
        connection: &Connection,
        (provider, connected): (&str, bool),
        client: &Client,
    ) -> Result<(), StorageError> {
        let (account, now) = (connection.account, self.foundation.now());
        let kind = if connected {
            EventKind::IdentityConnected
        } else {
            EventKind::IdentityDisconnected
        };
        let details = [("provider", connection.identity.provider.as_str())];
        let event = own_event(kind, account, &details, client);
        work.append_event(&event.row(&self.foundation)).await?;
        let Some(account) = work.find_account(account).await? else {
            return Ok(());
        };
        let language = account.language_of_mail(client);
        let (name, provider) = (account.name, provider.to_owned());
        let label = connection.identity.label.clone();
        let done = Circumstances::of(client, now);
        let message = if connected {
            Message::IdentityConnected {
                name,
                provider,
                label,
                done,
            }
        } else {
            Message::IdentityDisconnected {
                name,
                provider,
                label,
                done,
            }
        };
        mail::queue_in(language, &self.foundation, work, &account.email, message).await?;
        Ok(())
    }
}
