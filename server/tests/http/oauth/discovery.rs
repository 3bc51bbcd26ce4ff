//! What is said to be there is there.

use serde_json::Value;

use crate::support::{home::Home, on_both};

on_both! {
    async fn the_documents_name_what_is_there(home: &Home) {
        let server = home.serve().await;
        let caller = server.caller();
        let answer = caller.get("/.well-known/openid-configuration").await;
        assert_eq!(answer.is(200).header("access-control-allow-origin"), "*");
        assert!(answer.header("cache-control").contains("max-age"));
        let said = answer.json();
        assert_eq!(said["issuer"], server.url.as_str());
        assert_eq!(caller.get("/.well-known/oauth-authorization-server").await.json(), said);
        for endpoint in ["token_endpoint", "introspection_endpoint", "revocation_endpoint"] {
            let path = said[endpoint].as_str().and_then(|at| at.strip_prefix(&server.url)).expect("here");
            assert_eq!(caller.calls("POST", path).with("content-type", "application/x-www-form-urlencoded").send().await.status, 401, "{path}");
        }
        for endpoint in ["userinfo_endpoint", "authorization_endpoint", "jwks_uri"] {
            let path = said[endpoint].as_str().and_then(|at| at.strip_prefix(&server.url)).expect("here");
            assert_ne!(caller.get(path).await.status, 404, "{path}");
        }
        for absent in ["registration_endpoint", "pushed_authorization_request_endpoint",
            "device_authorization_endpoint", "end_session_endpoint", "check_session_iframe"] {
            assert_eq!(said.get(absent), None, "{absent}");
        }
        let list = |name: &str| said[name].as_array().cloned().unwrap_or_default();
        assert_eq!(list("response_types_supported"), [Value::from("code")]);
        assert_eq!(list("code_challenge_methods_supported"), [Value::from("S256")]);
        assert_eq!(list("id_token_signing_alg_values_supported"), [Value::from("RS256")]);
        assert!(list("scopes_supported").contains(&"data:read".into()));
    }
}
