//! Who calls: a token in the one `Authorization` header (RFC 6750 section 2.1), for tools that know
//! nothing else as the password of HTTP Basic (RFC 7617). A token in a query or a form isn't read.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    accounts::EmailAddress,
    tokens::{Caller, Unauthorized},
};
use http::{HeaderMap, HeaderValue, header::AUTHORIZATION, request::Parts};

use crate::http::{
    api::{Scope, TokenCount},
    error::api::{Kind, Problem},
    page_context::address_of,
    state::AppState,
};

/// The longest token that is looked at, in bytes.
const LONGEST: usize = 8 * 1024;
/// The longest `Authorization` header: Basic writes an address and a token a third longer.
const LONGEST_HEADER: usize = 12 * 1024;

/// Somebody who calls with a token that has the scope `S`.
pub(in crate::http) struct Bearer<S> {
    /// Who it is.
    pub(in crate::http) caller: Caller,
    scope: PhantomData<S>,
}

impl<S: Scope> FromRequestParts<AppState> for Bearer<S> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = authenticate(parts, state).await?;
        if !caller.may(S::NAME) {
            return Err(insufficient(S::NAME));
        }
        Ok(Self {
            caller,
            scope: PhantomData,
        })
    }
}

/// Whose token a request carries. Counts the call.
///
/// # Errors
/// [`Problem`] with the challenge of RFC 6750 section 3, always for Bearer: a browser that is asked
/// for Basic would have people type their password.
pub(in crate::http) async fn authenticate(
    parts: &Parts,
    state: &AppState,
) -> Result<Caller, Problem> {
    let presented = Presented::of(&parts.headers)?;
    let address = address_of(state.door.proxy_hops, &parts.headers, &parts.extensions);
    let services = &state.services;
    let judged = services.callers.authenticate(presented.token(), address);
    let caller = match judged.await {
        Ok(caller) => caller,
        Err(Unauthorized::Refused(refused)) => {
            tracing::debug!(%refused, "a token was not accepted");
            return Err(invalid_token());
        }
        Err(Unauthorized::Storage(error)) => return Err(error.into()),
    };
    if let Presented::Basic { user, .. } = &presented
        && !(caller.is_personal() && is_address(user, &caller.person.email))
    {
        tracing::debug!("a token came with somebody else's address");
        return Err(invalid_token());
    }
    let claims = &caller.claims;
    // Those that a session is given one after the other count as one.
    let name = claims.sid.as_deref().unwrap_or(&claims.jti);
    if let Some(standing) = state.api.count_token(name, services.foundation.now()) {
        if let Some(count) = parts.extensions.get::<TokenCount>() {
            count.set(standing);
        }
        if let Some(refused) = standing.refused() {
            return Err(refused);
        }
    }
    Ok(caller)
}

/// What a request presents.
enum Presented<'a> {
    Bearer(&'a str),
    /// Never a password of ours: it is looked at as a token and as nothing else. `public_url` is
    /// https or this machine itself, or the server wouldn't have started.
    Basic {
        user: String,
        token: String,
    },
}

impl<'a> Presented<'a> {
    fn of(headers: &'a HeaderMap) -> Result<Self, Problem> {
        let mut sent = headers.get_all(AUTHORIZATION).iter();
        let header = sent.next().ok_or_else(missing)?;
        if sent.next().is_some() {
            return Err(twice());
        }
        if header.len() > LONGEST_HEADER {
            return Err(invalid_token());
        }
        let text = header.to_str().map_err(|_| invalid_token())?;
        let (scheme, rest) = text.split_once(' ').unwrap_or((text, ""));
        let rest = rest.trim_matches(' ');
        let presented = if scheme.eq_ignore_ascii_case("bearer") {
            Some(Self::Bearer(rest))
        } else if scheme.eq_ignore_ascii_case("basic") {
            Self::basic(rest)
        } else {
            // RFC 6750 section 3.1: a scheme that isn't spoken here is no attempt.
            return Err(missing());
        };
        presented
            .filter(|presented| presented.token().len() <= LONGEST)
            .ok_or_else(invalid_token)
    }

    fn basic(encoded: &str) -> Option<Self> {
        let decoded = STANDARD.decode(encoded).ok()?;
        let decoded = String::from_utf8(decoded).ok()?;
        let (user, token) = decoded.split_once(':')?;
        Some(Self::Basic {
            user: user.to_owned(),
            token: token.to_owned(),
        })
    }

    fn token(&self) -> &str {
        match self {
            Self::Bearer(token) => token,
            Self::Basic { token, .. } => token,
        }
    }
}

/// Whether two spellings are of one address.
fn is_address(typed: &str, known: &str) -> bool {
    match (EmailAddress::parse(typed), EmailAddress::parse(known)) {
        (Ok(typed), Ok(known)) => typed.lookup_key() == known.lookup_key(),
        _ => false,
    }
}

fn missing() -> Problem {
    let problem = Problem::new(Kind::MissingToken, "Send a token: Authorization: Bearer …");
    // RFC 6750 section 3.1: without an attempt there is no error code.
    problem.challenging(HeaderValue::from_static("Bearer realm=\"latchkey\""))
}

/// Nobody knows which of them is meant (RFC 6750 section 2).
pub(in crate::http) fn twice() -> Problem {
    let problem = Problem::new(Kind::InvalidRequest, "There is more than one token.");
    problem.challenging(HeaderValue::from_static(
        "Bearer realm=\"latchkey\", error=\"invalid_request\", \
         error_description=\"There is more than one token.\"",
    ))
}

/// One and the same for every reason: strangers learn nothing from it.
pub(in crate::http) fn invalid_token() -> Problem {
    let problem = Problem::new(Kind::InvalidToken, "The token is not accepted.");
    problem.challenging(HeaderValue::from_static(
        "Bearer realm=\"latchkey\", error=\"invalid_token\", \
         error_description=\"The token is not accepted.\"",
    ))
}

/// The token isn't allowed what the call does.
pub(in crate::http) fn insufficient(scope: &'static str) -> Problem {
    let problem = Problem::new(
        Kind::InsufficientScope,
        format!("The call needs the scope {scope}."),
    );
    let challenge = format!(
        "Bearer realm=\"latchkey\", error=\"insufficient_scope\", \
         error_description=\"The call needs another scope.\", scope=\"{scope}\""
    );
    match HeaderValue::try_from(challenge) {
        Ok(challenge) => problem.challenging(challenge),
        Err(_) => problem,
    }
}
