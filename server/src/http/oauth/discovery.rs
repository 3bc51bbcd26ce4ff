//! What there is here, for clients: OpenID Connect Discovery section 3 and RFC 8414.

use axum::{
    body::{Body, Bytes},
    extract::State,
    response::Response,
};
use domain::{
    keys::signing::KeyRules,
    oauth_grants::{ACR, CLAIMS, OPENID_SCOPES},
    tokens::Apis,
};
use http::{
    HeaderValue,
    header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE},
};
use serde_json::json;

use crate::http::state::AppState;

/// Where clients look (OpenID Connect Discovery section 4).
pub(in crate::http) const OPENID: &str = "/.well-known/openid-configuration";
/// And those that speak OAuth alone (RFC 8414 section 3).
pub(in crate::http) const OAUTH: &str = "/.well-known/oauth-authorization-server";
/// How long a copy is good for.
const CACHED: &str = "public, max-age=300";
/// What clients may sign with that prove who they are by a JWT.
const CLIENT_ALGORITHMS: [&str; 4] = ["EdDSA", "ES256", "RS256", "PS256"];

/// The document, which doesn't change while the program runs.
#[derive(Clone)]
pub(in crate::http) struct Metadata(Bytes);

impl Metadata {
    /// What is there, and nothing else.
    pub(in crate::http) fn new(issuer: &str, apis: &Apis, rules: &KeyRules) -> Self {
        let at = |path: &str| format!("{issuer}{path}");
        let methods = [
            "client_secret_basic",
            "client_secret_post",
            "private_key_jwt",
            "none",
        ];
        let confidential = &methods[..3];
        let mut scopes: Vec<String> = OPENID_SCOPES.map(str::to_owned).into();
        for api in apis.offered(true) {
            scopes.extend(api.scopes.into_iter().map(|scope| scope.name));
        }
        let claims = [
            "sub",
            "iss",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "nonce",
            "acr",
            "amr",
            "sid",
        ];
        let claims: Vec<&str> = claims.into_iter().chain(CLAIMS).collect();
        let signs = rules.id.as_str();
        let document = json!({
            "issuer": issuer,
            "authorization_endpoint": at("/oauth/authorize"),
            "token_endpoint": at("/oauth/token"),
            "userinfo_endpoint": at("/oauth/userinfo"),
            "jwks_uri": at("/.well-known/jwks.json"),
            "introspection_endpoint": at("/oauth/introspect"),
            "revocation_endpoint": at("/oauth/revoke"),
            "scopes_supported": scopes,
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "form_post"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "code_challenge_methods_supported": ["S256"],
            "subject_types_supported": ["public", "pairwise"],
            "id_token_signing_alg_values_supported": [signs],
            "userinfo_signing_alg_values_supported": [signs],
            "token_endpoint_auth_methods_supported": methods,
            "token_endpoint_auth_signing_alg_values_supported": CLIENT_ALGORITHMS,
            "introspection_endpoint_auth_methods_supported": confidential,
            "introspection_endpoint_auth_signing_alg_values_supported": CLIENT_ALGORITHMS,
            "revocation_endpoint_auth_methods_supported": methods,
            "revocation_endpoint_auth_signing_alg_values_supported": CLIENT_ALGORITHMS,
            "claims_supported": claims,
            "claim_types_supported": ["normal"],
            "claims_parameter_supported": true,
            "request_parameter_supported": false,
            "request_uri_parameter_supported": false,
            "acr_values_supported": [ACR],
            "prompt_values_supported": ["none", "login", "consent", "select_account"],
            "ui_locales_supported": ["en", "de"],
            "authorization_response_iss_parameter_supported": true,
        });
        Self(Bytes::from(document.to_string()))
    }
}

/// The document. Anybody may read it, from any page.
pub(in crate::http) async fn discovery(State(state): State<AppState>) -> Response {
    metadata(&state)
}

/// The document as an answer.
pub(in crate::http) fn metadata(state: &AppState) -> Response {
    let Metadata(body) = state.metadata.clone();
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    headers.reserve(8);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(CACHED));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
