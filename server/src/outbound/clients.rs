//! The keys of clients that sign, where they say that these are.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use domain::{
    clients::{ClientKeys, NoKeys},
    clock::{Clock, Timestamp},
    foundation::Foundation,
};
use tokio::sync::Mutex;
use url::Url;

use super::social::Web;
use crate::config::Config;

/// How long a key set is kept.
const KEPT: Duration = Duration::from_mins(5);
/// How long it takes at least until one is fetched once more: whoever signs with unknown keys would have
/// us ask all day.
const FLOOR: Duration = Duration::from_secs(30);
/// Most key sets that are kept.
const CAPACITY: usize = 1000;

/// Fetches key sets, and keeps each for a few minutes.
pub(crate) struct FetchedKeys {
    private: bool,
    timeout: Duration,
    clock: Arc<dyn Clock>,
    /// Made when it is needed first: most servers never do.
    web: OnceLock<Option<Web>>,
    kept: Mutex<HashMap<String, (Timestamp, Option<String>)>>,
}

impl FetchedKeys {
    /// Asks as providers are asked.
    pub(crate) fn new(config: &Config, foundation: &Foundation) -> Self {
        Self {
            private: config.social.allow_private_addresses,
            timeout: config.social.timeout,
            clock: Arc::clone(&foundation.clock),
            web: OnceLock::new(),
            kept: Mutex::default(),
        }
    }

    fn web(&self) -> Option<&Web> {
        let make = || match Web::new(self.private, self.timeout) {
            Ok(web) => Some(web),
            Err(error) => {
                tracing::error!(%error, "keys of clients can't be fetched");
                None
            }
        };
        self.web.get_or_init(make).as_ref()
    }

    async fn ask(&self, uri: &str) -> Option<String> {
        let url = Url::parse(uri).ok()?;
        match self.web()?.get_text(&url).await {
            Ok(text) => Some(text),
            Err(problem) => {
                tracing::warn!(%problem, host = url.host_str(), "the keys of a client can't be fetched");
                None
            }
        }
    }
}

#[async_trait]
impl ClientKeys for FetchedKeys {
    async fn fetch(&self, uri: &str, anew: bool) -> Result<String, NoKeys> {
        let now = self.clock.now();
        let lifetime = if anew { FLOOR } else { KEPT };
        let known = self.kept.lock().await.get(uri).cloned();
        if let Some((at, text)) = known
            && at <= now
            && now.since(at) < if text.is_some() { lifetime } else { FLOOR }
        {
            return text.ok_or(NoKeys);
        }
        let text = self.ask(uri).await;
        let mut kept = self.kept.lock().await;
        if kept.len() >= CAPACITY {
            kept.clear();
        }
        kept.insert(uri.to_owned(), (now, text.clone()));
        text.ok_or(NoKeys)
    }
}
