//! The scopes of OpenID Connect Core, sections 3.1.2.1, 5.4 and 11.

use super::OAuthService;

/// The client wants to know who somebody is.
pub const OPENID: &str = "openid";
/// And what they are called.
pub const PROFILE: &str = "profile";
/// And their address.
pub const EMAIL: &str = "email";
/// It stays connected after they have left.
pub const OFFLINE_ACCESS: &str = "offline_access";

/// All of them, in the order in which people see them.
pub const OPENID_SCOPES: [&str; 4] = [OPENID, PROFILE, EMAIL, OFFLINE_ACCESS];

/// Whether a scope is one of them.
pub fn is_openid_scope(name: &str) -> bool {
    OPENID_SCOPES.contains(&name)
}

impl OAuthService {
    /// The APIs that scopes are for: with `openid` ours too, since userinfo is of it.
    pub(super) fn audience_of(&self, scopes: &[String]) -> Vec<String> {
        let own = self.apis.own_audience();
        let known = |name: &str| scopes.iter().any(|scope| scope == name);
        let reached = self.apis.all().filter(|api| {
            (api.audience == own && known(OPENID)) || api.scopes.iter().any(|one| known(&one.name))
        });
        let mut audience: Vec<String> = reached.map(|api| api.audience.clone()).collect();
        if audience.is_empty() {
            audience.push(own.to_owned());
        }
        audience
    }

    /// Whether a scope means something to one of these APIs.
    pub(super) fn belongs(&self, scope: &str, audience: &[String]) -> bool {
        let own = self.apis.own_audience();
        audience.iter().any(|audience| {
            let api = self.apis.of_audience(audience);
            (audience == own && is_openid_scope(scope))
                || api.is_some_and(|api| api.scopes.iter().any(|one| one.name == scope))
        })
    }
}
