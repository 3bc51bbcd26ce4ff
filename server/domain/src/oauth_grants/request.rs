//! Reading authorization requests (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2).
//!
//! Until client and redirect URI are known to belong together, nobody is sent anywhere: whoever is
//! wrong about these is told so on a page (RFC 9700 section 4.11).

use super::{ClaimsRequest, OAuthService, OPENID, code::is_challenge, scopes::is_openid_scope};
use crate::{
    clients::{GrantType, RegisteredClient, is_registered},
    store::StorageError,
};

/// The longest request, in bytes as it stands in an address: the person may have to come back to it.
const LONGEST: usize = 4000;
/// The longest `nonce`, in bytes.
const LONGEST_NONCE: usize = 512;

/// Parameters as they were sent.
#[derive(Clone, Debug, Default)]
pub struct Params(Vec<(String, String)>);

/// A parameter that may be there once is there twice (RFC 6749 section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Twice(pub &'static str);

impl Params {
    /// Takes pairs; those without a value count as not sent (RFC 6749 section 3.1).
    pub fn of(pairs: impl Iterator<Item = (String, String)>) -> Self {
        Self(pairs.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// Takes what stands in an address or a body (URL standard, `application/x-www-form-urlencoded`).
    pub fn parse(text: &str) -> Self {
        Self::of(url::form_urlencoded::parse(text.as_bytes()).into_owned())
    }

    /// As they stand in an address.
    pub fn to_query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.0);
        query.finish()
    }

    /// Takes every parameter of a name away.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }

    /// Adds a parameter.
    pub fn push(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// The value of a parameter.
    ///
    /// # Errors
    /// [`Twice`] when it is there more than once.
    pub fn one(&self, name: &'static str) -> Result<Option<&str>, Twice> {
        let mut values = self.all(name);
        let value = values.next();
        if values.next().is_some() {
            return Err(Twice(name));
        }
        Ok(value)
    }

    /// The values of a parameter that may be there several times.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(known, _)| known == name);
        named.map(|(_, value)| value.as_str())
    }

    /// How long they are together, in bytes as they stand in an address.
    fn length(&self) -> usize {
        let pairs = self.0.iter();
        pairs
            .map(|(name, value)| encoded(name) + encoded(value) + 2)
            .sum()
    }
}

/// How many bytes a text takes in an address.
fn encoded(text: &str) -> usize {
    url::form_urlencoded::byte_serialize(text.as_bytes())
        .map(str::len)
        .sum()
}

/// How the answer goes back (OAuth 2.0 Multiple Response Types, Form Post Response Mode).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResponseMode {
    /// In the query of the redirect URI.
    #[default]
    Query,
    /// As a form that the browser posts.
    FormPost,
}

impl ResponseMode {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::FormPost => "form_post",
        }
    }
}

/// Where the answer goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// One of the client's registered addresses.
    pub uri: String,
    /// Whether the request said so.
    pub sent: bool,
    /// How.
    pub mode: ResponseMode,
    /// What the client wants to have back.
    pub state: Option<String>,
}

/// Why nobody is sent anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unanswerable {
    /// `client_id` is missing.
    NoClient,
    /// No client has this name, or it doesn't ask people.
    UnknownClient,
    /// The redirect URI is missing, and the client has several.
    NoRedirectUri(String),
    /// The client has no such redirect URI.
    OtherRedirectUri(String),
    /// This is there twice, so nobody knows which is meant.
    Twice(&'static str),
    /// Longer than any browser brings back.
    TooLong,
}

/// What a client is told (RFC 6749 sections 4.1.2.1 and 5.2, RFC 8707 section 2, OpenID Connect Core section
/// 3.1.2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// A parameter is missing, there twice, or makes no sense.
    InvalidRequest,
    /// The client isn't who it says.
    InvalidClient,
    /// The code or refresh token isn't one, is over, or somebody else's.
    InvalidGrant,
    /// The client may not ask like this.
    UnauthorizedClient,
    /// There is no such way to ask for tokens.
    UnsupportedGrantType,
    /// There is no such way to answer.
    UnsupportedResponseType,
    /// The scopes aren't known, or not this client's.
    InvalidScope,
    /// The API isn't known, or not this client's.
    InvalidTarget,
    /// The person said no.
    AccessDenied,
    /// Nobody is signed in.
    LoginRequired,
    /// Nobody has said yes.
    ConsentRequired,
    /// Somebody has to be asked who they want to be.
    AccountSelectionRequired,
    /// What was made a condition can't be met.
    UnmetAuthenticationRequirements,
    /// `request` isn't read.
    RequestNotSupported,
    /// `request_uri` isn't read.
    RequestUriNotSupported,
    /// `registration` isn't read.
    RegistrationNotSupported,
    /// Something broke on our side.
    ServerError,
    /// Try again in a moment.
    TemporarilyUnavailable,
}

impl ErrorCode {
    /// The RFC's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::AccessDenied => "access_denied",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::AccountSelectionRequired => "account_selection_required",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }
}

/// Why a client doesn't get what it asks for, as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denied {
    /// The code.
    pub code: ErrorCode,
    /// For whoever writes the client.
    pub description: &'static str,
}

/// Why a request goes no further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// Said on a page.
    Here(Unanswerable),
    /// Said to the client.
    There(Redirect, Denied),
}

/// A request that makes sense.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "`prompt` is a set, and each of its words a question of its own"
)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client: RegisteredClient,
    /// Where the answer goes.
    pub redirect: Redirect,
    /// For what, in the order in which people see it.
    pub scopes: Vec<String>,
    /// At which APIs.
    pub audience: Vec<String>,
    /// `code_challenge`.
    pub challenge: Option<String>,
    /// What the ID token is to repeat.
    pub nonce: Option<String>,
    /// `prompt=none`: nobody is to be asked anything.
    pub silent: bool,
    /// `prompt=login`: they prove again who they are.
    pub prove: bool,
    /// `prompt=consent`: they are asked, whatever they said before.
    pub ask: bool,
    /// `prompt=select_account`: they are asked who they want to be.
    pub choose: bool,
    /// The most seconds since they proved who they are.
    pub max_age: Option<u64>,
    /// Who they probably are.
    pub login_hint: Option<String>,
    /// An ID token of whoever is meant.
    pub id_token_hint: Option<String>,
    /// Claims that are asked for one by one.
    pub claims: ClaimsRequest,
}

const fn wrong(description: &'static str) -> Denied {
    Denied {
        code: ErrorCode::InvalidRequest,
        description,
    }
}

impl OAuthService {
    /// Reads a request.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn read(
        &self,
        params: &Params,
    ) -> Result<Result<AuthorizationRequest, Rejected>, StorageError> {
        let here = |why| Ok(Err(Rejected::Here(why)));
        let id = match params.one("client_id") {
            Ok(Some(id)) => id,
            Ok(None) => return here(Unanswerable::NoClient),
            Err(Twice(name)) => return here(Unanswerable::Twice(name)),
        };
        let mut work = self.foundation.store.read().await?;
        let client = work.find_serving_client(id).await?;
        drop(work);
        let Some(client) = client.filter(|client| !client.redirect_uris.is_empty()) else {
            return here(Unanswerable::UnknownClient);
        };
        let redirect = match redirect(params, &client) {
            Ok(redirect) => redirect,
            Err(why) => return here(why),
        };
        if params.length() > LONGEST {
            return here(Unanswerable::TooLong);
        }
        Ok(self
            .understood(params, client, &redirect)
            .map_err(|denied| Rejected::There(redirect, denied)))
    }

    fn understood(
        &self,
        params: &Params,
        client: RegisteredClient,
        redirect: &Redirect,
    ) -> Result<AuthorizationRequest, Denied> {
        let one = |name| {
            let value = params.one(name);
            value.map_err(|_| wrong("A parameter is there more than once."))
        };
        one("state")?;
        refuse_what_is_not_read(params)?;
        check_response(params, &client)?;
        let challenge = challenge(params, &client)?;
        let (scopes, audience) = self.reach(params, &client)?;
        let prompt = Prompt::read(one("prompt")?)?;
        let max_age = match one("max_age")? {
            None => None,
            Some(text) => {
                let digits = text.bytes().all(|byte| byte.is_ascii_digit());
                let age = digits.then(|| text.parse().ok()).flatten();
                Some(age.ok_or(wrong("max_age is no number of seconds."))?)
            }
        };
        let nonce = one("nonce")?;
        if nonce.is_some_and(|nonce| nonce.len() > LONGEST_NONCE) {
            return Err(wrong("The nonce is too long."));
        }
        let claims = match one("claims")? {
            None => ClaimsRequest::default(),
            Some(text) => {
                let asked = ClaimsRequest::parse(text);
                let asked = asked.ok_or(wrong("claims isn't an object of objects."))?;
                asked.within(&client.scopes)
            }
        };
        for unread in ["acr_values", "ui_locales", "claims_locales", "display"] {
            one(unread)?;
        }
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Ok(AuthorizationRequest {
            redirect: redirect.clone(),
            scopes,
            audience,
            challenge,
            nonce: owned(nonce),
            silent: prompt.none,
            prove: prompt.login || max_age == Some(0),
            ask: prompt.consent,
            choose: prompt.select_account,
            max_age,
            login_hint: owned(one("login_hint")?),
            id_token_hint: owned(one("id_token_hint")?),
            claims,
            client,
        })
    }

    /// What is asked for, and for which APIs (RFC 6749 section 3.3, RFC 8707 section 2). Scopes that nobody
    /// here knows are left out (OpenID Connect Core section 3.1.2.1); those of others are refused.
    fn reach(
        &self,
        params: &Params,
        client: &RegisteredClient,
    ) -> Result<(Vec<String>, Vec<String>), Denied> {
        let scope = params
            .one("scope")
            .map_err(|_| wrong("A parameter is there more than once."))?;
        let asked: Vec<&str> = match scope {
            Some(scope) => scope.split(' ').filter(|name| !name.is_empty()).collect(),
            // RFC 6749 section 3.3: a default, if there is one.
            None => client
                .scopes
                .iter()
                .map(String::as_str)
                .filter(|name| !is_openid_scope(name))
                .collect(),
        };
        self.reach_of(&asked, client, params)
    }

    /// The same for scopes that were split already.
    pub(super) fn reach_of(
        &self,
        asked: &[&str],
        client: &RegisteredClient,
        params: &Params,
    ) -> Result<(Vec<String>, Vec<String>), Denied> {
        let invalid = |description| Denied {
            code: ErrorCode::InvalidScope,
            description,
        };
        let known = |name: &&&str| is_openid_scope(name) || self.apis.choose(&[name], true).is_ok();
        let known: Vec<&str> = asked.iter().filter(known).copied().collect();
        let others = |name: &&str| !client.scopes.iter().any(|own| own == name);
        if known.iter().any(others) {
            return Err(invalid("The client may not ask for one of the scopes."));
        }
        if known.is_empty() {
            return Err(invalid("None of the scopes is known."));
        }
        let of_openid = super::OPENID_SCOPES.into_iter();
        let of_openid = of_openid.filter(|name| known.contains(name));
        let mut scopes: Vec<String> = of_openid.map(str::to_owned).collect();
        let of_apis: Vec<&str> = known
            .into_iter()
            .filter(|name| !is_openid_scope(name))
            .collect();
        let chosen = self.apis.choose(&of_apis, true);
        let chosen = chosen.map_err(|_| invalid("One of the scopes is not offered."))?;
        scopes.extend(chosen.scopes);
        let mut audience = self.audience_of(&scopes);
        let resources: Vec<&str> = params.all("resource").collect();
        if !resources.is_empty() {
            let target = |description| Denied {
                code: ErrorCode::InvalidTarget,
                description,
            };
            let offered = |wanted: &&str| self.apis.of_audience(wanted).is_some();
            if !resources.iter().all(offered) {
                return Err(target("There is no such resource."));
            }
            let reached = |wanted: &&str| audience.iter().any(|known| known == wanted);
            if !resources.iter().all(reached) {
                return Err(target("None of the scopes belongs to that resource."));
            }
            audience.retain(|known| resources.contains(&known.as_str()));
            // Who somebody is, an ID token tells, whatever the access token is for.
            scopes.retain(|scope| is_openid_scope(scope) || self.belongs(scope, &audience));
        }
        Ok((scopes, audience))
    }
}

/// Where the answer goes, if it may go there.
fn redirect(params: &Params, client: &RegisteredClient) -> Result<Redirect, Unanswerable> {
    let sent = params.one("redirect_uri");
    let sent = sent.map_err(|Twice(name)| Unanswerable::Twice(name))?;
    let uri = match (sent, client.redirect_uris.as_slice()) {
        (Some(asked), registered) if is_registered(registered, asked) => asked,
        (Some(_), _) => return Err(Unanswerable::OtherRedirectUri(client.name.clone())),
        // OpenID Connect wants it said; without that, one is enough (RFC 6749 section 3.1.2.3).
        (None, [only]) if !wants_openid(params) => only,
        (None, _) => return Err(Unanswerable::NoRedirectUri(client.name.clone())),
    };
    let mode = match params.one("response_mode") {
        Ok(Some("form_post")) => ResponseMode::FormPost,
        _ => ResponseMode::Query,
    };
    // Of two states neither is sent back.
    let state = params.one("state").ok().flatten();
    Ok(Redirect {
        uri: uri.to_owned(),
        sent: sent.is_some(),
        mode,
        state: state.map(str::to_owned),
    })
}

fn wants_openid(params: &Params) -> bool {
    params
        .all("scope")
        .any(|scope| scope.split(' ').any(|name| name == OPENID))
}

fn refuse_what_is_not_read(params: &Params) -> Result<(), Denied> {
    for (name, code, description) in [
        (
            "request",
            ErrorCode::RequestNotSupported,
            "Send parameters, not a request object.",
        ),
        (
            "request_uri",
            ErrorCode::RequestUriNotSupported,
            "Send parameters, not the address of a request object.",
        ),
        (
            "registration",
            ErrorCode::RegistrationNotSupported,
            "Clients are registered beforehand.",
        ),
    ] {
        if params.all(name).next().is_some() {
            return Err(Denied { code, description });
        }
    }
    Ok(())
}

fn check_response(params: &Params, client: &RegisteredClient) -> Result<(), Denied> {
    let twice = |_| wrong("A parameter is there more than once.");
    match params.one("response_type").map_err(twice)? {
        Some("code") => {}
        None => return Err(wrong("response_type is missing.")),
        Some(_) => {
            return Err(Denied {
                code: ErrorCode::UnsupportedResponseType,
                description: "The only response_type is code.",
            });
        }
    }
    match params.one("response_mode").map_err(twice)? {
        None | Some("query" | "form_post") => {}
        Some(_) => return Err(wrong("response_mode is query or form_post.")),
    }
    if !client.may_use(GrantType::AuthorizationCode) {
        return Err(Denied {
            code: ErrorCode::UnauthorizedClient,
            description: "The client is not registered for codes.",
        });
    }
    Ok(())
}

/// What the code is to be bound to. Once there is a challenge, it has to be a good one, whoever asks.
fn challenge(params: &Params, client: &RegisteredClient) -> Result<Option<String>, Denied> {
    let one = |name| {
        let value = params.one(name);
        value.map_err(|_| wrong("A parameter is there more than once."))
    };
    match (one("code_challenge")?, one("code_challenge_method")?) {
        (None, None) if !client.require_pkce => Ok(None),
        (None, _) => Err(wrong("code_challenge is missing: PKCE is required.")),
        (Some(challenge), Some("S256")) if is_challenge(challenge) => {
            Ok(Some(challenge.to_owned()))
        }
        (Some(_), Some("S256")) => Err(wrong("code_challenge is no S256 challenge.")),
        (Some(_), _) => Err(wrong("code_challenge_method has to be S256.")),
    }
}

#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "`prompt` is a set, and each of its words a question of its own"
)]
struct Prompt {
    none: bool,
    login: bool,
    consent: bool,
    select_account: bool,
}

impl Prompt {
    fn read(text: Option<&str>) -> Result<Self, Denied> {
        let mut prompt = Self::default();
        let words = text.unwrap_or_default().split(' ');
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        for word in &words {
            match *word {
                "none" => prompt.none = true,
                "login" => prompt.login = true,
                "consent" => prompt.consent = true,
                "select_account" => prompt.select_account = true,
                _ => return Err(wrong("prompt is none, login, consent or select_account.")),
            }
        }
        if prompt.none && words.len() > 1 {
            return Err(wrong("prompt=none stands alone."));
        }
        Ok(prompt)
    }
}
