//! GitHub, which speaks OAuth 2.0 and has an API for the rest.

use std::sync::Arc;

use async_trait::async_trait;
use domain::social::{
    AuthorizationCode, AuthorizationStart, ForeignEmail, ForeignIdentity, Nonce, PkceVerifier,
    Provider, ProviderId, ProviderProblem,
};
use http::StatusCode;
use oauth2::{AuthType, EmptyExtraTokenFields, TokenResponse};
use serde::{Deserialize, de::DeserializeOwned};
use url::Url;

use super::{
    clean,
    exchange::{Client, Exchange, Tokens},
    web::Web,
};
use crate::config::SocialProvider;

const SCOPES: [&str; 2] = ["read:user", "user:email"];
const API_TYPE: &str = "application/vnd.github+json";

/// Where GitHub, or one's own GitHub Enterprise Server, stands.
pub(super) struct Site {
    issuer: String,
    authorize: Url,
    token: Url,
    user: Url,
    emails: Url,
}

/// GitHub, ready to be asked.
pub(super) struct GitHub {
    id: ProviderId,
    name: String,
    client: Client,
    site: Site,
    web: Arc<Web>,
}

/// `GET /user`, as far as it matters.
#[derive(Deserialize)]
struct User {
    id: u64,
    login: String,
    name: Option<String>,
}

/// One of `GET /user/emails`.
#[derive(Deserialize)]
struct Email {
    #[serde(rename = "email")]
    address: String,
    primary: bool,
    verified: bool,
}

impl Site {
    /// `site` is where people go, `api` what programs ask.
    pub(super) fn new(site: &Url, api: &Url) -> Self {
        let mut emails = below(api, &["user", "emails"]);
        // The primary one may stand on any page: as many as fit on the first.
        emails.set_query(Some("per_page=100"));
        Self {
            issuer: site.as_str().trim_end_matches('/').to_owned(),
            authorize: below(site, &["login", "oauth", "authorize"]),
            token: below(site, &["login", "oauth", "access_token"]),
            user: below(api, &["user"]),
            emails,
        }
    }
}

fn below(base: &Url, path: &[&str]) -> Url {
    let mut url = base.clone();
    // Fails only for addresses that can't have a path, and those aren't https.
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    url
}

impl GitHub {
    pub(super) fn new(
        settings: &SocialProvider,
        client: Client,
        site: Site,
        web: Arc<Web>,
    ) -> Self {
        Self {
            id: settings.id.clone(),
            name: settings.name.clone(),
            client,
            site,
            web,
        }
    }

    /// Asks the API, and takes 401 for a no to the token that GitHub itself just gave.
    async fn ask<T: DeserializeOwned>(
        &self,
        url: &Url,
        token: &str,
    ) -> Result<Option<T>, ProviderProblem> {
        let answer = self.web.get(url, API_TYPE, Some(token)).await?;
        match answer.status {
            StatusCode::OK => serde_json::from_slice(&answer.body)
                .map(Some)
                .map_err(|_| ProviderProblem::Nonsense("an answer of its API that isn't one")),
            StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => Ok(None),
            StatusCode::UNAUTHORIZED => Err(ProviderProblem::ClientRefused(
                "its API refused the token that it gave",
            )),
            _ => Err(ProviderProblem::Nonsense("another status of its API")),
        }
    }

    /// The primary address, unless the person keeps it private.
    async fn email(&self, token: &str) -> Result<Option<ForeignEmail>, ProviderProblem> {
        let emails: Option<Vec<Email>> = self.ask(&self.site.emails, token).await?;
        let primary = emails
            .into_iter()
            .flatten()
            .find(|email| email.primary && !nobody_reads(&email.address));
        Ok(primary.and_then(|email| {
            Some(ForeignEmail {
                address: clean::address(&email.address)?,
                vouched: email.verified,
            })
        }))
    }
}

/// The stand-in that GitHub writes into commits of people who keep their address private.
fn nobody_reads(address: &str) -> bool {
    let domain = address.rsplit('@').next().unwrap_or_default();
    domain.to_ascii_lowercase().starts_with("users.noreply.")
}

#[async_trait]
impl Provider for GitHub {
    fn id(&self) -> &ProviderId {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    async fn authorization_url(
        &self,
        start: AuthorizationStart<'_>,
    ) -> Result<Url, ProviderProblem> {
        self.web.permit(&self.site.authorize)?;
        let scopes = SCOPES.map(str::to_owned);
        // It knows no `prompt=login`. Choosing an account is at least something that a person does.
        let fresh: &[_] = if start.fresh {
            &[("prompt", "select_account")]
        } else {
            &[]
        };
        let endpoint = &self.site.authorize;
        self.client
            .authorization_url(endpoint, &scopes, &start, fresh)
    }

    async fn check_callback_issuer(&self, iss: Option<&str>) -> Result<(), ProviderProblem> {
        // It sends none so far; as an issuer, its metadata calls itself by the path of its OAuth.
        let known = iss.is_none_or(|iss| {
            let path = iss.strip_prefix(&self.site.issuer);
            matches!(path, Some("" | "/" | "/login/oauth"))
        });
        if known {
            Ok(())
        } else {
            Err(ProviderProblem::NotTrusted(
                "the callback came from another issuer",
            ))
        }
    }

    async fn identify(
        &self,
        code: AuthorizationCode,
        redirect_uri: &Url,
        verifier: &PkceVerifier,
        _nonce: &Nonce,
        _fresh: bool,
    ) -> Result<ForeignIdentity, ProviderProblem> {
        let exchange = Exchange {
            endpoint: &self.site.token,
            authentication: AuthType::RequestBody,
            code: &code,
            redirect_uri,
            verifier,
        };
        let tokens: Tokens<EmptyExtraTokenFields> =
            self.client.exchange(&self.web, exchange).await?;
        let token = tokens.access_token().secret();
        let user: Option<User> = self.ask(&self.site.user, token).await?;
        let user = user.ok_or(ProviderProblem::ClientRefused(
            "its API doesn't show us the person",
        ))?;
        let subject = match user.id {
            0 => return Err(ProviderProblem::Nonsense("a person without a number")),
            id => id.to_string(),
        };
        Ok(ForeignIdentity {
            issuer: self.site.issuer.clone(),
            label: clean::label(&user.login).unwrap_or_else(|| subject.clone()),
            name: user.name.as_deref().and_then(clean::label),
            email: self.email(token).await?,
            auth_time: None,
            subject,
        })
    }
}
