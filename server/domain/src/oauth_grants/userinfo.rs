//! What an access token tells of its owner (OpenID Connect Core section 5.3).

use serde::Serialize;

use super::{
    OAuthService, OPENID,
    id_token::{Person, PersonClaims},
};
use crate::{
    keys::signing::KeyPurpose,
    language::Language,
    store::StorageError,
    tokens::{Caller, seconds},
};

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UserInfo<'a> {
    sub: &'a str,
    #[serde(flatten)]
    person: PersonClaims<'a>,
}

/// Why nothing is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserInfoRefused {
    /// The token isn't for this: `insufficient_scope` (RFC 6750 section 3.1).
    Scope,
}

#[derive(Serialize)]
struct Signed<'a> {
    iss: &'a str,
    aud: &'a str,
    iat: i64,
    #[serde(flatten)]
    told: &'a UserInfo<'a>,
}

impl OAuthService {
    /// What a token may tell of its owner.
    ///
    /// # Errors
    /// [`UserInfoRefused`] when it wasn't granted for this.
    pub fn userinfo<'a>(&self, caller: &'a Caller) -> Result<UserInfo<'a>, UserInfoRefused> {
        let claims = &caller.claims;
        if !claims.has_scope(OPENID) {
            return Err(UserInfoRefused::Scope);
        }
        let person = Person {
            name: &caller.person.name,
            locale: caller.person.language.map(Language::tag),
            email: &caller.person.email,
        };
        let scopes: Vec<String> = claims.scopes.iter().map(str::to_owned).collect();
        Ok(UserInfo {
            sub: &claims.sub,
            person: person.told("userinfo", &scopes, &caller.person.claims),
        })
    }

    /// The same as a signed JWT, for the client that the token was given to (section 5.3.2).
    ///
    /// # Errors
    /// [`StorageError`] when nothing can be signed.
    pub async fn signed_userinfo(
        &self,
        caller: &Caller,
        told: &UserInfo<'_>,
    ) -> Result<String, StorageError> {
        let claims = Signed {
            iss: &self.foundation.issuer,
            aud: &caller.claims.client_id,
            iat: seconds(self.foundation.now()),
            told,
        };
        let signed = self.keys.sign(KeyPurpose::Id, "JWT", &claims).await?;
        Ok(signed.token)
    }
}
