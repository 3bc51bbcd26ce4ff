//! What a page, a form and a server function know about the request: filled by one function of the
//! server for all of them.

use std::{fmt::Write as _, sync::Arc};

use async_trait::async_trait;
use domain::{
    accounts::{AccountsService, is_fresh},
    admin::{AdminService, Desk},
    audit::note_denied,
    client::Client,
    clients::ClientsService,
    clock::Timestamp,
    credentials::CredentialsService,
    foundation::Foundation,
    keys::signing::KeysService,
    local_path::LocalPath,
    oauth_grants::OAuthService,
    sessions::{LoadedSession, NewSession, SessionsService},
    social::SocialService,
    store::StorageError,
    tokens::{Callers, FeedService, GrantsService, PersonalTokens},
};

use leptos::prelude::{AnyView, IntoAny, IntoView};

use crate::{
    actions::{FormProblem, Problems},
    pages::message,
    paths,
    text::{Language, Text, t},
};

/// The services that pages may call.
pub struct Services {
    /// Accounts.
    pub accounts: Arc<AccountsService>,
    /// What people with a role do.
    pub admin: AdminService,
    /// Passwords and signing in.
    pub credentials: CredentialsService,
    /// Sessions.
    pub sessions: SessionsService,
    /// Identities from elsewhere.
    pub social: SocialService,
    /// Keys that sign.
    pub keys: KeysService,
    /// Tokens that people make for themselves.
    pub tokens: PersonalTokens,
    /// Who calls the API.
    pub callers: Callers,
    /// Signing in and out through the API.
    pub grants: Arc<GrantsService>,
    /// OAuth clients.
    pub clients: Arc<ClientsService>,
    /// What people let them do.
    pub oauth: OAuthService,
    /// What was revoked.
    pub feed: FeedService,
    /// What they stand on, for reading the mail queue.
    pub foundation: Foundation,
}

/// What doesn't change between requests.
#[derive(Clone, Debug)]
pub struct Site {
    /// `public_url` without a trailing slash.
    pub public_url: String,
    /// Whether this is development mode.
    pub dev: bool,
    /// Whether people register apps of their own.
    pub clients_by_people: bool,
    /// Whether people may sign up.
    pub sign_up_open: bool,
}

/// Begins and ends this browser's session, cookie included.
#[async_trait]
pub trait SessionDoor: Send + Sync {
    /// Begins a session under a new key, ending the one before. `false` when the account was
    /// disabled meanwhile, or what it signs in with is gone.
    async fn start(&self, session: NewSession, client: &Client) -> Result<bool, StorageError>;
    /// Ends the session.
    async fn end(&self) -> Result<(), StorageError>;
}

/// A request, as pages see it.
#[derive(Clone)]
pub struct PageContext {
    /// The services.
    pub services: Arc<Services>,
    /// What doesn't change.
    pub site: Arc<Site>,
    /// Who asks.
    pub client: Client,
    /// The live session, when signed in.
    pub session: Option<LoadedSession>,
    /// Begins and ends it.
    pub door: Arc<dyn SessionDoor>,
    /// When the request came in.
    pub now: Timestamp,
    /// The request's path and query.
    pub path_and_query: String,
}

impl PageContext {
    /// What the person reads: what they chose, else the best of what their browser asks for.
    pub const fn language(&self) -> Language {
        self.client.language
    }

    /// The desk of whoever is signed in; `None` when they have no role, or nobody is.
    pub fn desk(&self) -> Option<Desk> {
        let session = self.session.as_ref()?;
        self.services.admin.desk(session, &self.client)
    }

    /// Writes down that whoever is signed in asked for what their role doesn't allow.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn note_denied(&self) -> Result<(), StorageError> {
        let Some(session) = &self.session else {
            return Ok(());
        };
        let path = self.path_and_query.split('?').next().unwrap_or_default();
        let foundation = &self.services.foundation;
        note_denied(foundation, session.account, path, &self.client).await
    }

    pub(crate) async fn sign_in(&self, session: NewSession) -> Result<bool, Problems> {
        self.door.start(session, &self.client).await.map_err(broken)
    }

    pub(crate) async fn sign_out(&self) -> Result<(), Problems> {
        self.door.end().await.map_err(broken)
    }

    /// Where a signed-out person goes, coming back here afterwards.
    pub fn login_path(&self) -> String {
        path_with_next(paths::LOGIN, &self.path_and_query)
    }

    /// The session of whoever proved who they are a moment ago, or where to go to do that, coming
    /// back to `path` afterwards.
    ///
    /// # Errors
    /// The path to go to.
    pub fn fresh_session(&self, path: &str) -> Result<&LoadedSession, String> {
        match &self.session {
            None => Err(path_with_next(paths::LOGIN, path)),
            Some(session) if is_fresh(session.auth_time, self.now) => Ok(session),
            Some(_) => Err(path_with_next(paths::CONFIRM, path)),
        }
    }
}

/// A door that leads to `next` afterwards.
pub fn path_with_next(door: &str, next: &str) -> String {
    // What the door would refuse isn't worth coming back to.
    if LocalPath::parse(next).is_err() {
        return door.to_owned();
    }
    let mut encoded = String::new();
    for byte in next.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(char::from(byte));
            }
            other => {
                let _ = write!(encoded, "%{other:02X}");
            }
        }
    }
    format!("{door}?next={encoded}")
}

/// A page, built when it is rendered: signals live only inside a render.
pub struct PageView {
    build: Box<dyn FnOnce() -> AnyView + Send>,
    islands: bool,
}

impl PageView {
    /// A page that `build` will make.
    pub fn new<V: IntoView + 'static>(build: impl FnOnce() -> V + Send + 'static) -> Self {
        Self {
            build: Box::new(move || build().into_any()),
            islands: false,
        }
    }

    /// A page with islands on it, which need the browser's module.
    pub fn with_islands<V: IntoView + 'static>(build: impl FnOnce() -> V + Send + 'static) -> Self {
        Self {
            islands: true,
            ..Self::new(build)
        }
    }

    /// Whether the browser's module is needed.
    pub const fn has_islands(&self) -> bool {
        self.islands
    }

    /// Makes the page. Call it while rendering.
    pub fn build(self) -> AnyView {
        (self.build)()
    }
}

/// A page's title, with a mark when something on it is wrong.
#[derive(Clone, Copy, Debug)]
pub struct PageTitle {
    text: Text,
    error: bool,
}

impl PageTitle {
    /// A page as it should be.
    pub const fn plain(text: Text) -> Self {
        Self { text, error: false }
    }

    /// A page that tells of a problem: screen readers read the title first.
    pub const fn error(text: Text) -> Self {
        Self { text, error: true }
    }
}

impl std::fmt::Display for PageTitle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.error {
            f.write_str(t(Text::ErrorTitle))?;
        }
        if matches!(self.text, Text::LandingTitle) {
            return f.write_str(t(self.text));
        }
        write!(f, "{} · {}", t(self.text), t(Text::Product))
    }
}

/// Notes a failure of the machine and hides it behind a sentence.
#[expect(
    clippy::needless_pass_by_value,
    reason = "used as the function of map_err"
)]
pub fn broken(error: StorageError) -> Problems {
    tracing::error!(%error, "a form could not be answered");
    Problems::form(match error {
        StorageError::Unavailable(_) => FormProblem::Unavailable,
        _ => FormProblem::Broken,
    })
}

/// The same where a whole page can't be shown.
pub(crate) fn broken_page(error: StorageError) -> (PageTitle, PageView) {
    broken(error);
    message::broken()
}
