//! Grants: what a person lets a client do, and the tokens that hang on it.

mod refresh;
mod service;

pub use service::{ApiSignIn, GrantsService, LogoutOutcome, RefreshOutcome, TokenSet};
pub(crate) use service::{GRANT_LIFETIME, hash_of_refresh_token};
