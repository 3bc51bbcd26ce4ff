//! What every handler may need.

use std::sync::Arc;

use app::{
    context::{Services, Site},
    shell::BundleHead,
};
use storage::Database;

use super::{
    api::Api,
    oauth::{Metadata, ReadyJwks},
    places::Places,
};
use crate::metrics::Metrics;

/// Shared by all requests; cheap to clone.
#[derive(Clone)]
pub(crate) struct AppState(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) services: Arc<Services>,
    pub(crate) site: Arc<Site>,
    pub(crate) database: Arc<Database>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) bundle: BundleHead,
    /// Whether mail leaves, in words.
    pub(crate) mail: &'static str,
    pub(crate) door: Door,
    /// What the API needs besides.
    pub(super) api: Api,
    /// Places for those who follow events.
    pub(super) streams: Places,
    /// The key set, ready to be sent.
    pub(super) jwks: ReadyJwks,
    /// What there is for OAuth clients, ready to be sent.
    pub(super) metadata: Metadata,
}

/// What stands before every request, from the configuration.
pub(crate) struct Door {
    /// The only `Host` that is answered.
    pub(crate) host: String,
    /// The only `Origin` whose forms are taken.
    pub(crate) origin: String,
    /// Whether browsers reach us over HTTPS.
    pub(crate) https: bool,
    /// Largest request body, in bytes.
    pub(crate) body_bytes: usize,
    /// How long a request may take.
    pub(crate) request_time: std::time::Duration,
    /// Whether metrics are told here, to callers on this machine.
    pub(crate) metrics_here: bool,
    /// How many reverse proxies stand in front.
    pub(crate) proxy_hops: usize,
}

impl AppState {
    pub(crate) fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }
}

impl std::ops::Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
