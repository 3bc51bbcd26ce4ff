//! What people let clients do (RFC 6749, OpenID Connect Core): asking them, codes, and the tokens that
//! clients get for these.

mod authorize;
mod claims;
mod client_credentials;
mod code;
mod consents;
mod ending;
mod exchange;
mod hint;
mod id_token;
mod inspect;
mod marks;
mod ports;
mod request;
mod scopes;
mod subject;
mod together;
mod userinfo;

use std::sync::Arc;

use together::Together;

use crate::{
    foundation::Foundation,
    keys::signing::KeysService,
    tokens::{Apis, GrantsService},
};

pub use authorize::{Answer, Asked, Step};
pub use claims::{ACR, CLAIMS, ClaimsRequest};
pub use client_credentials::CredentialsOutcome;
pub use consents::AppListing;
pub(crate) use ending::{
    end_clients_of_account, end_grant, end_grants_of_account, end_grants_of_client,
};
pub use exchange::{CodeGrant, Granted, RefreshGrant, Refused};
pub use inspect::{Inspected, RevocationOutcome};
pub use marks::{CHOSEN, Mark, SINCE};
pub use ports::{AccessTokenRow, Authorizations, CodeRow, ConsentRow, GrantedToken, Redeemed};
pub use request::{
    AuthorizationRequest, Denied, ErrorCode, Params, Redirect, Rejected, ResponseMode, Unanswerable,
};
pub use scopes::{EMAIL, OFFLINE_ACCESS, OPENID, OPENID_SCOPES, PROFILE, is_openid_scope};
pub use userinfo::{UserInfo, UserInfoRefused};

/// Everything that clients are let do.
pub struct OAuthService {
    pub(super) foundation: Foundation,
    pub(super) keys: KeysService,
    pub(super) apis: Arc<Apis>,
    pub(super) grants: Arc<GrantsService>,
    together: Arc<Together>,
}

impl OAuthService {
    /// A service over `foundation`, for `apis`; `keys` sign, and `grants` know of refresh tokens.
    pub fn new(
        foundation: Foundation,
        keys: KeysService,
        apis: Arc<Apis>,
        grants: Arc<GrantsService>,
    ) -> Self {
        Self {
            together: Together::new(foundation.clone()),
            foundation,
            keys,
            apis,
            grants,
        }
    }

    /// The APIs that tokens can be for.
    pub fn apis(&self) -> &Apis {
        &self.apis
    }
}
