//! Who a client is.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use domain::{
    audit::By,
    clients::{Authentication, GrantType, JwksSource, SecretOutcome},
    keys::signing::StatementKey,
};
use serde_json::{Value, json};

use super::support::{App, Registration, text};
use crate::support::{answer::Answer, browser::encoded, home::Home, on_both};

async fn ask(app: &App<'_>, header: Option<&str>, fields: &[(&str, &str)]) -> Answer {
    let caller = app.server.caller();
    let mut call = caller.calls("POST", "/oauth/token");
    if let Some(header) = header {
        call = call.with("authorization", header);
    }
    let mut all = vec![("grant_type", "client_credentials")];
    all.extend(fields);
    call.with("content-type", "application/x-www-form-urlencoded")
        .carrying(&encoded(&all))
        .send()
        .await
}

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

fn refused(answer: &Answer) {
    let challenge = answer.header("www-authenticate");
    let known = answer.status == 401 && answer.json()["error"] == "invalid_client";
    // Whichever way was tried (RFC 9110 section 15.5.2).
    let told = challenge.starts_with("Basic realm=");
    assert!(
        known && told,
        "{} {challenge} {}",
        answer.status,
        answer.body
    );
}

/// A key whose assertions are told apart by what they say.
fn key() -> (StatementKey, JwksSource) {
    let key = StatementKey::from_seed(&[7; 32]).expect("a key");
    let jwks = format!("{{\"keys\":[{}]}}", key.public_jwk());
    (key, JwksSource::Inline(jwks))
}

fn assertion(home: &Home, app: &App<'_>, changed: &Value) -> Value {
    use domain::clock::Clock;
    let now = home.clock.now().as_micros() / 1_000_000;
    let mut claims = json!({
        "iss": app.id, "sub": app.id, "aud": app.server.url, "exp": now + 60, "iat": now, "jti": "one",
    });
    if let (Value::Object(claims), Value::Object(changed)) = (&mut claims, changed) {
        claims.extend(changed.clone());
        claims.retain(|_, value| !value.is_null());
    }
    claims
}

async fn assert(app: &App<'_>, jwt: &str) -> Answer {
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    ask(
        app,
        None,
        &[("client_assertion_type", kind), ("client_assertion", jwt)],
    )
    .await
}

fn signs() -> Registration {
    Registration {
        authentication: Authentication::PrivateKeyJwt,
        keys: Some(key().1),
        ..Registration::default()
    }
}

on_both! {
    async fn a_secret_counts_in_the_header_or_the_body_and_nowhere_else(home: &Home) {
        let server = home.serve().await;
        let app = Registration::default().on(&server).await;
        let (id, secret) = (app.id.as_str(), app.secret.clone().expect("a secret"));
        ask(&app, Some(&basic(id, &secret)), &[]).await.is(200);
        ask(&app, None, &[("client_id", id), ("client_secret", &secret)]).await.is(200);
        ask(&app, Some(&basic(id, &secret)), &[("client_id", id)]).await.is(200);
        refused(&ask(&app, Some(&basic(id, "wrong")), &[]).await);
        refused(&ask(&app, Some(&basic("nobody", &secret)), &[]).await);
        refused(&ask(&app, Some("Basic %%%"), &[]).await);
        refused(&ask(&app, Some("Bearer x"), &[]).await);
        refused(&ask(&app, Some(&basic(id, &secret)), &[("client_id", "other")]).await);
        refused(&ask(&app, None, &[("client_id", id), ("client_secret", "wrong")]).await);
        refused(&ask(&app, None, &[("client_id", id)]).await);
        refused(&ask(&app, None, &[]).await);
        let both = ask(&app, Some(&basic(id, &secret)), &[("client_id", id), ("client_secret", &secret)]).await;
        assert_eq!(both.is(400).json()["error"], "invalid_request");
        let rows = "SELECT COUNT(*) FROM client_secrets WHERE hash IS NOT NULL";
        assert_eq!(home.raw().await.number(rows).await, 1);
    }

    async fn a_public_client_has_nothing_to_prove_and_may_do_less(home: &Home) {
        let server = home.serve().await;
        let app = Registration { first_party: true, ..Registration::public() }.on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let tokens = app.tokens(&ada, "openid").await;
        app.userinfo(text(&tokens, "access_token")).await.is(200);
        refused(&ask(&app, None, &[("client_id", &app.id), ("client_secret", "x")]).await);
        let itself = ask(&app, None, &[("client_id", &app.id)]).await;
        assert_eq!(itself.is(400).json()["error"], "unauthorized_client");
        let asks = app.post("/oauth/introspect", &[("token", text(&tokens, "access_token"))]).await;
        assert_eq!(asks.is(401).json()["error"], "invalid_client");
    }

    async fn two_secrets_count_while_one_follows_the_other(home: &Home) {
        let server = home.serve().await;
        let app = Registration::default().on(&server).await;
        let clients = &server.services().clients;
        home.clock.advance(std::time::Duration::from_secs(1));
        let SecretOutcome::Made(second) = clients.another_secret(&app.id, None, By::COMMAND_LINE).await.expect("kept") else {
            panic!("no second secret");
        };
        let first = app.secret.clone().expect("a secret");
        for secret in [&first, &second] {
            ask(&app, Some(&basic(&app.id, secret)), &[]).await.is(200);
        }
        let third = clients.another_secret(&app.id, None, By::COMMAND_LINE).await.expect("asked");
        assert!(matches!(third, SecretOutcome::TooMany));
        let (_, rows) = clients.find(&app.id, None).await.expect("read").expect("there");
        let gone = clients.withdraw_secret((&app.id, &rows[0].id), None, By::COMMAND_LINE).await;
        assert!(gone.expect("kept"));
        refused(&ask(&app, Some(&basic(&app.id, &first)), &[]).await);
        ask(&app, Some(&basic(&app.id, &second)), &[]).await.is(200);
        let last = clients.withdraw_secret((&app.id, &rows[1].id), None, By::COMMAND_LINE).await;
        assert!(!last.expect("kept"), "the last one stays");
    }

    async fn an_assertion_counts_once_and_only_as_it_should_be(home: &Home) {
        let server = home.serve().await;
        let app = signs().on(&server).await;
        let (key, _) = key();
        let sign = |changed: Value| key.sign("JWT", &assertion(home, &app, &changed)).expect("signed");
        let jwt = sign(json!({}));
        assert(&app, &jwt).await.is(200);
        refused(&assert(&app, &jwt).await);
        let endpoint = format!("{}/oauth/token", server.url);
        assert(&app, &sign(json!({"jti": "two", "aud": [endpoint, "https://other.example"]}))).await.is(200);
        let now = assertion(home, &app, &json!({}))["iat"].as_i64().unwrap_or_default();
        // RFC 7519 section 2: times may have a fraction.
        let split = |seconds: i64| serde_json::from_str::<Value>(&format!("{seconds}.75")).expect("a number");
        let fractions = json!({"jti": "three", "exp": split(now + 60), "iat": split(now), "nbf": split(now)});
        assert(&app, &sign(fractions)).await.is(200);
        for (number, typ) in ["at+jwt", "logout+jwt", ""].into_iter().enumerate() {
            let other = assertion(home, &app, &json!({"jti": format!("typ {number}")}));
            refused(&assert(&app, &key.sign(typ, &other).expect("signed")).await);
        }
        let own = assertion(home, &app, &json!({"jti": "four"}));
        let own = key.sign("client-authentication+jwt", &own).expect("signed");
        assert(&app, &own).await.is(200);
        for changed in [
            json!({"aud": "https://other.example"}),
            json!({"aud": format!("{}/", server.url)}),
            json!({"aud": null}),
            json!({"iss": "other"}),
            json!({"sub": "other"}),
            json!({"exp": now - 31}),
            json!({"exp": now + 7200}),
            json!({"exp": null}),
            json!({"exp": "soon"}),
            json!({"exp": 1e30}),
            json!({"iat": "now"}),
            json!({"iat": now + 60}),
            json!({"nbf": now + 60}),
            json!({"jti": null}),
            json!({"jti": ""}),
            json!({"jti": "a".repeat(300)}),
        ] {
            let mut fresh = changed.clone();
            if fresh.get("jti").is_none() {
                fresh["jti"] = json!(changed.to_string());
            }
            let answer = assert(&app, &sign(fresh)).await;
            assert!(answer.status == 401, "{changed}: {}", answer.body);
        }
        let stranger = StatementKey::from_seed(&[8; 32]).expect("a key");
        let forged = stranger.sign("JWT", &assertion(home, &app, &json!({"jti": "f"}))).expect("signed");
        refused(&assert(&app, &forged).await);
        refused(&assert(&app, "x.y.z").await);
        let claims = URL_SAFE_NO_PAD.encode(assertion(home, &app, &json!({"jti": "n"})).to_string());
        let none = format!("{}.{claims}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#));
        refused(&assert(&app, &none).await);
        // A secret is no way in for it, nor is nothing.
        refused(&ask(&app, None, &[("client_id", &app.id)]).await);
        let named = ask(&app, None, &[("client_id", "other"), ("client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), ("client_assertion", &sign(json!({"jti": "o"})))]).await;
        refused(&named);
        let kind = ask(&app, None, &[("client_assertion_type", "other"), ("client_assertion", &sign(json!({"jti": "k"})))]).await;
        refused(&kind);
    }

    async fn keys_at_an_address_in_a_private_network_are_never_asked_for(home: &Home) {
        let server = home.serve_with(&[("social.allow_private_addresses", "false")]).await;
        for uri in ["https://127.0.0.1:1/jwks", "https://localhost/jwks", "https://169.254.169.254/latest", "https://[::1]/jwks"] {
            let keys = Some(JwksSource::Uri(uri.to_owned()));
            let app = Registration { keys, ..signs() }.on(&server).await;
            let (key, _) = key();
            let jwt = key.sign("JWT", &assertion(home, &app, &json!({}))).expect("signed");
            refused(&assert(&app, &jwt).await);
        }
    }

    async fn a_client_that_is_removed_takes_everything_with_it(home: &Home) {
        let server = home.serve().await;
        let app = Registration::trusted().on(&server).await;
        let ada = server.signed_in("ada@example.com").await;
        let tokens = app.tokens(&ada, "openid offline_access").await;
        let itself = app.token(&[("grant_type", "client_credentials")]).await.is(200).json();
        let other = Registration::default().on(&server).await;
        assert_eq!(other.introspect(text(&itself, "access_token")).await["active"], true);
        let clients = &server.services().clients;
        assert!(clients.delete(&app.id, None, By::COMMAND_LINE).await.expect("kept"));
        app.userinfo(text(&tokens, "access_token")).await.is(401);
        assert_eq!(other.introspect(text(&itself, "access_token")).await["active"], false);
        assert_eq!(app.redeem("lkc_x").await.status, 401);
        for table in ["clients WHERE first_party", "grants", "access_tokens WHERE grant_id IS NOT NULL"] {
            let rows = home.raw().await.number(&format!("SELECT COUNT(*) FROM {table}")).await;
            assert_eq!(rows, 0, "{table}");
        }
        assert!(!clients.delete(&app.id, None, By::COMMAND_LINE).await.expect("asked"));
        assert_eq!(GrantType::parse("implicit"), None);
    }
}
