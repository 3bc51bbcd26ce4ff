//! `[listen]`: where the server listens.

use std::net::SocketAddr;

use super::{Key, PublicUrl, loading::Values};

const ADDRESS: Key = Key::text(
    "listen.address",
    "127.0.0.1:8080",
    "The address and port to listen on. With --dev only addresses of this machine are accepted.",
);
const REDIRECT_ADDRESS: Key = Key::text(
    "listen.redirect_address",
    "",
    "A second address and port, for plain http, whose only answer is the way to the same page at \
     an https public_url. Empty means none.",
);

const METRICS_ADDRESS: Key = Key::text(
    "listen.metrics_address",
    "",
    "A second address and port, for plain http, where whoever reaches it is told /metrics. Empty \
     means that they are told at listen.address, to callers on this machine that no proxy speaks for.",
);

pub(super) static KEYS: [Key; 3] = [ADDRESS, REDIRECT_ADDRESS, METRICS_ADDRESS];

/// Where the server listens.
#[derive(Clone, Debug)]
pub struct Listen {
    /// Address and port; a loopback address with `--dev`.
    pub address: SocketAddr,
    /// Where plain http is sent on to an https `public_url`; a loopback address with `--dev`.
    pub redirect_address: Option<SocketAddr>,
    /// Where metrics are told to whoever comes; a loopback address with `--dev`.
    pub metrics_address: Option<SocketAddr>,
}

impl Listen {
    pub(super) fn read(values: &mut Values, public_url: Option<&PublicUrl>) -> Option<Self> {
        let address = values.text(&ADDRESS);
        let address = address.and_then(|text| parse(values, &ADDRESS, &text));
        let redirect = optional(values, &REDIRECT_ADDRESS);
        let metrics = optional(values, &METRICS_ADDRESS);
        let (address, redirect, metrics) = (address?, redirect.ok()?, metrics.ok()?);
        if redirect == Some(address) {
            return values.mismatch(&REDIRECT_ADDRESS, "another one than listen.address");
        }
        if metrics.is_some_and(|metrics| metrics == address || Some(metrics) == redirect) {
            return values.mismatch(&METRICS_ADDRESS, "another one than those of pages");
        }
        if redirect.is_some() && !public_url?.is_https() {
            return values.refuse(
                &REDIRECT_ADDRESS,
                "is set, and public_url is http: there is no https to lead to",
            );
        }
        Some(Self {
            address,
            redirect_address: redirect,
            metrics_address: metrics,
        })
    }
}

/// An address or none, or that what is there isn't one.
fn optional(values: &mut Values, key: &Key) -> Result<Option<SocketAddr>, ()> {
    let text = values.text(key).ok_or(())?;
    if text.is_empty() {
        return Ok(None);
    }
    parse(values, key, &text).map(Some).ok_or(())
}

fn parse(values: &mut Values, key: &Key, text: &str) -> Option<SocketAddr> {
    let Ok(address) = text.parse::<SocketAddr>() else {
        return values.mismatch(key, "an IP address and a port, such as 127.0.0.1:8080");
    };
    // Development mode shows mail and practice providers to whoever can reach it.
    if values.dev() && !address.ip().is_loopback() {
        let wanted = "a loopback address, such as 127.0.0.1:8080: nothing else goes with --dev";
        return values.mismatch(key, wanted);
    }
    Some(address)
}
