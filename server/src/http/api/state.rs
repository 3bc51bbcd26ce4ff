//! What the API needs besides the services.

use std::sync::OnceLock;

use app::pages::api_docs::ApiDocs;
use http::HeaderValue;
use tokio::sync::watch;

use super::{cors, limits::Quota, openapi::Ready};
use crate::config;

/// The API's settings and counts.
pub(in crate::http) struct Api {
    /// Whether programs may sign people in with their password.
    pub(super) password_login: bool,
    /// The scope that the feed asks for.
    pub(super) revocations_scope: Option<&'static str>,
    /// The origins whose pages may call.
    pub(in crate::http) cors: Vec<HeaderValue>,
    /// Calls by token.
    pub(super) per_token: Option<Quota>,
    /// Calls by address.
    pub(super) per_address: Option<Quota>,
    /// Changes, or closes, when the server stops.
    pub(in crate::http) ending: watch::Receiver<()>,
    /// The API as it describes itself, once somebody asked.
    pub(super) description: OnceLock<Ready>,
    /// The same for people.
    pub(super) docs: OnceLock<ApiDocs>,
}

impl Api {
    pub(in crate::http) fn new(config: &config::Api, ending: watch::Receiver<()>) -> Self {
        let scope = config.revocations_scope.as_deref();
        let mut known = domain::tokens::OWN_SCOPES.into_iter();
        Self {
            password_login: config.password_login,
            revocations_scope: known.find(|known| Some(*known) == scope),
            cors: cors::origins(&config.cors_origins),
            per_token: Quota::new("default", config.calls_per_token),
            per_address: Quota::new("address", config.calls_per_address),
            ending,
            description: OnceLock::new(),
            docs: OnceLock::new(),
        }
    }
}
