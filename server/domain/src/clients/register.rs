//! Registering a client.

use sha2::{Digest, Sha256};

use super::{
    Authentication, ClientSecretRow, ClientsService, GrantType, JwksSource, RedirectUriProblem,
    RegisteredClient,
    assertion::{self, Judged},
    redirect_uri,
};
use crate::{
    accounts::{AccountId, DisplayName, NameProblem},
    audit::{By, EventKind},
    client::Client,
    oauth_grants::{OFFLINE_ACCESS, OPENID, is_openid_scope},
    random::{random_bytes, time_ordered_id},
    store::{StorageError, Work},
};

/// Most clients that a person may have registered.
pub const MOST_CLIENTS: i64 = 25;
/// Most redirect URIs of a client.
const MOST_REDIRECT_URIS: usize = 20;
/// What every client secret begins with, so that one is known when it is found where it shouldn't be.
const SECRET_PREFIX: &str = "lks_";
/// The longest key set that is kept, in bytes.
const LONGEST_JWKS: usize = 32 * 1024;

/// A client as somebody wants it registered.
#[derive(Clone, Debug)]
pub struct NewClient<'a> {
    /// What people are shown.
    pub name: &'a str,
    /// Where browsers may be sent back to.
    pub redirect_uris: &'a [&'a str],
    /// What it may ask for tokens with.
    pub grants: &'a [GrantType],
    /// What it may ask for at most.
    pub scopes: &'a [&'a str],
    /// How it proves who it is.
    pub authentication: Authentication,
    /// Whether it knows people by names of its own.
    pub pairwise: bool,
    /// Whether people aren't asked. Administrators' clients only.
    pub first_party: bool,
    /// Whether PKCE is required; `false` for confidential clients of administrators only.
    pub require_pkce: bool,
    /// The keys that it signs with.
    pub keys: Option<JwksSource>,
    /// Its own page; empty for none.
    pub home_uri: &'a str,
    /// What it does with what it learns; empty for nothing.
    pub policy_uri: &'a str,
}

/// Why a client can't be registered as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientProblem {
    /// The name won't do.
    Name(NameProblem),
    /// Codes have to be sent somewhere.
    RedirectUriMissing,
    /// So many addresses aren't kept.
    TooManyRedirectUris,
    /// This one won't do.
    RedirectUri(String, RedirectUriProblem),
    /// It couldn't ask for anything.
    GrantMissing,
    /// Refresh tokens come with codes only.
    RefreshWithoutCode,
    /// Who can't prove who they are can't act for themselves.
    CredentialsOfPublic,
    /// Apps of people act for people: what they may do at APIs by themselves, administrators say.
    CredentialsOfPeople,
    /// These scopes aren't offered to it.
    NotOffered(Vec<String>),
    /// `offline_access` is of use with refresh tokens only.
    OfflineWithoutRefresh,
    /// Names of its own are made for one host, and its redirect URIs have several (OpenID Connect Core
    /// section 8.1).
    SeveralHosts,
    /// A client that signs has to say where its keys are.
    KeysMissing,
    /// Its keys can't be read, or nothing verifies with them, or they can't be fetched over https.
    Keys,
    /// There is a private key among them.
    SecretKeys,
    /// Only a client that proves who it is may do without PKCE, and only an administrator's.
    PkceNeeded,
    /// An address of its pages isn't one.
    Link(String),
}

/// A client that has just been registered.
pub struct CreatedClient {
    /// The client.
    pub client: RegisteredClient,
    /// Its secret, told this once.
    pub secret: Option<String>,
}

/// What came of it.
pub enum RegisterOutcome {
    /// It is there.
    Registered(Box<CreatedClient>),
    /// Something needs another look.
    Refused(Vec<ClientProblem>),
    /// Its owner has as many as one may.
    TooMany,
}

impl ClientsService {
    /// Registers a client for an account, or for administrators.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is kept then.
    pub async fn register(
        &self,
        new: &NewClient<'_>,
        owner: Option<AccountId>,
        by: By<'_>,
    ) -> Result<RegisterOutcome, StorageError> {
        let client = match self.parse(new, owner) {
            Ok(client) => client,
            Err(problems) => return Ok(RegisterOutcome::Refused(problems)),
        };
        let mut work = self.foundation.store.begin().await?;
        if let Some(owner) = owner
            && work.count_clients_of(owner).await? >= MOST_CLIENTS
        {
            return Ok(RegisterOutcome::TooMany);
        }
        work.insert_client(&client).await?;
        let secret = match client.authentication {
            Authentication::Secret => Some(self.add_secret(work.as_mut(), &client.id).await?),
            Authentication::None | Authentication::PrivateKeyJwt => None,
        };
        let details = [("client", client.id.as_str())];
        let what = (EventKind::ClientRegistered, owner);
        by.note(work.as_mut(), &self.foundation, what, &details)
            .await?;
        work.commit().await?;
        // The key of ID tokens is made with the first client.
        self.signing.tend().await?;
        Ok(RegisterOutcome::Registered(Box::new(CreatedClient {
            client,
            secret,
        })))
    }

    /// Registers a client of somebody's own.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is kept then.
    pub async fn register_own(
        &self,
        new: &NewClient<'_>,
        owner: AccountId,
        client: &Client,
    ) -> Result<RegisterOutcome, StorageError> {
        let by = By::owner(owner, client);
        self.register(new, Some(owner), by).await
    }

    /// Writes a fresh secret and gives it.
    pub(super) async fn add_secret(
        &self,
        work: &mut dyn Work,
        client: &str,
    ) -> Result<String, StorageError> {
        let (now, random) = (self.foundation.now(), self.foundation.random.as_ref());
        let secret = format!("{SECRET_PREFIX}{}", hex(&random_bytes::<32>(random)));
        let row = ClientSecretRow {
            id: time_ordered_id(now, random).to_string(),
            created_at: now,
        };
        work.insert_client_secret(client, &row, &hash_of(&secret))
            .await?;
        Ok(secret)
    }

    fn parse(
        &self,
        new: &NewClient<'_>,
        owner: Option<AccountId>,
    ) -> Result<RegisteredClient, Vec<ClientProblem>> {
        let mut problems = Vec::new();
        let name = DisplayName::parse(new.name).map_err(ClientProblem::Name);
        let name = noted(&mut problems, name).map(|name| name.as_str().to_owned());
        problems.extend(redirect_problems(new));
        problems.extend(grant_problems(new, owner));
        let scopes = noted(&mut problems, self.scopes(new, owner));
        let keys = noted(&mut problems, keys(new));
        for link in [new.home_uri, new.policy_uri] {
            if !link.is_empty() && !is_link(link) {
                problems.push(ClientProblem::Link(link.to_owned()));
            }
        }
        let random = self.foundation.random.as_ref();
        let client = RegisteredClient {
            id: hex(&random_bytes::<16>(random)),
            name: name.unwrap_or_default(),
            owner,
            authentication: new.authentication,
            redirect_uris: unique(new.redirect_uris),
            grants: new.grants.to_vec(),
            scopes: scopes.unwrap_or_default(),
            pairwise: new.pairwise,
            first_party: new.first_party && owner.is_none(),
            require_pkce: new.require_pkce,
            keys: keys.flatten(),
            home_uri: Some(new.home_uri.to_owned()).filter(|uri| !uri.is_empty()),
            policy_uri: Some(new.policy_uri.to_owned()).filter(|uri| !uri.is_empty()),
            created_at: self.foundation.now(),
        };
        if problems.is_empty() {
            Ok(client)
        } else {
            Err(problems)
        }
    }

    /// The scopes, each once: those of OpenID Connect first, then the APIs'.
    fn scopes(
        &self,
        new: &NewClient<'_>,
        owner: Option<AccountId>,
    ) -> Result<Vec<String>, ClientProblem> {
        let (of_openid, of_apis): (Vec<&str>, Vec<&str>) = new
            .scopes
            .iter()
            .copied()
            .partition(|scope| is_openid_scope(scope));
        // Whoever registers their own client may still not have others' administrators lend it theirs.
        let chosen = self.apis.choose(&of_apis, owner.is_none());
        let chosen = chosen.map_err(ClientProblem::NotOffered)?;
        let mut scopes = unique(&of_openid);
        if scopes.iter().any(|scope| scope == OFFLINE_ACCESS)
            && !new.grants.contains(&GrantType::RefreshToken)
        {
            return Err(ClientProblem::OfflineWithoutRefresh);
        }
        let needs_openid = !scopes.is_empty() && scopes.iter().all(|scope| scope != OPENID);
        if needs_openid && scopes.iter().any(|scope| scope != OFFLINE_ACCESS) {
            scopes.insert(0, OPENID.to_owned());
        }
        scopes.extend(chosen.scopes);
        Ok(scopes)
    }
}

fn noted<T>(problems: &mut Vec<ClientProblem>, result: Result<T, ClientProblem>) -> Option<T> {
    result.map_err(|problem| problems.push(problem)).ok()
}

fn redirect_problems(new: &NewClient<'_>) -> Vec<ClientProblem> {
    let asks_people = new.grants.contains(&GrantType::AuthorizationCode);
    if new.redirect_uris.is_empty() && asks_people {
        return vec![ClientProblem::RedirectUriMissing];
    }
    if new.redirect_uris.len() > MOST_REDIRECT_URIS {
        return vec![ClientProblem::TooManyRedirectUris];
    }
    let wrong = new.redirect_uris.iter().filter_map(|uri| {
        let problem = redirect_uri::check(uri).err()?;
        Some(ClientProblem::RedirectUri((*uri).to_owned(), problem))
    });
    let mut problems: Vec<_> = wrong.collect();
    let mut hosts = new
        .redirect_uris
        .iter()
        .map(|uri| redirect_uri::host_of(uri));
    let first = hosts.next();
    if new.pairwise && problems.is_empty() && hosts.any(|host| Some(host) != first) {
        problems.push(ClientProblem::SeveralHosts);
    }
    problems
}

fn grant_problems(new: &NewClient<'_>, owner: Option<AccountId>) -> Vec<ClientProblem> {
    let has = |grant| new.grants.contains(&grant);
    let public = new.authentication == Authentication::None;
    let mut problems = Vec::new();
    if new.grants.is_empty() {
        problems.push(ClientProblem::GrantMissing);
    }
    if has(GrantType::RefreshToken) && !has(GrantType::AuthorizationCode) {
        problems.push(ClientProblem::RefreshWithoutCode);
    }
    if has(GrantType::ClientCredentials) && public {
        problems.push(ClientProblem::CredentialsOfPublic);
    } else if has(GrantType::ClientCredentials) && owner.is_some() {
        problems.push(ClientProblem::CredentialsOfPeople);
    }
    if !new.require_pkce && (public || owner.is_some()) {
        problems.push(ClientProblem::PkceNeeded);
    }
    problems
}

fn keys(new: &NewClient<'_>) -> Result<Option<JwksSource>, ClientProblem> {
    match (&new.keys, new.authentication) {
        (None, Authentication::PrivateKeyJwt) => Err(ClientProblem::KeysMissing),
        (Some(JwksSource::Inline(jwks)), Authentication::PrivateKeyJwt) => {
            if jwks.len() > LONGEST_JWKS {
                return Err(ClientProblem::Keys);
            }
            match assertion::judge(jwks) {
                Judged::Usable => Ok(new.keys.clone()),
                Judged::Secret => Err(ClientProblem::SecretKeys),
                Judged::Useless => Err(ClientProblem::Keys),
            }
        }
        (Some(JwksSource::Uri(uri)), Authentication::PrivateKeyJwt) => {
            let fits = uri.starts_with("https://") && is_link(uri) && !uri.contains('#');
            if fits {
                Ok(new.keys.clone())
            } else {
                Err(ClientProblem::Keys)
            }
        }
        (_, Authentication::None | Authentication::Secret) => Ok(None),
    }
}

/// An address of a page that a person may follow.
fn is_link(uri: &str) -> bool {
    let web = uri.starts_with("https://") || uri.starts_with("http://localhost");
    web && uri.len() <= 1000
        && uri.bytes().all(|byte| byte.is_ascii_graphic())
        && url::Url::parse(uri)
            .is_ok_and(|url| url.username().is_empty() && url.password().is_none())
}

fn unique(texts: &[&str]) -> Vec<String> {
    let mut once = Vec::new();
    for text in texts {
        if once.iter().all(|known| known != text) {
            once.push((*text).to_owned());
        }
    }
    once
}

/// What is kept of a secret. It has 256 random bits, so that one round of SHA-256 keeps it.
pub(super) fn hash_of(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
