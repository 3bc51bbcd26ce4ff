//! The one HTTP client that asks providers.
//!
//! It goes where the configuration and the providers' own metadata send it, so it trusts neither: no
//! private address, no redirect, no endless answer, nothing but JSON.

use std::{error::Error, net::IpAddr, sync::Arc, time::Duration};

use domain::social::ProviderProblem;
use http::{
    Request, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue},
};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use url::{Host, Url};

use super::{
    address::is_public,
    names::{Names, OnlyPrivate},
};

/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: usize = 1024 * 1024;
/// How long a connection is kept for the next question of the same sign-in.
const KEPT: Duration = Duration::from_secs(10);

/// Why providers can't be asked at all.
#[derive(Debug, thiserror::Error)]
#[error("the client for providers can't be made: {0}")]
pub struct NoWeb(String);

/// Asks over HTTP.
pub struct Web {
    client: reqwest::Client,
    private: bool,
}

/// What came back: JSON, by its own account.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
}

impl Web {
    /// A client whose questions take at most `timeout`, their answers included. Unless
    /// `allow_private_addresses`, it speaks https with the Internet's public addresses only.
    ///
    /// # Errors
    /// [`NoWeb`] when TLS can't be had.
    pub fn new(allow_private_addresses: bool, timeout: Duration) -> Result<Self, NoWeb> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        // Fails only for a provider that knows none of the versions.
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| NoWeb(error.to_string()))?;
        let roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.into(),
        };
        let tls = builder.with_root_certificates(roots).with_no_client_auth();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .timeout(timeout)
            .pool_idle_timeout(KEPT)
            .pool_max_idle_per_host(2)
            .user_agent("latchkey")
            .dns_resolver(Names {
                private: allow_private_addresses,
            })
            .build()
            .map_err(|error| NoWeb(error.to_string()))?;
        Ok(Self {
            client,
            private: allow_private_addresses,
        })
    }

    /// Whether an address may be asked, or a browser sent there, as far as it can be seen without
    /// resolving its name.
    pub(super) fn permit(&self, url: &Url) -> Result<(), ProviderProblem> {
        let safe = url.scheme() == "https" || (self.private && url.scheme() == "http");
        if !safe {
            return Err(ProviderProblem::Nonsense("an address that isn't https"));
        }
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(ProviderProblem::Nonsense(
                "an address with a password or a fragment",
            ));
        }
        let literal = match url.host() {
            None => return Err(ProviderProblem::Nonsense("an address without a host")),
            Some(Host::Domain(_)) => return Ok(()),
            Some(Host::Ipv4(address)) => IpAddr::from(address),
            Some(Host::Ipv6(address)) => IpAddr::from(address),
        };
        if self.private || is_public(literal) {
            Ok(())
        } else {
            Err(ProviderProblem::Private)
        }
    }

    /// Asks for a document, with an access token if there is one.
    pub(super) async fn get(
        &self,
        url: &Url,
        accept: &'static str,
        token: Option<&str>,
    ) -> Result<Answer, ProviderProblem> {
        let mut request = Request::get(url.as_str()).header(ACCEPT, accept);
        if let Some(token) = token {
            let mut value = HeaderValue::try_from(format!("Bearer {token}"))
                .map_err(|_| ProviderProblem::Nonsense("an access token that is none"))?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        let request = request
            .body(Vec::new())
            .map_err(|_| ProviderProblem::Nonsense("an address that can't be asked"))?;
        self.send(request).await
    }

    /// A document of at most 1 MiB, as it stands.
    pub(in crate::outbound) async fn get_text(&self, url: &Url) -> Result<String, ProviderProblem> {
        let answer = self.get(url, "application/json", None).await?;
        if answer.status != StatusCode::OK {
            return Err(ProviderProblem::Nonsense("not what was asked for"));
        }
        String::from_utf8(answer.body).map_err(|_| ProviderProblem::Nonsense("not UTF-8"))
    }

    /// Asks, and reads the answer as far as it deserves it.
    pub(super) async fn send(&self, request: Request<Vec<u8>>) -> Result<Answer, ProviderProblem> {
        let request = reqwest::Request::try_from(request)
            .map_err(|_| ProviderProblem::Nonsense("an address that can't be asked"))?;
        self.permit(request.url())?;
        let answer = self.client.execute(request).await;
        let mut answer = answer.map_err(|error| problem(&error))?;
        let status = answer.status();
        if status.is_redirection() {
            return Err(ProviderProblem::Nonsense("a redirect"));
        }
        if status.is_server_error() {
            return Err(ProviderProblem::Nonsense("an error of its own (5xx)"));
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Err(ProviderProblem::OutOfReach("it wants fewer questions"));
        }
        if !is_json(answer.headers()) {
            return Err(ProviderProblem::Nonsense("not JSON"));
        }
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(|error| problem(&error))? {
            if body.len() + piece.len() > LONGEST_ANSWER {
                return Err(ProviderProblem::Nonsense("more than 1 MiB"));
            }
            body.extend_from_slice(&piece);
        }
        Ok(Answer { status, body })
    }
}

/// `application/json`, or one of the types made of it (RFC 6839 §3.1).
fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| {
        let essence = kind.split(';').next().unwrap_or_default().trim();
        let essence = essence.to_ascii_lowercase();
        essence == "application/json"
            || (essence.starts_with("application/") && essence.ends_with("+json"))
    })
}

/// What an error was about. Its own text may hold the address, and with it a secret.
fn problem(error: &reqwest::Error) -> ProviderProblem {
    if cause::<OnlyPrivate>(error).is_some() {
        return ProviderProblem::Private;
    }
    if cause::<hyper::Error>(error).is_some_and(hyper::Error::is_parse) {
        return ProviderProblem::Nonsense("not HTTP");
    }
    ProviderProblem::OutOfReach(if error.is_timeout() {
        "it took too long"
    } else if error.is_dns() {
        "its name isn't known"
    } else if error.is_connect() {
        "no safe connection to it"
    } else {
        "the connection broke"
    })
}

fn cause<T: Error + 'static>(error: &reqwest::Error) -> Option<&T> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        cause = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web(private: bool) -> Web {
        Web::new(private, Duration::from_secs(5)).expect("a client")
    }

    fn permitted(address: &str, private: bool) -> Result<(), ProviderProblem> {
        web(private).permit(&Url::parse(address).expect("an address"))
    }

    #[test]
    fn only_https_is_asked_unless_private_addresses_are_allowed() {
        assert_eq!(permitted("https://id.example/a?b=c", false), Ok(()));
        for address in ["http://id.example", "http://127.0.0.1", "ftp://id.example"] {
            assert!(permitted(address, false).is_err(), "{address}");
        }
        for address in ["http://id.example", "http://127.0.0.1:8080"] {
            assert_eq!(permitted(address, true), Ok(()), "{address}");
        }
        for address in [
            "ftp://id.example",
            "javascript:alert(1)",
            "data:text/html,a",
            "file:///etc/passwd",
            "https://ada@id.example",
            "https://:secret@id.example",
            "https://id.example/#a",
        ] {
            assert!(permitted(address, true).is_err(), "{address}");
        }
    }

    #[test]
    fn a_private_address_is_refused_however_it_is_written() {
        for host in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "169.254.169.254",
            "10.0.0.1.",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[64:ff9b::a9fe:a9fe]",
        ] {
            assert_eq!(
                permitted(&format!("https://{host}/"), false),
                Err(ProviderProblem::Private),
                "{host}"
            );
        }
    }

    #[tokio::test]
    async fn a_name_that_resolves_to_a_private_address_is_refused_at_connecting() {
        let url = Url::parse("https://localhost:9/").expect("an address");
        let refused = web(false).get(&url, "application/json", None).await;
        assert_eq!(refused.err(), Some(ProviderProblem::Private));
    }
}
