//! Any OpenID provider: discovery, its keys, ID tokens, userinfo.

mod claims;
mod id_token;
mod keys;
mod metadata;

#[cfg(test)]
mod tests;

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{
    clock::Clock,
    social::{
        AuthorizationCode, AuthorizationStart, ForeignIdentity, Nonce, PkceVerifier, Provider,
        ProviderId, ProviderProblem,
    },
};
use http::StatusCode;
use oauth2::{AuthType, ExtraTokenFields, TokenResponse};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    exchange::{Client, Exchange, Tokens},
    remembered::Remembered,
    web::Web,
};
use crate::config::SocialProvider;

use claims::{Claims, Profile, Userinfo};
use id_token::Expected;
use keys::Keys;
use metadata::Metadata;

/// How long metadata is believed.
const METADATA: Duration = Duration::from_hours(1);

/// What is particular to a provider.
pub(super) struct Terms {
    /// Exactly as its metadata and its ID tokens name it.
    pub(super) issuer: String,
    pub(super) scopes: Vec<String>,
    /// Whether its `email_verified` is believed.
    pub(super) trust_email: bool,
}

/// A provider, ready to be asked.
pub(super) struct OpenId {
    id: ProviderId,
    name: String,
    client: Client,
    terms: Terms,
    web: Arc<Web>,
    clock: Arc<dyn Clock>,
    metadata: Remembered<Metadata>,
    keys: Keys,
}

/// What OpenID Connect adds to a token answer (Core §3.1.3.3).
#[derive(Deserialize, Serialize)]
struct WithIdToken {
    id_token: Option<String>,
}

impl fmt::Debug for WithIdToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WithIdToken")
    }
}

impl ExtraTokenFields for WithIdToken {}

impl OpenId {
    pub(super) fn new(
        settings: &SocialProvider,
        client: Client,
        terms: Terms,
        web: Arc<Web>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            id: settings.id.clone(),
            name: settings.name.clone(),
            client,
            terms,
            web,
            metadata: Remembered::new(METADATA, Arc::clone(&clock)),
            keys: Keys::new(Arc::clone(&clock)),
            clock,
        }
    }

    async fn metadata(&self) -> Result<Arc<Metadata>, ProviderProblem> {
        let ask = metadata::discover(&self.web, &self.terms.issuer);
        self.metadata.or_ask(ask).await
    }

    /// How we prove who we are. A public client only says it.
    fn authentication(&self, metadata: &Metadata) -> Result<AuthType, ProviderProblem> {
        if !self.client.is_confidential() {
            return Ok(AuthType::RequestBody);
        }
        metadata
            .authentication
            .clone()
            .ok_or(ProviderProblem::ClientRefused(
                "it takes neither client_secret_basic nor client_secret_post",
            ))
    }

    async fn believe(
        &self,
        metadata: &Metadata,
        token: &str,
        expected: &Expected<'_>,
    ) -> Result<Claims, ProviderProblem> {
        let signature = id_token::signature(token, &metadata.algorithms)?;
        let key = self
            .keys
            .find(
                &self.web,
                &metadata.keys,
                signature.key.as_deref(),
                signature.algorithm,
            )
            .await?;
        id_token::verify(token, signature.algorithm, &key.decoding, expected)
    }

    /// The profile of an ID token, completed by userinfo where there is one.
    async fn complete(
        &self,
        metadata: &Metadata,
        claims: &Claims,
        access_token: &str,
    ) -> Result<Profile, ProviderProblem> {
        let profile = claims.profile.clone();
        let Some(url) = metadata
            .userinfo
            .as_ref()
            .filter(|_| !profile.is_complete())
        else {
            return Ok(profile);
        };
        let answer = self
            .web
            .get(url, "application/json", Some(access_token))
            .await?;
        if answer.status != StatusCode::OK {
            return Err(ProviderProblem::Nonsense("no userinfo"));
        }
        let userinfo: Userinfo = serde_json::from_slice(&answer.body)
            .map_err(|_| ProviderProblem::Nonsense("userinfo that is none"))?;
        // Core §5.3.2: somebody else's access token could have been slipped in.
        if userinfo.sub != claims.sub {
            return Err(ProviderProblem::NotTrusted("userinfo of somebody else"));
        }
        Ok(profile.or(userinfo.profile))
    }
}

#[async_trait]
impl Provider for OpenId {
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
        let metadata = self.metadata().await?;
        let mut more = vec![("nonce", start.nonce.expose())];
        if start.fresh {
            more.extend([("prompt", "login"), ("max_age", "0")]);
        }
        self.client
            .authorization_url(&metadata.authorize, &self.terms.scopes, &start, &more)
    }

    async fn check_callback_issuer(&self, iss: Option<&str>) -> Result<(), ProviderProblem> {
        match iss {
            Some(iss) if iss == self.terms.issuer => Ok(()),
            Some(_) => Err(ProviderProblem::NotTrusted(
                "the callback came from another issuer",
            )),
            None if self.metadata().await?.names_issuer => Err(ProviderProblem::NotTrusted(
                "the callback doesn't say from which issuer it came",
            )),
            None => Ok(()),
        }
    }

    async fn identify(
        &self,
        code: AuthorizationCode,
        redirect_uri: &Url,
        verifier: &PkceVerifier,
        nonce: &Nonce,
        fresh: bool,
    ) -> Result<ForeignIdentity, ProviderProblem> {
        let metadata = self.metadata().await?;
        let exchange = Exchange {
            endpoint: &metadata.token,
            authentication: self.authentication(&metadata)?,
            code: &code,
            redirect_uri,
            verifier,
        };
        let tokens: Tokens<WithIdToken> = self.client.exchange(&self.web, exchange).await?;
        let access_token = tokens.access_token().secret();
        let id_token = tokens.extra_fields().id_token.as_deref();
        let id_token = id_token.ok_or(ProviderProblem::NotTrusted("no ID token came"))?;
        let expected = Expected {
            issuer: &self.terms.issuer,
            client: self.client.id(),
            nonce: nonce.expose(),
            access_token,
            fresh,
            now: self.clock.now(),
        };
        let claims = self.believe(&metadata, id_token, &expected).await?;
        let profile = self.complete(&metadata, &claims, access_token).await?;
        Ok(ForeignIdentity {
            label: profile.label().unwrap_or_else(|| clean_subject(&claims)),
            name: profile.name(),
            email: profile.email(self.terms.trust_email),
            auth_time: claims.auth_time.and_then(id_token::time),
            issuer: claims.iss,
            subject: claims.sub,
        })
    }
}

/// What is left to call somebody of whom nothing else is known.
fn clean_subject(claims: &Claims) -> String {
    super::clean::label(&claims.sub).unwrap_or_default()
}
