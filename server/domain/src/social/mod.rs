//! Signing in with an identity from elsewhere: GitHub, Google or any OpenID provider.

mod provider;

pub use provider::{
    AuthorizationCode, AuthorizationStart, ForeignEmail, ForeignIdentity, Nonce, PkceVerifier,
    Provider, ProviderId, ProviderProblem, State,
};
