//! What OAuth 2.1 and OpenID Connect ask for, one endpoint a file.

mod authorize;
mod client;
mod discovery;
mod introspect;
mod jwks;
mod revoke;
mod token;
mod userinfo;

pub(super) use authorize::{apps, authorize, consent, posted_request};
pub(super) use discovery::{Metadata, OAUTH, OPENID, discovery, metadata};
pub(super) use introspect::introspect;
pub(super) use jwks::{ReadyJwks, jwks, key_set};
pub(super) use revoke::revoke;
pub(super) use token::token;
pub(super) use userinfo::userinfo;
