//! OAuth clients (RFC 6749 section 2): programs that sign people in here, or act for themselves.

mod assertion;
mod authenticate;
mod keys;
mod manage;
mod ports;
mod redirect_uri;
mod register;
mod seen;

use std::sync::Arc;

use seen::Seen;

use crate::{
    accounts::AccountId, clock::Timestamp, foundation::Foundation, keys::signing::KeysService,
    tokens::Apis,
};

pub use authenticate::{ClientCredentials, ClientRefused};
pub use keys::{ClientKeys, JwksSource, NoKeys};
pub use manage::{MOST_SECRETS, SecretOutcome};
pub use ports::{ClientSecretRow, Clients};
pub use redirect_uri::RedirectUriProblem;
pub(crate) use redirect_uri::is_registered;
pub use register::{ClientProblem, CreatedClient, MOST_CLIENTS, NewClient, RegisterOutcome};

macro_rules! words {
    ($(#[$doc:meta])* $type:ident { $($(#[$of:meta])* $name:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $type {
            $($(#[$of])* $name,)*
        }

        impl $type {
            /// Every one there is.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word for it, at rest and on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// From the word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    };
}

words! {
    /// How a client proves who it is (OpenID Connect Core section 9).
    Authentication {
        /// It doesn't: it runs where everybody can look into it. PKCE binds its codes to it.
        None = "none",
        /// By a secret, in the header or the body (`client_secret_basic`, `client_secret_post`).
        Secret = "client_secret",
        /// By a JWT that it signs (RFC 7523 section 2.2).
        PrivateKeyJwt = "private_key_jwt",
    }
}

words! {
    /// What a client may ask for tokens with (RFC 6749 section 1.3).
    GrantType {
        /// A code that a person's browser brought.
        AuthorizationCode = "authorization_code",
        /// A refresh token.
        RefreshToken = "refresh_token",
        /// Nothing but who it is: it acts for itself.
        ClientCredentials = "client_credentials",
    }
}

/// A client at rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredClient {
    /// `client_id`: 128 random bits.
    pub id: String,
    /// What people are shown.
    pub name: String,
    /// Whose it is; administrators' if nobody's.
    pub owner: Option<AccountId>,
    /// How it proves who it is.
    pub authentication: Authentication,
    /// Where browsers may be sent back to, compared letter for letter.
    pub redirect_uris: Vec<String>,
    /// What it may ask for tokens with.
    pub grants: Vec<GrantType>,
    /// What it may ask for at most.
    pub scopes: Vec<String>,
    /// Whether it knows people by names that no other client knows (OpenID Connect Core section 8.1).
    pub pairwise: bool,
    /// Whether people aren't asked before it has what it asks for.
    pub first_party: bool,
    /// Whether its codes are worth nothing without PKCE (RFC 7636).
    pub require_pkce: bool,
    /// Where the keys are that it signs with.
    pub keys: Option<JwksSource>,
    /// Its own page.
    pub home_uri: Option<String>,
    /// What it does with what it learns.
    pub policy_uri: Option<String>,
    /// When it was registered.
    pub created_at: Timestamp,
}

impl RegisteredClient {
    /// Whether it may ask for tokens with this.
    pub fn may_use(&self, grant: GrantType) -> bool {
        self.grants.contains(&grant)
    }

    /// Whether it proves who it is (RFC 6749 section 2.1).
    pub fn is_confidential(&self) -> bool {
        self.authentication != Authentication::None
    }

    /// What pairwise names are made for: the host of its redirect URIs (OpenID Connect Core section
    /// 8.1), which is one.
    pub fn sector(&self) -> String {
        let first = self.redirect_uris.first().map(String::as_str);
        redirect_uri::host_of(first.unwrap_or_default()).unwrap_or_else(|| self.id.clone())
    }
}

/// Everything that is done with clients.
pub struct ClientsService {
    foundation: Foundation,
    apis: Arc<Apis>,
    keys: Arc<dyn ClientKeys>,
    signing: KeysService,
    seen: Seen,
}

impl ClientsService {
    /// A service over `foundation`, for clients of `apis`; `keys` fetches theirs, and `signing` has
    /// keys for what they are given.
    pub fn new(
        foundation: Foundation,
        apis: Arc<Apis>,
        keys: Arc<dyn ClientKeys>,
        signing: KeysService,
    ) -> Self {
        Self {
            foundation,
            apis,
            keys,
            signing,
            seen: Seen::default(),
        }
    }
}
