//! The OAuth part: where the browser is sent, and a code for a token (RFC 6749 §4.1).

use std::pin::Pin;

use domain::social::{AuthorizationCode, AuthorizationStart, PkceVerifier, ProviderProblem};
use http::StatusCode;
use oauth2::{
    AsyncHttpClient, AuthType, AuthUrl, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    ExtraTokenFields, HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RequestTokenError, Scope, StandardRevocableToken, StandardTokenResponse, TokenResponse,
    TokenUrl,
    basic::{
        BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse,
        BasicTokenIntrospectionResponse, BasicTokenType,
    },
};
use serde_json::Value;
use url::Url;

use super::web::Web;
use crate::config::SocialProvider;

/// What a token endpoint answers, with what a protocol adds to it.
pub(super) type Tokens<Extra> = StandardTokenResponse<Extra, BasicTokenType>;

type OAuth<Extra> = oauth2::Client<
    BasicErrorResponse,
    Tokens<Extra>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
>;

/// Who we are at a provider.
pub(super) struct Client {
    id: ClientId,
    secret: Option<ClientSecret>,
}

/// A code, and what belongs to it.
pub(super) struct Exchange<'a> {
    /// Where codes become tokens.
    pub(super) endpoint: &'a Url,
    /// How we prove who we are there.
    pub(super) authentication: AuthType,
    pub(super) code: &'a AuthorizationCode,
    pub(super) redirect_uri: &'a Url,
    pub(super) verifier: &'a PkceVerifier,
}

impl Client {
    /// The client of a configured provider.
    pub(super) fn of(settings: &SocialProvider) -> Self {
        let secret = settings.client_secret.as_ref();
        Self {
            id: ClientId::new(settings.client_id.clone()),
            secret: secret.map(|secret| ClientSecret::new(secret.reveal().to_owned())),
        }
    }

    /// `client_id`.
    pub(super) fn id(&self) -> &str {
        self.id.as_str()
    }

    /// Whether it has to prove who it is.
    pub(super) const fn is_confidential(&self) -> bool {
        self.secret.is_some()
    }

    /// The address that the browser is sent to, with PKCE (RFC 7636 §4.3).
    pub(super) fn authorization_url(
        &self,
        endpoint: &Url,
        scopes: &[String],
        start: &AuthorizationStart<'_>,
        more: &[(&'static str, &str)],
    ) -> Result<Url, ProviderProblem> {
        let verifier = PkceCodeVerifier::new(start.verifier.expose().to_owned());
        // The library panics at a verifier that RFC 7636 §4.1 forbids.
        if !(43..=128).contains(&verifier.secret().len()) {
            return Err(ProviderProblem::Nonsense("a PKCE verifier that is none"));
        }
        let client = oauth2::basic::BasicClient::new(self.id.clone())
            .set_auth_uri(AuthUrl::from_url(endpoint.clone()))
            .set_redirect_uri(RedirectUrl::from_url(start.redirect_uri.clone()));
        let mut request = client
            .authorize_url(|| CsrfToken::new(start.state.expose().to_owned()))
            .add_scopes(scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        for (name, value) in more {
            request = request.add_extra_param(*name, *value);
        }
        Ok(request.url().0)
    }

    /// Exchanges a code for tokens.
    pub(super) async fn exchange<Extra>(
        &self,
        web: &Web,
        exchange: Exchange<'_>,
    ) -> Result<Tokens<Extra>, ProviderProblem>
    where
        Extra: ExtraTokenFields + Send + Sync + 'static,
    {
        let mut client = OAuth::<Extra>::new(self.id.clone())
            .set_auth_type(exchange.authentication)
            .set_redirect_uri(RedirectUrl::from_url(exchange.redirect_uri.clone()));
        if let Some(secret) = &self.secret {
            client = client.set_client_secret(secret.clone());
        }
        let client = client.set_token_uri(TokenUrl::from_url(exchange.endpoint.clone()));
        let code = oauth2::AuthorizationCode::new(exchange.code.expose().to_owned());
        let verifier = PkceCodeVerifier::new(exchange.verifier.expose().to_owned());
        let tokens = client
            .exchange_code(code)
            .set_pkce_verifier(verifier)
            .request_async(&Asking(web))
            .await
            .map_err(refusal)?;
        match tokens.token_type() {
            BasicTokenType::Bearer => Ok(tokens),
            _ => Err(ProviderProblem::Nonsense("a token that isn't a bearer's")),
        }
    }
}

/// Our client, as the library wants one.
struct Asking<'a>(&'a Web);

impl<'c> AsyncHttpClient<'c> for Asking<'_> {
    type Error = ProviderProblem;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, ProviderProblem>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.0.send(request).await?;
            let mut response = HttpResponse::new(answer.body);
            *response.status_mut() = match answer.status {
                // GitHub says no with a 200.
                StatusCode::OK if is_error(response.body()) => StatusCode::BAD_REQUEST,
                status => status,
            };
            Ok(response)
        })
    }
}

fn is_error(body: &[u8]) -> bool {
    serde_json::from_slice::<Value>(body).is_ok_and(|said| {
        said.get("error").is_some_and(Value::is_string) && said.get("access_token").is_none()
    })
}

/// Why there are no tokens. Nothing of what the provider wrote goes on.
fn refusal(error: RequestTokenError<ProviderProblem, BasicErrorResponse>) -> ProviderProblem {
    match error {
        RequestTokenError::Request(problem) => problem,
        RequestTokenError::ServerResponse(said) => refused(said.error()),
        RequestTokenError::Parse(..) => {
            ProviderProblem::Nonsense("an answer of its token endpoint that isn't one")
        }
        RequestTokenError::Other(_) => {
            ProviderProblem::Nonsense("an empty answer of its token endpoint")
        }
    }
}

/// The codes of RFC 6749 §5.2, and GitHub's own.
fn refused(error: &BasicErrorResponseType) -> ProviderProblem {
    use BasicErrorResponseType as Error;

    match error {
        Error::InvalidGrant => ProviderProblem::CodeRefused,
        Error::InvalidClient => ProviderProblem::ClientRefused("invalid_client"),
        Error::UnauthorizedClient => ProviderProblem::ClientRefused("unauthorized_client"),
        Error::InvalidRequest => ProviderProblem::ClientRefused("invalid_request"),
        Error::InvalidScope => ProviderProblem::ClientRefused("invalid_scope"),
        Error::UnsupportedGrantType => ProviderProblem::ClientRefused("unsupported_grant_type"),
        Error::Extension(code) => match code.as_str() {
            "bad_verification_code" => ProviderProblem::CodeRefused,
            "incorrect_client_credentials" => {
                ProviderProblem::ClientRefused("incorrect_client_credentials")
            }
            "redirect_uri_mismatch" => ProviderProblem::ClientRefused("redirect_uri_mismatch"),
            "unverified_user_email" => {
                ProviderProblem::NotTrusted("the person's address isn't verified there")
            }
            _ => ProviderProblem::Nonsense("an error of no known kind from its token endpoint"),
        },
    }
}
