//! To the provider.

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use url::Url;

use super::{
    AuthorizationStart, Flow, Intent, Nonce, PkceVerifier, Provider, ProviderId, ProviderProblem,
    SocialService, State,
};
use crate::{
    accounts::is_fresh,
    client::Client,
    keys::Purpose,
    links::{LinkHash, LinkToken},
    local_path::LocalPath,
    random::random_bytes,
    sessions::LoadedSession,
    store::StorageError,
};

/// How long somebody may take at the provider.
const FLOW_LIFETIME: Duration = Duration::from_mins(10);

/// A pressed "Sign in with …" button.
pub struct Start<'a> {
    /// As the address names it.
    pub provider: &'a str,
    /// What for.
    pub intent: Intent,
    /// Where to go afterwards.
    pub next: Option<&'a LocalPath>,
    /// Whether "Stay signed in" was ticked.
    pub stay: bool,
    /// The arrival that is to be connected once this signs somebody in.
    pub arrival: Option<&'a str>,
    /// The session that asks, if there is one.
    pub session: Option<&'a LoadedSession>,
    /// Who asks.
    pub client: &'a Client,
}

/// What came of it.
#[derive(Debug)]
pub enum Started {
    /// Send the browser there.
    Go(Url),
    /// There is no such provider.
    UnknownProvider,
    /// The intent needs somebody who is signed in.
    SignedOut,
    /// Connecting needs somebody who proved a moment ago who they are.
    NotFresh,
    /// Too many were sent from this network within the hour.
    TooMany {
        /// When to try again; at least 1.
        retry_after_seconds: u32,
    },
    /// The provider doesn't play along.
    Stopped(Stopped),
}

/// Nothing came of it, and at which provider.
#[derive(Debug, PartialEq, Eq)]
pub struct Stopped {
    /// How people call it.
    pub provider: String,
    /// What was wanted.
    pub intent: Intent,
    /// Where the person was to go.
    pub next: Option<String>,
    /// Why.
    pub problem: ProviderProblem,
}

impl SocialService {
    /// Sends somebody to a provider.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nobody is sent then.
    pub async fn start(&self, start: Start<'_>) -> Result<Started, StorageError> {
        let Some(provider) = self.find(start.provider) else {
            return Ok(Started::UnknownProvider);
        };
        let now = self.foundation.now();
        let account = match (start.intent, start.session) {
            (Intent::SignIn | Intent::SignUp, _) => None,
            (Intent::Connect | Intent::Confirm, None) => return Ok(Started::SignedOut),
            (Intent::Connect, Some(session)) if !is_fresh(session.auth_time, now) => {
                return Ok(Started::NotFresh);
            }
            (Intent::Connect | Intent::Confirm, Some(session)) => Some(session.account),
        };
        let Some(browser) = start.client.browser else {
            return Ok(Started::UnknownProvider);
        };
        let random = self.foundation.random.as_ref();
        let state = LinkToken::generate(random);
        let secret = || URL_SAFE_NO_PAD.encode(random_bytes::<32>(random));
        let (nonce, verifier) = (Nonce::new(secret()), PkceVerifier::new(secret()));
        let redirect = self.callback_of(provider.id());
        // Asked before anything is kept: a dead provider costs no row.
        let asked = provider
            .authorization_url(AuthorizationStart {
                redirect_uri: &redirect,
                state: &State::new(state.as_str().to_owned()),
                nonce: &nonce,
                verifier: &verifier,
                fresh: start.intent == Intent::Confirm,
            })
            .await;
        let next = start.next.map(|next| next.as_str().to_owned());
        let url = match asked {
            Ok(url) => url,
            Err(problem) => {
                let intent = start.intent;
                return Ok(Started::Stopped(stopped(provider, intent, next, problem)));
            }
        };
        let hash = state.hash();
        let flow = Flow {
            verifier: self.seal(&hash, &verifier)?,
            state_hash: hash,
            provider: provider.id().clone(),
            intent: start.intent,
            nonce: nonce.expose().to_owned(),
            next,
            browser,
            account,
            stay: start.stay,
            arrival: start.arrival.map(str::to_owned),
            created_at: now,
            expires_at: now.plus(FLOW_LIFETIME),
        };
        let mut work = self.foundation.store.begin().await?;
        let network = start.client.address.network();
        let key = self
            .foundation
            .names
            .mac(Purpose::Throttle, "social start", &network);
        let hour = now.plus(Duration::from_hours(1));
        let counted = work.count_failure(&key, now, hour).await?;
        if counted.failures > self.rules.starts_per_network {
            return Ok(Started::TooMany {
                retry_after_seconds: crate::throttle::seconds_until(counted.expires_at, now),
            });
        }
        work.insert_flow(&flow).await?;
        work.commit().await?;
        Ok(Started::Go(url))
    }

    pub(super) fn callback_of(&self, provider: &ProviderId) -> Url {
        let mut url = self.site.clone();
        url.set_path(&format!("/auth/{provider}/callback"));
        url
    }

    fn seal(&self, owner: &LinkHash, verifier: &PkceVerifier) -> Result<Vec<u8>, StorageError> {
        let (keys, random) = (&self.foundation.keys, self.foundation.random.as_ref());
        keys.seal(
            Purpose::Flow,
            &URL_SAFE_NO_PAD.encode(owner.as_bytes()),
            verifier.expose().as_bytes(),
            random,
        )
        .map_err(|error| StorageError::Database(Box::new(error)))
    }

    /// `None` under a master key that is gone: then it can't be continued.
    pub(super) fn open(&self, flow: &Flow) -> Option<PkceVerifier> {
        let owner = URL_SAFE_NO_PAD.encode(flow.state_hash.as_bytes());
        let opened = self
            .foundation
            .keys
            .open(Purpose::Flow, &owner, &flow.verifier);
        let text = String::from_utf8(opened.ok()?.to_vec()).ok()?;
        Some(PkceVerifier::new(text))
    }
}

pub(super) fn stopped(
    provider: &Arc<dyn Provider>,
    intent: Intent,
    next: Option<String>,
    problem: ProviderProblem,
) -> Stopped {
    tracing::warn!(provider = %provider.id(), %problem, "a provider doesn't play along");
    Stopped {
        provider: provider.name().to_owned(),
        intent,
        next,
        problem,
    }
}
