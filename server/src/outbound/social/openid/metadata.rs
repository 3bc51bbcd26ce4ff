//! What a provider says about itself (OpenID Connect Discovery 1.0 §3, RFC 8414 §2).

use domain::social::ProviderProblem;
use http::StatusCode;
use jsonwebtoken::Algorithm;
use oauth2::AuthType;
use serde::Deserialize;
use url::Url;

use super::super::web::Web;

/// What we take; what a provider announces cuts it down. Nothing with a shared secret: who can check
/// such a signature can make one.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// The checked metadata of a provider.
pub(super) struct Metadata {
    pub(super) authorize: Url,
    pub(super) token: Url,
    pub(super) keys: Url,
    pub(super) userinfo: Option<Url>,
    /// With what its ID tokens may be signed; never empty.
    pub(super) algorithms: Vec<Algorithm>,
    /// How clients with a secret prove who they are; `None` where none of ours will do.
    pub(super) authentication: Option<AuthType>,
    /// Whether callbacks always name the issuer (RFC 9207 §3).
    pub(super) names_issuer: bool,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    jwks_uri: Url,
    userinfo_endpoint: Option<Url>,
    id_token_signing_alg_values_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// Asks an issuer for its metadata.
pub(super) async fn discover(web: &Web, issuer: &str) -> Result<Metadata, ProviderProblem> {
    let base = issuer.strip_suffix('/').unwrap_or(issuer);
    let url = Url::parse(&format!("{base}/.well-known/openid-configuration"))
        .map_err(|_| ProviderProblem::Nonsense("an issuer that is no address"))?;
    let answer = web.get(&url, "application/json", None).await?;
    if answer.status != StatusCode::OK {
        return Err(ProviderProblem::Nonsense("no metadata"));
    }
    checked(web, issuer, &answer.body)
}

/// What may be believed of a document, and asked.
fn checked(web: &Web, issuer: &str, document: &[u8]) -> Result<Metadata, ProviderProblem> {
    let document: Document = serde_json::from_slice(document)
        .map_err(|_| ProviderProblem::Nonsense("metadata that is none"))?;
    // Discovery §4.3: exactly, or another provider could speak for this one.
    if document.issuer != issuer {
        return Err(ProviderProblem::NotTrusted("metadata of another issuer"));
    }
    let endpoints = [
        Some(&document.authorization_endpoint),
        Some(&document.token_endpoint),
        Some(&document.jwks_uri),
        document.userinfo_endpoint.as_ref(),
    ];
    for endpoint in endpoints.into_iter().flatten() {
        web.permit(endpoint)?;
    }
    let algorithms = algorithms(document.id_token_signing_alg_values_supported.as_deref());
    if algorithms.is_empty() {
        return Err(ProviderProblem::NotTrusted(
            "metadata without a signature that we take",
        ));
    }
    Ok(Metadata {
        authorize: document.authorization_endpoint,
        token: document.token_endpoint,
        keys: document.jwks_uri,
        userinfo: document.userinfo_endpoint,
        algorithms,
        authentication: authentication(document.token_endpoint_auth_methods_supported.as_deref()),
        names_issuer: document.authorization_response_iss_parameter_supported,
    })
}

/// What is announced must hold RS256, so that is what silence means.
fn algorithms(announced: Option<&[String]>) -> Vec<Algorithm> {
    let Some(announced) = announced else {
        return vec![Algorithm::RS256];
    };
    let known = announced.iter().filter_map(|name| name.parse().ok());
    known.filter(|known| ALGORITHMS.contains(known)).collect()
}

/// Silence means `client_secret_basic`.
fn authentication(announced: Option<&[String]>) -> Option<AuthType> {
    let takes = |method: &str| announced.is_some_and(|all| all.iter().any(|one| one == method));
    if announced.is_none() || takes("client_secret_basic") {
        Some(AuthType::BasicAuth)
    } else if takes("client_secret_post") {
        Some(AuthType::RequestBody)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn announced_algorithms_are_cut_down_to_those_with_public_keys() {
        let announced = names(&[
            "none", "HS256", "ES256", "ES512", "EdDSA", "RS256", "rs256", "",
        ]);
        assert_eq!(
            algorithms(Some(&announced)),
            [Algorithm::ES256, Algorithm::EdDSA, Algorithm::RS256]
        );
        assert!(algorithms(Some(&names(&["none", "HS512"]))).is_empty());
        assert_eq!(algorithms(None), [Algorithm::RS256]);
    }

    #[test]
    fn clients_prove_themselves_by_the_first_way_that_both_know() {
        let way = |announced: Option<&[&str]>| authentication(announced.map(names).as_deref());
        assert!(matches!(way(None), Some(AuthType::BasicAuth)));
        let both = [
            "private_key_jwt",
            "client_secret_post",
            "client_secret_basic",
        ];
        assert!(matches!(way(Some(&both)), Some(AuthType::BasicAuth)));
        assert!(matches!(way(Some(&both[..2])), Some(AuthType::RequestBody)));
        assert!(way(Some(&both[..1])).is_none());
    }

    #[test]
    fn metadata_leads_into_no_private_network() {
        let web = Web::new(false, Duration::from_mins(1)).expect("a client");
        let good = json!({
            "issuer": "https://id.example", "authorization_endpoint": "https://id.example/authorize",
            "token_endpoint": "https://id.example/token", "jwks_uri": "https://id.example/jwks",
            "userinfo_endpoint": "https://id.example/userinfo",
        });
        let read = |document: &serde_json::Value| {
            checked(&web, "https://id.example", document.to_string().as_bytes()).map(|_| ())
        };
        assert_eq!(read(&good), Ok(()));
        for endpoint in [
            "authorization_endpoint",
            "token_endpoint",
            "jwks_uri",
            "userinfo_endpoint",
        ] {
            for address in [
                "https://169.254.169.254/latest",
                "https://[::ffff:10.0.0.1]/",
                "https://127.1/",
            ] {
                let mut bad = good.clone();
                bad[endpoint] = address.into();
                assert_eq!(
                    read(&bad),
                    Err(ProviderProblem::Private),
                    "{endpoint}: {address}"
                );
            }
            let mut bad = good.clone();
            bad[endpoint] = "http://id.example/".into();
            assert!(
                matches!(read(&bad), Err(ProviderProblem::Nonsense(_))),
                "{endpoint}"
            );
        }
    }
}
