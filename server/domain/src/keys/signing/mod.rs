//! Keys that sign: made, published, followed by the next and destroyed by themselves.
//!
//! What a key is for (its [`KeyPurpose`]) and its algorithm say which keys follow one another. The
//! next one is published before it signs, so that whoever keeps a copy of the key set knows it in
//! time. The private half is destroyed when a key stops signing; the public one stays published
//! until the last token that it signed is over.

mod locked;
mod make;
mod plan;
mod port;
mod provider;
mod service;
mod snapshot;
mod statement;

pub use latchkey_verify::Algorithm;
pub use make::NoKey;
pub use plan::KeyRules;
pub use port::{KeyPurpose, SigningKeyRow, SigningKeys};
pub use provider::install as install_provider;
pub use service::{KeyState, KeysError, KeysService, Rotation, Signed};
pub use snapshot::{Jwks, Listed};
pub use statement::StatementKey;
