//! What a token says.

use crate::{audience, members::Members, refused::Refused, scopes::Scopes};

/// What an access token says (RFC 9068 §2.2), once it is known to be genuine and meant for us.
/// Times are whole seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Who issued it: the address of the Latchkey server.
    pub iss: String,
    /// Whose it is: an opaque, lasting name of an account, or of a client that acts for itself.
    pub sub: String,
    /// The APIs that it is for.
    pub aud: Vec<String>,
    /// The client that it was given to.
    pub client_id: String,
    /// When it was issued.
    pub iat: i64,
    /// When it ends.
    pub exp: i64,
    /// Its own name, never used twice by its issuer.
    pub jti: String,
    /// What it may be used for; none when it doesn't say.
    pub scopes: Scopes,
    /// When its owner last proved who they are, where someone did.
    pub auth_time: Option<i64>,
    /// The session that it hangs on, where there is one.
    pub sid: Option<String>,
    /// The account's epoch at its issue. Absent where no account stands behind the token; such a
    /// token is never cut off by account.
    pub epoch: Option<i64>,
}

impl Claims {
    /// Reads what has to be there and what may be there. Nothing is compared with anything yet.
    pub(crate) fn read(mut members: Members) -> Result<Self, Refused> {
        let scopes = match members.take("scope") {
            None => Scopes::default(),
            Some(serde_json::Value::String(text)) => Scopes::parse(&text),
            Some(_) => return Err(Refused::MalformedClaim("scope")),
        };
        Ok(Self {
            iss: members.required_text("iss")?,
            aud: audience::read(members.take("aud"))?,
            exp: members.required_time("exp")?,
            iat: members.required_time("iat")?,
            sub: members.required_text("sub")?,
            client_id: members.required_text("client_id")?,
            jti: members.required_text("jti")?,
            scopes,
            auth_time: members.optional_time("auth_time")?,
            sid: members.optional_text("sid")?,
            epoch: members.optional_count("epoch")?,
        })
    }

    /// How many seconds lie between its issue and its end.
    pub const fn lifetime(&self) -> i64 {
        // Both lie between 1970 and the year 9999.
        self.exp - self.iat
    }

    /// Whether it may be used for this. No name implies another.
    pub fn has_scope(&self, name: &str) -> bool {
        self.scopes.contains(name)
    }
}
