//! `public_url`: the address that people and programs use.

use std::str::FromStr;

use url::{Host, Url};

use super::{Key, loading::Values};

const PUBLIC_URL: Key = Key::text(
    "public_url",
    "http://localhost:8080",
    "The address at which people and programs reach this installation: https and a host. \
     Plain http is accepted for localhost only.",
);

pub(super) static KEYS: [Key; 1] = [PUBLIC_URL];

/// An https URL of a host, or an http one of this machine. Without path, query, fragment or user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    url: Url,
    issuer: String,
    /// Where the scheme and `://` end in `issuer`.
    scheme_end: usize,
    /// Where the host ends in `issuer`.
    host_end: usize,
}

/// Why a text isn't a public URL. No variant repeats the text: it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicUrlError {
    /// No URL, or not one of a web site.
    #[error("wanted a URL such as https://login.example.com")]
    NotAUrl,
    /// It has a user name or password.
    #[error("must not hold a user name or password")]
    User,
    /// It goes on after the host.
    #[error("must end after the host and port: no path, query or fragment")]
    Rest,
    /// Passwords would cross the network readably.
    #[error("use https: plain http is accepted only for localhost")]
    Insecure,
}

impl PublicUrl {
    pub(super) fn read(values: &mut Values) -> Option<Self> {
        match values.text(&PUBLIC_URL)?.parse::<Self>() {
            Ok(url) => Some(url),
            Err(error) => values.refuse(&PUBLIC_URL, error.to_string()),
        }
    }

    /// The same, to build others from.
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// The URL without a trailing slash, its host in lower case and no port that goes without
    /// saying: the `iss` of tokens, and the `Origin` that browsers send.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whether it is https.
    pub fn is_https(&self) -> bool {
        self.issuer.starts_with("https:")
    }

    /// Whether it leads to another port of this machine than `port`. What stands in front of https is
    /// free to use any.
    pub fn is_elsewhere(&self, port: u16) -> bool {
        let named = self.issuer[self.host_end..].strip_prefix(':');
        let own = named.and_then(|own| own.parse().ok()).unwrap_or(80);
        !self.is_https() && own != port
    }

    /// `host` or `host:port`, as browsers send it in `Host`.
    pub fn host_header(&self) -> &str {
        &self.issuer[self.scheme_end..]
    }

    /// The host alone; an IPv6 address stands in brackets.
    pub fn host(&self) -> &str {
        &self.issuer[self.scheme_end..self.host_end]
    }
}

impl FromStr for PublicUrl {
    type Err = PublicUrlError;

    fn from_str(text: &str) -> Result<Self, PublicUrlError> {
        let url = Url::parse(text).map_err(|_| PublicUrlError::NotAUrl)?;
        let host = url.host().ok_or(PublicUrlError::NotAUrl)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&host) => {}
            "http" => return Err(PublicUrlError::Insecure),
            _ => return Err(PublicUrlError::NotAUrl),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(PublicUrlError::User);
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(PublicUrlError::Rest);
        }
        let scheme_end = url.scheme().len() + "://".len();
        Ok(Self {
            issuer: url.origin().ascii_serialization(),
            url: url.clone(),
            scheme_end,
            host_end: scheme_end + url.host_str().map_or(0, str::len),
        })
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_as_browsers_and_tokens_have_them() {
        let cases = [
            (
                "https://Login.Example.COM:443/",
                "https://login.example.com",
                "login.example.com",
                "login.example.com",
            ),
            (
                "https://example.com:8443",
                "https://example.com:8443",
                "example.com:8443",
                "example.com",
            ),
            (
                "http://localhost:8080",
                "http://localhost:8080",
                "localhost:8080",
                "localhost",
            ),
            (
                "http://127.0.0.2:80",
                "http://127.0.0.2",
                "127.0.0.2",
                "127.0.0.2",
            ),
            (
                "http://[::1]:8080/",
                "http://[::1]:8080",
                "[::1]:8080",
                "[::1]",
            ),
            (
                "http://latchkey.localhost",
                "http://latchkey.localhost",
                "latchkey.localhost",
                "latchkey.localhost",
            ),
            (
                "https://bücher.example",
                "https://xn--bcher-kva.example",
                "xn--bcher-kva.example",
                "xn--bcher-kva.example",
            ),
        ];
        for (text, issuer, header, host) in cases {
            let url: PublicUrl = text.parse().unwrap();
            assert_eq!(
                (url.issuer(), url.host_header(), url.host()),
                (issuer, header, host)
            );
            assert_eq!(url.is_https(), text.starts_with("https"), "{text}");
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for text in [
            "http://example.com",
            "http://10.0.0.1",
            "http://0.0.0.0:8080",
            "http://[::2]",
            "http://localhost.example.com",
            "http://notlocalhost",
        ] {
            assert_eq!(
                text.parse::<PublicUrl>(),
                Err(PublicUrlError::Insecure),
                "{text}"
            );
        }
    }

    #[test]
    fn a_plain_address_names_the_port_that_is_listened_on() {
        for (text, port, elsewhere) in [
            ("http://localhost:8080", 8080, false),
            ("http://localhost:8080", 80, true),
            ("http://localhost", 80, false),
            ("http://[::1]", 8080, true),
            ("https://example.com", 8080, false),
        ] {
            let url: PublicUrl = text.parse().unwrap();
            assert_eq!(url.is_elsewhere(port), elsewhere, "{text} {port}");
        }
    }

    #[test]
    fn anything_but_scheme_host_and_port_is_refused() {
        let cases = [
            ("", PublicUrlError::NotAUrl),
            ("example.com", PublicUrlError::NotAUrl),
            ("localhost:8080", PublicUrlError::NotAUrl),
            ("ftp://example.com", PublicUrlError::NotAUrl),
            ("https://", PublicUrlError::NotAUrl),
            ("https://user@example.com", PublicUrlError::User),
            ("https://user:word@example.com", PublicUrlError::User),
            ("https://example.com/login", PublicUrlError::Rest),
            ("https://example.com/?", PublicUrlError::Rest),
            ("https://example.com/#x", PublicUrlError::Rest),
        ];
        for (text, error) in cases {
            assert_eq!(text.parse::<PublicUrl>(), Err(error), "{text}");
        }
    }
}
