//! From a request that makes sense to a code, or to whoever has to be asked something first (OpenID
//! Connect Core sections 3.1.2.3 and 3.1.2.4).

use url::form_urlencoded::byte_serialize;

use super::{
    AuthorizationRequest, CodeRow, ConsentRow, Denied, ErrorCode, OAuthService, Redirect, code,
    scopes::is_openid_scope, subject::subject_for,
};
use crate::{
    accounts::{AccountId, own_event},
    audit::EventKind,
    client::Client,
    clock::Timestamp,
    sessions::LoadedSession,
    store::{StorageError, Work},
};

/// What a client is told, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Where it goes, and how.
    pub redirect: Redirect,
    /// What it says: `iss` of RFC 9207 is always in it.
    pub params: Vec<(&'static str, String)>,
}

impl Answer {
    /// The address to send a browser to, where the answer goes in the query.
    pub fn location(&self) -> String {
        let mut location = self.redirect.uri.clone();
        let mut separator = if location.contains('?') { '&' } else { '?' };
        for (name, value) in &self.params {
            location.push(separator);
            location.push_str(name);
            location.push('=');
            location.extend(byte_serialize(value.as_bytes()));
            separator = '&';
        }
        location
    }
}

/// What somebody is asked to let a client have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Scopes, those of OpenID Connect first.
    pub scopes: Vec<String>,
    /// Claims that were asked for one by one, each once.
    pub claims: Vec<String>,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Somebody has to sign in.
    SignIn,
    /// Whoever is signed in has to prove it again.
    Prove,
    /// They have to say who they want to be.
    Choose,
    /// They have to be asked.
    Ask(Asked),
    /// The client has its answer.
    Send(Answer),
}

impl OAuthService {
    /// What a client is told instead of a code.
    pub fn denied(&self, redirect: Redirect, denied: Denied) -> Answer {
        let params = vec![
            ("error", denied.code.as_str().to_owned()),
            ("error_description", denied.description.to_owned()),
        ];
        self.answer(redirect, params)
    }

    fn answer(&self, redirect: Redirect, mut params: Vec<(&'static str, String)>) -> Answer {
        if let Some(state) = &redirect.state {
            params.push(("state", state.clone()));
        }
        params.push(("iss", self.foundation.issuer.to_string()));
        Answer { redirect, params }
    }

    /// What comes next for whoever is signed in. `since`: what was proved at that time or later counts
    /// as proved for this request. `chosen`: they said who they want to be.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn next(
        &self,
        request: &AuthorizationRequest,
        session: Option<&LoadedSession>,
        (since, chosen): (Option<Timestamp>, bool),
        client: &Client,
    ) -> Result<Step, StorageError> {
        let deny = |code, description| {
            let denied = Denied { code, description };
            Ok(Step::Send(self.denied(request.redirect.clone(), denied)))
        };
        if request.claims.unmet {
            let description = "Nobody can prove who they are in the way that acr asks for.";
            return deny(ErrorCode::UnmetAuthenticationRequirements, description);
        }
        let Some(session) = session else {
            if request.silent {
                return deny(ErrorCode::LoginRequired, "Nobody is signed in.");
            }
            return Ok(Step::SignIn);
        };
        if request.choose && !chosen {
            return Ok(Step::Choose);
        }
        if !self.is_meant(request, session).await? {
            if request.silent || chosen {
                return deny(ErrorCode::LoginRequired, "Somebody else is signed in.");
            }
            return Ok(Step::Choose);
        }
        if self.has_to_prove(request, session, since) {
            if request.silent {
                return deny(
                    ErrorCode::LoginRequired,
                    "It is too long ago that they signed in.",
                );
            }
            return Ok(Step::Prove);
        }
        let mut work = self.foundation.store.read().await?;
        let asked = self.to_ask(work.as_mut(), request, session).await?;
        drop(work);
        match asked {
            None => Ok(Step::Send(
                self.give(request, session, client, false).await?,
            )),
            Some(_) if request.silent => {
                deny(ErrorCode::ConsentRequired, "They have to be asked first.")
            }
            Some(asked) => Ok(Step::Ask(asked)),
        }
    }

    fn has_to_prove(
        &self,
        request: &AuthorizationRequest,
        session: &LoadedSession,
        since: Option<Timestamp>,
    ) -> bool {
        if since.is_some_and(|since| session.auth_time >= since) {
            return false;
        }
        let age = self.foundation.now().since(session.auth_time).as_secs();
        request.prove || request.max_age.is_some_and(|max| age > max)
    }

    /// Whether whoever is signed in is the one that the request is about, if it is about somebody.
    async fn is_meant(
        &self,
        request: &AuthorizationRequest,
        session: &LoadedSession,
    ) -> Result<bool, StorageError> {
        let hint = request.id_token_hint.as_ref();
        let hinted = hint.map(|hint| self.hinted_subject(hint, &request.client.id));
        let wanted: Vec<Option<&str>> = [
            request.claims.subject.as_deref().map(Some),
            hinted.as_ref().map(Option::as_deref),
        ]
        .into_iter()
        .flatten()
        .collect();
        if wanted.is_empty() {
            return Ok(true);
        }
        let mut work = self.foundation.store.read().await?;
        let Some(owner) = work.find_token_owner(session.account).await? else {
            return Ok(false);
        };
        let subject = subject_for(work.as_mut(), &request.client, &owner.subject).await?;
        Ok(wanted.into_iter().all(|wanted| wanted == Some(&subject)))
    }

    /// What has to be asked, if anything: what they didn't say yes to before.
    async fn to_ask(
        &self,
        work: &mut dyn Work,
        request: &AuthorizationRequest,
        session: &LoadedSession,
    ) -> Result<Option<Asked>, StorageError> {
        if request.client.first_party && !request.ask {
            return Ok(None);
        }
        let scopes = self.lendable(request, session);
        let client = &request.client.id;
        let before = work.find_consent(session.account, client).await?;
        let all = |asked: &[String], known: &[String]| asked.iter().all(|one| known.contains(one));
        // What listens on somebody's machine, or has a scheme of its own, can be anybody (RFC 8252 section
        // 8.6): an earlier yes was perhaps said to another.
        let vouched =
            request.client.is_confidential() || request.redirect.uri.starts_with("https://");
        let known = before.filter(|_| vouched).is_some_and(|before| {
            all(&scopes, &before.scopes)
                && all(&request.audience, &before.audience)
                && all(&request.claims.words, &before.claims)
        });
        if known && !request.ask {
            return Ok(None);
        }
        let mut claims = Vec::new();
        for word in &request.claims.words {
            let name = word.split_once('.').map_or(word.as_str(), |(_, name)| name);
            if !claims.iter().any(|known| known == name) {
                claims.push(name.to_owned());
            }
        }
        Ok(Some(Asked { scopes, claims }))
    }

    /// What a person can let a client have: what only administrators may do, nobody else lends.
    fn lendable(&self, request: &AuthorizationRequest, session: &LoadedSession) -> Vec<String> {
        let admin = session.role == Some(crate::accounts::Role::Admin);
        let may = |name: &&String| {
            is_openid_scope(name) || self.apis.choose(&[name.as_str()], admin).is_ok()
        };
        request.scopes.iter().filter(may).cloned().collect()
    }

    /// The person said no.
    pub fn refused(&self, request: &AuthorizationRequest) -> Answer {
        let denied = Denied {
            code: ErrorCode::AccessDenied,
            description: "The person said no.",
        };
        self.denied(request.redirect.clone(), denied)
    }

    /// Gives a code, for whoever says yes now.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is given then.
    pub async fn allow(
        &self,
        request: &AuthorizationRequest,
        session: &LoadedSession,
        client: &Client,
    ) -> Result<Answer, StorageError> {
        self.give(request, session, client, true).await
    }

    /// The same for whoever says yes now or said so before: who took that back meanwhile is asked again.
    async fn give(
        &self,
        request: &AuthorizationRequest,
        session: &LoadedSession,
        client: &Client,
        yes: bool,
    ) -> Result<Answer, StorageError> {
        let account = session.account;
        let mut work = self.foundation.store.begin().await?;
        let ended = || {
            let denied = Denied {
                code: ErrorCode::LoginRequired,
                description: "They have just been signed out.",
            };
            self.denied(request.redirect.clone(), denied)
        };
        let beginning = Timestamp::from_micros(0);
        let alive = work
            .hold_session(account, &session.public_id, beginning)
            .await?;
        if !alive || !work.hold_client(&request.client.id).await? {
            return Ok(ended());
        }
        if work.find_token_owner(account).await?.is_none() {
            return Ok(ended());
        }
        let scopes = self.lendable(request, session);
        if scopes.is_empty() {
            let denied = Denied {
                code: ErrorCode::AccessDenied,
                description: "The person has none of this to give.",
            };
            return Ok(self.denied(request.redirect.clone(), denied));
        }
        if !yes
            && self
                .to_ask(work.as_mut(), request, session)
                .await?
                .is_some()
        {
            let denied = Denied {
                code: ErrorCode::ConsentRequired,
                description: "They have just taken back what they let the app have.",
            };
            return Ok(self.denied(request.redirect.clone(), denied));
        }
        if !request.client.first_party {
            self.remember(work.as_mut(), request, (account, &scopes), client)
                .await?;
        }
        let (code, row) = self.code(request, session, scopes);
        work.insert_code(&row).await?;
        work.commit().await?;
        Ok(self.answer(request.redirect.clone(), vec![("code", code)]))
    }

    fn code(
        &self,
        request: &AuthorizationRequest,
        session: &LoadedSession,
        scopes: Vec<String>,
    ) -> (String, CodeRow) {
        let (code, hash) = code::generate(&self.foundation);
        let row = CodeRow {
            hash,
            client: request.client.id.clone(),
            account: session.account,
            session: session.public_id.clone(),
            redirect_uri: request.redirect.uri.clone(),
            redirect_uri_sent: request.redirect.sent,
            challenge: request.challenge.clone(),
            scopes,
            audience: request.audience.clone(),
            nonce: request.nonce.clone(),
            claims: request.claims.words.clone(),
            amr: session.amr.clone(),
            auth_time: session.auth_time,
            expires_at: self.foundation.now().plus(code::LIFETIME),
        };
        (code, row)
    }

    /// Writes down what somebody lets a client have, on top of what they did before.
    async fn remember(
        &self,
        work: &mut dyn Work,
        request: &AuthorizationRequest,
        (account, scopes): (AccountId, &[String]),
        client: &Client,
    ) -> Result<(), StorageError> {
        let id = &request.client.id;
        let now = self.foundation.now();
        let before = work.find_consent(account, id).await?;
        let known = before.clone().unwrap_or(ConsentRow {
            account,
            client: id.clone(),
            scopes: Vec::new(),
            audience: Vec::new(),
            claims: Vec::new(),
            created_at: now,
            renewed_at: now,
        });
        let consent = ConsentRow {
            scopes: united(&known.scopes, scopes),
            audience: united(&known.audience, &request.audience),
            claims: united(&known.claims, &request.claims.words),
            renewed_at: known.renewed_at,
            ..known
        };
        if before.as_ref() == Some(&consent) {
            return Ok(());
        }
        let consent = ConsentRow {
            renewed_at: now,
            ..consent
        };
        work.put_consent(&consent).await?;
        let scope = consent.scopes.join(" ");
        let details = [("client", id.as_str()), ("scope", &scope)];
        let event = own_event(EventKind::ConsentGiven, account, &details, client);
        work.append_event(&event.row(&self.foundation)).await
    }
}

fn united(known: &[String], more: &[String]) -> Vec<String> {
    let mut all = known.to_vec();
    for one in more {
        if !all.contains(one) {
            all.push(one.clone());
        }
    }
    all
}
