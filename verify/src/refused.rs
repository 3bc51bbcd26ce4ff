//! Why a token isn't accepted.

use std::fmt;

/// One of the three parts of a signed token (RFC 7515 §7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// What comes first.
    Header,
    /// What is signed along with it.
    Claims,
    /// What comes last.
    Signature,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Claims => "claims",
            Self::Signature => "signature",
        })
    }
}

/// Why a token was refused, for logs and for whoever owns the token.
///
/// Strangers learn none of it: to them every reason is `invalid_token` (RFC 6750 §3.1), save
/// [`Refused::KeysOutOfReach`], which is no fault of the token's. No reason holds anything of the
/// token's own text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// Longer than the rules allow; nothing of it was read.
    #[error("it is too long")]
    TooLong,
    /// Not three parts with dots between them (RFC 7515 §7.1).
    #[error("it isn't made of three parts")]
    Parts,
    /// Not base64url without padding (RFC 7515 §2), or not the one way to write these bytes.
    #[error("the {0} isn't base64url")]
    NotBase64(Part),
    /// Not UTF-8.
    #[error("the {0} isn't UTF-8")]
    NotUtf8(Part),
    /// Not a JSON object.
    #[error("the {0} isn't a JSON object")]
    NotJson(Part),
    /// A member stands there twice: readers would disagree about which one counts (RFC 7519 §4).
    #[error("the {0} names a member twice")]
    Duplicate(Part),
    /// The header asks for an extension (`crit`, RFC 7515 §4.1.11). None is known here.
    #[error("the header has critical extensions")]
    Critical,
    /// The header brings a key, or says where to fetch one: `jwk`, `jku`, `x5c` or `x5u`. Keys come
    /// from the key set alone.
    #[error("the header brings a key of its own ({0})")]
    EmbeddedKey(&'static str),
    /// `alg` is missing, `none`, or not one of those allowed.
    #[error("the algorithm isn't allowed")]
    Algorithm,
    /// `typ` is another than the expected one: an ID token, for example (RFC 9068 §4).
    #[error("it is of another type")]
    Type,
    /// `kid` is missing or not a string.
    #[error("it doesn't say which key signed it")]
    NoKeyId,
    /// No usable key of that `kid` in the key set. The only reason that a newer key set may cure.
    #[error("its key isn't known")]
    UnknownKey,
    /// The key is for another algorithm than the header names.
    #[error("its key is for another algorithm")]
    KeyMismatch,
    /// The signature isn't that of the key over these very bytes.
    #[error("its signature is wrong")]
    Signature,
    /// A claim is missing that has to be there.
    #[error("the claim {0} is missing")]
    MissingClaim(&'static str),
    /// A claim is of the wrong JSON type, empty, or out of any sane range.
    #[error("the claim {0} is malformed")]
    MalformedClaim(&'static str),
    /// Issued by someone else.
    #[error("it has another issuer")]
    Issuer,
    /// Meant for someone else.
    #[error("it is for another audience")]
    Audience,
    /// Its time is over (`exp`).
    #[error("it has expired")]
    Expired,
    /// Its time hasn't come (`nbf`).
    #[error("it isn't valid yet")]
    NotYet,
    /// It was issued in the future (`iat`).
    #[error("it was issued in the future")]
    FromTheFuture,
    /// It, its session or its account's tokens were revoked.
    #[error("it was revoked")]
    Revoked,
    /// Too long is unknown what was revoked, and the token lives too long to take the chance.
    #[error("it lives long, and what is known of revocations is too old")]
    Stale,
    /// The issuer's keys were never to be had, so that nothing can be said about the token. Asking
    /// again later may help: 503. Said by the client only.
    #[error("the issuer's keys aren't to be had")]
    KeysOutOfReach,
}

impl Refused {
    /// Whether a newer key set may hold the key: the one reason to fetch it and to try again.
    pub const fn is_unknown_key(&self) -> bool {
        matches!(self, Self::UnknownKey)
    }
}
