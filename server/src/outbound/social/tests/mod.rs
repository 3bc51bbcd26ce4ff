//! A provider that lies, and what comes of it.

mod certified;
pub(super) mod clock;
mod github;
mod keys;
mod liar;
mod oauth;
mod openid;
mod people;
mod scene;
pub(super) mod signer;
mod times;
mod tokens;
mod transport;
