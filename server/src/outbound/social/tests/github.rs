//! GitHub's ways.

use domain::social::{ForeignEmail, ForeignIdentity, Provider, ProviderProblem};
use serde_json::{Value, json};
use std::sync::Arc;

use super::{
    super::provider,
    clock::TestClock,
    liar::{Answer, Liar},
    scene::{CLIENT, SECRET, VERIFIER, identify, settings, start, untrusted, web},
};
use crate::config::SocialProtocol;

const TOKEN: &str = "gho_16C7e42F292c6912E7710c838347Ae178B4a";

struct GitHub {
    liar: Liar,
    provider: Arc<dyn Provider>,
}

impl GitHub {
    async fn new() -> Self {
        let liar = Liar::new().await;
        let settings = settings(SocialProtocol::GitHub {
            site: liar.url("/"),
            api: liar.url("/api"),
        });
        let provider = provider(&settings, web(), Arc::new(TestClock::default()));
        let tokens = json!({ "access_token": TOKEN, "scope": "read:user,user:email", "token_type": "bearer" });
        liar.answers("/login/oauth/access_token", Answer::Json(tokens));
        let octocat =
            json!({ "login": "octocat", "id": 583_231, "name": "The Octocat", "email": null });
        liar.answers("/api/user", Answer::Json(octocat));
        let github = Self { liar, provider };
        github.lists(json!([
            { "email": "cat@example.org", "primary": false, "verified": true, "visibility": null },
            { "email": "octocat@example.com", "primary": true, "verified": true, "visibility": "private" },
        ]));
        github
    }

    fn lists(&self, emails: Value) {
        self.liar.answers("/api/user/emails", Answer::Json(emails));
    }

    async fn identify(&self) -> Result<ForeignIdentity, ProviderProblem> {
        identify(&*self.provider, "abc", false).await
    }

    async fn email(&self) -> Option<ForeignEmail> {
        self.identify().await.expect("an identity").email
    }
}

#[tokio::test]
async fn somebody_at_github_is_their_number() {
    let github = GitHub::new().await;
    let identity = github.identify().await.expect("an identity");
    assert_eq!(identity.issuer, github.liar.address);
    assert_eq!(identity.subject, "583231");
    assert_eq!(identity.label, "octocat");
    assert_eq!(identity.name.as_deref(), Some("The Octocat"));
    let email = identity.email.expect("an address");
    assert_eq!(
        (email.address.as_str(), email.vouched),
        ("octocat@example.com", true)
    );
    for path in ["/api/user", "/api/user/emails"] {
        let question = github.liar.asked(path).remove(0);
        assert_eq!(question.headers["authorization"], format!("Bearer {TOKEN}"));
        assert_eq!(question.headers["accept"], "application/vnd.github+json");
        assert_eq!(question.headers["user-agent"], "latchkey");
    }
}

#[tokio::test]
async fn a_browser_is_sent_to_github_with_a_challenge() {
    let github = GitHub::new().await;
    let url = start(&*github.provider, false).await.expect("an address");
    assert!(
        url.as_str()
            .starts_with(&format!("{}/login/oauth/authorize?", github.liar.address))
    );
    let query = url.query().expect("a query");
    for part in [
        "scope=read%3Auser+user%3Aemail",
        "code_challenge_method=S256",
        "state=af0ifjsldkj",
    ] {
        assert!(query.contains(part), "{query}");
    }
    assert!(
        !query.contains("nonce") && !query.contains("prompt"),
        "{query}"
    );
    let fresh = start(&*github.provider, true).await.expect("an address");
    assert!(fresh.as_str().contains("prompt=select_account"));
}

#[tokio::test]
async fn a_code_travels_with_its_verifier_and_the_client() {
    let github = GitHub::new().await;
    assert!(github.identify().await.is_ok());
    let question = github.liar.asked("/login/oauth/access_token").remove(0);
    assert_eq!(question.headers["accept"], "application/json");
    let form: std::collections::HashMap<_, _> =
        url::form_urlencoded::parse(question.body.as_bytes()).collect();
    let all = [
        ("client_id", CLIENT),
        ("client_secret", SECRET),
        ("code", "abc"),
        ("code_verifier", VERIFIER),
    ];
    for (name, value) in all {
        assert_eq!(form[name], value);
    }
}

#[tokio::test]
async fn github_says_no_with_a_200() {
    let github = GitHub::new().await;
    let refused = async |error: &str| {
        let said = json!({ "error": error, "error_description": "a", "error_uri": "b" });
        github
            .liar
            .answers("/login/oauth/access_token", Answer::Json(said));
        github.identify().await.expect_err("refused")
    };
    assert_eq!(
        refused("bad_verification_code").await,
        ProviderProblem::CodeRefused
    );
    for error in ["incorrect_client_credentials", "redirect_uri_mismatch"] {
        let problem = refused(error).await;
        assert!(
            matches!(problem, ProviderProblem::ClientRefused(reason) if reason == error),
            "{problem}"
        );
    }
    let unverified = refused("unverified_user_email").await;
    assert!(
        matches!(unverified, ProviderProblem::NotTrusted(_)),
        "{unverified}"
    );
    let other = refused("application_suspended").await;
    assert!(matches!(other, ProviderProblem::Nonsense(_)), "{other}");
}

#[tokio::test]
async fn an_unverified_primary_address_is_not_vouched_for() {
    let github = GitHub::new().await;
    github.lists(json!([
        { "email": "eve@example.com", "primary": true, "verified": false, "visibility": null },
        { "email": "cat@example.org", "primary": false, "verified": true, "visibility": null },
    ]));
    let email = github.email().await.expect("an address");
    assert_eq!(
        (email.address.as_str(), email.vouched),
        ("eve@example.com", false)
    );
}

#[tokio::test]
async fn a_private_address_is_none() {
    let github = GitHub::new().await;
    for emails in [
        json!([]),
        json!([{ "email": "cat@example.org", "primary": false, "verified": true }]),
        json!([{ "email": "583231+octocat@users.noreply.github.com", "primary": true, "verified": true }]),
        json!([{ "email": "octocat@Users.NoReply.GitHub.com", "primary": true, "verified": true }]),
        json!([{ "email": "a\n@b", "primary": true, "verified": true }]),
    ] {
        github.lists(emails.clone());
        assert_eq!(github.email().await, None, "{emails}");
    }
    for status in [403, 404] {
        let refused = Answer::Status(status, json!({ "message": "Not Found" }));
        github.liar.answers("/api/user/emails", refused);
        assert_eq!(github.email().await, None, "{status}");
    }
}

#[tokio::test]
async fn somebody_without_a_number_is_nobody() {
    let github = GitHub::new().await;
    for id in [
        json!(0),
        json!("583231"),
        json!(-1),
        json!(1.5),
        Value::Null,
    ] {
        github.liar.answers(
            "/api/user",
            Answer::Json(json!({ "login": "octocat", "id": id })),
        );
        let problem = github.identify().await.err();
        assert!(
            matches!(problem, Some(ProviderProblem::Nonsense(_))),
            "{id}: {problem:?}"
        );
    }
}

#[tokio::test]
async fn an_api_that_does_not_answer_makes_no_identity() {
    let github = GitHub::new().await;
    for (status, path) in [
        (401, "/api/user"),
        (403, "/api/user"),
        (401, "/api/user/emails"),
    ] {
        let good = GitHub::new().await;
        good.liar.answers(
            path,
            Answer::Status(status, json!({ "message": "Bad credentials" })),
        );
        let problem = good.identify().await.err();
        assert!(
            matches!(problem, Some(ProviderProblem::ClientRefused(_))),
            "{path}: {problem:?}"
        );
    }
    let html = Answer::Typed("text/html", "<h1>Unicorn!</h1>".to_owned());
    github.liar.answers("/api/user/emails", html);
    assert_eq!(
        github.identify().await,
        Err(ProviderProblem::Nonsense("not JSON"))
    );
}

#[tokio::test]
async fn names_at_github_are_cleaned() {
    let github = GitHub::new().await;
    let user = json!({ "login": "octo\u{202e}cat\n", "id": 1, "name": "  " });
    github.liar.answers("/api/user", Answer::Json(user));
    let identity = github.identify().await.expect("an identity");
    assert_eq!((identity.label.as_str(), identity.name), ("octocat", None));
}

#[tokio::test]
async fn a_callback_from_another_issuer_is_refused() {
    let github = GitHub::new().await;
    let site = github.liar.address.clone();
    assert_eq!(github.provider.check_callback_issuer(None).await, Ok(()));
    for ours in [site.clone(), format!("{site}/login/oauth")] {
        assert_eq!(
            github.provider.check_callback_issuer(Some(&ours)).await,
            Ok(())
        );
    }
    for other in ["https://evil.example", "", &format!("{site}.evil.example")] {
        untrusted(github.provider.check_callback_issuer(Some(other)).await);
    }
}
