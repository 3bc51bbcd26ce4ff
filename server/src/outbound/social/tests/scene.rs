//! A sign-in with an OpenID provider that may lie.

use std::{sync::Arc, time::Duration};

use domain::social::{
    AuthorizationCode, AuthorizationStart, ForeignIdentity, Nonce, PkceVerifier, Provider,
    ProviderId, ProviderProblem, State,
};
use serde_json::{Value, json};
use url::Url;

use super::{
    super::{Web, provider},
    clock::{START, TestClock},
    liar::{Answer, Liar},
    signer::{RSA, Signer},
};
use crate::config::{Secret, SocialProtocol, SocialProvider};

pub(super) const CLIENT: &str = "latchkey & co";
pub(super) const SECRET: &str = "s e:c/r%e+t";
pub(super) const NONCE: &str = "n-0S6_WzA2Mj";
pub(super) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(super) const ACCESS_TOKEN: &str = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";

/// Longer than any answer on this machine takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// A client that may ask this machine.
pub(super) fn web() -> Arc<Web> {
    Arc::new(Web::new(true, PATIENCE).expect("a client"))
}

/// Where the browser comes back to.
pub(super) fn redirect_uri() -> Url {
    "https://id.example/auth/own/callback"
        .parse()
        .expect("an address")
}

/// A provider of this protocol.
pub(super) fn settings(protocol: SocialProtocol) -> SocialProvider {
    SocialProvider {
        id: ProviderId::parse("own").expect("an id"),
        name: "Own".to_owned(),
        client_id: CLIENT.to_owned(),
        client_secret: Some(Secret::new(SECRET.to_owned())),
        protocol,
    }
}

/// The address for a browser, or why there is none.
pub(super) async fn start(provider: &dyn Provider, fresh: bool) -> Result<Url, ProviderProblem> {
    let start = AuthorizationStart {
        redirect_uri: &redirect_uri(),
        state: &State::new("af0ifjsldkj".to_owned()),
        nonce: &Nonce::new(NONCE.to_owned()),
        verifier: &PkceVerifier::new(VERIFIER.to_owned()),
        fresh,
    };
    provider.authorization_url(start).await
}

/// What a browser came back with, taken to the provider.
pub(super) async fn identify(
    provider: &dyn Provider,
    code: &str,
    fresh: bool,
) -> Result<ForeignIdentity, ProviderProblem> {
    let verifier = PkceVerifier::new(VERIFIER.to_owned());
    let nonce = Nonce::new(NONCE.to_owned());
    let code = AuthorizationCode::new(code.to_owned());
    let redirect_uri = redirect_uri();
    provider
        .identify(code, &redirect_uri, &verifier, &nonce, fresh)
        .await
}

/// `base`, changed by `more`; null takes away.
pub(super) fn changed(mut base: Value, more: &Value) -> Value {
    let all = base.as_object_mut().expect("an object");
    for (name, value) in more.as_object().expect("an object") {
        if value.is_null() {
            all.remove(name);
        } else {
            all.insert(name.clone(), value.clone());
        }
    }
    base
}

/// The header of a good token.
pub(super) fn header() -> Value {
    json!({ "alg": "RS256", "kid": "one", "typ": "JWT" })
}

/// An OpenID provider on this machine, honest until it is told otherwise.
pub(super) struct Scene {
    pub(super) liar: Liar,
    pub(super) clock: Arc<TestClock>,
    pub(super) provider: Arc<dyn Provider>,
}

impl Scene {
    /// It signs with [`RSA`].
    pub(super) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// With other settings.
    pub(super) async fn with(change: impl FnOnce(&mut SocialProvider)) -> Self {
        let liar = Liar::new().await;
        let mut settings = settings(SocialProtocol::OpenId {
            issuer: liar.address.clone(),
            scopes: ["openid", "email", "profile"].map(str::to_owned).to_vec(),
            trust_email: true,
        });
        change(&mut settings);
        let clock = Arc::new(TestClock::default());
        let provider = provider(&settings, web(), Arc::clone(&clock) as _);
        let scene = Self {
            liar,
            clock,
            provider,
        };
        scene.announces(&json!({}));
        scene.publishes(&[RSA.jwk("one")]);
        scene.says(&RSA.token(&header(), &scene.claims()));
        scene
    }

    /// Its metadata, changed by `more`.
    pub(super) fn announces(&self, more: &Value) {
        let at = |path: &str| format!("{}{path}", self.liar.address);
        let metadata = json!({
            "issuer": self.liar.address,
            "authorization_endpoint": at("/authorize"),
            "token_endpoint": at("/token"),
            "jwks_uri": at("/jwks"),
            "userinfo_endpoint": at("/userinfo"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "PS512", "ES256", "EdDSA", "HS256", "none"],
        });
        let answer = Answer::Json(changed(metadata, more));
        self.liar
            .answers("/.well-known/openid-configuration", answer);
    }

    /// Its keys.
    pub(super) fn publishes(&self, keys: &[Value]) {
        self.liar
            .answers("/jwks", Answer::Json(json!({ "keys": keys })));
    }

    /// The ID token that it answers with.
    pub(super) fn says(&self, id_token: &str) {
        let tokens = json!({
            "access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 3600, "id_token": id_token,
        });
        self.liar.answers("/token", Answer::Json(tokens));
    }

    /// The claims of a good token.
    pub(super) fn claims(&self) -> Value {
        json!({
            "iss": self.liar.address, "sub": "248289761001", "aud": CLIENT,
            "exp": START + 300, "iat": START, "nonce": NONCE,
            "name": "Ada Lovelace", "email": "ada@example.com", "email_verified": true,
        })
    }

    /// Takes a code there.
    pub(super) async fn identify(&self) -> Result<ForeignIdentity, ProviderProblem> {
        identify(&*self.provider, "SplxlOBeZQQYbYS6WxSbIA", false).await
    }

    /// What comes of a well-signed token whose claims are changed.
    pub(super) async fn claiming(&self, more: &Value) -> Result<ForeignIdentity, ProviderProblem> {
        self.says(&RSA.token(&header(), &changed(self.claims(), more)));
        self.identify().await
    }

    /// What comes of a token with another header, signed by this key.
    pub(super) async fn heading(
        &self,
        signer: &Signer,
        more: &Value,
    ) -> Result<ForeignIdentity, ProviderProblem> {
        self.says(&signer.token(&changed(header(), more), &self.claims()));
        self.identify().await
    }

    /// How often a path was asked.
    pub(super) fn times(&self, path: &str) -> usize {
        self.liar.asked(path).len()
    }
}

/// The reason of a word that isn't trusted.
pub(super) fn untrusted<T: std::fmt::Debug>(outcome: Result<T, ProviderProblem>) -> &'static str {
    match outcome {
        Err(ProviderProblem::NotTrusted(reason)) => reason,
        other => panic!("trusted: {other:?}"),
    }
}
