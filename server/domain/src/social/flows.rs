//! To the provider and back.

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use url::Url;

use super::{
    Address, Arrival, AuthorizationCode, AuthorizationStart, Connection, Facts, Flow,
    ForeignIdentity, FoundIdentity, IdentityKey, Intent, Nonce, PkceVerifier, Provider, ProviderId,
    ProviderProblem, Refusal, Resolution, SignedIn, SocialService, State, Wanted, Whose, resolve,
};
use crate::{
    accounts::{EmailAddress, is_fresh},
    client::Client,
    keys::Purpose,
    links::{LinkHash, LinkToken},
    local_path::LocalPath,
    random::{random_bytes, time_ordered_id},
    sessions::{AuthenticationMethod, LoadedSession, NewSession},
    store::StorageError,
};

/// How long somebody may take at the provider.
const FLOW_LIFETIME: Duration = Duration::from_mins(10);
/// How long somebody may take to finish signing up.
const ARRIVAL_LIFETIME: Duration = Duration::from_hours(1);
/// How many people one network sends to providers within an hour.
const STARTS_OF_A_NETWORK: i64 = 300;

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

/// A browser that came back.
pub struct Callback<'a> {
    /// As the address names it.
    pub provider: &'a str,
    /// `state`, as it came.
    pub state: &'a str,
    /// `code`, as it came.
    pub code: Option<&'a str>,
    /// `error`, as it came (RFC 6749 §4.1.2.1).
    pub error: Option<&'a str>,
    /// `iss`, as it came (RFC 9207).
    pub iss: Option<&'a str>,
    /// The session that comes back, if there is one.
    pub session: Option<&'a LoadedSession>,
    /// Who comes back.
    pub client: &'a Client,
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

/// What came of coming back.
#[derive(Debug, PartialEq, Eq)]
pub enum CallbackOutcome {
    /// Start this session. It also serves who proved again who they are.
    SignIn {
        /// Not there yet.
        session: NewSession,
        /// Where to go.
        next: Option<String>,
        /// Its account was to be deleted; the session's beginning keeps it.
        kept: bool,
        /// What is to be connected once the session is there.
        arrival: Option<String>,
    },
    /// The identity is connected to the account that is signed in, now or since long.
    Connected {
        /// At which provider.
        provider: ProviderId,
        /// It was before.
        already: bool,
    },
    /// "Finish signing up" with this arrival.
    Finish(String),
    /// "You already have an account: sign in to connect it", with this arrival.
    Connect(String),
    /// Nothing, for a reason.
    Refused {
        /// Why.
        why: Refusal,
        /// How people call the provider.
        provider: String,
    },
    /// The person said no at the provider.
    Denied {
        /// At which provider.
        provider: ProviderId,
        /// What they had wanted.
        intent: Intent,
        /// Where they were to go.
        next: Option<String>,
    },
    /// The provider doesn't play along.
    Stopped(Stopped),
    /// No flow of this browser: over, used, or begun elsewhere.
    UnknownFlow,
    /// There is no such provider.
    UnknownProvider,
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
            .keys
            .mac(Purpose::Throttle, "social start", &network);
        let hour = now.plus(Duration::from_hours(1));
        let counted = work.count_failure(&key, now, hour).await?;
        if counted.failures > STARTS_OF_A_NETWORK {
            return Ok(Started::TooMany {
                retry_after_seconds: crate::throttle::seconds_until(counted.expires_at, now),
            });
        }
        work.insert_flow(&flow).await?;
        work.commit().await?;
        Ok(Started::Go(url))
    }

    /// Takes somebody back from a provider.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; the flow may be gone then.
    pub async fn come_back(&self, back: Callback<'_>) -> Result<CallbackOutcome, StorageError> {
        let Some(provider) = self.find(back.provider) else {
            return Ok(CallbackOutcome::UnknownProvider);
        };
        let Some(flow) = self.take(provider.id(), &back).await? else {
            return Ok(CallbackOutcome::UnknownFlow);
        };
        let stopped = |problem| {
            let next = flow.next.clone();
            CallbackOutcome::Stopped(stopped(provider, flow.intent, next, problem))
        };
        if let Err(problem) = provider.check_callback_issuer(back.iss).await {
            return Ok(stopped(problem));
        }
        let code = match (back.error, back.code) {
            (Some("access_denied"), _) => {
                return Ok(CallbackOutcome::Denied {
                    provider: provider.id().clone(),
                    intent: flow.intent,
                    next: flow.next,
                });
            }
            (Some(_), _) => return Ok(stopped(ProviderProblem::Nonsense("an error came back"))),
            (None, None) => return Ok(stopped(ProviderProblem::Nonsense("no code came back"))),
            (None, Some(code)) => AuthorizationCode::new(code.to_owned()),
        };
        let Some(verifier) = self.open(&flow) else {
            return Ok(CallbackOutcome::UnknownFlow);
        };
        let redirect = self.callback_of(provider.id());
        let nonce = Nonce::new(flow.nonce.clone());
        let fresh = flow.intent == Intent::Confirm;
        let found = provider
            .identify(code, &redirect, &verifier, &nonce, fresh)
            .await;
        match found {
            Ok(identity) => self.judge(flow, provider, identity, &back).await,
            Err(problem) => Ok(stopped(problem)),
        }
    }

    async fn take(
        &self,
        provider: &ProviderId,
        back: &Callback<'_>,
    ) -> Result<Option<Flow>, StorageError> {
        let (Some(hash), Some(browser)) = (LinkHash::of_typed(back.state), back.client.browser)
        else {
            return Ok(None);
        };
        let mut work = self.foundation.store.begin().await?;
        let flow = work.take_flow(&hash, provider, &browser).await?;
        work.commit().await?;
        let now = self.foundation.now();
        Ok(flow.filter(|flow| now < flow.expires_at))
    }

    async fn judge(
        &self,
        flow: Flow,
        provider: &Arc<dyn Provider>,
        foreign: ForeignIdentity,
        back: &Callback<'_>,
    ) -> Result<CallbackOutcome, StorageError> {
        let mut work = self.foundation.store.read().await?;
        let record = work
            .find_identity(&foreign.issuer, &foreign.subject)
            .await?;
        let email = foreign
            .email
            .as_ref()
            .and_then(|email| Some((EmailAddress::parse(&email.address).ok()?, email.vouched)));
        let address = match &email {
            None => Address::Free,
            Some((email, vouched)) => {
                let key = email.lookup_key().as_str();
                match (work.find_account_by_email(key).await?, vouched) {
                    (None, _) => Address::Free,
                    (Some(_), true) => Address::TakenAndVouched,
                    (Some(_), false) => Address::TakenAndClaimed,
                }
            }
        };
        drop(work);
        let current = back.session.map(|session| session.account);
        let resolution = resolve(Facts {
            wanted: match flow.intent {
                Intent::SignIn | Intent::SignUp => Wanted::SignIn,
                Intent::Connect => Wanted::Connect,
                Intent::Confirm => Wanted::Confirm,
            },
            whose: match record {
                None => Whose::Nobodys,
                Some(record) if record.disabled => Whose::Disabled,
                Some(record) if current.is_none_or(|current| current == record.account) => {
                    Whose::Known
                }
                Some(_) => Whose::Anothers,
            },
            address,
            signed_in: match (current, flow.account) {
                (None, _) => SignedIn::Nobody,
                (Some(current), Some(before)) if current != before => SignedIn::SomebodyElse,
                (Some(_), _) => SignedIn::Somebody,
            },
            sign_up: self.sign_up,
        });
        let name = provider.name().to_owned();
        let identity = FoundIdentity {
            provider: provider.id().clone(),
            issuer: foreign.issuer,
            subject: foreign.subject,
            label: foreign.label,
        };
        match (resolution, record, back.session) {
            (Resolution::SignIn | Resolution::Confirmed, Some(record), session) => {
                let confirmed = resolution == Resolution::Confirmed;
                let stay = match session.filter(|_| confirmed) {
                    Some(session) => session.persistent,
                    None => flow.stay,
                };
                Ok(CallbackOutcome::SignIn {
                    session: NewSession {
                        account: record.account,
                        method: AuthenticationMethod::Provider,
                        auth_time: self.foundation.now(),
                        // Administrators' sessions are always the short ones.
                        persistent: stay && !record.privileged,
                        password_since: None,
                        leaving: record.leaving,
                        identity: Some(IdentityKey {
                            issuer: identity.issuer,
                            subject: identity.subject,
                        }),
                    },
                    next: flow.next,
                    kept: record.leaving,
                    arrival: flow.arrival,
                })
            }
            (Resolution::LinkTo, _, Some(session)) => {
                self.link(&flow, identity, session, back.client).await
            }
            (Resolution::AlreadyLinked, ..) => Ok(CallbackOutcome::Connected {
                provider: identity.provider,
                already: true,
            }),
            (Resolution::OfferRegistration | Resolution::OfferConnection, ..) => {
                let id =
                    URL_SAFE_NO_PAD.encode(random_bytes::<16>(self.foundation.random.as_ref()));
                let now = self.foundation.now();
                let offered = foreign.email;
                let arrival = Arrival {
                    id: id.clone(),
                    browser: flow.browser,
                    identity,
                    name: foreign.name,
                    vouched: email.as_ref().is_some_and(|(_, vouched)| *vouched),
                    email: email.and(offered).map(|email| email.address),
                    stay: flow.stay,
                    next: flow.next,
                    created_at: now,
                    expires_at: now.plus(ARRIVAL_LIFETIME),
                };
                let mut work = self.foundation.store.begin().await?;
                work.insert_arrival(&arrival).await?;
                work.commit().await?;
                Ok(if resolution == Resolution::OfferRegistration {
                    CallbackOutcome::Finish(id)
                } else {
                    CallbackOutcome::Connect(id)
                })
            }
            (Resolution::Refuse(why), ..) => Ok(CallbackOutcome::Refused {
                why,
                provider: name,
            }),
            // The table answers so only with a record, or with a session.
            (Resolution::SignIn | Resolution::Confirmed | Resolution::LinkTo, ..) => {
                Ok(CallbackOutcome::UnknownFlow)
            }
        }
    }

    async fn link(
        &self,
        flow: &Flow,
        identity: FoundIdentity,
        session: &LoadedSession,
        client: &Client,
    ) -> Result<CallbackOutcome, StorageError> {
        let provider = self.name_of(&identity.provider);
        let refused = |why, provider| CallbackOutcome::Refused { why, provider };
        let now = self.foundation.now();
        let mut work = self.foundation.store.begin().await?;
        work.hold_account(session.account).await?;
        // Who was fresh when they went is fresh when they come back.
        let since = flow.created_at.minus(crate::accounts::FRESH);
        let (account, id) = (session.account, &session.public_id);
        if !work.hold_session(account, id, since).await? {
            return Ok(refused(Refusal::SignedOut, provider));
        }
        let connection = Connection {
            id: time_ordered_id(now, self.foundation.random.as_ref()).to_string(),
            account,
            identity,
            created_at: now,
            last_used_at: None,
        };
        match self
            .connect(work.as_mut(), &connection, &provider, client)
            .await
        {
            Ok(()) => {}
            Err(StorageError::Taken) => {
                return Ok(refused(Refusal::LinkedElsewhere, provider));
            }
            Err(error) => return Err(error),
        }
        work.commit().await?;
        Ok(CallbackOutcome::Connected {
            provider: connection.identity.provider,
            already: false,
        })
    }

    fn callback_of(&self, provider: &ProviderId) -> Url {
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
    fn open(&self, flow: &Flow) -> Option<PkceVerifier> {
        let owner = URL_SAFE_NO_PAD.encode(flow.state_hash.as_bytes());
        let opened = self
            .foundation
            .keys
            .open(Purpose::Flow, &owner, &flow.verifier);
        let text = String::from_utf8(opened.ok()?.to_vec()).ok()?;
        Some(PkceVerifier::new(text))
    }
}

fn stopped(
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
