//! How the issuer is asked.

use std::{sync::Arc, time::Duration};

use reqwest::{
    StatusCode,
    header::{ACCEPT, CACHE_CONTROL, HeaderMap},
};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};

use super::NoVerifier;
use crate::{keys::KeySetError, refused::Refused, revocation::Discontinuous};

/// How long an answer may take, until its last byte.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Asks over HTTP.
pub(super) struct Web {
    client: reqwest::Client,
}

/// What came back.
pub(super) struct Answer {
    pub(super) body: String,
    /// For how many seconds it may be used; `None` when it doesn't say.
    pub(super) max_age: Option<u32>,
}

/// Why an answer is of no use, for the log.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error("no answer: {0}")]
    NoAnswer(#[from] reqwest::Error),
    #[error("the answer is {0}")]
    Status(StatusCode),
    #[error("the answer is too long")]
    TooLong,
    #[error("the answer isn't text")]
    NotText,
    #[error("{0}")]
    KeySet(#[from] KeySetError),
    #[error("the feed isn't accepted: {0}")]
    Feed(#[from] Refused),
    #[error("{0}")]
    Discontinuous(#[from] Discontinuous),
}

impl Web {
    pub(super) fn new() -> Result<Self, NoVerifier> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| NoVerifier::Tls(error.to_string()))?;
        let roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.into(),
        };
        let tls = builder.with_root_certificates(roots).with_no_client_auth();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .timeout(TIMEOUT)
            .user_agent("latchkey-verify")
            .build()
            .map_err(|error| NoVerifier::Tls(error.to_string()))?;
        Ok(Self { client })
    }

    pub(super) fn of(client: reqwest::Client) -> Self {
        Self { client }
    }

    /// Asks for a document of at most `longest` bytes.
    pub(super) async fn get(
        &self,
        address: &str,
        accept: &str,
        longest: usize,
    ) -> Result<Answer, Trouble> {
        let request = self.client.get(address).header(ACCEPT, accept);
        let mut answer = request.send().await?;
        if answer.status() != StatusCode::OK {
            return Err(Trouble::Status(answer.status()));
        }
        let max_age = max_age(answer.headers());
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await? {
            if body.len() + piece.len() > longest {
                return Err(Trouble::TooLong);
            }
            body.extend_from_slice(&piece);
        }
        let body = String::from_utf8(body).map_err(|_| Trouble::NotText)?;
        Ok(Answer { body, max_age })
    }
}

/// RFC 9111 §5.2.2: what mustn't be kept is as good as over at once.
fn max_age(headers: &HeaderMap) -> Option<u32> {
    let mut age = None;
    for line in headers.get_all(CACHE_CONTROL) {
        for directive in line.to_str().unwrap_or_default().split(',') {
            let directive = directive.trim().to_ascii_lowercase();
            if directive == "no-store" || directive == "no-cache" {
                return Some(0);
            }
            if let Some(seconds) = directive.strip_prefix("max-age=") {
                // §1.2.2: what is too large to count means very long.
                age = Some(seconds.trim_matches('"').parse().unwrap_or(u32::MAX));
            }
        }
    }
    age
}

#[cfg(test)]
mod tests {
    use super::*;

    fn age_of(lines: &[&str]) -> Option<u32> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(CACHE_CONTROL, line.parse().expect("a header"));
        }
        max_age(&headers)
    }

    #[test]
    fn the_age_is_found_among_other_directives() {
        assert_eq!(age_of(&[]), None);
        assert_eq!(age_of(&["public"]), None);
        assert_eq!(age_of(&["public, max-age=300, must-revalidate"]), Some(300));
        assert_eq!(age_of(&["public", "Max-Age=300"]), Some(300));
        assert_eq!(age_of(&["max-age=300, no-cache"]), Some(0));
        assert_eq!(age_of(&["no-store"]), Some(0));
        assert_eq!(age_of(&["max-age=99999999999999"]), Some(u32::MAX));
    }
}
