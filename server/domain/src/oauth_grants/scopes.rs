//! The scopes of OpenID Connect Core, sections 3.1.2.1, 5.4 and 11.

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
