//! A browser without JavaScript: it keeps cookies, and its forms come from our own pages.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use http::{
    HeaderMap, HeaderName, HeaderValue, Method,
    header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, HOST, ORIGIN},
};
use reqwest::redirect::Policy;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};

use super::{answer::Answer, server::TestServer};

const FORM: &str = "application/x-www-form-urlencoded";

/// One browser profile.
pub(crate) struct TestBrowser {
    client: reqwest::Client,
    base: String,
    host: String,
    origin: String,
    languages: Option<String>,
    cookies: Mutex<BTreeMap<String, String>>,
}

/// TLS that trusts nobody: these browsers speak plain HTTP, also through a tunnel.
fn without_authorities() -> ClientConfig {
    let provider = Arc::new(aws_lc_rs::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth()
}

/// An HTTP client that follows nothing and trusts nobody.
pub(super) fn plain_client() -> reqwest::Client {
    // The HTTP client wants one, also where nothing speaks https. Another test may have been first.
    let _ = tokio_rustls::rustls::crypto::aws_lc_rs::default_provider().install_default();
    reqwest::Client::builder()
        .tls_backend_preconfigured(without_authorities())
        .redirect(Policy::none())
        .no_proxy()
        .user_agent("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
        .build()
        .expect("a client")
}

/// A request that is being put together.
pub(crate) struct Asking<'a> {
    browser: &'a TestBrowser,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl TestBrowser {
    pub(super) fn new(server: &TestServer) -> Self {
        Self::reaching(
            &format!("http://{}", server.address),
            &server.host,
            &server.url,
        )
    }

    /// A browser that reaches `base` and believes to be at `origin`.
    pub(crate) fn reaching(base: &str, host: &str, origin: &str) -> Self {
        let client = plain_client();
        Self {
            client,
            base: base.to_owned(),
            host: host.to_owned(),
            origin: origin.to_owned(),
            languages: None,
            cookies: Mutex::default(),
        }
    }

    /// The same browser, set to these languages.
    pub(crate) fn reading(mut self, languages: &str) -> Self {
        self.languages = Some(languages.to_owned());
        self
    }

    fn asking(&self, method: Method, path: &str) -> Asking<'_> {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, value(&self.host));
        headers.insert(ACCEPT, value("text/html,application/xhtml+xml,*/*;q=0.8"));
        if let Some(languages) = &self.languages {
            headers.insert(ACCEPT_LANGUAGE, value(languages));
        }
        let cookies = self.cookies.lock().expect("no panic inside");
        if !cookies.is_empty() {
            let pairs: Vec<String> = cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            headers.insert(COOKIE, value(&pairs.join("; ")));
        }
        drop(cookies);
        Asking {
            browser: self,
            method,
            path: path.to_owned(),
            headers,
            body: Vec::new(),
        }
    }

    /// A request of any kind, to be changed and sent.
    pub(crate) fn asks(&self, method: &str, path: &str) -> Asking<'_> {
        self.asking(method.parse().expect("a method"), path)
    }

    /// A form's POST, to be changed and sent.
    pub(crate) fn posts(&self, path: &str, fields: &[(&str, &str)]) -> Asking<'_> {
        self.posts_bytes(path, &encoded(fields))
    }

    /// A POST of any bytes as a form of ours, to be changed and sent.
    pub(crate) fn posts_bytes(&self, path: &str, body: &[u8]) -> Asking<'_> {
        self.asking(Method::POST, path)
            .with("content-type", FORM)
            .with(ORIGIN.as_str(), &self.origin)
            .with("sec-fetch-site", "same-origin")
            .carrying(body)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.asking(Method::GET, path).send().await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.posts(path, fields).send().await
    }

    /// A form's POST by our own script.
    pub(crate) async fn fetch(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.posts(path, fields)
            .with("accept", "application/json")
            .send()
            .await
    }

    pub(crate) async fn sign_up(&self, email: &str, password: &str) -> Answer {
        self.post(
            "/signup",
            &[
                ("email", email),
                ("name", "Ada Lovelace"),
                ("password", password),
            ],
        )
        .await
    }

    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Answer {
        self.post(
            "/login",
            &[("next", ""), ("email", email), ("password", password)],
        )
        .await
    }

    pub(crate) async fn sign_in_and_stay(&self, email: &str, password: &str) -> Answer {
        self.post(
            "/login",
            &[
                ("next", ""),
                ("email", email),
                ("password", password),
                ("stay", "on"),
            ],
        )
        .await
    }

    pub(crate) async fn sign_out(&self) -> Answer {
        self.post("/logout", &[]).await
    }

    /// Presses the button behind a confirmation link.
    pub(crate) async fn confirm(&self, link: &str) -> Answer {
        self.post("/verify-email", &[("token", token_of(link))])
            .await
    }

    /// Presses it where the password is asked for.
    pub(crate) async fn confirm_with(&self, link: &str, password: &str) -> Answer {
        self.post(
            "/verify-email",
            &[("token", token_of(link)), ("password", password)],
        )
        .await
    }

    /// A cookie as it is kept.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies
            .lock()
            .expect("no panic inside")
            .get(name)
            .cloned()
    }

    /// Puts a cookie into the jar, as an attacker would.
    pub(crate) fn plant(&self, name: &str, value: &str) {
        self.cookies
            .lock()
            .expect("no panic inside")
            .insert(name.to_owned(), value.to_owned());
    }

    /// Whether `/account` is shown.
    pub(crate) async fn is_signed_in(&self) -> bool {
        let answer = self.get("/account").await;
        match answer.status {
            200 => true,
            303 => {
                answer.leads_to("/login?next=/account");
                false
            }
            _ => panic!("/account answers {answer:?}"),
        }
    }

    /// The ids of the sessions that can be ended, as `/account/sessions` shows them.
    pub(crate) async fn other_sessions(&self) -> Vec<String> {
        let page = self.get("/account/sessions").await;
        page.is(200);
        let inputs = page.body.split("name=\"end\" value=\"").skip(1);
        let ids = inputs.map(|rest| rest.split('"').next().unwrap_or_default().to_owned());
        ids.filter(|id| id != "others").collect()
    }

    fn keep(&self, answer: &Answer) {
        let mut cookies = self.cookies.lock().expect("no panic inside");
        for cookie in answer.cookies() {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').expect("a name and a value");
            if attributes.to_ascii_lowercase().contains("max-age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Asking<'_> {
    /// Sets a header.
    pub(crate) fn with(self, name: &str, text: &str) -> Self {
        self.with_bytes(name, text.as_bytes())
    }

    /// Sets a header to bytes that may be no text.
    pub(crate) fn with_bytes(mut self, name: &str, bytes: &[u8]) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
        self.headers.insert(
            name,
            HeaderValue::from_bytes(bytes).expect("a header's value"),
        );
        self
    }

    /// Leaves a header out.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    /// Sets the body.
    pub(crate) fn carrying(mut self, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self
    }

    /// Sends it; cookies are kept, redirects aren't followed.
    pub(crate) async fn send(self) -> Answer {
        self.try_send().await.expect("an answer")
    }

    /// Sends it to a server that may die meanwhile.
    pub(crate) async fn try_send(self) -> Result<Answer, reqwest::Error> {
        let url = format!("{}{}", self.browser.base, self.path);
        let typed = self.headers.contains_key(CONTENT_TYPE) || !self.body.is_empty();
        let mut request = self
            .browser
            .client
            .request(self.method, url)
            .headers(self.headers);
        if typed {
            request = request.body(self.body);
        }
        let response = request.send().await?;
        let answer = Answer::try_read(response).await?;
        self.browser.keep(&answer);
        Ok(answer)
    }
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("a header's value")
}

/// The token of a confirmation link.
pub(crate) fn token_of(link: &str) -> &str {
    link.split_once("token=").expect("a confirmation link").1
}

/// A form's body as browsers encode it.
pub(crate) fn encoded(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        body.append_pair(name, value);
    }
    body.finish().into_bytes()
}
