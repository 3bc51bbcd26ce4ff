//! `/api/v1/auth`: signing up, in and out.

pub(super) mod login;
pub(super) mod logout;
pub(super) mod refresh;
pub(super) mod signup;

use domain::tokens::TokenSet;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::{Fields, FromFields};

/// Tokens (RFC 6749 section 5.1).
#[derive(Serialize, ToSchema)]
pub(super) struct Tokens {
    /// What calls carry: a JWT (RFC 9068).
    access_token: String,
    /// How to carry it.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// How many seconds it lives.
    #[schema(example = 300)]
    expires_in: u64,
    /// What gives the next tokens, once: keep the one that comes with them.
    refresh_token: String,
    /// What the access token may do: names with spaces between them.
    scope: String,
}

impl Tokens {
    fn of(set: TokenSet) -> Self {
        Self {
            access_token: set.access_token,
            token_type: "Bearer",
            expires_in: set.expires_in,
            refresh_token: set.refresh_token,
            scope: set.scope,
        }
    }
}

/// A refresh token.
#[derive(ToSchema)]
pub(super) struct RefreshToken {
    /// The one that came last.
    #[schema(min_length = 1)]
    refresh_token: String,
}

impl FromFields for RefreshToken {
    fn from_fields(fields: &mut Fields) -> Self {
        Self {
            refresh_token: fields.text("refresh_token"),
        }
    }
}
