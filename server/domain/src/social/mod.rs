//! Signing in with an identity from elsewhere: GitHub, Google or any OpenID provider.
//!
//! A flow leads to the provider and back, once, in one browser. What comes back is judged by the
//! table in `rules`; linking never happens by e-mail alone: the key is (issuer, subject).

mod arrivals;
mod callback;
mod connections;
mod flows;
mod ports;
mod provider;
mod rules;

pub use arrivals::{ConnectOutcome, Waiting};
pub use callback::{Callback, CallbackOutcome};
pub use connections::{Connected, Connections, DisconnectOutcome};
pub use flows::{Start, Started, Stopped};
pub use ports::{Arrival, Connection, Flow, Identities, IdentityRecord, Intent};
pub use provider::{
    AuthorizationCode, AuthorizationStart, ForeignEmail, ForeignIdentity, Nonce, PkceVerifier,
    Provider, ProviderId, ProviderProblem, State,
};
pub use rules::{Address, Facts, Refusal, Resolution, SignedIn, Wanted, Whose, resolve};

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::{accounts::SignUpPolicy, foundation::Foundation};

/// Who somebody is at which provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundIdentity {
    /// How addresses name the provider.
    pub provider: ProviderId,
    /// Whose word it is.
    pub issuer: String,
    /// Whom it means; with `issuer` the only key.
    pub subject: String,
    /// As whom, in a person's eyes.
    pub label: String,
}

/// The identity that a session begins with: it must be its account's still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityKey {
    /// Whose word it is.
    pub issuer: String,
    /// Whom it means.
    pub subject: String,
}

/// A provider, as pages name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderName {
    /// How addresses name it.
    pub id: ProviderId,
    /// How people call it.
    pub name: String,
}

/// What an operator decides about identities from elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct SocialRules {
    /// Who may sign up.
    pub sign_up: SignUpPolicy,
    /// How many people one network sends to providers within an hour.
    pub starts_per_network: i64,
}

/// Everything about identities from elsewhere that pages may do.
pub struct SocialService {
    foundation: Foundation,
    providers: Vec<Arc<dyn Provider>>,
    rules: SocialRules,
    site: Url,
}

impl SocialService {
    /// A service over `foundation` that asks `providers`, which send people back to below `site`.
    pub fn new(
        foundation: Foundation,
        providers: Vec<Arc<dyn Provider>>,
        rules: SocialRules,
        site: Url,
    ) -> Self {
        Self {
            foundation,
            providers,
            rules,
            site,
        }
    }

    /// The providers, in the order in which people see them.
    pub fn providers(&self) -> Vec<ProviderName> {
        self.providers
            .iter()
            .map(|provider| ProviderName {
                id: provider.id().clone(),
                name: provider.name().to_owned(),
            })
            .collect()
    }

    /// What people call a provider: by its own name where it is no longer configured.
    pub fn name_of(&self, id: &ProviderId) -> String {
        self.find(id.as_str())
            .map_or_else(|| id.to_string(), |provider| provider.name().to_owned())
    }

    fn knows(&self, id: &ProviderId) -> bool {
        self.find(id.as_str()).is_some()
    }

    fn find(&self, id: &str) -> Option<&Arc<dyn Provider>> {
        self.providers
            .iter()
            .find(|provider| provider.id().as_str() == id)
    }
}
