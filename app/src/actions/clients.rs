//! Registering apps, and what is done to them afterwards.

use async_trait::async_trait;
use domain::{
    accounts::{AccountId, NameProblem},
    admin::Desk,
    clients::{
        Authentication, ClientProblem, ClientSecretRow, GrantType, JwksSource, NewClient,
        RedirectUriProblem, RegisterOutcome, RegisteredClient, SecretOutcome,
    },
    store::StorageError,
};
use serde::Deserialize;

use super::admin::{admin, desk};
use crate::{
    actions::{ClientFault, Done, Field, FieldProblem, FormProblem, FormState, PageForm, Problems},
    context::{PageContext, PageTitle, PageView, broken, broken_page},
    pages::{
        admin::{PageQuery, segment},
        clients::{
            Area, Listing, client_page, clients_page, delete_client_page, registered_page,
            secret_page,
        },
        message,
    },
    text::{Clients, Text},
};

/// How many apps stand on a page.
const ROWS: usize = 50;

/// Who may do it, once that is known.
enum By {
    Owner(AccountId),
    Desk(Desk),
}

impl By {
    /// Whoever proved a moment ago who they are, or what is done instead.
    async fn of(
        page: &PageContext,
        area: Area,
        back: &str,
    ) -> Result<Self, Result<Done, Problems>> {
        match area {
            Area::Everyone => {
                let desk = desk(page, back).await?;
                admin(page, &desk).await.map_err(Err)?;
                Ok(Self::Desk(desk))
            }
            Area::Own => match page.fresh_session(back) {
                Ok(session) => Ok(Self::Owner(session.account)),
                Err(elsewhere) => Err(Ok(Done::go(elsewhere))),
            },
        }
    }
}

/// The list of an area. `None`: it isn't for who asks.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn list(page: &PageContext, state: FormState) -> Result<Option<PageView>, StorageError> {
    let area = Area::of(&page.path_and_query);
    let Some(session) = &page.session else {
        return Ok(None);
    };
    let query = PageQuery::of(&page.path_and_query);
    let after = query.get("after").unwrap_or_default();
    let asked = 51;
    let (mut clients, may_register) = match area {
        Area::Own => {
            let owner = Some(session.account);
            let clients = page.services.clients.list(owner, after, asked).await?;
            (clients, page.site.clients_by_people)
        }
        Area::Everyone => {
            let Some(desk) = page.desk() else {
                return Ok(None);
            };
            let clients = desk.clients(after, asked).await?;
            (clients, desk.admin().is_some())
        }
    };
    let more = clients.len() > ROWS;
    clients.truncate(ROWS);
    let more = clients.last().filter(|_| more).map(|last| last.id.clone());
    let done = (query.get("done") == Some("deleted")).then_some(Clients::Deleted);
    let listing = Listing {
        area,
        clients,
        more,
        may_register,
        done,
    };
    Ok(Some(clients_page(page, listing, state)))
}

/// The app that a path names, and whether whoever asks may change it.
async fn found(
    page: &PageContext,
) -> Result<Option<(RegisteredClient, Vec<ClientSecretRow>, bool)>, StorageError> {
    let area = Area::of(&page.path_and_query);
    let id = segment(&page.path_and_query, area.list()).unwrap_or_default();
    let Some(session) = &page.session else {
        return Ok(None);
    };
    match area {
        Area::Own => {
            let found = page
                .services
                .clients
                .find(&id, Some(session.account))
                .await?;
            Ok(found.map(|(client, secrets)| (client, secrets, true)))
        }
        Area::Everyone => {
            let Some(desk) = page.desk() else {
                return Ok(None);
            };
            let found = desk.client(&id).await?;
            let admin = desk.admin().is_some();
            Ok(found.map(|(client, secrets)| (client, secrets, admin)))
        }
    }
}

/// One app. `None`: there is none, or it isn't for who asks.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn one(page: &PageContext, state: &FormState) -> Result<Option<PageView>, StorageError> {
    let area = Area::of(&page.path_and_query);
    let query = PageQuery::of(&page.path_and_query);
    let done = (query.get("done") == Some("withdrawn")).then_some(Clients::TakenAway);
    Ok(found(page).await?.map(|(client, secrets, may_change)| {
        client_page(page, area, (client, secrets), may_change, done, state)
    }))
}

/// The question before an app is deleted.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn asking_to_delete(page: &PageContext) -> Result<Option<PageView>, StorageError> {
    let area = Area::of(&page.path_and_query);
    let found = found(page).await?;
    let found = found.filter(|(_, _, may_change)| *may_change);
    Ok(found.map(|(client, ..)| delete_client_page(area, &client)))
}

/// A filled-in form for an app.
#[derive(Clone, Deserialize)]
pub struct RegisterClient {
    /// What people are shown.
    #[serde(default)]
    pub client_name: String,
    /// Where people go back to, one a line.
    #[serde(default)]
    pub redirect_uris: String,
    /// How it proves who it is.
    #[serde(default)]
    pub kind: String,
    /// Its public keys, or their address.
    #[serde(default)]
    pub keys: String,
    /// What it does, with spaces between.
    #[serde(default)]
    pub grant: String,
    /// What it may ask for, with spaces between.
    #[serde(default)]
    pub scope: String,
    /// Whether it knows people by names of its own.
    #[serde(default)]
    pub pairwise: String,
    /// Whether people aren't asked.
    #[serde(default)]
    pub first_party: String,
    /// Whether it does without PKCE.
    #[serde(default)]
    pub without_pkce: String,
    /// Its own page.
    #[serde(default)]
    pub home_uri: String,
    /// What it does with what it learns.
    #[serde(default)]
    pub policy_uri: String,
}

#[async_trait]
impl PageForm for RegisterClient {
    const FIELDS: &'static [&'static str] = &[
        "client_name",
        "redirect_uris",
        "kind",
        "keys",
        "grant",
        "scope",
        "pairwise",
        "first_party",
        "without_pkce",
        "home_uri",
        "policy_uri",
    ];
    const KEPT: &'static [&'static str] = Self::FIELDS;
    const REPEATED: &'static [&'static str] = &["grant", "scope"];
    const BY_FETCH: bool = false;

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let area = Area::of(&page.path_and_query);
        let by = match By::of(page, area, area.list()).await {
            Ok(by) => by,
            Err(done) => return done,
        };
        if area == Area::Own && !page.site.clients_by_people {
            return Err(Problems::form(FormProblem::ClientsByAdmins));
        }
        let redirect_uris: Vec<&str> = self.redirect_uris.split_whitespace().collect();
        let scopes: Vec<&str> = self.scope.split_ascii_whitespace().collect();
        let grants = self.grant.split_ascii_whitespace().map(GrantType::parse);
        let Some(grants) = grants.collect::<Option<Vec<_>>>() else {
            return Err(Problems::field(Field::Grant, FieldProblem::Missing));
        };
        let Some(authentication) = Authentication::parse(&self.kind) else {
            return Err(Problems::field(Field::Kind, FieldProblem::NotOffered));
        };
        let keys = Some(self.keys.trim()).filter(|keys| !keys.is_empty());
        let keys = keys.map(|keys| {
            if keys.starts_with('{') {
                JwksSource::Inline(keys.to_owned())
            } else {
                JwksSource::Uri(keys.to_owned())
            }
        });
        let new = NewClient {
            name: &self.client_name,
            redirect_uris: &redirect_uris,
            grants: &grants,
            scopes: &scopes,
            authentication,
            pairwise: !self.pairwise.is_empty(),
            first_party: !self.first_party.is_empty(),
            require_pkce: self.without_pkce.is_empty(),
            keys,
            home_uri: self.home_uri.trim(),
            policy_uri: self.policy_uri.trim(),
        };
        let outcome = match &by {
            By::Owner(owner) => {
                let clients = &page.services.clients;
                clients.register_own(&new, *owner, &page.client).await
            }
            By::Desk(desk) => admin(page, desk).await?.register_client(&new).await,
        };
        match outcome.map_err(broken)? {
            RegisterOutcome::Registered(created) => {
                let title = PageTitle::plain(Text::Clients(Clients::Registered));
                Ok(Done::Show(title, registered_page(page, area, *created)))
            }
            RegisterOutcome::Refused(problems) => Err(Problems {
                fields: problems.iter().map(|one| self.said(one)).collect(),
                ..Problems::default()
            }),
            RegisterOutcome::TooMany => Err(Problems::form(FormProblem::TooManyClients)),
        }
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        let title = state.title(Text::Clients(Clients::Title));
        match list(page, state).await {
            Ok(Some(view)) => (title, view),
            Ok(None) => message::not_found(),
            Err(error) => broken_page(error),
        }
    }
}

impl RegisterClient {
    fn said(&self, problem: &ClientProblem) -> (Field, FieldProblem) {
        let fault = |field, fault| (field, FieldProblem::Client(fault));
        match problem {
            ClientProblem::Name(problem) => (Field::ClientName, name_problem(*problem)),
            ClientProblem::RedirectUriMissing => (Field::RedirectUris, FieldProblem::Missing),
            ClientProblem::TooManyRedirectUris => {
                fault(Field::RedirectUris, ClientFault::TooManyUris)
            }
            ClientProblem::RedirectUri(uri, why) => {
                fault(Field::RedirectUris, uri_fault(uri.clone(), *why))
            }
            ClientProblem::GrantMissing => (Field::Grant, FieldProblem::Missing),
            ClientProblem::RefreshWithoutCode => {
                fault(Field::Grant, ClientFault::RefreshWithoutCode)
            }
            ClientProblem::CredentialsOfPeople => {
                fault(Field::Grant, ClientFault::CredentialsOfPeople)
            }
            ClientProblem::CredentialsOfPublic => {
                fault(Field::Grant, ClientFault::CredentialsOfPublic)
            }
            ClientProblem::NotOffered(_) => (Field::Scope, FieldProblem::NotOffered),
            ClientProblem::OfflineWithoutRefresh => {
                fault(Field::Scope, ClientFault::OfflineWithoutRefresh)
            }
            ClientProblem::SeveralHosts => fault(Field::RedirectUris, ClientFault::SeveralHosts),
            ClientProblem::KeysMissing => (Field::Keys, FieldProblem::Missing),
            ClientProblem::Keys => fault(Field::Keys, ClientFault::Keys),
            ClientProblem::SecretKeys => fault(Field::Keys, ClientFault::SecretKeys),
            ClientProblem::PkceNeeded => fault(Field::Kind, ClientFault::PkceNeeded),
            ClientProblem::Link(uri) if *uri == self.home_uri.trim() => {
                fault(Field::HomeUri, ClientFault::Link)
            }
            ClientProblem::Link(_) => fault(Field::PolicyUri, ClientFault::Link),
        }
    }
}

const fn name_problem(problem: NameProblem) -> FieldProblem {
    match problem {
        NameProblem::Missing => FieldProblem::Missing,
        NameProblem::TooLong => FieldProblem::TooLong { max: 100 },
        NameProblem::Unprintable => FieldProblem::Unprintable,
    }
}

fn uri_fault(uri: String, why: RedirectUriProblem) -> ClientFault {
    match why {
        RedirectUriProblem::Malformed => ClientFault::Malformed(uri),
        RedirectUriProblem::Fragment => ClientFault::Fragment(uri),
        RedirectUriProblem::UserInfo => ClientFault::UserInfo(uri),
        RedirectUriProblem::Wildcard => ClientFault::Wildcard(uri),
        RedirectUriProblem::NotHttps => ClientFault::NotHttps(uri),
        RedirectUriProblem::Scheme => ClientFault::Scheme(uri),
    }
}

/// What is done to an app's secrets.
#[derive(Clone, Deserialize)]
pub struct ActOnClient {
    /// `secret` or `withdraw`.
    #[serde(default)]
    pub act: String,
    /// Which secret is taken away.
    #[serde(default)]
    pub secret: String,
}

#[async_trait]
impl PageForm for ActOnClient {
    const FIELDS: &'static [&'static str] = &["act", "secret"];
    const KEPT: &'static [&'static str] = &[];
    const BY_FETCH: bool = false;

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let area = Area::of(&page.path_and_query);
        let id = segment(&page.path_and_query, area.list()).unwrap_or_default();
        let back = area.one(&id);
        let by = match By::of(page, area, &back).await {
            Ok(by) => by,
            Err(done) => return done,
        };
        let gone = || Problems::form(FormProblem::NoSuchClient);
        let clients = &page.services.clients;
        match self.act.as_str() {
            "secret" => {
                let (client, ..) = found(page).await.map_err(broken)?.ok_or_else(gone)?;
                let made = match &by {
                    By::Owner(owner) => {
                        clients
                            .another_secret_of_own(&id, *owner, &page.client)
                            .await
                    }
                    By::Desk(desk) => admin(page, desk).await?.another_client_secret(&id).await,
                };
                match made.map_err(broken)? {
                    SecretOutcome::Made(secret) => {
                        let title = PageTitle::plain(Text::Clients(Clients::AnotherMade));
                        let named = (client.id.as_str(), client.name.as_str());
                        Ok(Done::Show(title, secret_page(page, area, named, secret)))
                    }
                    SecretOutcome::TooMany => Err(Problems::form(FormProblem::TooManySecrets)),
                    SecretOutcome::Unknown => Err(gone()),
                }
            }
            "withdraw" => {
                let which = (&*id, self.secret.as_str());
                let taken = match &by {
                    By::Owner(owner) => {
                        clients
                            .withdraw_secret_of_own(which, *owner, &page.client)
                            .await
                    }
                    By::Desk(desk) => admin(page, desk).await?.withdraw_client_secret(which).await,
                };
                if taken.map_err(broken)? {
                    Ok(Done::go(format!("{back}?done=withdrawn")))
                } else {
                    Err(Problems::form(FormProblem::LastSecret))
                }
            }
            _ => Err(Problems::form(FormProblem::BadRequest)),
        }
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        let title = state.title(Text::Clients(Clients::AppTitle));
        match one(page, &state).await {
            Ok(Some(view)) => (title, view),
            Ok(None) => message::not_found(),
            Err(error) => broken_page(error),
        }
    }
}

/// Deletes an app, once that is confirmed.
#[derive(Clone, Deserialize)]
pub struct DeleteClient {}

#[async_trait]
impl PageForm for DeleteClient {
    const FIELDS: &'static [&'static str] = &[];
    const KEPT: &'static [&'static str] = &[];
    const BY_FETCH: bool = false;

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let area = Area::of(&page.path_and_query);
        let id = segment(&page.path_and_query, area.list()).unwrap_or_default();
        let by = match By::of(page, area, &format!("{}/delete", area.one(&id))).await {
            Ok(by) => by,
            Err(done) => return done,
        };
        let gone = match &by {
            By::Owner(owner) => {
                let clients = &page.services.clients;
                clients.delete_own(&id, *owner, &page.client).await
            }
            By::Desk(desk) => admin(page, desk).await?.delete_client(&id).await,
        };
        if gone.map_err(broken)? {
            Ok(Done::go(format!("{}?done=deleted", area.list())))
        } else {
            Err(Problems::form(FormProblem::NoSuchClient))
        }
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        let title = state.title(Text::Clients(Clients::Title));
        match list(page, state).await {
            Ok(Some(view)) => (title, view),
            Ok(None) => message::not_found(),
            Err(error) => broken_page(error),
        }
    }
}
