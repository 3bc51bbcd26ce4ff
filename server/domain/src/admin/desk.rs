//! Who may do what.

use std::{ops::Deref, sync::Arc};

use crate::{
    accounts::{AccountId, AccountsService, Role},
    audit::By,
    client::Client,
    clients::ClientsService,
    foundation::Foundation,
    keys::signing::KeysService,
    sessions::LoadedSession,
    tokens::Caller,
};

/// What every desk stands on.
pub(super) struct Shared {
    pub(super) foundation: Foundation,
    pub(super) accounts: Arc<AccountsService>,
    pub(super) keys: KeysService,
    pub(super) clients: Arc<ClientsService>,
}

/// Gives people the desk of their role.
pub struct AdminService {
    shared: Arc<Shared>,
}

/// Sees people, sessions, tokens and the audit trail, and ends sessions.
#[derive(Clone)]
pub struct SupportDesk {
    pub(super) shared: Arc<Shared>,
    pub(super) account: AccountId,
    pub(super) client: Client,
}

/// Does everything; sees what support sees.
#[derive(Clone)]
pub struct AdminDesk(SupportDesk);

/// The desk of somebody with a role.
#[derive(Clone)]
pub enum Desk {
    /// Of [`Role::Support`].
    Support(SupportDesk),
    /// Of [`Role::Admin`].
    Admin(AdminDesk),
}

impl AdminService {
    /// Desks over `foundation`.
    pub fn new(
        foundation: Foundation,
        accounts: Arc<AccountsService>,
        keys: KeysService,
        clients: Arc<ClientsService>,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                foundation,
                accounts,
                keys,
                clients,
            }),
        }
    }

    /// The desk of whoever asks from `client` in a session; `None` when they have no role. A session is
    /// loaded for each request, so a role that was taken away counts no more.
    pub fn desk(&self, session: &LoadedSession, client: &Client) -> Option<Desk> {
        Some(self.desk_of(session.account, session.role?, client))
    }

    /// The same for whoever calls with a token; support calls nothing.
    pub fn desk_of_caller(&self, caller: &Caller, client: &Client) -> Option<AdminDesk> {
        if !caller.person.admin {
            return None;
        }
        Some(AdminDesk(self.support(caller.person.account, client)))
    }

    fn desk_of(&self, account: AccountId, role: Role, client: &Client) -> Desk {
        let desk = self.support(account, client);
        match role {
            Role::Support => Desk::Support(desk),
            Role::Admin => Desk::Admin(AdminDesk(desk)),
        }
    }

    fn support(&self, account: AccountId, client: &Client) -> SupportDesk {
        SupportDesk {
            shared: Arc::clone(&self.shared),
            account,
            client: client.clone(),
        }
    }
}

impl SupportDesk {
    /// Whoever sits at it.
    pub const fn account(&self) -> AccountId {
        self.account
    }

    pub(super) const fn by(&self) -> By<'_> {
        By::owner(self.account, &self.client)
    }
}

impl Deref for AdminDesk {
    type Target = SupportDesk;

    fn deref(&self) -> &SupportDesk {
        &self.0
    }
}

impl Deref for Desk {
    type Target = SupportDesk;

    fn deref(&self) -> &SupportDesk {
        match self {
            Self::Support(desk) => desk,
            Self::Admin(desk) => desk,
        }
    }
}

impl Desk {
    /// The administrator's desk, if it is one.
    pub const fn admin(&self) -> Option<&AdminDesk> {
        match self {
            Self::Support(_) => None,
            Self::Admin(desk) => Some(desk),
        }
    }
}
