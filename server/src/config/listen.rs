//! `[listen]`: where the server listens.

use std::net::SocketAddr;

use super::{Key, loading::Values};

const ADDRESS: Key = Key::text(
    "listen.address",
    "127.0.0.1:8080",
    "The address and port to listen on. With --dev only addresses of this machine are accepted.",
);

pub(super) static KEYS: [Key; 1] = [ADDRESS];

/// Where the server listens.
#[derive(Clone, Debug)]
pub struct Listen {
    /// Address and port; a loopback address with `--dev`.
    pub address: SocketAddr,
}

impl Listen {
    pub(super) fn read(values: &mut Values) -> Option<Self> {
        let Ok(address) = values.text(&ADDRESS)?.parse::<SocketAddr>() else {
            return values.mismatch(&ADDRESS, "an IP address and a port, such as 127.0.0.1:8080");
        };
        // Development mode shows mail and practice providers to whoever can reach it.
        if values.dev() && !address.ip().is_loopback() {
            let wanted = "a loopback address, such as 127.0.0.1:8080: nothing else goes with --dev";
            return values.mismatch(&ADDRESS, wanted);
        }
        Some(Self { address })
    }
}
