//! The practice providers of development mode, asked by hand.

mod github;
mod google;
mod page;

use std::collections::BTreeMap;

use url::{Url, form_urlencoded};

use crate::support::{
    answer::Answer,
    browser::{Asking, TestBrowser, encoded},
    home::Home,
    on_both,
    server::TestServer,
};

const GITHUB: &str = "/dev/providers/github/login/oauth/authorize";
const GOOGLE: &str = "/dev/providers/google/authorize";
/// RFC 7636 appendix B
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const SECRET: &str = "nobody-here-is-real";

/// What an application knows that has sent somebody to a provider.
struct Application {
    browser: TestBrowser,
    /// Where the page is.
    page: &'static str,
    redirect_uri: String,
}

impl Application {
    fn new(server: &TestServer, page: &'static str) -> Self {
        let id = if page == GITHUB { "github" } else { "google" };
        Self {
            browser: server.browser(),
            page,
            redirect_uri: format!("{}/auth/{id}/callback", server.url),
        }
    }

    /// The address to send somebody to, with some parameters changed; an empty one is left out.
    fn asks(&self, changed: &[(&str, &str)]) -> String {
        let scope = if self.page == GITHUB {
            "read:user user:email"
        } else {
            "openid email profile"
        };
        let mut params = BTreeMap::from([
            ("response_type", "code"),
            ("client_id", "practice"),
            ("redirect_uri", self.redirect_uri.as_str()),
            ("scope", scope),
            ("state", "our state & more"),
            ("nonce", "our nonce"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        params.extend(changed.iter().copied());
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(params.iter().filter(|(_, value)| !value.is_empty()));
        format!("{}?{}", self.page, query.finish())
    }

    /// Presses a button on the page, and gives what the browser brings back.
    async fn brings_back(&self, act: &str) -> BTreeMap<String, String> {
        self.returns(&self.press(&self.asks(&[]), act, "").await)
    }

    /// Presses a button on the page at an address.
    async fn press(&self, path: &str, act: &str, email: &str) -> Answer {
        let page = self.browser.get(path).await;
        page.is(200).is_a_page();
        let request = request_of(&page);
        let fields = [("request", request.as_str()), ("as", act), ("email", email)];
        self.browser.post(path, &fields).await
    }

    /// The parameters of the way back to us.
    #[track_caller]
    fn returns(&self, answer: &Answer) -> BTreeMap<String, String> {
        assert_eq!(answer.status, 303, "{answer:?}");
        let location = Url::parse(answer.location()).expect("a whole address");
        assert!(
            location
                .as_str()
                .starts_with(&format!("{}?", self.redirect_uri))
        );
        location.query_pairs().into_owned().collect()
    }

    /// A code after a button.
    async fn code(&self, act: &str) -> String {
        let mut back = self.brings_back(act).await;
        back.remove("code").expect("a code")
    }

    /// What a server asks: neither cookies nor anything else of a browser.
    fn calls(&self, method: &str, path: &str) -> Asking<'_> {
        self.browser
            .asks(method, path)
            .without("cookie")
            .with("accept", "application/json")
            .with("user-agent", "latchkey")
    }

    /// Redeems a code, with some parameters changed; an empty one is left out.
    async fn redeems(&self, code: &str, changed: &[(&str, &str)]) -> Answer {
        self.redeeming(code, changed).send().await
    }

    fn redeeming(&self, code: &str, changed: &[(&str, &str)]) -> Asking<'_> {
        let path = if self.page == GITHUB {
            "/dev/providers/github/login/oauth/access_token"
        } else {
            "/dev/providers/google/token"
        };
        let mut params = BTreeMap::from([
            ("grant_type", "authorization_code"),
            ("client_id", "practice"),
            ("client_secret", SECRET),
            ("redirect_uri", self.redirect_uri.as_str()),
            ("code_verifier", VERIFIER),
            ("code", code),
        ]);
        params.extend(changed.iter().copied());
        params.retain(|_, value| !value.is_empty());
        let params: Vec<_> = params.into_iter().collect();
        self.calls("POST", path)
            .with("content-type", "application/x-www-form-urlencoded")
            .carrying(&encoded(&params))
    }

    /// What an address answers to a token.
    async fn reads(&self, path: &str, token: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        let asked = self.calls("GET", path).with("authorization", &bearer);
        asked.send().await
    }
}

/// What the page's forms send along.
fn request_of(page: &Answer) -> String {
    let after = page.body.split_once("name=\"request\" value=\"");
    let value = after.and_then(|(_, after)| after.split('"').next());
    value.expect("a form").to_owned()
}

#[track_caller]
fn json(answer: &Answer) -> serde_json::Value {
    let kind = answer.header("content-type");
    assert!(kind.starts_with("application/json"), "{answer:?}");
    serde_json::from_str(&answer.body).expect("JSON")
}

on_both! {
    async fn without_development_mode_there_is_no_practice_provider(home: &Home) {
        let server = home.serve_in_earnest().await;
        for page in [GITHUB, GOOGLE] {
            let application = Application::new(&server, page);
            let path = application.asks(&[]);
            application.browser.get(&path).await.is(404).is_a_page();
            application.browser.post(&path, &[]).await.is(404);
            application.redeems("x", &[]).await.is(404);
        }
        for path in ["/dev/providers/google/.well-known/openid-configuration", "/dev/providers/google/jwks", "/dev/providers/github/api/user"] {
            server.browser().get(path).await.is(404);
        }
    }

    async fn a_code_works_once(home: &Home) {
        let server = home.serve().await;
        for page in [GITHUB, GOOGLE] {
            let application = Application::new(&server, page);
            let code = application.code("ada").await;
            assert!(json(&application.redeems(&code, &[]).await)["access_token"].is_string());
            is_refused(&application.redeems(&code, &[]).await);
            // Other spellings of a used code aren't other codes.
            for other in [format!("{code}="), format!("{code}A"), code.replace('-', "+")] {
                is_refused(&application.redeems(&other, &[]).await);
            }
            let (one, two) = (application.code("ada").await, application.code("ada").await);
            assert_ne!(one, two);
            let both = tokio::join!(application.redeems(&one, &[]), application.redeems(&one, &[]));
            let given = [json(&both.0), json(&both.1)];
            assert_eq!(given.iter().filter(|given| given["access_token"].is_string()).count(), 1, "{given:?}");
        }
    }

    async fn a_code_is_over_after_a_minute(home: &Home) {
        let server = home.serve().await;
        for page in [GITHUB, GOOGLE] {
            let application = Application::new(&server, page);
            for (seconds, works) in [(59, true), (60, false)] {
                let code = application.code("ada").await;
                home.clock.advance(std::time::Duration::from_secs(seconds));
                let answer = application.redeems(&code, &[]).await;
                assert_eq!(json(&answer)["access_token"].is_string(), works, "{answer:?}");
            }
        }
    }

    async fn a_code_works_for_the_provider_that_gave_it_only(home: &Home) {
        let server = home.serve().await;
        let (github, google) = (Application::new(&server, GITHUB), Application::new(&server, GOOGLE));
        is_refused(&google.redeems(&github.code("ada").await, &[]).await);
        is_refused(&github.redeems(&google.code("ada").await, &[]).await);
    }

    async fn a_wrong_verifier_is_refused(home: &Home) {
        let server = home.serve().await;
        for page in [GITHUB, GOOGLE] {
            let application = Application::new(&server, page);
            for verifier in ["", CHALLENGE, "x"] {
                let code = application.code("ada").await;
                is_refused(&application.redeems(&code, &[("code_verifier", verifier)]).await);
                // It was tried, so it is used.
                is_refused(&application.redeems(&code, &[]).await);
            }
        }
    }

    async fn a_wrong_redirect_is_refused(home: &Home) {
        let server = home.serve().await;
        for page in [GITHUB, GOOGLE] {
            let application = Application::new(&server, page);
            for sent in [format!("{}/", application.redirect_uri), format!("{}?a", application.redirect_uri), format!("{}/auth/other/callback", server.url), "https://evil.example/".to_owned()] {
                let answer = application.browser.get(&application.asks(&[("redirect_uri", &sent)])).await;
                answer.is(400).is_a_page().says("wants to lead back to another address");
                assert_eq!(answer.location(), "");
                let code = application.code("ada").await;
                let answer = application.redeems(&code, &[("redirect_uri", &sent)]).await;
                assert!(json(&answer)["error"].is_string(), "{answer:?}");
            }
        }
    }

    async fn a_wrong_client_is_refused(home: &Home) {
        let server = home.serve().await;
        for page in [GITHUB, GOOGLE] {
            let application = Application::new(&server, page);
            let answer = application.browser.get(&application.asks(&[("client_id", "other")])).await;
            answer.is(400).is_a_page().says("a client that isn't known here");
            let code = application.code("ada").await;
            for wrong in [[("client_secret", "")], [("client_secret", "x")], [("client_id", "other")], [("client_id", "")]] {
                let answer = application.redeems(&code, &wrong).await;
                let error = json(&answer)["error"].clone();
                if page == GITHUB {
                    assert_eq!((answer.status, error.as_str()), (200, Some("incorrect_client_credentials")));
                } else {
                    assert_eq!((answer.status, error.as_str()), (401, Some("invalid_client")));
                }
            }
            assert!(json(&application.redeems(&code, &[]).await)["access_token"].is_string(), "a stranger can't use it up");
        }
    }
}

/// Asserts that a code was refused, in the words of its provider.
#[track_caller]
fn is_refused(answer: &Answer) {
    let error = json(answer)["error"].clone();
    let said = (answer.status, error.as_str().unwrap_or_default());
    let refusals = [(200, "bad_verification_code"), (400, "invalid_grant")];
    assert!(refusals.contains(&said), "{answer:?}");
}

/// One thread serves and asks: an answer that waits for another one would never come.
#[tokio::test]
async fn one_core_is_enough() {
    let home = Home::sqlite();
    let server = home.serve().await;
    let work = async {
        for page in [GITHUB, GOOGLE] {
            let application = Application::new(&server, page);
            let code = application.code("ada").await;
            application.redeems(&code, &[]).await.is(200);
        }
    };
    tokio::time::timeout(crate::support::PATIENCE, work)
        .await
        .expect("nothing blocks");
}
