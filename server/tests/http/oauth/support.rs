//! An app, as far as a test needs one.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use domain::{
    accounts::AccountId,
    audit::By,
    clients::{Authentication, CreatedClient, GrantType, JwksSource, NewClient, RegisterOutcome},
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;

use crate::support::{
    answer::Answer, browser::TestBrowser, caller::TestCaller, server::TestServer,
};

/// Where the app wants people back.
pub(super) const CALLBACK: &str = "https://app.example/callback";
/// What the app keeps to itself, and what it shows (RFC 7636, appendix B).
pub(super) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(super) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A registered app.
pub(super) struct App<'a> {
    pub(super) server: &'a TestServer,
    pub(super) id: String,
    pub(super) secret: Option<String>,
    caller: TestCaller,
}

/// What an app is registered with, changed where a test wants it otherwise.
#[derive(Clone)]
pub(super) struct Registration {
    pub(super) redirect_uris: Vec<&'static str>,
    pub(super) grants: Vec<GrantType>,
    pub(super) scopes: Vec<&'static str>,
    pub(super) authentication: Authentication,
    pub(super) pairwise: bool,
    pub(super) first_party: bool,
    pub(super) require_pkce: bool,
    pub(super) keys: Option<JwksSource>,
    pub(super) owner: Option<AccountId>,
}

impl Default for Registration {
    fn default() -> Self {
        Self {
            redirect_uris: vec![CALLBACK],
            grants: GrantType::ALL.to_vec(),
            scopes: vec![
                "openid",
                "profile",
                "email",
                "offline_access",
                "data:read",
                "profile:read",
            ],
            authentication: Authentication::Secret,
            pairwise: false,
            first_party: false,
            require_pkce: true,
            keys: None,
            owner: None,
        }
    }
}

impl Registration {
    pub(super) fn public() -> Self {
        Self {
            grants: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            authentication: Authentication::None,
            ..Self::default()
        }
    }

    /// One of somebody's own.
    pub(super) fn of(owner: AccountId) -> Self {
        Self {
            grants: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            owner: Some(owner),
            ..Self::default()
        }
    }

    /// One that people aren't asked about.
    pub(super) fn trusted() -> Self {
        Self {
            first_party: true,
            ..Self::default()
        }
    }

    pub(super) async fn on<'a>(&self, server: &'a TestServer) -> App<'a> {
        let new = NewClient {
            name: "Notes <b>app</b>",
            redirect_uris: &self.redirect_uris,
            grants: &self.grants,
            scopes: &self.scopes,
            authentication: self.authentication,
            pairwise: self.pairwise,
            first_party: self.first_party,
            require_pkce: self.require_pkce,
            keys: self.keys.clone(),
            home_uri: "https://app.example/",
            policy_uri: "",
        };
        let clients = &server.services().clients;
        let outcome = clients.register(&new, self.owner, By::COMMAND_LINE).await;
        let CreatedClient { client, secret } = match outcome.expect("the database works") {
            RegisterOutcome::Registered(created) => *created,
            RegisterOutcome::Refused(problems) => panic!("{problems:?}"),
            RegisterOutcome::TooMany => panic!("too many"),
        };
        App {
            server,
            id: client.id,
            secret,
            caller: server.caller(),
        }
    }
}

impl App<'_> {
    /// The address that the app sends people to, with parameters in the place of the usual ones; an
    /// empty one is left out.
    pub(super) fn request(&self, changed: &[(&str, &str)]) -> String {
        format!("/oauth/authorize?{}", self.query(changed))
    }

    pub(super) fn query(&self, changed: &[(&str, &str)]) -> String {
        let usual = [
            ("client_id", self.id.as_str()),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", "openid profile"),
            ("state", "st&te=1"),
            ("nonce", "n-0S6"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in usual {
            if !changed.iter().any(|(other, _)| *other == name) {
                query.append_pair(name, value);
            }
        }
        for (name, value) in changed.iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        query.finish()
    }

    /// The code that a browser brings back, which has said yes if it was asked.
    pub(super) async fn code(&self, browser: &TestBrowser, changed: &[(&str, &str)]) -> String {
        let answer = browser.get(&self.request(changed)).await;
        let answer = if answer.status == 200 {
            decide(browser, &answer, "allow").await
        } else {
            answer
        };
        param(&answer, "code")
            .unwrap_or_else(|| panic!("no code: {} {}", answer.status, answer.body))
    }

    /// Posts a form as the app does that has a secret, or none.
    pub(super) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut fields = fields.to_vec();
        if self.secret.is_none() {
            fields.push(("client_id", &self.id));
        }
        let mut call = self.caller.calls("POST", path);
        if let Some(secret) = &self.secret {
            let both = STANDARD.encode(format!("{}:{secret}", self.id));
            call = call.with("authorization", &format!("Basic {both}"));
        }
        call.with("content-type", "application/x-www-form-urlencoded")
            .carrying(&crate::support::browser::encoded(&fields))
            .send()
            .await
    }

    pub(super) async fn token(&self, fields: &[(&str, &str)]) -> Answer {
        self.post("/oauth/token", fields).await
    }

    pub(super) async fn redeem(&self, code: &str) -> Answer {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ])
        .await
    }

    pub(super) async fn refresh(&self, token: &str) -> Answer {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)])
            .await
    }

    /// Tokens for somebody who is signed in.
    pub(super) async fn tokens(&self, browser: &TestBrowser, scope: &str) -> Value {
        let code = self.code(browser, &[("scope", scope)]).await;
        self.redeem(&code).await.is(200).json()
    }

    /// What userinfo says to an access token.
    pub(super) async fn userinfo(&self, token: &str) -> Answer {
        let caller = self.server.caller().with_token(token);
        caller.get("/oauth/userinfo").await
    }

    pub(super) async fn introspect(&self, token: &str) -> Value {
        let answer = self.post("/oauth/introspect", &[("token", token)]).await;
        answer.is(200).json()
    }
}

/// Answers the question that a page asks.
pub(super) async fn decide(browser: &TestBrowser, page: &Answer, decision: &str) -> Answer {
    let request = hidden(page, "request");
    let seal = hidden(page, "seal");
    let fields = [
        ("request", request.as_str()),
        ("seal", &seal),
        ("decision", decision),
    ];
    browser.post("/oauth/consent", &fields).await
}

/// What a hidden field holds.
pub(super) fn hidden(page: &Answer, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let after = page.body.split_once(&mark).map(|(_, after)| after);
    let value = after
        .and_then(|after| after.split_once('"'))
        .map(|(value, _)| value);
    let value = value.unwrap_or_else(|| panic!("no {name} on the page: {}", page.body));
    value
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
}

/// A parameter of where an answer leads to.
pub(super) fn param(answer: &Answer, name: &str) -> Option<String> {
    if answer.status != 303 {
        return None;
    }
    let url = Url::parse(answer.location()).ok()?;
    let mut pairs = url.query_pairs();
    pairs
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

/// The error that an answer brings back to the app.
pub(super) fn error_of(answer: &Answer) -> String {
    assert!(
        answer.is(303).location().starts_with(CALLBACK),
        "sent to {}",
        answer.location()
    );
    param(answer, "error").expect("an error")
}

/// The claims of a JWT, unverified.
pub(super) fn claims(token: &str) -> Value {
    part(token, 1)
}

pub(super) fn header(token: &str) -> Value {
    part(token, 0)
}

fn part(token: &str, at: usize) -> Value {
    let part = token.split('.').nth(at).expect("three parts");
    let bytes = URL_SAFE_NO_PAD.decode(part).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}

pub(super) fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name}: {tokens}"))
}

/// `at_hash` of OpenID Connect Core section 3.1.3.6.
pub(super) fn half_hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(token)[..16])
}
