//! An answer, and what a test may say about it.

use http::{
    HeaderMap,
    header::{LOCATION, SET_COOKIE},
};

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(super) async fn try_read(response: reqwest::Response) -> Result<Self, reqwest::Error> {
        Ok(Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: String::from_utf8_lossy(&response.bytes().await?).into_owned(),
        })
    }

    /// A header's text; empty when it isn't there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Every cookie that is set, with its attributes.
    pub(crate) fn cookies(&self) -> Vec<&str> {
        let all = self.headers.get_all(SET_COOKIE).iter();
        all.map(|value| value.to_str().expect("printable"))
            .collect()
    }

    /// The `Set-Cookie` of one name.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let start = format!("{name}=");
        self.cookies()
            .into_iter()
            .find(|cookie| cookie.starts_with(&start))
    }

    /// Where a redirect leads; empty when it is none.
    pub(crate) fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    /// Asserts a 303 to `path`.
    #[track_caller]
    pub(crate) fn leads_to(&self, path: &str) -> &Self {
        assert_eq!(
            (self.status, self.location()),
            (303, path),
            "{}",
            self.heading()
        );
        self
    }

    /// Asserts the status.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{} {}", self.location(), self.body);
        self
    }

    /// Asserts that the answer has `text` for its reader.
    #[track_caller]
    pub(crate) fn says(&self, text: &str) -> &Self {
        assert!(
            self.body.contains(text),
            "{} doesn't say {text:?}: {}",
            self.status,
            self.body
        );
        self
    }

    /// Asserts that the answer doesn't have `text`.
    #[track_caller]
    pub(crate) fn hides(&self, text: &str) -> &Self {
        assert!(!self.body.contains(text), "{} says {text:?}", self.status);
        self
    }

    /// Asserts a whole page, with a heading and a way on.
    #[track_caller]
    pub(crate) fn is_a_page(&self) -> &Self {
        assert_eq!(
            self.header("content-type"),
            "text/html; charset=utf-8",
            "{}",
            self.body
        );
        assert!(!self.heading().is_empty(), "no heading: {}", self.body);
        assert!(
            self.body.contains("href=\"/") || self.body.contains("<form"),
            "a dead end"
        );
        self
    }

    /// The page's first heading.
    pub(crate) fn heading(&self) -> &str {
        let after = self.body.split_once("<h1>").map(|(_, after)| after);
        let text = after.and_then(|after| after.split_once("</h1>"));
        text.map(|(text, _)| text).unwrap_or_default()
    }

    /// The nonce of this answer's policy.
    pub(crate) fn nonce(&self) -> &str {
        let policy = self.header("content-security-policy");
        let after = policy
            .split_once("'nonce-")
            .expect("a nonce in the policy")
            .1;
        after.split_once('\'').expect("the nonce ends").0
    }

    /// Everything but what differs by chance or repeats what was typed.
    pub(crate) fn normalised(&self, typed: &str) -> (u16, Vec<(String, String)>, String) {
        let nonce = self.nonce().to_owned();
        let plain = |text: &str| text.replace(&nonce, "NONCE").replace(typed, "TYPED");
        let headers = self
            .headers
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "date" | "content-length"));
        let mut headers: Vec<_> = headers
            .map(|(name, value)| (name.to_string(), plain(value.to_str().unwrap_or_default())))
            .collect();
        headers.sort();
        (self.status, headers, plain(&self.body))
    }
}
