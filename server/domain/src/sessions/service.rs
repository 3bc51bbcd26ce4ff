//! The verbs of sessions.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Device, Lifetimes, SessionRow, last_seen::LastSeen, new_browser};
use crate::{
    accounts::{AccountId, Familiarity, Role},
    audit::{Actor, Event, EventKind},
    client::{Client, ClientAddress},
    clock::Timestamp,
    foundation::Foundation,
    language::Language,
    mail::{self, Circumstances, Message},
    random::{random_bytes, time_ordered_id},
    social::IdentityKey,
    store::{StorageError, Work},
    tokens::{TokenOwner, end_with_session},
    watching::SignInEnd,
};

/// SHA-256 of a session cookie's value; the value itself is never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionKeyHash([u8; 32]);

impl SessionKeyHash {
    /// Hashes the 128 random bits of a cookie.
    pub fn of(key: &[u8]) -> Self {
        Self(Sha256::digest(key).into())
    }

    /// From stored bytes; `None` unless there are exactly 32.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// How a person proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuthenticationMethod {
    /// With a password.
    Password,
    /// By confirming the address of a fresh sign-up in the browser that signed up.
    ConfirmedSignUp,
    /// At a provider.
    Provider,
}

impl AuthenticationMethod {
    /// The methods as `amr` values (RFC 8176): a sign-up was made with a password too.
    pub const fn amr(self) -> &'static str {
        match self {
            Self::Password | Self::ConfirmedSignUp => "pwd",
            // RFC 8176 has no word for it; this one is in use.
            Self::Provider => "fed",
        }
    }

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::ConfirmedSignUp => "sign_up",
            Self::Provider => "provider",
        }
    }
}

/// A session that may begin. Only a finished sign-in or confirmation makes one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSession {
    /// Whose it will be.
    pub account: AccountId,
    /// How they proved it.
    pub method: AuthenticationMethod,
    /// When they did.
    pub auth_time: Timestamp,
    /// Whether the browser keeps it when it is closed.
    pub persistent: bool,
    /// The password that was checked is the one since then: with another one no session begins.
    pub password_since: Option<Timestamp>,
    /// Whether the account was about to be deleted when its password was checked. Who asks for that
    /// later has every sign-in under way come to nothing.
    pub leaving: bool,
    /// The identity that was proved: where it isn't the account's any longer, no session begins.
    pub identity: Option<IdentityKey>,
}

/// A session that began as part of a unit.
pub(crate) struct Started {
    /// What pages and the API call it.
    pub(crate) public_id: String,
    /// What a program's tokens tell of whom they act for, where that is known already.
    pub(crate) owner: Option<TokenOwner>,
}

/// A live session with what every page needs to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadedSession {
    /// What pages and the API call it.
    pub public_id: String,
    /// Whose it is.
    pub account: AccountId,
    /// How they proved it.
    pub amr: String,
    /// When they did.
    pub auth_time: Timestamp,
    /// Whether the browser keeps it when it is closed.
    pub persistent: bool,
    /// When it ends at the latest.
    pub absolute_until: Timestamp,
    /// The account's name.
    pub name: String,
    /// The account's primary address.
    pub email: String,
    /// The language the person chose.
    pub language: Option<Language>,
    /// What they may do beyond their own affairs.
    pub role: Option<Role>,
}

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionListing {
    /// What to call it when ending it.
    pub public_id: String,
    /// Whether it is the one that asks.
    pub current: bool,
    /// What it runs on.
    pub device: Device,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_seen_at: Timestamp,
    /// Where it began.
    pub address: Option<ClientAddress>,
}

/// Everything about sessions that pages, the API and the session layer may do.
pub struct SessionsService {
    foundation: Foundation,
    lifetimes: Lifetimes,
    last_seen: LastSeen,
}

impl SessionsService {
    /// A service over `foundation`.
    pub fn new(foundation: Foundation, lifetimes: Lifetimes) -> Self {
        Self {
            foundation,
            lifetimes,
            last_seen: LastSeen::default(),
        }
    }

    /// The lifetimes in force.
    pub const fn lifetimes(&self) -> &Lifetimes {
        &self.lifetimes
    }

    /// Begins a session under a key, with its audit event in the same unit. An account that was to
    /// be deleted stays.
    /// `None` when the account was disabled or deleted meanwhile, or its password changed, or the
    /// identity disconnected.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; no session begins then.
    pub async fn start(
        &self,
        key: SessionKeyHash,
        new: &NewSession,
        client: &Client,
    ) -> Result<Option<String>, StorageError> {
        let mut work = self.foundation.store.begin().await?;
        let started = self.start_in(work.as_mut(), key, new, client).await?;
        if started.is_some() {
            work.commit().await?;
        }
        self.tell_end(new, started.is_some());
        Ok(started.map(|started| started.public_id))
    }

    /// Has an attempt counted that came as far as a session, or nearly.
    pub(crate) fn tell_end(&self, new: &NewSession, began: bool) {
        let end = if began {
            SignInEnd::SignedIn
        } else {
            SignInEnd::Refused
        };
        self.foundation.tally.sign_in_ended(new.method, end);
    }

    /// The same as part of a unit: don't commit when there is `None`.
    pub(crate) async fn start_in(
        &self,
        work: &mut dyn Work,
        key: SessionKeyHash,
        new: &NewSession,
        client: &Client,
    ) -> Result<Option<Started>, StorageError> {
        let (now, random) = (self.foundation.now(), self.foundation.random.as_ref());
        let lifetime = self.lifetimes.of(new.persistent);
        let absolute_until = now.plus(lifetime.absolute);
        let row = SessionRow {
            id: time_ordered_id(now, random).to_string(),
            public_id: URL_SAFE_NO_PAD.encode(random_bytes::<16>(random)),
            key_hash: key,
            account: new.account,
            amr: new.method.amr().to_owned(),
            auth_time: new.auth_time,
            persistent: new.persistent,
            created_at: now,
            last_seen_at: now,
            idle_until: lifetime.idle_until(now, absolute_until),
            absolute_until,
            address: client.address.as_bytes().to_vec(),
            user_agent: client.user_agent.as_str().to_owned(),
            browser: client.browser.map(|browser| browser.as_bytes().to_vec()),
        };
        if let Some(identity) = &new.identity {
            // In the order in which everyone locks.
            work.hold_account(new.account).await?;
            let (issuer, subject) = (&identity.issuer, &identity.subject);
            if !work.use_identity(new.account, issuer, subject, now).await? {
                tracing::info!(
                    account.id = %new.account,
                    "no session began: the identity was disconnected meanwhile"
                );
                return Ok(None);
            }
        }
        let event = Event {
            kind: EventKind::SessionStarted,
            actor: Actor::Account(new.account),
            subject: Some(new.account),
            details: &[
                ("session", row.public_id.as_str()),
                ("amr", row.amr.as_str()),
            ],
            client: Some(client),
            email: None,
        };
        work.append_event(&event.row(&self.foundation)).await?;
        let since = new.password_since;
        // Programs have no browser: their tokens are told of elsewhere.
        let (mut familiarity, mut owner) = (Some(Familiarity::Known), None);
        let stays = !new.leaving && since.is_some();
        let begun = if let Some(browser) = &client.browser {
            familiarity = work.insert_session_of(browser, &row, since).await?;
            familiarity.is_some()
        } else if stays {
            owner = work.insert_session_with_tokens(&row, since).await?;
            owner.is_some()
        } else {
            work.insert_session(&row, since).await?
        };
        if !begun {
            tracing::info!(
                account.id = %new.account,
                "no session began: the account was disabled or deleted, or its password changed, \
                 meanwhile"
            );
            return Ok(None);
        }
        if familiarity == Some(Familiarity::New) {
            new_browser::tell(work, &self.foundation, new.account, client).await?;
        }
        if !stays {
            self.keep_account(work, new.account, client).await?;
        }
        Ok(Some(Started {
            public_id: row.public_id,
            owner,
        }))
    }

    /// Signing in keeps an account whose deletion was asked for; as part of `work`.
    async fn keep_account(
        &self,
        work: &mut dyn Work,
        id: AccountId,
        client: &Client,
    ) -> Result<(), StorageError> {
        let now = self.foundation.now();
        if !work.cancel_deletion(id, now).await? {
            return Ok(());
        }
        let event = Event {
            kind: EventKind::AccountDeletionCancelled,
            actor: Actor::Account(id),
            subject: Some(id),
            details: &[],
            client: Some(client),
            email: None,
        };
        work.append_event(&event.row(&self.foundation)).await?;
        if let Some(account) = work.find_account(id).await? {
            let language = account.language_of_mail(client);
            let message = Message::DeletionCancelled {
                name: account.name,
                done: Circumstances::of(client, now),
            };
            let (foundation, to) = (&self.foundation, &account.email);
            mail::queue_in(language, foundation, work, to, message).await?;
        }
        Ok(())
    }

    /// The live session under a key, noting that it is used. Idle and absolute limits are judged
    /// here, as is whether the account is disabled.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn load(&self, key: &SessionKeyHash) -> Result<Option<LoadedSession>, StorageError> {
        let Some((session, latest)) = self.look(key).await? else {
            return Ok(None);
        };
        let now = self.foundation.now();
        self.last_seen.note(&session.public_id, latest, now);
        Ok(Some(session))
    }

    /// The same for who only looks whether it is still there: that is no use.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn peek(&self, key: &SessionKeyHash) -> Result<Option<LoadedSession>, StorageError> {
        let found = self.look(key).await?;
        Ok(found.map(|(session, _)| session))
    }

    /// A live session, and when it was last used.
    async fn look(
        &self,
        key: &SessionKeyHash,
    ) -> Result<Option<(LoadedSession, Timestamp)>, StorageError> {
        let found = self
            .foundation
            .store
            .read()
            .await?
            .find_session(key)
            .await?;
        let Some((row, owner)) = found else {
            return Ok(None);
        };
        let now = self.foundation.now();
        let latest = self.last_seen.latest(&row.public_id, row.last_seen_at);
        let idle_until = self
            .lifetimes
            .of(row.persistent)
            .idle_until(latest, row.absolute_until);
        if now >= row.absolute_until || now >= idle_until {
            return Ok(None);
        }
        let session = LoadedSession {
            public_id: row.public_id,
            account: row.account,
            amr: row.amr,
            auth_time: row.auth_time,
            persistent: row.persistent,
            absolute_until: row.absolute_until,
            name: owner.name,
            email: owner.email,
            language: owner.language,
            role: owner.role,
        };
        Ok(Some((session, latest)))
    }

    /// Keeps a renewed authentication of a live session. Never brings an ended one back.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn save(
        &self,
        key: &SessionKeyHash,
        amr: &str,
        auth_time: Timestamp,
    ) -> Result<(), StorageError> {
        let found = self
            .foundation
            .store
            .read()
            .await?
            .find_session(key)
            .await?;
        // Nothing new to write, or nothing left to write to.
        let Some(row) = found
            .map(|(row, ..)| row)
            .filter(|row| row.amr != amr || row.auth_time != auth_time)
        else {
            return Ok(());
        };
        let mut work = self.foundation.store.begin().await?;
        if !work.update_session(key, amr, auth_time).await? {
            return Ok(());
        }
        let event = Event {
            kind: EventKind::SessionRenewed,
            actor: Actor::Account(row.account),
            subject: Some(row.account),
            details: &[("session", row.public_id.as_str()), ("amr", amr)],
            client: None,
            email: None,
        };
        work.append_event(&event.row(&self.foundation)).await?;
        work.commit().await
    }

    /// The live sessions of an account, the asking one first, then by last use.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn list(
        &self,
        account: AccountId,
        current: &str,
    ) -> Result<Vec<SessionListing>, StorageError> {
        let now = self.foundation.now();
        let rows = self
            .foundation
            .store
            .read()
            .await?
            .list_sessions(account, now)
            .await?;
        let mut listings: Vec<_> = rows
            .into_iter()
            .map(|row| SessionListing {
                current: row.public_id == current,
                device: Device::of(&row.user_agent),
                created_at: row.created_at,
                last_seen_at: self.last_seen.latest(&row.public_id, row.last_seen_at),
                address: ClientAddress::from_bytes(&row.address),
                public_id: row.public_id,
            })
            .collect();
        listings.sort_by_key(|listing| (!listing.current, std::cmp::Reverse(listing.last_seen_at)));
        Ok(listings)
    }

    /// Signs out: ends the session under a key, if there is one.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn sign_out(&self, key: &SessionKeyHash) -> Result<(), StorageError> {
        let mut work = self.foundation.store.begin().await?;
        if let Some((account, public_id)) = work.delete_session_by_key(key).await? {
            self.write_ended(work.as_mut(), account, &public_id, "signed out", None)
                .await?;
            work.commit().await?;
        }
        Ok(())
    }

    /// Ends one session of an account, effective at its next request.
    /// `false` when the account has none by that name.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn end(
        &self,
        account: AccountId,
        public_id: &str,
        client: &Client,
    ) -> Result<bool, StorageError> {
        let mut work = self.foundation.store.begin().await?;
        if !work.delete_session(account, public_id).await? {
            return Ok(false);
        }
        self.write_ended(
            work.as_mut(),
            account,
            public_id,
            "ended by owner",
            Some(client),
        )
        .await?;
        work.commit().await?;
        Ok(true)
    }

    /// Ends all sessions of an account but the asking one and says how many there were.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn end_others(
        &self,
        account: AccountId,
        current: &str,
        client: &Client,
    ) -> Result<usize, StorageError> {
        let mut work = self.foundation.store.begin().await?;
        let ended = work.delete_sessions_except(account, current).await?;
        for public_id in &ended {
            self.write_ended(
                work.as_mut(),
                account,
                public_id,
                "ended by owner",
                Some(client),
            )
            .await?;
        }
        work.commit().await?;
        Ok(ended.len())
    }

    /// Writes the batch of "last used" notes that waits.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; the notes wait on then.
    pub async fn flush_last_seen(&self) -> Result<(), StorageError> {
        let waiting = self.last_seen.snapshot();
        if waiting.is_empty() {
            self.last_seen.keep_written(waiting);
            return Ok(());
        }
        let mut work = self.foundation.store.begin().await?;
        for (public_id, at) in &waiting {
            let persistent = at.plus(self.lifetimes.persistent.idle);
            let short = at.plus(self.lifetimes.short.idle);
            work.touch_session(public_id, *at, persistent, short)
                .await?;
        }
        work.commit().await?;
        self.last_seen.keep_written(waiting);
        Ok(())
    }

    async fn write_ended(
        &self,
        work: &mut dyn Work,
        account: AccountId,
        public_id: &str,
        reason: &str,
        client: Option<&Client>,
    ) -> Result<(), StorageError> {
        let event = Event {
            kind: EventKind::SessionEnded,
            actor: Actor::Account(account),
            subject: Some(account),
            details: &[("session", public_id), ("reason", reason)],
            client,
            email: None,
        };
        work.append_event(&event.row(&self.foundation)).await?;
        end_with_session(work, &self.foundation, public_id).await
    }
}
