//! The rules by which Latchkey's access tokens are judged: by Latchkey itself and by every API that
//! takes them.
//!
//! The core does no input or output and has no clock: the key set comes as text, the time as a
//! number (seconds since 1970), and what comes out is either [`Claims`] or the reason why not.
//!
//! ```
//! use latchkey_verify::{KeySet, Refused, Rules};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let (jwks, token, now) = (r#"{"keys":[]}"#, "a.b.c", 1_790_000_000);
//! let keys = KeySet::parse(jwks)?;
//! let rules = Rules::new("https://login.example.com", "https://api.example.com");
//! match rules.check(token, &keys, now) {
//!     Ok(claims) if claims.has_scope("data:read") => println!("hello, {}", claims.sub),
//!     Ok(_) => println!("403 insufficient_scope"),
//!     Err(refused) => println!("401 invalid_token (for the log: {refused})"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! With the feature `client`, `Verifier` fetches the key set and follows the revocations by itself;
//! with `axum`, a router asks for tokens in one line.
//!
//! A token that passes may have been revoked since: [`revocation`] holds what is known about that.
//!
//! Signatures are computed by whichever backend of `jsonwebtoken` the program brings: this crate's
//! feature `aws_lc_rs`, a feature of `jsonwebtoken`, or a provider that is installed at start.
//! Without any, the first signature to check panics with `jsonwebtoken`'s explanation.

mod algorithm;
mod audience;
mod claims;
#[cfg(feature = "client")]
mod client;
mod compact;
mod keys;
mod members;
mod refused;
#[cfg(feature = "axum")]
mod require_token;
pub mod revocation;
mod rules;
mod scopes;

pub use algorithm::Algorithm;
pub use claims::Claims;
#[cfg(feature = "client")]
pub use client::{Builder, Clock, NoVerifier, SystemClock, Verifier};
pub use keys::{KeySet, KeySetError};
pub use refused::{Part, Refused};
#[cfg(feature = "axum")]
pub use require_token::{NotChecked, RequireToken, RequireTokenService};
pub use rules::{ACCESS_TOKEN_TYPE, LONGEST_LEEWAY, Rules};
pub use scopes::Scopes;
