//! The scopes of our own API as types, so that a handler can't be written without naming its own.

/// What a token has to be allowed.
pub(in crate::http) trait Scope: Send + Sync + 'static {
    /// Its name.
    const NAME: &'static str;
}

macro_rules! scopes {
    ($($(#[$doc:meta])* $scope:ident = $name:literal;)*) => {
        $($(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(in crate::http) struct $scope;

        impl Scope for $scope {
            const NAME: &'static str = $name;
        })*
    };
}

scopes! {
    /// Read the profile and what is connected to it.
    ProfileRead = "profile:read";
    /// Change name and language.
    ProfileWrite = "profile:write";
    /// See where the person is signed in.
    SessionsRead = "sessions:read";
    /// End sessions.
    SessionsEnd = "sessions:end";
    /// See the person's tokens, but never their secret.
    TokensRead = "tokens:read";
    /// Revoke tokens.
    TokensRevoke = "tokens:revoke";
    /// See what administrators see.
    AdminRead = "admin:read";
    /// Do what administrators do.
    AdminWrite = "admin:write";
}

#[cfg(test)]
mod tests {
    use domain::tokens::OWN_SCOPES;

    use super::*;

    #[test]
    fn every_scope_is_one_of_our_own() {
        let named = [
            ProfileRead::NAME,
            ProfileWrite::NAME,
            SessionsRead::NAME,
            SessionsEnd::NAME,
            TokensRead::NAME,
            TokensRevoke::NAME,
            AdminRead::NAME,
            AdminWrite::NAME,
        ];
        assert!(OWN_SCOPES.starts_with(&named));
    }
}
