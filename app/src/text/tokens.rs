//! What is said of tokens.

use domain::tokens::{ApiScope, Refused};

use super::{Text, t};

/// What a scope lets a token do. The operator's own words stay as they are.
pub fn scope_description(scope: &ApiScope) -> String {
    let key = match scope.name.as_str() {
        "profile:read" => Text::ScopeProfileRead,
        "profile:write" => Text::ScopeProfileWrite,
        "sessions:read" => Text::ScopeSessionsRead,
        "sessions:end" => Text::ScopeSessionsEnd,
        "tokens:read" => Text::ScopeTokensRead,
        "tokens:revoke" => Text::ScopeTokensRevoke,
        "admin:read" => Text::ScopeAdminRead,
        "admin:write" => Text::ScopeAdminWrite,
        name if scope.description.is_empty() => return name.to_owned(),
        _ => return scope.description.clone(),
    };
    t(key).to_owned()
}

/// Why a token doesn't count, to whoever holds it.
pub fn refused(why: Refused) -> String {
    let key = match why {
        Refused::TooLong => Text::RefusedTooLong,
        Refused::Parts
        | Refused::NotBase64(_)
        | Refused::NotUtf8(_)
        | Refused::NotJson(_)
        | Refused::Duplicate(_)
        | Refused::MissingClaim(_)
        | Refused::MalformedClaim(_) => Text::RefusedMalformed,
        Refused::Algorithm | Refused::KeyMismatch => Text::RefusedAlgorithm,
        Refused::Critical | Refused::EmbeddedKey(_) => Text::RefusedHeader,
        Refused::Type => Text::RefusedType,
        Refused::NoKeyId | Refused::UnknownKey => Text::RefusedKey,
        Refused::Signature => Text::RefusedSignature,
        Refused::Issuer => Text::RefusedIssuer,
        Refused::Expired => Text::RefusedExpired,
        Refused::NotYet | Refused::FromTheFuture => Text::RefusedNotYet,
        Refused::Revoked => Text::RefusedRevoked,
        _ => Text::RefusedOther,
    };
    t(key).to_owned()
}
