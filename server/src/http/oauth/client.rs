//! What a client sends: parameters, and who it says it is (RFC 6749 section 2.3).

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{FromRequest, Request},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    client::Client,
    clients::{ClientCredentials, RegisteredClient},
    oauth_grants::{ErrorCode, Params},
};
use http::{HeaderMap, header::AUTHORIZATION, request::Parts};
use percent_encoding::percent_decode_str;

use crate::http::{
    error::oauth::OAuthProblem, forms::posted, page_context::client as client_of, state::AppState,
};

/// The one kind of assertion (RFC 7523 section 2.2).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The longest `Authorization` header that is read, in bytes.
const LONGEST_HEADER: usize = 8 * 1024;

/// A form that a client posted, and which client that is.
pub(in crate::http) struct FromClient {
    /// The client.
    pub(super) client: Arc<RegisteredClient>,
    /// What it sent.
    pub(super) params: Params,
    /// From where.
    pub(super) who: Client,
}

impl FromRequest<AppState> for FromClient {
    type Rejection = OAuthProblem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, OAuthProblem> {
        let (parts, body) = request.into_parts();
        let params = read(&parts, body, state).await?;
        let client = authenticated(&parts.headers, &params, state).await?;
        Ok(Self {
            client,
            params,
            who: client_of(state, &parts, None),
        })
    }
}

/// The parameters of a form's body. In the address they would stand in logs (RFC 6749 section 2.3.1).
pub(super) async fn read(
    parts: &Parts,
    body: Body,
    state: &AppState,
) -> Result<Params, OAuthProblem> {
    if parts.uri.query().is_some_and(|query| !query.is_empty()) {
        return Err(OAuthProblem::new(
            ErrorCode::InvalidRequest,
            "Parameters belong into the body.",
        ));
    }
    let bytes = posted(parts, body, state.door.body_bytes).await?;
    Ok(Params::of(url::form_urlencoded::parse(&bytes).into_owned()))
}

/// The value of a parameter that may be there once.
pub(super) fn one<'a>(
    params: &'a Params,
    name: &'static str,
) -> Result<Option<&'a str>, OAuthProblem> {
    params.one(name).map_err(|_| {
        OAuthProblem::new(
            ErrorCode::InvalidRequest,
            "A parameter is there more than once.",
        )
    })
}

/// A parameter that has to be there.
pub(super) fn required<'a>(
    params: &'a Params,
    name: &'static str,
) -> Result<&'a str, OAuthProblem> {
    one(params, name)?
        .ok_or_else(|| OAuthProblem::new(ErrorCode::InvalidRequest, "A parameter is missing."))
}

async fn authenticated(
    headers: &HeaderMap,
    params: &Params,
    state: &AppState,
) -> Result<Arc<RegisteredClient>, OAuthProblem> {
    let by_header = basic(headers)?;
    let id = one(params, "client_id")?;
    let secret = one(params, "client_secret")?;
    let assertion = one(params, "client_assertion")?;
    let kind = one(params, "client_assertion_type")?;
    // RFC 6749 section 2.3: one way at a time.
    let ways = [by_header.is_some(), secret.is_some(), assertion.is_some()];
    if ways.into_iter().filter(|used| *used).count() > 1 {
        return Err(OAuthProblem::new(
            ErrorCode::InvalidRequest,
            "The client proves who it is in more than one way.",
        ));
    }
    let credentials = match (&by_header, secret, assertion, id) {
        (Some((name, secret)), _, _, id) if id.is_none_or(|id| id == name) => {
            ClientCredentials::Secret { id: name, secret }
        }
        (None, Some(secret), _, Some(id)) => ClientCredentials::Secret { id, secret },
        (None, None, Some(assertion), id) if kind == Some(ASSERTION_TYPE) => {
            ClientCredentials::Assertion { id, assertion }
        }
        (None, None, None, Some(id)) => ClientCredentials::Named(id),
        _ => return Err(OAuthProblem::client()),
    };
    let clients = &state.services.clients;
    let known = clients.authenticate(credentials).await?;
    known.map_err(|_| OAuthProblem::client())
}

/// Name and secret of the header, each as a form writes them (RFC 6749 section 2.3.1).
fn basic(headers: &HeaderMap) -> Result<Option<(String, String)>, OAuthProblem> {
    let mut sent = headers.get_all(AUTHORIZATION).iter();
    let Some(header) = sent.next() else {
        return Ok(None);
    };
    if sent.next().is_some() {
        return Err(OAuthProblem::new(
            ErrorCode::InvalidRequest,
            "There is more than one Authorization header.",
        ));
    }
    let read = || {
        if header.len() > LONGEST_HEADER {
            return None;
        }
        let (scheme, encoded) = header.to_str().ok()?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let decoded = STANDARD.decode(encoded.trim_matches(' ')).ok()?;
        let decoded = String::from_utf8(decoded).ok()?;
        let (name, secret) = decoded.split_once(':')?;
        Some((as_form(name)?, as_form(secret)?))
    };
    read().map(Some).ok_or_else(OAuthProblem::client)
}

fn as_form(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().ok()?;
    Some(decoded.into_owned())
}
