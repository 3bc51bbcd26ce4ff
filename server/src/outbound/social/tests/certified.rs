//! A provider that is not ours, as a process of its own (`end2end/support/oidc.js`).

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::Arc,
};

use domain::social::{ForeignEmail, Provider, ProviderProblem};
use reqwest::redirect::{Attempt, Policy};
use serde_json::{Value, json};
use url::Url;

use super::{
    super::provider,
    scene::{self, redirect_uri, settings, web},
};
use crate::{
    SystemClock,
    config::{Secret, SocialProtocol},
};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../end2end");
const CLIENT: &str = "latchkey:tests";
/// Of RFC 6749's VSCHAR, as odd as it gets.
const SECRET: &str = "s e:c/r%e+t&=\"";

/// Runs until it is dropped.
struct Certified {
    child: Child,
    /// It ends with its input.
    _input: ChildStdin,
    provider: Arc<dyn Provider>,
    issuer: String,
}

impl Certified {
    /// One that takes clients by this method only and signs by this algorithm.
    fn new(authentication: &str, algorithm: &str) -> Self {
        assert!(
            Path::new(FOLDER)
                .join("node_modules/oidc-provider")
                .is_dir(),
            "the provider for tests isn't installed: cargo xtask setup"
        );
        let options = json!({
            "authentication": authentication, "algorithm": algorithm,
            "client": CLIENT, "secret": SECRET, "redirectUris": [redirect_uri()],
        });
        let mut child = Command::new("node")
            .args(["support/oidc.js", &options.to_string()])
            .current_dir(FOLDER)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node is there");
        let input = child.stdin.take().expect("piped");
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().expect("piped"));
        output.read_line(&mut line).expect("it listens");
        let listening: Value = serde_json::from_str(&line).expect("a line of JSON");
        let issuer = listening["issuer"].as_str().expect("an address").to_owned();
        let mut settings = settings(SocialProtocol::OpenId {
            issuer: issuer.clone(),
            scopes: ["openid", "email", "profile"].map(str::to_owned).to_vec(),
            trust_email: true,
        });
        settings.client_id = CLIENT.to_owned();
        let secret = (authentication != "none").then(|| Secret::new(SECRET.to_owned()));
        settings.client_secret = secret;
        Self {
            child,
            _input: input,
            provider: provider(&settings, web(), Arc::new(SystemClock)),
            issuer,
        }
    }

    /// What a person's browser comes back with.
    async fn sign_in(&self, person: &str, fresh: bool) -> Callback {
        let stop = |attempt: Attempt<'_>| match attempt.url().host_str() {
            Some("id.example") => attempt.stop(),
            _ => attempt.follow(),
        };
        let browser = reqwest::Client::builder()
            .tls_backend_preconfigured(no_tls())
            .cookie_store(true)
            .redirect(Policy::custom(stop));
        let browser = browser.build().expect("a browser");
        let start = scene::start(&*self.provider, fresh)
            .await
            .expect("an address");
        let mut answer = browser.get(start).send().await.expect("a page");
        for prompt in ["login", "consent"] {
            let page = answer.text().await.expect("a page");
            let action = page.split("action=\"").nth(1).expect("a form");
            let action = action.split('"').next().expect("an address");
            let form = [("prompt", prompt), ("login", person), ("password", "any")];
            let sent = browser.post(action).form(&form).send().await;
            answer = sent.expect("an answer");
        }
        let location = answer.headers()["location"].to_str().expect("ASCII");
        Callback::of(&Url::parse(location).expect("an address"))
    }
}

impl Drop for Certified {
    fn drop(&mut self) {
        // Gone already, when it failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Callback {
    code: String,
    iss: Option<String>,
}

impl Callback {
    fn of(url: &Url) -> Self {
        let value = |name: &str| {
            let mut all = url.query_pairs();
            all.find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
        };
        assert_eq!(value("state").as_deref(), Some("af0ifjsldkj"), "{url}");
        Self {
            code: value("code").expect("a code"),
            iss: value("iss"),
        }
    }
}

/// This browser only speaks to this machine.
fn no_tls() -> tokio_rustls::rustls::ClientConfig {
    use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};

    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.expect("versions");
    builder
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth()
}

async fn signs_in(authentication: &str, algorithm: &str) {
    let certified = Certified::new(authentication, algorithm);
    let callback = certified.sign_in("ada", false).await;
    let checked = certified
        .provider
        .check_callback_issuer(callback.iss.as_deref());
    assert_eq!(checked.await, Ok(()), "{:?}", callback.iss);
    let identity = scene::identify(&*certified.provider, &callback.code, false).await;
    let identity = identity.expect("an identity");
    assert_eq!(
        (identity.issuer.as_str(), identity.subject.as_str()),
        (certified.issuer.as_str(), "ada")
    );
    assert_eq!(
        (identity.label.as_str(), identity.name.as_deref()),
        ("ada", Some("ada's name"))
    );
    let address = "ada@example.com".to_owned();
    assert_eq!(
        identity.email,
        Some(ForeignEmail {
            address,
            vouched: true
        })
    );
}

#[tokio::test]
async fn a_certified_provider_takes_a_client_by_basic_and_signs_by_rs256() {
    signs_in("client_secret_basic", "RS256").await;
}

#[tokio::test]
async fn a_certified_provider_takes_a_client_by_post_and_signs_by_es256() {
    signs_in("client_secret_post", "ES256").await;
}

#[tokio::test]
async fn a_certified_provider_takes_a_public_client_and_signs_by_eddsa() {
    signs_in("none", "EdDSA").await;
}

#[tokio::test]
async fn a_certified_provider_takes_a_client_by_basic_and_signs_by_ps256() {
    signs_in("client_secret_basic", "PS256").await;
}

#[tokio::test]
async fn a_certified_provider_is_held_to_its_word() {
    let certified = Certified::new("client_secret_basic", "RS256");
    let fresh = certified.sign_in("ada", true).await;
    assert!(fresh.iss.is_some());
    let unnamed = certified.provider.check_callback_issuer(None).await;
    scene::untrusted(unnamed);
    let identity = scene::identify(&*certified.provider, &fresh.code, true).await;
    assert!(identity.is_ok(), "{identity:?}");
    let again = scene::identify(&*certified.provider, &fresh.code, true).await;
    assert_eq!(
        again,
        Err(ProviderProblem::CodeRefused),
        "a code is for once"
    );
}
