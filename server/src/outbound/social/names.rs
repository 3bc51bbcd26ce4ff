//! Names of hosts, and the addresses that are behind them at this moment.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::is_public;

/// Resolves names at the moment of connecting, so that what was looked at is what is connected to.
pub(super) struct Names {
    /// Whether private addresses are as good as any.
    pub(super) private: bool,
}

/// A name that stands for nothing but private addresses.
#[derive(Debug, thiserror::Error)]
#[error("only private addresses")]
pub(super) struct OnlyPrivate;

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let private = self.private;
        Box::pin(async move {
            let known = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed = allowed(known, private)?;
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Those of the addresses that may be connected to.
fn allowed(
    known: impl Iterator<Item = SocketAddr>,
    private: bool,
) -> Result<Vec<SocketAddr>, OnlyPrivate> {
    let known: Vec<_> = known.collect();
    let found = !known.is_empty();
    let allowed: Vec<_> = known
        .into_iter()
        .filter(|address| private || is_public(address.ip()))
        .collect();
    if found && allowed.is_empty() {
        return Err(OnlyPrivate);
    }
    Ok(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_addresses_of_a_name_only_public_ones_are_used() {
        let addresses = |all: &[&str]| -> Vec<SocketAddr> {
            let all = all.iter().map(|address| format!("{address}:0"));
            all.map(|address| address.parse().expect("an address"))
                .collect()
        };
        let mixed = addresses(&["10.0.0.1", "1.1.1.1", "[::1]"]);
        let public = allowed(mixed.clone().into_iter(), false).expect("one of them");
        assert_eq!(public, addresses(&["1.1.1.1"]));
        assert!(allowed(addresses(&["10.0.0.1", "[::1]"]).into_iter(), false).is_err());
        assert_eq!(allowed(mixed.clone().into_iter(), true).ok(), Some(mixed));
        let none = allowed(std::iter::empty(), false);
        assert_eq!(none.ok(), Some(Vec::new()), "not known is not private");
    }
}
