//! Access tokens (RFC 9068): what people make for themselves, what clients are granted, who calls
//! with one, and how the world learns that one is revoked.

mod apis;
mod callers;
mod calls;
mod claims;
mod cut_off;
mod feed;
mod grants;
mod personal;
mod ports;
mod viewer;

pub use apis::{Api, ApiScope, Apis, ApisProblem, Chosen, OWN_SCOPES};
pub(crate) use callers::is_alive;
pub use callers::{Caller, Callers, Unauthorized};
pub use claims::ACCESS_TOKEN_LIFETIME;
pub(crate) use claims::seconds;
pub(crate) use cut_off::{
    cut_off_account, end_with_session, revoke_access_tokens, revoke_api_token, revoke_api_tokens,
};
pub use feed::FeedService;
pub use grants::{ApiSignIn, GrantsService, LogoutOutcome, RefreshOutcome, TokenSet};
pub(crate) use grants::{GRANT_LIFETIME, hash_of_refresh_token};
pub use latchkey_verify::Refused;
pub use personal::{
    ApiTokenListing, CreateTokenOutcome, Created, DAYS, Expiry, ExpiryProblem, LONGEST_DAYS,
    MOST_TOKENS, NewToken, PersonalTokens, ScopesProblem, TokenProblems,
};
pub use ports::{
    ApiTokenRow, CallerRow, GrantRow, Grants, RefreshTokenRow, RefreshTokenState, RevocationRow,
    Revocations, TokenOwner, Tokens,
};
pub use viewer::{Seen, Verdict};

/// The client that people's own tokens are issued to.
pub const OWN_CLIENT: &str = "latchkey-tokens";
/// The client of those who sign in through the JSON API.
pub const API_CLIENT: &str = "latchkey-api";
