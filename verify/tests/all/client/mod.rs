//! The verifier, against an issuer over HTTP and a clock that moves when it is told to.

mod clock;
mod feed;
mod issuer;
mod keys;
mod making;

pub(crate) use clock::HandClock;
pub(crate) use issuer::Issuer;

use latchkey_verify::{Builder, Verifier};

use crate::support::AUDIENCE;

/// A verifier of the issuer's tokens, by the issuer's clock.
pub(crate) fn builder(issuer: &Issuer) -> Builder {
    Verifier::builder(&issuer.address, AUDIENCE).clock(issuer.clock.clone())
}

/// An issuer, and a verifier that has heard of its keys and its feed.
pub(crate) async fn ready() -> (Issuer, Verifier) {
    let issuer = Issuer::start().await;
    let verifier = builder(&issuer).build().expect("a verifier");
    verifier.ready().await;
    issuer.clock.idle().await;
    (issuer, verifier)
}
