//! `/oauth/token` (RFC 6749 section 3.2).

use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use domain::oauth_grants::{CodeGrant, CredentialsOutcome, ErrorCode, Granted, RefreshGrant};
use http::{
    HeaderValue,
    header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA},
};
use serde::Serialize;

use super::client::{FromClient, one, required};
use crate::http::{error::oauth::OAuthProblem, state::AppState};

/// What a client is given (section 5.1).
#[derive(Default, Serialize)]
struct Tokens {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    scope: String,
}

impl From<Granted> for Tokens {
    fn from(granted: Granted) -> Self {
        Self {
            access_token: granted.access_token,
            token_type: "Bearer",
            expires_in: granted.expires_in,
            refresh_token: granted.refresh_token,
            id_token: granted.id_token,
            scope: granted.scope,
        }
    }
}

impl From<CredentialsOutcome> for Tokens {
    fn from(given: CredentialsOutcome) -> Self {
        Self {
            access_token: given.access_token,
            token_type: "Bearer",
            expires_in: given.expires_in,
            scope: given.scope,
            ..Self::default()
        }
    }
}

/// Gives tokens for whatever the client presents.
pub(in crate::http) async fn token(
    State(state): State<AppState>,
    from: FromClient,
) -> Result<Response, OAuthProblem> {
    let FromClient {
        client,
        params,
        who,
    } = &from;
    let oauth = &state.services.oauth;
    let resources: Vec<&str> = params.all("resource").collect();
    let tokens: Tokens = match required(params, "grant_type")? {
        "authorization_code" => {
            let presented = CodeGrant {
                code: required(params, "code")?,
                redirect_uri: one(params, "redirect_uri")?,
                verifier: one(params, "code_verifier")?,
                resources: &resources,
            };
            oauth.redeem(client, presented, who).await??.into()
        }
        "refresh_token" => {
            let presented = RefreshGrant {
                token: required(params, "refresh_token")?,
                scope: one(params, "scope")?,
                resources: &resources,
            };
            oauth.refresh(client, presented, who).await??.into()
        }
        "client_credentials" => {
            let scope = one(params, "scope")?;
            let given = oauth.for_itself(client, scope, &resources, who).await?;
            given?.into()
        }
        _ => {
            return Err(OAuthProblem::new(
                ErrorCode::UnsupportedGrantType,
                "grant_type is authorization_code, refresh_token or client_credentials.",
            ));
        }
    };
    Ok(json(&tokens))
}

/// A document that nobody keeps.
pub(super) fn json(document: &impl Serialize) -> Response {
    let Ok(body) = serde_json::to_vec(document) else {
        let broken = OAuthProblem::new(ErrorCode::ServerError, "Something broke on our side.");
        return broken.into_response();
    };
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
