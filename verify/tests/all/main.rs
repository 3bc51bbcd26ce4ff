//! The crate, judged by tokens that are made for the purpose. What needs a feature is tested where
//! that feature is on.

mod acceptance;
mod claims;
#[cfg(feature = "client")]
mod client;
mod corpus;
mod feed;
mod header;
mod key_set;
mod properties;
#[cfg(feature = "axum")]
mod require_token;
mod revocations;
mod shape;
mod support;
mod table;
