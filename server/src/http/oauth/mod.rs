//! What OAuth 2.1 and OpenID Connect ask for, one endpoint a file.

mod jwks;

pub(super) use jwks::{ReadyJwks, jwks, key_set};
