//! How a verifier is put together.

use std::sync::{Arc, RwLock};

use reqwest::Url;
use tokio::{runtime::Handle, sync::watch};

use super::{
    Clock, Following, Shared, SystemClock, Verifier, follower, key_store::KeyStore, web::Web,
};
use crate::{algorithm::Algorithm, revocation::Revocations, rules::Rules};

/// Puts a [`Verifier`] together. Every setting has a sound default.
#[must_use]
pub struct Builder {
    rules: Rules,
    revocations: Revocations,
    clock: Box<dyn Clock>,
    client: Option<reqwest::Client>,
    plain_http: bool,
}

/// Why there can be no verifier.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoVerifier {
    /// The issuer isn't an address, or ends in a slash.
    #[error("the issuer has to be an address without a slash at its end, query or fragment")]
    Issuer,
    /// The issuer would be asked for its keys without TLS.
    #[error("the issuer has to be https, unless it is this very machine")]
    PlainHttp,
    /// Built outside of a tokio runtime: there is nowhere to follow the feed.
    #[error("a verifier has to be built within a tokio runtime")]
    NoRuntime,
    /// TLS can't be had.
    #[error("no TLS for asking the issuer: {0}")]
    Tls(String),
}

impl Builder {
    pub(super) fn new(rules: Rules) -> Self {
        Self {
            rules,
            revocations: Revocations::new(),
            clock: Box::new(SystemClock),
            client: None,
            plain_http: false,
        }
    }

    /// Accepts exactly these algorithms, of tokens and of the feed. `EdDSA` alone by default.
    pub fn algorithms(mut self, list: &[Algorithm]) -> Self {
        self.rules = self.rules.algorithms(list);
        self
    }

    /// By how many seconds clocks may differ: 30 by default, 120 at most.
    pub fn leeway(mut self, seconds: u32) -> Self {
        self.rules = self.rules.leeway(seconds);
        self
    }

    /// How old, in seconds, the copy of the revocations may grow before long-lived tokens are
    /// refused: 60 by default.
    pub fn stale_after(mut self, seconds: u32) -> Self {
        self.revocations = self.revocations.stale_after(seconds);
        self
    }

    /// The longest life, in seconds, of tokens that are accepted while the copy of the revocations
    /// is stale: 600 by default.
    pub fn short_life(mut self, seconds: u32) -> Self {
        self.revocations = self.revocations.short_life(seconds);
        self
    }

    /// Takes the time from there.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Asks by this client: one that trusts a private authority, for example, or uses a proxy. Let
    /// it follow no redirects and have a time-out. By default public authorities are trusted,
    /// redirects and proxies aren't used, and an answer takes 5 seconds at most.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.client = Some(client);
        self
    }

    /// Asks the issuer even where its address is `http` and it isn't this machine. Who stands in
    /// between can then put keys of their own into the set: only for networks that are trusted.
    pub fn allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// The verifier, which follows the feed from now on.
    ///
    /// # Errors
    /// [`NoVerifier`] when the issuer isn't an address that can be asked safely, outside of a tokio
    /// runtime, or without TLS.
    pub fn build(self) -> Result<Verifier, NoVerifier> {
        let issuer = self.rules.issuer();
        self.permit(issuer)?;
        let key_set = format!("{issuer}/.well-known/jwks.json");
        let feed = format!("{issuer}/api/v1/revocations");
        let runtime = Handle::try_current().map_err(|_| NoVerifier::NoRuntime)?;
        let web = Arc::new(match self.client {
            Some(client) => Web::of(client),
            None => Web::new()?,
        });
        let shared = Arc::new(Shared {
            rules: self.rules,
            clock: self.clock,
            keys: KeyStore::new(Arc::clone(&web), key_set),
            web,
            revocations: RwLock::new(self.revocations),
            heard: watch::Sender::new(false),
        });
        let task = runtime.spawn(follower::follow(Arc::clone(&shared), feed));
        Ok(Verifier(Arc::new(Following { shared, task })))
    }

    fn permit(&self, issuer: &str) -> Result<(), NoVerifier> {
        let url = Url::parse(issuer).map_err(|_| NoVerifier::Issuer)?;
        if issuer.ends_with('/') || url.query().is_some() || url.fragment().is_some() {
            return Err(NoVerifier::Issuer);
        }
        let here = url.host_str().is_some_and(|host| {
            ["localhost", "127.0.0.1", "[::1]"].contains(&host) || host.ends_with(".localhost")
        });
        match url.scheme() {
            "https" => Ok(()),
            "http" if here || self.plain_http => Ok(()),
            "http" => Err(NoVerifier::PlainHttp),
            _ => Err(NoVerifier::Issuer),
        }
    }
}
