//! Who is calling: what a request tells about the machine and browser behind it.

use std::net::{IpAddr, Ipv6Addr};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::language::Language;

/// Longest user agent that is kept, in characters.
const USER_AGENT_LIMIT: usize = 400;

/// The caller's side of a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Client {
    /// Where the request came from.
    pub address: ClientAddress,
    /// What the browser calls itself.
    pub user_agent: UserAgent,
    /// The browser's own mark: the one it sent, or the one it is being given.
    pub browser: Option<BrowserHash>,
    /// Whether it is only being given: no account can know it yet.
    pub browser_is_new: bool,
    /// What the person reads.
    pub language: Language,
}

/// An IP address as 16 bytes (IPv4 mapped into IPv6), so that networks can be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ClientAddress([u8; 16]);

impl ClientAddress {
    /// The 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// From stored bytes; `None` unless there are exactly 16.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The network that counts as one caller: an IPv4 address, or the /64 that one customer gets of
    /// IPv6.
    pub fn network(&self) -> Vec<u8> {
        let mapped = Ipv6Addr::from(self.0).to_ipv4_mapped().is_some();
        self.0[..if mapped { 16 } else { 8 }].to_vec()
    }
}

impl From<IpAddr> for ClientAddress {
    fn from(address: IpAddr) -> Self {
        Self(match address {
            IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
            IpAddr::V6(v6) => v6.octets(),
        })
    }
}

impl std::fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ipv6Addr::from(self.0).to_canonical().fmt(f)
    }
}

/// A `User-Agent` header, cut to a bounded length and without control characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserAgent(String);

impl UserAgent {
    /// Keeps at most 400 printable characters.
    pub fn new(header: &str) -> Self {
        Self(
            header
                .chars()
                .filter(|c| !c.is_control())
                .take(USER_AGENT_LIMIT)
                .collect(),
        )
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// SHA-256 of a browser cookie's value; the value itself is never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BrowserHash([u8; 32]);

impl BrowserHash {
    /// Hashes a cookie value.
    pub fn of(cookie_value: &str) -> Self {
        Self(Sha256::digest(cookie_value.as_bytes()).into())
    }

    /// From stored bytes; `None` unless there are exactly 32.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv4_address_reads_back_as_ipv4() {
        let address = ClientAddress::from(IpAddr::from([192, 0, 2, 7]));
        assert_eq!(address.to_string(), "192.0.2.7");
        assert_eq!(ClientAddress::from_bytes(address.as_bytes()), Some(address));
    }

    #[test]
    fn ipv6_counts_by_its_64_and_ipv4_by_its_address() {
        let network = |text: &str| ClientAddress::from(text.parse::<IpAddr>().unwrap()).network();
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_ne!(network("192.0.2.7"), network("192.0.2.8"));
        assert_eq!(network("192.0.2.7"), network("::ffff:192.0.2.7"));
    }

    #[test]
    fn a_user_agent_is_bounded_and_printable() {
        let agent = UserAgent::new(&format!("a\r\nb{}", "x".repeat(10_000)));
        assert!(agent.as_str().starts_with("abx"));
        assert_eq!(agent.as_str().chars().count(), USER_AGENT_LIMIT);
    }
}
