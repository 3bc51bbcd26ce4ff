//! A program that calls the API: no cookies, a token, JSON.

use http::{HeaderName, HeaderValue, Method, header::HOST};
use reqwest::Client;
use serde_json::Value;

use super::{answer::Answer, browser::plain_client, server::TestServer};

/// Calls one server with one token, or none.
pub(crate) struct TestCaller {
    client: Client,
    base: String,
    host: String,
    authorization: Option<String>,
}

/// A call that is being put together.
pub(crate) struct Call<'a> {
    caller: &'a TestCaller,
    method: Method,
    path: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Option<Vec<u8>>,
}

impl TestCaller {
    pub(super) fn new(server: &TestServer) -> Self {
        Self {
            client: plain_client(),
            base: format!("http://{}", server.address),
            host: server.host.clone(),
            authorization: None,
        }
    }

    /// The same with a token.
    pub(crate) fn with_token(mut self, token: &str) -> Self {
        self.authorization = Some(format!("Bearer {token}"));
        self
    }

    /// A call of any kind, to be changed and sent.
    pub(crate) fn calls(&self, method: &str, path: &str) -> Call<'_> {
        let host = HeaderValue::from_str(&self.host).expect("a host");
        let call = Call {
            caller: self,
            method: method.parse().expect("a method"),
            path: path.to_owned(),
            headers: vec![(HOST, host)],
            body: None,
        };
        match &self.authorization {
            Some(authorization) => call.with("authorization", authorization),
            None => call,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.calls("GET", path).send().await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.calls("DELETE", path).send().await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.calls("POST", path)
            .json(&body.to_string())
            .send()
            .await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.calls("PATCH", path)
            .json(&body.to_string())
            .send()
            .await
    }
}

impl Call<'_> {
    /// Adds a header, beside others of its name.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        let value = HeaderValue::from_str(value).expect("a header's value");
        self.headers.push((name.parse().expect("a name"), value));
        self
    }

    /// Sets a body that says it is JSON.
    pub(crate) fn json(self, body: &str) -> Self {
        self.with("content-type", "application/json")
            .carrying(body.as_bytes())
    }

    /// Sets the body.
    pub(crate) fn carrying(mut self, body: &[u8]) -> Self {
        self.body = Some(body.to_vec());
        self
    }

    /// Sends it and reads the whole answer.
    pub(crate) async fn send(self) -> Answer {
        let response = self.open().await;
        Answer::try_read(response).await.expect("a whole answer")
    }

    /// Sends it and leaves the answer's body to be read.
    pub(crate) async fn open(self) -> reqwest::Response {
        let url = format!("{}{}", self.caller.base, self.path);
        let mut request = self.caller.client.request(self.method, url);
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        if let Some(body) = self.body {
            request = request.body(body);
        }
        request.send().await.expect("an answer")
    }
}

impl Answer {
    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{} {error}: {}", self.status, self.body))
    }

    /// Asserts a problem document (RFC 9457) of this status and kind.
    #[track_caller]
    pub(crate) fn is_problem(&self, status: u16, kind: &str) -> &Self {
        self.is(status);
        assert_eq!(self.header("content-type"), "application/problem+json");
        let document = self.json();
        assert_eq!(
            document["type"],
            format!("urn:latchkey:problem:{kind}"),
            "{document}"
        );
        assert_eq!(document["status"], status);
        for member in ["title", "detail"] {
            assert!(document[member].is_string(), "{document}");
        }
        self
    }
}
