//! Practice Google: an OpenID provider with discovery and keys that rotate.

use std::time::Duration;

use app::text::Text;
use axum::{
    Json,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use domain::{clock::Timestamp, random::random_bytes, store::StorageError};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{AUTHORIZATION, RETRY_AFTER, WWW_AUTHENTICATE},
};
use serde_json::{Value, json};

use super::{
    Practice,
    act::Act,
    chooser::Verdict,
    house::House,
    params::{Params, is_our_client, proves, scheme, sha256},
    person::Person,
    sealed::{Access, Asked, Code, Handed, open, redeem, seal},
};
use crate::config::practice::CLIENT_ID;

/// Longest `nonce`: it comes back in a token.
const LONGEST_NONCE: usize = 255;

fn issuer(practice: &Practice) -> String {
    House::Google.address(&practice.app.site.public_url)
}

/// Judges a request for authorization.
pub(super) fn judge(params: &Params, redirect_uri: &str) -> Verdict {
    if params.get("client_id") != Some(CLIENT_ID) {
        return Verdict::Stay(Text::PracticeUnknownClient);
    }
    if params.get("redirect_uri") != Some(redirect_uri) {
        return Verdict::Stay(Text::PracticeOtherAddress);
    }
    if params.get("response_type") != Some("code") {
        return Verdict::Back("unsupported_response_type");
    }
    if !params.has_word("scope", "openid") {
        return Verdict::Back("invalid_scope");
    }
    let challenge = params.owned("code_challenge");
    let proven = challenge.is_some() && params.get("code_challenge_method") == Some("S256");
    let nonce = params.owned("nonce");
    if !proven
        || nonce
            .as_ref()
            .is_some_and(|nonce| nonce.len() > LONGEST_NONCE)
    {
        return Verdict::Back("invalid_request");
    }
    // Nobody is ever signed in here.
    if params.has_word("prompt", "none") {
        return Verdict::Back("login_required");
    }
    Verdict::Ask(Asked {
        state: params.owned("state"),
        nonce,
        challenge,
        scope: params.owned("scope").unwrap_or_default(),
        fresh: params.has_word("prompt", "login") || params.get("max_age") == Some("0"),
    })
}

/// `GET /.well-known/openid-configuration`
pub(super) async fn configuration(State(practice): State<Practice>) -> Response {
    let issuer = issuer(&practice);
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "claims_supported": [
            "aud", "auth_time", "email", "email_verified", "exp", "family_name", "given_name", "iat",
            "iss", "name", "sub",
        ],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    }))
    .into_response()
}

/// `GET /jwks`
pub(super) async fn jwks(State(practice): State<Practice>) -> Response {
    match practice.signing.published().await {
        Ok(keys) => Json(json!({ "keys": keys })).into_response(),
        Err(error) => {
            tracing::error!(%error, "the practice keys could not be shown");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// `POST /token`
pub(super) async fn token(State(practice): State<Practice>, request: Request) -> Response {
    let (parts, params) = Params::of_form(&practice, request).await;
    let Some(params) = params else {
        return refused(StatusCode::BAD_REQUEST, "invalid_request");
    };
    if !is_our_client(&parts.headers, &params) {
        let mut response = refused(StatusCode::UNAUTHORIZED, "invalid_client");
        if parts.headers.contains_key(AUTHORIZATION) {
            let challenge = HeaderValue::from_static("Basic realm=\"practice\"");
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        return response;
    }
    if params.get("grant_type") != Some("authorization_code") {
        return refused(StatusCode::BAD_REQUEST, "unsupported_grant_type");
    }
    match redeemed(&practice, &params).await {
        Ok(Some(code)) => answer(&practice, code).await,
        Ok(None) => refused(StatusCode::BAD_REQUEST, "invalid_grant"),
        Err(error) => {
            tracing::error!(%error, "a practice code could not be redeemed");
            let mut response = refused(StatusCode::SERVICE_UNAVAILABLE, "server_error");
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from_static("10"));
            response
        }
    }
}

/// The code, if it is one, came here the right way, and nobody came with it before.
async fn redeemed(practice: &Practice, params: &Params) -> Result<Option<Code>, StorageError> {
    let redirect_uri = House::Google.redirect_uri(&practice.app.site.public_url);
    if params.get("redirect_uri") != Some(&redirect_uri) {
        return Ok(None);
    }
    let sent = params.get("code").unwrap_or_default();
    let code = redeem(&practice.app.services.foundation, House::Google, sent).await?;
    let verifier = params.get("code_verifier");
    Ok(code.filter(|code| proves(verifier, code.challenge.as_deref())))
}

async fn answer(practice: &Practice, code: Code) -> Response {
    let broken = || StatusCode::INTERNAL_SERVER_ERROR.into_response();
    match code.act {
        Act::Slow => tokio::time::sleep(practice.slow).await,
        Act::Error => return broken(),
        _ => {}
    }
    let access = Access {
        act: code.act,
        address: code.address.clone(),
        scope: code.scope.clone(),
    };
    let Ok(access_token) = seal(&practice.app.services.foundation, House::Google, access) else {
        return broken();
    };
    let key = if code.act == Act::Rotate {
        practice.signing.rotate().await
    } else {
        practice.signing.current().await
    };
    let claims = claims(practice, &code, &access_token);
    match key.and_then(|key| key.sign(&claims)) {
        Ok(id_token) => Json(json!({
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": Access::LIFETIME.as_secs(),
            "scope": code.scope,
            "id_token": id_token,
        }))
        .into_response(),
        Err(error) => {
            tracing::error!(%error, "a practice ID token could not be signed");
            broken()
        }
    }
}

/// The claims of the ID token, with what the act does to them.
fn claims(practice: &Practice, code: &Code, access_token: &str) -> Value {
    let foundation = &practice.app.services.foundation;
    let lifetime = Access::LIFETIME.as_secs();
    let mut issued = seconds(foundation.now());
    if code.act == Act::Expired {
        issued = issued.saturating_sub(2 * lifetime);
    }
    let audience = match code.act {
        Act::Audience => "somebody-else",
        _ => CLIENT_ID,
    };
    let nonce = match code.act {
        Act::Nonce => {
            let other = random_bytes::<16>(foundation.random.as_ref());
            Some(u128::from_be_bytes(other).to_string())
        }
        _ => code.nonce.clone(),
    };
    let mut claims = about(&Person::of(code.act, code.address.as_deref()), &code.scope);
    claims["iss"] = issuer(practice).into();
    claims["aud"] = audience.into();
    claims["azp"] = audience.into();
    claims["iat"] = issued.into();
    claims["exp"] = issued.saturating_add(lifetime).into();
    claims["auth_time"] = seconds(code.at).into();
    // OpenID Connect Core section 3.1.3.6: the left half of the hash.
    claims["at_hash"] = sha256(access_token.as_bytes(), 16).into();
    if let Some(nonce) = nonce {
        claims["nonce"] = nonce.into();
    }
    claims
}

/// What the scopes tell about somebody.
fn about(person: &Person, scope: &str) -> Value {
    let asked = |word| scope.split(' ').any(|asked| asked == word);
    let mut claims = json!({ "sub": person.subject() });
    if asked("profile") {
        claims["name"] = person.name().into();
        claims["given_name"] = person.given_name.into();
        claims["family_name"] = person.family_name.into();
    }
    if let Some(email) = person.email.as_ref().filter(|_| asked("email")) {
        claims["email"] = email.address.as_str().into();
        claims["email_verified"] = email.verified.into();
    }
    claims
}

/// `GET` and `POST /userinfo`
pub(super) async fn userinfo(State(practice): State<Practice>, headers: HeaderMap) -> Response {
    let foundation = &practice.app.services.foundation;
    let access = scheme(&headers, "bearer")
        .and_then(|token| open::<Access>(foundation, House::Google, token));
    let Some(access) = access else {
        let mut response = refused(StatusCode::UNAUTHORIZED, "invalid_token");
        let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        return response;
    };
    let person = Person::of(access.act, access.address.as_deref());
    Json(about(&person, &access.scope)).into_response()
}

fn refused(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}

/// Whole seconds since 1970, as tokens have them.
fn seconds(at: Timestamp) -> u64 {
    Duration::from_millis(at.as_millis()).as_secs()
}
