//! Practice Google is an OpenID provider.

use std::time::Duration;

use jsonwebtoken::{
    Algorithm, DecodingKey, TokenData, Validation, decode, decode_header, jwk::JwkSet,
};
use serde_json::{Value, json};

use super::{Application, GOOGLE, SECRET, json as body};
use crate::support::{home::Home, on_both};

const CONFIGURATION: &str = "/dev/providers/google/.well-known/openid-configuration";
const USERINFO: &str = "/dev/providers/google/userinfo";
/// Where the test clock starts.
const NOW: i64 = 1_767_225_600;

impl Application {
    /// The token answer of whoever a button stands for.
    async fn gets(&self, act: &str, email: &str) -> Value {
        let back = self.returns(&self.press(&self.asks(&[]), act, email).await);
        let answer = self.redeems(&back["code"], &[]).await;
        answer.is(200);
        body(&answer)
    }

    async fn keys(&self) -> JwkSet {
        let answer = self.calls("GET", "/dev/providers/google/jwks").send().await;
        answer.is(200);
        serde_json::from_str(&answer.body).expect("keys")
    }

    /// The claims of an ID token, its signature checked with the published keys. Time is not.
    async fn verifies(&self, given: &Value) -> TokenData<Value> {
        let token = given["id_token"].as_str().expect("an ID token");
        let kid = decode_header(token).expect("a header").kid.expect("a kid");
        let keys = self.keys().await;
        let key = DecodingKey::from_jwk(keys.find(&kid).expect("the key")).expect("a key");
        let mut validation = Validation::new(Algorithm::RS256);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        decode(token, &key, &validation).expect("a good signature")
    }

    async fn learns_of(&self, act: &str, email: &str) -> Value {
        let given = self.gets(act, email).await;
        self.verifies(&given).await.claims
    }
}

on_both! {
    async fn google_can_be_discovered(home: &Home) {
        let server = home.serve().await;
        let google = Application::new(&server, GOOGLE);
        let found = body(&google.calls("GET", CONFIGURATION).send().await);
        let issuer = format!("{}/dev/providers/google", server.url);
        assert_eq!(found["issuer"], issuer);
        for (endpoint, path) in [("authorization_endpoint", "authorize"), ("token_endpoint", "token"), ("userinfo_endpoint", "userinfo"), ("jwks_uri", "jwks")] {
            assert_eq!(found[endpoint], format!("{issuer}/{path}"));
        }
        assert_eq!(found["id_token_signing_alg_values_supported"], json!(["RS256"]));
        assert_eq!(found["code_challenge_methods_supported"], json!(["S256"]));
        assert_eq!(found["authorization_response_iss_parameter_supported"], true);
        let keys = google.keys().await.keys;
        assert_eq!(keys.len(), 1);
        assert_eq!(google.keys().await.keys, keys, "the same as long as nobody rotates them");
    }

    async fn google_tells_who_it_was(home: &Home) {
        let server = home.serve().await;
        let google = Application::new(&server, GOOGLE);
        let given = google.gets("ada", "").await;
        assert_eq!((&given["token_type"], &given["expires_in"]), (&json!("Bearer"), &json!(3600)));
        let claims = google.verifies(&given).await.claims;
        assert_eq!(claims["iss"], format!("{}/dev/providers/google", server.url));
        for (claim, value) in [
            ("aud", json!("practice")),
            ("azp", json!("practice")),
            ("sub", json!("100000000000000001815")),
            ("nonce", json!("our nonce")),
            ("name", json!("Ada Lovelace")),
            ("given_name", json!("Ada")),
            ("email", json!("ada-lovelace@practice.example")),
            ("email_verified", json!(true)),
            ("iat", json!(NOW)),
            ("exp", json!(NOW + 3600)),
            ("auth_time", json!(NOW)),
        ] {
            assert_eq!(claims[claim], value, "{claim}");
        }
        assert_eq!(claims["at_hash"].as_str().map(str::len), Some(22), "16 bytes");

        let token = given["access_token"].as_str().expect("a token");
        let info = body(&google.reads(USERINFO, token).await);
        for claim in ["sub", "name", "email", "email_verified"] {
            assert_eq!(info[claim], claims[claim]);
        }
        home.clock.advance(Duration::from_hours(1));
        let over = google.reads(USERINFO, token).await;
        assert_eq!((over.status, over.header("www-authenticate")), (401, "Bearer error=\"invalid_token\""));
    }

    async fn people_at_google_have_all_kinds_of_addresses(home: &Home) {
        let server = home.serve().await;
        let google = Application::new(&server, GOOGLE);
        let charles = google.learns_of("charles", "").await;
        assert_eq!(charles["email_verified"], false);
        let emmy = google.learns_of("emmy", "").await;
        assert!(emmy["sub"].is_string() && emmy.get("email").is_none() && emmy.get("email_verified").is_none());
        let typed = google.learns_of("address", "ada@example.com").await;
        assert_eq!((&typed["email"], &typed["email_verified"]), (&json!("ada@example.com"), &json!(true)));
        let subjects = [&charles, &emmy, &typed, &google.learns_of("grace", "").await].map(|claims| claims["sub"].to_string());
        assert!(subjects.iter().all(|one| subjects.iter().filter(|other| *other == one).count() == 1), "{subjects:?}");
    }

    async fn only_what_was_asked_for_is_told(home: &Home) {
        let server = home.serve().await;
        let google = Application::new(&server, GOOGLE);
        let path = google.asks(&[("scope", "openid"), ("nonce", "")]);
        let back = google.returns(&google.press(&path, "ada", "").await);
        let given = body(&google.redeems(&back["code"], &[]).await);
        let claims = google.verifies(&given).await.claims;
        assert!(["email", "email_verified", "name", "nonce"].iter().all(|claim| claims.get(claim).is_none()), "{claims}");
    }

    async fn id_tokens_can_be_wrong_in_every_way(home: &Home) {
        let server = home.serve().await;
        let google = Application::new(&server, GOOGLE);
        let right = google.learns_of("ada", "").await;
        for (act, claims) in [("nonce", &["nonce"][..]), ("audience", &["aud", "azp"]), ("expired", &["exp", "iat"])] {
            let wrong = google.learns_of(act, "").await;
            for (claim, value) in right.as_object().expect("claims") {
                let differs = claims.contains(&claim.as_str()) || claim == "at_hash";
                assert_eq!(wrong[claim] != *value, differs, "{act}: {claim}");
            }
        }
        assert_eq!(google.learns_of("expired", "").await["exp"], NOW - 3600);
    }

    async fn a_rotated_key_is_published_beside_the_one_before(home: &Home) {
        let server = home.serve().await;
        let google = Application::new(&server, GOOGLE);
        let before = google.gets("ada", "").await;
        let old = google.keys().await.keys.remove(0).common.key_id;
        let after = google.gets("rotate", "").await;
        let new = google.verifies(&after).await;
        assert_ne!(new.header.kid, old);
        assert_eq!(new.claims["sub"], "100000000000000001815", "it gets through");
        google.verifies(&before).await;
        google.gets("rotate", "").await;
        let keys = google.keys().await.keys;
        assert_eq!(keys.len(), 2);
        assert!(keys.iter().all(|key| key.common.key_id != old), "what is gone is gone");
    }

    async fn google_hears_no_request_that_it_can_not_answer(home: &Home) {
        let server = home.serve().await;
        let google = Application::new(&server, GOOGLE);
        let long = "n".repeat(256);
        for (changed, error) in [
            ([("response_type", "token")], "unsupported_response_type"),
            ([("response_type", "")], "unsupported_response_type"),
            ([("scope", "email")], "invalid_scope"),
            ([("code_challenge", "")], "invalid_request"),
            ([("code_challenge_method", "plain")], "invalid_request"),
            ([("code_challenge_method", "")], "invalid_request"),
            ([("nonce", &long)], "invalid_request"),
            ([("prompt", "none")], "login_required"),
        ] {
            let back = google.returns(&google.browser.get(&google.asks(&changed)).await);
            assert_eq!((back["error"].as_str(), back["state"].as_str()), (error, "our state & more"));
            assert_eq!(back["iss"], format!("{}/dev/providers/google", server.url));
        }
    }

    async fn google_knows_its_client_by_either_way_of_saying_so(home: &Home) {
        use base64::{Engine, engine::general_purpose::STANDARD};

        let server = home.serve().await;
        let google = Application::new(&server, GOOGLE);
        let nothing = [("client_id", ""), ("client_secret", "")];
        let basic = |secret: &str| format!("Basic {}", STANDARD.encode(format!("practice:{secret}")));
        let code = google.code("ada").await;
        let wrong = google.redeeming(&code, &nothing).with("authorization", &basic("x")).send().await;
        assert_eq!((wrong.status, wrong.header("www-authenticate")), (401, "Basic realm=\"practice\""));
        google.redeeming(&code, &[]).with("authorization", &basic(SECRET)).send().await.is(401);
        google.redeeming(&code, &nothing).with("authorization", &basic(SECRET)).send().await.is(200);
        let other = google.redeems(&code, &[("grant_type", "password")]).await;
        assert_eq!((other.status, &body(&other)["error"]), (400, &json!("unsupported_grant_type")));
    }

    async fn google_can_be_broken_and_too_slow(home: &Home) {
        let server = home.serve_with(&[("social.timeout_seconds", "1")]).await;
        let google = Application::new(&server, GOOGLE);
        google.redeems(&google.code("error").await, &[]).await.is(500);
        let code = google.code("slow").await;
        let slow = tokio::time::timeout(Duration::from_secs(1), google.redeems(&code, &[])).await;
        assert!(slow.is_err(), "{slow:?}");
    }
}
