//! `/oauth/userinfo` (OpenID Connect Core section 5.3).

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    response::Response,
};
use domain::oauth_grants::OPENID;
use http::{
    HeaderMap, HeaderValue, Method,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};

use super::token::json;
use crate::http::{
    error::api::Problem,
    extract::{authenticate, insufficient, twice},
    state::AppState,
};

/// Tells of the owner of the access token: as JSON, or as a signed JWT for whoever accepts only that. The
/// token may stand in a form's body (RFC 6750 section 2.2) instead of the header.
pub(in crate::http) async fn userinfo(
    State(state): State<AppState>,
    request: Request,
) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    if parts.method == Method::POST && is_form(&parts.headers) {
        let bytes = to_bytes(body, state.door.body_bytes).await;
        let bytes = bytes.unwrap_or_default();
        let tokens = url::form_urlencoded::parse(&bytes).filter(|(name, _)| name == "access_token");
        for (_, token) in tokens {
            if parts.headers.contains_key(AUTHORIZATION) {
                return Err(twice());
            }
            if let Ok(value) = HeaderValue::try_from(format!("Bearer {token}")) {
                parts.headers.insert(AUTHORIZATION, value);
            }
        }
    }
    let caller = authenticate(&parts, &state).await?;
    let oauth = &state.services.oauth;
    let told = oauth.userinfo(&caller).map_err(|_| insufficient(OPENID))?;
    if !wants_jwt(&parts.headers) {
        return Ok(json(&told));
    }
    let signed = oauth.signed_userinfo(&caller, &told).await?;
    let mut response = Response::new(Body::from(signed));
    let kind = HeaderValue::from_static("application/jwt");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    Ok(response)
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

fn wants_jwt(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT).and_then(|kinds| kinds.to_str().ok());
    accepted.is_some_and(|kinds| {
        kinds.contains("application/jwt") && !kinds.contains("application/json")
    })
}
