//! Back from the provider.

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    Address, Arrival, AuthorizationCode, Connection, Facts, Flow, ForeignEmail, ForeignIdentity,
    FoundIdentity, IdentityKey, IdentityRecord, Intent, Nonce, Provider, ProviderId,
    ProviderProblem, Refusal, Resolution, SignedIn, SocialService, Stopped, Wanted, Whose,
    flows::stopped, resolve,
};
use crate::{
    accounts::{EmailAddress, fresh_since},
    client::Client,
    clock::Timestamp,
    links::LinkHash,
    random::{random_bytes, time_ordered_id},
    sessions::{AuthenticationMethod, LoadedSession, NewSession},
    store::StorageError,
    watching::SignInEnd,
};

/// How long somebody may take to finish signing up.
const ARRIVAL_LIFETIME: Duration = Duration::from_hours(1);

/// What may come back as `error`: RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6, and what GitHub and
/// Google add to them.
const ERRORS: [&str; 16] = [
    "invalid_request",
    "unauthorized_client",
    "unsupported_response_type",
    "invalid_scope",
    "server_error",
    "temporarily_unavailable",
    "interaction_required",
    "login_required",
    "account_selection_required",
    "consent_required",
    "invalid_request_uri",
    "invalid_request_object",
    "request_not_supported",
    "request_uri_not_supported",
    "registration_not_supported",
    "redirect_uri_mismatch",
];

/// Names an error that is known. Any other is what a stranger wrote.
fn named(error: &str) -> &'static str {
    let known = ERRORS.into_iter().find(|code| *code == error);
    known.unwrap_or("an error of its own")
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

/// Somebody who came back, in the terms of the table.
struct Known {
    facts: Facts,
    record: Option<IdentityRecord>,
    /// Whether mail could be sent to the address that the provider told.
    readable: bool,
}

impl SocialService {
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
        let signs_in = matches!(flow.intent, Intent::SignIn | Intent::SignUp);
        let outcome = self.follow(flow, provider, &back).await?;
        let end = match &outcome {
            CallbackOutcome::Refused { .. } | CallbackOutcome::UnknownFlow => SignInEnd::Refused,
            CallbackOutcome::Denied { .. } => SignInEnd::Denied,
            CallbackOutcome::Stopped(_) => SignInEnd::ProviderFailed,
            // Counted once there is a session, or not over yet.
            _ => return Ok(outcome),
        };
        if signs_in {
            let tally = &self.foundation.tally;
            tally.sign_in_ended(AuthenticationMethod::Provider, end);
        }
        Ok(outcome)
    }

    async fn follow(
        &self,
        flow: Flow,
        provider: &Arc<dyn Provider>,
        back: &Callback<'_>,
    ) -> Result<CallbackOutcome, StorageError> {
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
            (Some(error), _) => return Ok(stopped(ProviderProblem::Nonsense(named(error)))),
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
            Ok(mut identity) => {
                if let Some(email) = &mut identity.email {
                    email.vouched &= EmailAddress::parse(&email.address)
                        .is_ok_and(|read| read.is_as_written(&email.address));
                }
                self.judge(flow, provider, identity, back).await
            }
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
        let known = self.look(&flow, &foreign, back.session).await?;
        let resolution = resolve(known.facts);
        let name = provider.name().to_owned();
        let identity = FoundIdentity {
            provider: provider.id().clone(),
            issuer: foreign.issuer,
            subject: foreign.subject,
            label: foreign.label,
        };
        match (resolution, known.record, back.session) {
            (Resolution::SignIn | Resolution::Confirmed, Some(record), session) => {
                let confirmed = resolution == Resolution::Confirmed;
                let stay = match session.filter(|_| confirmed) {
                    Some(session) => session.persistent,
                    None => flow.stay,
                };
                Ok(CallbackOutcome::SignIn {
                    session: self.session_of(record, identity, foreign.auth_time, stay),
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
                let email = foreign.email.filter(|_| known.readable);
                let person = (foreign.name, email);
                let id = self.keep_waiting(flow, identity, person).await?;
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

    /// What is known of somebody: everything that the table asks for.
    async fn look(
        &self,
        flow: &Flow,
        foreign: &ForeignIdentity,
        session: Option<&LoadedSession>,
    ) -> Result<Known, StorageError> {
        let mut work = self.foundation.store.read().await?;
        let record = work
            .find_identity(&foreign.issuer, &foreign.subject)
            .await?;
        let email = foreign.email.as_ref();
        let parsed = email.and_then(|email| EmailAddress::parse(&email.address).ok());
        let owner = match &parsed {
            Some(email) => {
                work.find_account_by_email(email.lookup_key().as_str())
                    .await?
            }
            None => None,
        };
        let vouched = email.is_some_and(|email| email.vouched);
        let current = session.map(|session| session.account);
        let facts = Facts {
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
            address: match (owner, vouched) {
                (None, _) => Address::Free,
                (Some(_), true) => Address::TakenAndVouched,
                (Some(_), false) => Address::TakenAndClaimed,
            },
            signed_in: match (current, flow.account) {
                (None, _) => SignedIn::Nobody,
                (Some(current), Some(before)) if current != before => SignedIn::SomebodyElse,
                (Some(_), _) => SignedIn::Somebody,
            },
            sign_up: self.rules.sign_up,
        };
        Ok(Known {
            facts,
            record,
            readable: parsed.is_some(),
        })
    }

    fn session_of(
        &self,
        record: IdentityRecord,
        identity: FoundIdentity,
        auth_time: Option<Timestamp>,
        stay: bool,
    ) -> NewSession {
        let now = self.foundation.now();
        NewSession {
            account: record.account,
            method: AuthenticationMethod::Provider,
            // They may have signed in there long ago.
            auth_time: auth_time.map_or(now, |proved| proved.min(now)),
            // Administrators' sessions are always the short ones.
            persistent: stay && !record.privileged,
            password_since: None,
            leaving: record.leaving,
            identity: Some(IdentityKey {
                issuer: identity.issuer,
                subject: identity.subject,
            }),
        }
    }

    /// Has somebody whom no account knows wait at the door, and gives the name of what waits.
    async fn keep_waiting(
        &self,
        flow: Flow,
        identity: FoundIdentity,
        (name, email): (Option<String>, Option<ForeignEmail>),
    ) -> Result<String, StorageError> {
        let now = self.foundation.now();
        let random = self.foundation.random.as_ref();
        let arrival = Arrival {
            id: URL_SAFE_NO_PAD.encode(random_bytes::<16>(random)),
            browser: flow.browser,
            identity,
            name,
            vouched: email.as_ref().is_some_and(|email| email.vouched),
            email: email.map(|email| email.address),
            stay: flow.stay,
            next: flow.next,
            created_at: now,
            expires_at: now.plus(ARRIVAL_LIFETIME),
        };
        let mut work = self.foundation.store.begin().await?;
        work.insert_arrival(&arrival).await?;
        work.commit().await?;
        Ok(arrival.id)
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
        let since = fresh_since(flow.created_at);
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_errors_are_named() {
        for code in ERRORS {
            assert_eq!(named(code), code);
        }
        for own in [
            "",
            "Server_Error",
            "server_error\nERROR all is lost",
            "call 555-0100",
        ] {
            assert_eq!(named(own), "an error of its own");
        }
    }
}
