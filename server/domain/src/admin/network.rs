//! Networks, as addresses at rest are compared with them.

use std::net::{IpAddr, Ipv6Addr};

use crate::client::ClientAddress;

/// An address, or a network in CIDR form (RFC 4632, RFC 4291 section 2.3). IPv4 networks lie within
/// `::ffff:0:0/96`, as addresses at rest do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    first: [u8; 16],
    last: [u8; 16],
}

impl Network {
    /// Parses `10.0.0.0/8`, `2001:db8::/32` or a bare address. Bits behind the prefix don't matter.
    /// `None` when it is neither, or the prefix is longer than an address.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let (address, prefix) = match typed.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (typed, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let (width, offset) = match address {
            IpAddr::V4(_) => (32, 96),
            IpAddr::V6(_) => (128, 0),
        };
        let prefix = match prefix {
            // `u32` alone would take a sign.
            Some(digits) if digits.bytes().all(|digit| digit.is_ascii_digit()) => digits
                .parse::<u32>()
                .ok()
                .filter(|prefix| *prefix <= width)?,
            Some(_) => return None,
            None => width,
        };
        let bits = u128::from_be_bytes(*ClientAddress::from(address).as_bytes());
        let host = u128::MAX.checked_shr(offset + prefix).unwrap_or(0);
        Some(Self {
            first: (bits & !host).to_be_bytes(),
            last: (bits | host).to_be_bytes(),
        })
    }

    /// Its lowest address, as 16 bytes.
    pub const fn first(&self) -> &[u8; 16] {
        &self.first
    }

    /// Its highest address, as 16 bytes.
    pub const fn last(&self) -> &[u8; 16] {
        &self.last
    }

    /// Whether an address lies in it.
    pub fn contains(&self, address: &ClientAddress) -> bool {
        (self.first..=self.last).contains(address.as_bytes())
    }
}

/// In the form that [`Network::parse`] takes.
impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (first, last) = (
            u128::from_be_bytes(self.first),
            u128::from_be_bytes(self.last),
        );
        let prefix = (first ^ last).leading_zeros();
        let address = Ipv6Addr::from(first);
        match address.to_ipv4_mapped() {
            Some(v4) if prefix == 128 => v4.fmt(f),
            Some(v4) if prefix >= 96 => write!(f, "{v4}/{}", prefix - 96),
            _ if prefix == 128 => address.fmt(f),
            _ => write!(f, "{address}/{prefix}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(network: &str, address: &str) -> bool {
        let address: IpAddr = address.parse().unwrap();
        Network::parse(network)
            .unwrap()
            .contains(&ClientAddress::from(address))
    }

    #[test]
    fn an_ipv4_network_is_a_range_of_mapped_addresses() {
        assert!(holds("10.0.0.0/8", "10.0.0.0"));
        assert!(holds("10.0.0.0/8", "10.255.255.255"));
        assert!(!holds("10.0.0.0/8", "11.0.0.0"));
        assert!(holds("10.0.0.0/8", "::ffff:10.1.2.3"));
        assert!(!holds("10.0.0.0/8", "::10.1.2.3"));
        assert!(holds("0.0.0.0/0", "255.255.255.255"));
        assert!(!holds("0.0.0.0/0", "2001:db8::1"));
    }

    #[test]
    fn an_ipv6_network_is_a_range() {
        assert!(holds("2001:db8::/32", "2001:db8:ffff::1"));
        assert!(!holds("2001:db8::/32", "2001:db9::"));
        assert!(holds("::/0", "192.0.2.1"));
        assert!(holds("::/0", "ffff::1"));
    }

    #[test]
    fn a_bare_address_is_itself_alone() {
        assert!(holds("192.0.2.7", "192.0.2.7"));
        assert!(!holds("192.0.2.7", "192.0.2.8"));
        assert!(holds(" 2001:db8::1 ", "2001:db8::1"));
        assert!(!holds("2001:db8::1", "2001:db8::2"));
    }

    #[test]
    fn bits_behind_the_prefix_do_not_matter() {
        assert_eq!(Network::parse("10.1.2.3/8"), Network::parse("10.0.0.0/8"));
        assert_eq!(
            Network::parse("2001:db8::1/64"),
            Network::parse("2001:db8::/64")
        );
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for typed in [
            "",
            " ",
            "/",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.0.0.0/+8",
            "10.0.0.0/-1",
            "10.0.0/8",
            "2001:db8::/129",
            "example.org",
            "10.0.0.0/8/8",
            "fe80::1%eth0",
            "10.0.0.0/4294967296",
        ] {
            assert_eq!(Network::parse(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_network_reads_as_it_is_typed() {
        for typed in [
            "10.0.0.0/8",
            "192.0.2.7",
            "2001:db8::/32",
            "2001:db8::1",
            "0.0.0.0/0",
            "::/0",
        ] {
            assert_eq!(Network::parse(typed).unwrap().to_string(), typed);
        }
    }
}
