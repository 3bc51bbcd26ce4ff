//! An issuer that answers over HTTP, well or badly.

use std::sync::{Arc, Mutex, MutexGuard};

use axum::{
    Router,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header::ACCEPT, header::CACHE_CONTROL},
    response::{IntoResponse, Response},
    routing::get,
};
use latchkey_verify::{Clock, revocation::Entry};
use serde_json::{Value, json};

use super::HandClock;
use crate::support::{Signer, changed, claims, header};

#[derive(Clone)]
pub(crate) struct Issuer {
    pub(crate) address: String,
    pub(crate) clock: HandClock,
    told: Arc<Mutex<Told>>,
}

/// What it was told to answer, and what it was asked.
pub(crate) struct Told {
    /// Seeds of the keys that are published; the kid is the seed.
    pub(crate) keys: Vec<u8>,
    pub(crate) cache_control: &'static str,
    pub(crate) keys_fail: bool,
    pub(crate) key_fetches: u32,
    pub(crate) seq: i64,
    /// With the number of each.
    pub(crate) revoked: Vec<(i64, Entry)>,
    /// Starts its answers there, whatever is asked for.
    pub(crate) forced_since: Option<i64>,
    pub(crate) feed_signer: u8,
    pub(crate) feed_fails: bool,
    /// The query strings, one for each time.
    pub(crate) feed_asked: Vec<Option<String>>,
}

impl Issuer {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        let issuer = Self {
            address: format!("http://{address}"),
            clock: HandClock::new(),
            told: Arc::new(Mutex::new(Told {
                keys: vec![1],
                cache_control: "max-age=600",
                keys_fail: false,
                key_fetches: 0,
                seq: 0,
                revoked: Vec::new(),
                forced_since: None,
                feed_signer: 1,
                feed_fails: false,
                feed_asked: Vec::new(),
            })),
        };
        let router = Router::new()
            .route("/.well-known/jwks.json", get(key_set))
            .route("/api/v1/revocations", get(feed))
            .with_state(issuer.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        issuer
    }

    pub(crate) fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().expect("no panic before")
    }

    /// A token by the key of this seed that lives so many seconds from now.
    pub(crate) fn token(&self, seed: u8, life: i64) -> String {
        let now = self.clock.now();
        let claims = changed(claims(), "iss", json!(self.address));
        let claims = changed(changed(claims, "iat", json!(now)), "exp", json!(now + life));
        let header = changed(header(), "kid", json!(seed.to_string()));
        Signer::ed_dsa(seed).token(&header, &claims)
    }

    /// Revokes the token of this `jti`. Those that it makes are all called `t1`.
    pub(crate) fn revoke(&self, jti: &str) {
        let mut told = self.told();
        told.seq += 1;
        let entry = (told.seq, Entry::of_token(&self.address, jti));
        told.revoked.push(entry);
    }
}

async fn key_set(State(issuer): State<Issuer>) -> Response {
    let mut told = issuer.told();
    told.key_fetches += 1;
    if told.keys_fail {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let jwk = |seed: &u8| Signer::ed_dsa(*seed).jwk(&seed.to_string());
    let keys: Vec<Value> = told.keys.iter().map(jwk).collect();
    let headers = [(CACHE_CONTROL, told.cache_control)];
    (headers, json!({ "keys": keys }).to_string()).into_response()
}

async fn feed(
    State(issuer): State<Issuer>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let now = issuer.clock.now();
    let mut told = issuer.told();
    told.feed_asked.push(query.clone());
    if told.feed_fails {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    assert_eq!(headers[ACCEPT], "application/jwt");
    let asked = query.map(|query| {
        let since = query.strip_prefix("since=").expect("nothing else is asked");
        since.parse().expect("a number")
    });
    let since = asked.map(|asked: i64| told.forced_since.unwrap_or(asked));
    let items: Vec<Value> = told
        .revoked
        .iter()
        .filter(|(seq, _)| *seq > since.unwrap_or(0))
        .map(|(_, id)| json!({"id": id, "exp": now + 3600}))
        .collect();
    let payload = json!({
        "iss": issuer.address, "iat": now, "exp": now + 60, "seq": told.seq, "items": items,
    });
    let payload = match since {
        Some(since) => changed(payload, "since", json!(since)),
        None => payload,
    };
    let header = changed(header(), "typ", json!("revocations+jwt"));
    let header = changed(header, "kid", json!("1"));
    Signer::ed_dsa(told.feed_signer)
        .token(&header, &payload)
        .into_response()
}
