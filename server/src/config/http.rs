//! `[http]`: what requests may cost, and who stands in front.

use std::time::Duration;

use super::{Key, loading::Values};

const BODY: Key = Key::whole(
    "http.body_bytes",
    65_536,
    1024..=10 * 1024 * 1024,
    "The largest request body, in bytes.",
);
const REQUEST: Key = Key::whole(
    "http.request_seconds",
    30,
    1..=600,
    "The seconds within which a request is answered or given up.",
);
const HEADER: Key = Key::whole(
    "http.header_seconds",
    10,
    1..=120,
    "The seconds within which a client has to send the head of a request.",
);
const CONNECTIONS: Key = Key::whole(
    "http.max_connections",
    4096,
    1..=1_000_000,
    "The most connections at once.",
);
const PROXY_HOPS: Key = Key::whole(
    "http.proxy_hops",
    0,
    0..=16,
    "The number of trusted reverse proxies in front: the client's address is this entry of \
     X-Forwarded-For, counted from the right. 0 means that the header is not believed.",
);
const SHUTDOWN: Key = Key::whole(
    "http.shutdown_seconds",
    10,
    0..=600,
    "The seconds that requests in flight are given when the server stops.",
);

pub(super) static KEYS: [Key; 6] = [BODY, REQUEST, HEADER, CONNECTIONS, PROXY_HOPS, SHUTDOWN];

/// What requests may cost, and who stands in front.
#[derive(Clone, Debug)]
pub struct Http {
    /// Largest request body.
    pub body_bytes: usize,
    /// Until a request is answered or given up.
    pub request_timeout: Duration,
    /// Until the head of a request is there.
    pub header_timeout: Duration,
    /// Most connections at once.
    pub max_connections: usize,
    /// Trusted reverse proxies in front: which entry of `X-Forwarded-For` is the client's address,
    /// counted from the right; 0: the header isn't believed.
    pub proxy_hops: usize,
    /// What requests in flight are given when the server stops.
    pub shutdown_timeout: Duration,
}

impl Http {
    pub(super) fn read(values: &mut Values) -> Option<Self> {
        let body_bytes = values.whole(&BODY);
        let request = values.whole(&REQUEST);
        let header = values.whole(&HEADER);
        let max_connections = values.whole(&CONNECTIONS);
        let proxy_hops = values.whole(&PROXY_HOPS);
        let shutdown = values.whole(&SHUTDOWN);
        Some(Self {
            body_bytes: body_bytes?,
            request_timeout: Duration::from_secs(request?),
            header_timeout: Duration::from_secs(header?),
            max_connections: max_connections?,
            proxy_hops: proxy_hops?,
            shutdown_timeout: Duration::from_secs(shutdown?),
        })
    }
}
