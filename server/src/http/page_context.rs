//! What a request tells: who asks, from where, with which session.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use app::{
    context::{PageContext, SessionDoor},
    paths,
};
use async_trait::async_trait;
use domain::{
    client::{Client, ClientAddress, UserAgent},
    language::Language,
    sessions::{LoadedSession, NewSession},
    store::StorageError,
};
use http::{Extensions, HeaderMap, header::USER_AGENT, request::Parts};
use tower_sessions::{Expiry, Session};

use super::{accept_language::accepted, cookies::Browser, state::AppState};
use crate::{
    serving::Peer,
    session_store::{OVERTAKEN, SESSION, START, Start, told},
};

/// The one function that fills what a page, a form and a server function know about a request.
pub(super) async fn context(state: &AppState, parts: &Parts) -> Result<PageContext, StorageError> {
    let session = parts.extensions.get::<Session>().cloned();
    let loaded = match &session {
        Some(session) => session.get::<LoadedSession>(SESSION).await.map_err(told)?,
        None => None,
    };
    let chosen = loaded.as_ref().and_then(|session| session.language);
    let chosen = chosen.or_else(|| wished(parts.uri.query().unwrap_or_default()));
    let services = Arc::clone(&state.services);
    let persistent = services.sessions.lifetimes().persistent.absolute;
    Ok(PageContext {
        now: services.foundation.now(),
        services,
        site: Arc::clone(&state.site),
        client: client(state, parts, chosen),
        session: loaded,
        door: Arc::new(Door {
            session,
            persistent: persistent.try_into().unwrap_or(time::Duration::MAX),
        }),
        path_and_query: parts.uri.path_and_query().map_or_else(
            || paths::LANDING.to_owned(),
            |path| path.as_str().to_owned(),
        ),
    })
}

/// The language that an app wants people to be asked in (`ui_locales` of OpenID Connect Core section
/// 3.1.2.1), also where they are on their way to it. What they chose themselves counts for more.
fn wished(query: &str) -> Option<Language> {
    let value = |query: &str, name: &str| {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        let found = pairs.find(|(known, _)| known == name);
        found.map(|(_, value)| value.into_owned())
    };
    let tags = value(query, "ui_locales").or_else(|| {
        let next = value(query, "next")?;
        let (_, query) = next.split_once('?')?;
        value(query, "ui_locales")
    })?;
    tags.split(' ').find_map(|tag| {
        let primary = tag.split('-').next().unwrap_or_default();
        Language::parse(primary)
    })
}

/// What the person reads, as far as the request alone tells.
pub(super) fn asked_language(headers: &HeaderMap) -> Language {
    accepted(headers).unwrap_or_default()
}

/// Where a request comes from, as far as the operator vouches for it.
pub(super) fn address_of(
    hops: usize,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> ClientAddress {
    let peer = extensions
        .get::<Peer>()
        .map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.0.ip());
    forwarded(headers, hops).unwrap_or(peer).into()
}

/// Who asks, with the language they chose.
pub(super) fn client(state: &AppState, parts: &Parts, chosen: Option<Language>) -> Client {
    let user_agent = parts
        .headers
        .get(USER_AGENT)
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .unwrap_or_default();
    let browser = parts.extensions.get::<Browser>();
    Client {
        address: address_of(state.door.proxy_hops, &parts.headers, &parts.extensions),
        user_agent: UserAgent::new(&user_agent),
        browser: browser.map(|browser| browser.0),
        browser_is_new: browser.is_some_and(|browser| browser.1),
        language: chosen.unwrap_or_else(|| asked_language(&parts.headers)),
    }
}

/// The address that the outermost trusted proxy saw: the n-th from the right, n being how many
/// proxies the operator vouches for. What stands left of it anybody could have written.
fn forwarded(headers: &HeaderMap, hops: usize) -> Option<IpAddr> {
    let at = hops.checked_sub(1)?;
    let listed: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    let sent = listed.iter().rev().nth(at)?;
    // Some proxies add the port.
    let with_port = || sent.parse().map(|socket: SocketAddr| socket.ip());
    sent.parse().or_else(|_| with_port()).ok()
}

/// Begins and ends the request's session through tower-sessions.
struct Door {
    session: Option<Session>,
    persistent: time::Duration,
}

impl Door {
    fn session(&self) -> Result<&Session, StorageError> {
        self.session
            .as_ref()
            .ok_or_else(|| StorageError::Database("there is no session layer here".into()))
    }
}

#[async_trait]
impl SessionDoor for Door {
    async fn start(&self, new: NewSession, client: &Client) -> Result<bool, StorageError> {
        let session = self.session()?;
        // Whoever was signed in on this browser isn't any longer, and a key that somebody may have
        // planted there is never carried over.
        session.flush().await.map_err(told)?;
        session.set_expiry(Some(if new.persistent {
            Expiry::OnInactivity(self.persistent)
        } else {
            Expiry::OnSessionEnd
        }));
        let start = Start {
            session: new,
            client: client.clone(),
        };
        session.insert(START, start).await.map_err(told)?;
        // Saved before it is answered: a failure must not look like a sign-in.
        match session.save().await {
            Ok(()) => Ok(true),
            Err(error) if error.to_string().contains(OVERTAKEN) => {
                session.clear().await;
                Ok(false)
            }
            Err(error) => {
                session.clear().await;
                Err(told(error))
            }
        }
    }

    async fn end(&self) -> Result<(), StorageError> {
        self.session()?.flush().await.map_err(told)
    }
}
