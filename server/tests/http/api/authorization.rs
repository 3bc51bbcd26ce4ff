//! The `Authorization` header: where a token is looked for, and what it may say.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Value, json};

use super::ADA;
use crate::support::{PASSWORD, answer::Answer, home::Home, on_both, server::TestServer};

const REFUSED: &str = "Bearer realm=\"latchkey\", error=\"invalid_token\", error_description=\"The token is not accepted.\"";

async fn told(server: &TestServer, authorization: &str) -> Answer {
    let caller = server.caller();
    caller
        .calls("GET", "/api/v1/me")
        .with("authorization", authorization)
        .send()
        .await
}

/// Asserts the one refusal that every bad token meets.
#[track_caller]
fn is_refused(answer: &Answer, why: &str) {
    assert_eq!(
        (answer.status, answer.header("www-authenticate")),
        (401, REFUSED),
        "{why}: {}",
        answer.body
    );
    let document = json!({
        "type": "urn:latchkey:problem:invalid-token", "title": "Access token not accepted", "status": 401,
        "detail": "The token is not accepted.",
    });
    assert_eq!(answer.json(), document, "{why}");
}

fn part(value: &Value) -> String {
    BASE64URL.encode(value.to_string())
}

fn decoded(part: &str) -> Value {
    let bytes = BASE64URL.decode(part).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}

/// Claims signed by the server's own key under any header that it would write.
async fn signed(server: &TestServer, typ: &str, claims: &Value) -> String {
    use domain::keys::signing::KeyPurpose;
    let keys = &server.services().keys;
    let signed = keys.sign(KeyPurpose::Access, typ, claims).await;
    signed.expect("a key signs").token
}

/// Claims with a second `sub` before their own.
struct SubTwice(Value);

impl Serialize for SubTwice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("sub", "evil")?;
        for (name, value) in self.0.as_object().expect("claims") {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

on_both! {
    async fn the_scheme_is_written_in_any_case(home: &Home) {
        let server = home.serve().await;
        let account = server.account(ADA, PASSWORD).await;
        let token = server.token_of(account, &["profile:read"]).await;
        for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
            told(&server, &format!("{scheme} {token}")).await.is(200);
        }
        told(&server, &format!("Bearer   {token} ")).await.is(200);
        for other in ["Digest username=\"ada\"", "Token x", "x"] {
            let answer = told(&server, other).await;
            answer.is_problem(401, "missing-token");
            assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"latchkey\"");
        }
        told(&server, &format!("Token {token}")).await.is_problem(401, "missing-token");
    }

    async fn two_headers_are_a_malformed_request(home: &Home) {
        let server = home.serve().await;
        let account = server.account(ADA, PASSWORD).await;
        let token = server.token_of(account, &["profile:read"]).await;
        let bearer = format!("Bearer {token}");
        let caller = server.caller();
        let twice = caller.calls("GET", "/api/v1/me").with("authorization", &bearer).with("authorization", &bearer);
        let answer = twice.send().await;
        answer.is_problem(400, "invalid-request");
        assert!(answer.header("www-authenticate").contains("error=\"invalid_request\""));
    }

    async fn a_token_in_the_query_or_in_a_form_is_not_read(home: &Home) {
        let server = home.serve().await;
        let account = server.account(ADA, PASSWORD).await;
        let token = server.token_of(account, &["profile:read", "profile:write"]).await;
        let caller = server.caller();
        for name in ["access_token", "token", "bearer"] {
            caller.get(&format!("/api/v1/me?{name}={token}")).await.is_problem(401, "missing-token");
        }
        let form = format!("access_token={token}&name=Eve");
        let posted = caller.calls("PATCH", "/api/v1/me").with("content-type", "application/x-www-form-urlencoded");
        posted.carrying(form.as_bytes()).send().await.is_problem(401, "missing-token");
        let cookie = caller.calls("GET", "/api/v1/me").with("cookie", &format!("latchkey={token}"));
        cookie.send().await.is_problem(401, "missing-token");
    }

    async fn a_session_cookie_is_not_read(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in(ADA).await;
        let answer = browser.get("/api/v1/me").await;
        answer.is_problem(401, "missing-token");
        assert!(answer.cookies().is_empty(), "and none is set");
        let spoilt = browser.asks("PATCH", "/api/v1/me").with("sec-fetch-site", "cross-site");
        spoilt.send().await.is_problem(401, "missing-token");
    }

    async fn every_bad_token_is_refused_alike(home: &Home) {
        let server = home.serve().await;
        let account = server.account(ADA, PASSWORD).await;
        let token = server.token_of(account, &["profile:read"]).await;
        let parts: Vec<_> = token.split('.').collect();
        let (header, claims, signature) = (decoded(parts[0]), decoded(parts[1]), parts[2]);
        let under = |header: &Value| format!("{}.{}.{signature}", part(header), parts[1]);
        let changed = |name: &str, value: Value| {
            let mut header = header.clone();
            header[name] = value;
            header
        };
        let mut bad: Vec<(String, String)> = Vec::new();
        let mut add = |why: &str, token: String| bad.push((why.to_owned(), token));
        for alg in ["none", "None", "nOnE", "HS256", "RS256", "ES256", "PS256", "Ed448", ""] {
            let header = changed("alg", json!(alg));
            add(&format!("alg {alg}"), under(&header));
            add(&format!("alg {alg}, unsigned"), format!("{}.{}.", part(&header), parts[1]));
        }
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
        for (name, value) in [
            ("jku", json!("https://evil.example/jwks.json")), ("x5u", json!("https://evil.example/x5u.pem")),
            ("jwk", jwk), ("x5c", json!(["MIIB"])), ("crit", json!(["exp"])), ("kid", json!("nobody")),
            ("kid", json!(null)), ("typ", json!("JWT")), ("typ", json!(null)), ("typ", json!("revocations+jwt")),
        ] {
            add(name, under(&changed(name, value)));
        }
        let twice = String::from_utf8(BASE64URL.decode(parts[0]).unwrap()).unwrap();
        let twice = twice.replacen('{', "{\"alg\":\"none\",", 1);
        add("alg twice", format!("{}.{}.{signature}", BASE64URL.encode(twice), parts[1]));
        for length in [0, 1, token.len() / 2, token.len() - 1] {
            add("truncated", token[..length].to_owned());
        }
        add("a part too many", format!("{token}.x"));
        add("spaces within", token.replacen('.', " .", 1));
        add("padded", format!("{token}="));
        add("somebody else's words", format!("{}.{}.{signature}", parts[0], part(&json!({"sub": "x"}))));
        add("10 KB", "x".repeat(10_000));

        let (now, later) = (1_767_225_600_i64, 1_767_229_200_i64);
        for (why, name, value) in [
            ("issuer", "iss", json!("https://evil.example")),
            ("issuer with a slash", "iss", json!(format!("{}/", server.url))),
            ("audience", "aud", json!("https://api.example.com")),
            ("no audience", "aud", json!([])),
            ("expired", "exp", json!(now - 60)),
            ("expires as text", "exp", json!(later.to_string())),
            ("not yet", "nbf", json!(later)),
            ("from the future", "iat", json!(later)),
            ("nobody", "sub", json!("nobody")),
            ("another token's name", "jti", json!("019b0000-0000-7000-8000-000000000000")),
            ("no client", "client_id", json!(null)),
            ("another epoch", "epoch", json!(99)),
            ("no epoch", "epoch", json!(null)),
            ("a session of nobody", "client_id", json!("latchkey-api")),
        ] {
            let mut claims = claims.clone();
            claims[name] = value;
            add(why, signed(&server, "at+jwt", &claims).await);
        }
        add("typ JWT, well signed", signed(&server, "JWT", &claims).await);
        for (why, token) in bad {
            is_refused(&told(&server, &format!("Bearer {token}")).await, &why);
        }
        is_refused(&told(&server, "Bearer").await, "nothing");
        told(&server, &format!("Bearer {token}")).await.is(200);
    }

    async fn claims_that_stand_there_twice_are_refused(home: &Home) {
        use domain::keys::signing::KeyPurpose;
        let server = home.serve().await;
        let account = server.account(ADA, PASSWORD).await;
        let token = server.token_of(account, &["profile:read"]).await;
        let twice = SubTwice(decoded(token.split('.').nth(1).unwrap()));
        // The server's own key, as if it had been misled.
        let signed = server.services().keys.sign(KeyPurpose::Access, "at+jwt", &twice).await.unwrap();
        is_refused(&told(&server, &format!("Bearer {}", signed.token)).await, "sub twice");
    }

    async fn a_token_of_100_kilobytes_is_refused(home: &Home) {
        let server = home.serve().await;
        let huge = format!("GET /api/v1/me HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\r\n", server.host, "x".repeat(100_000));
        let answer = server.wire().await.ask(&huge).await;
        let status = crate::support::wire::status(&answer);
        assert!(matches!(status, 401 | 431), "{status}");
        let large = told(&server, &format!("Bearer {}", "x".repeat(30_000))).await;
        is_refused(&large, "30 KB");
    }

    async fn an_expired_token_is_refused_from_its_last_second_on(home: &Home) {
        let server = home.serve().await;
        let (program, _) = super::signed_in(&server, ADA).await;
        program.get("/api/v1/me").await.is(200);
        home.clock.advance(Duration::from_secs(299));
        program.get("/api/v1/me").await.is(200);
        home.clock.advance(Duration::from_secs(10));
        is_refused(&program.get("/api/v1/me").await, "expired");
    }
}
