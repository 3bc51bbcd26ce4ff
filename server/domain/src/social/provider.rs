//! What the rules need from a provider, whatever it speaks.

use std::fmt;

use async_trait::async_trait;
use url::Url;
use zeroize::Zeroizing;

use crate::clock::Timestamp;

/// How configuration and addresses name a provider: `github`, `google`, or an own name of lower
/// case letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProviderId(String);

impl ProviderId {
    /// At most that many letters.
    pub const LONGEST: usize = 32;

    /// Takes 1 to 32 lower case letters, digits and hyphens, a letter first.
    pub fn parse(id: &str) -> Option<Self> {
        let fits = id.len() <= Self::LONGEST
            && id.starts_with(|c: char| c.is_ascii_lowercase())
            && id
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        fits.then(|| Self(id.to_owned()))
    }

    /// As it stands in addresses.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(Zeroizing<String>);

        impl $name {
            /// Wraps what was made or came in.
            pub fn new(value: String) -> Self {
                Self(Zeroizing::new(value))
            }

            /// The value itself; never for a log.
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

secret!(
    /// `state` of RFC 6749 §4.1.1: 256 random bits, which find the flow again, once.
    State
);
secret!(
    /// `nonce` of OpenID Connect Core §3.1.2.1: ties an ID token to one flow.
    Nonce
);
secret!(
    /// `code_verifier` of RFC 7636 §4.1.
    PkceVerifier
);
secret!(
    /// `code` of RFC 6749 §4.1.2, as the browser brought it: hostile.
    AuthorizationCode
);

/// What goes into the address that the browser is sent to.
pub struct AuthorizationStart<'a> {
    /// Where the provider sends the browser back: `{public_url}/auth/{provider}/callback`.
    pub redirect_uri: &'a Url,
    /// Finds the flow again.
    pub state: &'a State,
    /// Comes back in the ID token.
    pub nonce: &'a Nonce,
    /// Its S256 challenge goes out (RFC 7636 §4.2).
    pub verifier: &'a PkceVerifier,
    /// Whether the person has to prove anew who they are (`prompt=login`, `max_age=0`), as far as the
    /// provider knows how to ask for that.
    pub fresh: bool,
}

/// An address that a provider knows of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignEmail {
    /// As the provider writes it.
    pub address: String,
    /// Whether the provider says that it is the person's, and is believed: GitHub's verified primary
    /// address, Google's `email_verified`, another's only with `trust_email`.
    pub vouched: bool,
}

/// Who somebody is at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignIdentity {
    /// Whose word it is: the `iss` of the ID token, or GitHub's address. With `subject`, the only
    /// key under which an identity is ever found.
    pub issuer: String,
    /// `sub`, or GitHub's number: never reused, never changed, at most 255 letters.
    pub subject: String,
    /// As whom, in a person's eyes: a user name or an address, at most 128 letters, no control
    /// characters.
    pub label: String,
    /// What they are called there, at most 128 letters.
    pub name: Option<String>,
    /// Their address there. `None` where it is private or missing.
    pub email: Option<ForeignEmail>,
    /// When they proved there who they are, where the provider says so.
    pub auth_time: Option<Timestamp>,
}

/// Why no identity came of it. Never holds a secret or what a stranger wrote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderProblem {
    /// It couldn't be reached, or took too long.
    #[error("the provider is out of reach: {0}")]
    OutOfReach(&'static str),
    /// It answered with what makes no sense: another status, HTML, 10 MB, a redirect.
    #[error("the provider answered with what makes no sense: {0}")]
    Nonsense(&'static str),
    /// Its address leads into a private network, and nothing in the configuration allows that.
    #[error("the provider's address is private")]
    Private,
    /// It refused the code: used, expired, or not ours (`invalid_grant`).
    #[error("the provider refused the code")]
    CodeRefused,
    /// It refused us: the client id or secret is wrong (`invalid_client` and its kin).
    #[error("the provider refused this client: {0}")]
    ClientRefused(&'static str),
    /// Its word can't be trusted: signature, algorithm, issuer, audience, nonce, expiry.
    #[error("the provider's word can't be trusted: {0}")]
    NotTrusted(&'static str),
}

/// A provider, ready to be asked. Nothing is asked before somebody wants to sign in with it, so a dead
/// one never keeps the program from starting.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// How addresses name it.
    fn id(&self) -> &ProviderId;

    /// How people call it: `GitHub`, `Google`, or the configured name.
    fn name(&self) -> &str;

    /// The address to send the browser to. May have to ask the provider for its metadata first.
    async fn authorization_url(
        &self,
        start: AuthorizationStart<'_>,
    ) -> Result<Url, ProviderProblem>;

    /// Checks the `iss` that came with the callback, if the provider says that it sends one or it
    /// came all the same (RFC 9207 §2.4).
    async fn check_callback_issuer(&self, iss: Option<&str>) -> Result<(), ProviderProblem>;

    /// Exchanges the code and says who it was. Where `fresh` was asked for and the provider tells when
    /// the person proved who they are (`auth_time`), an old proof is not trusted.
    async fn identify(
        &self,
        code: AuthorizationCode,
        redirect_uri: &Url,
        verifier: &PkceVerifier,
        nonce: &Nonce,
        fresh: bool,
    ) -> Result<ForeignIdentity, ProviderProblem>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provider_ids_are_short_words() {
        for good in ["github", "google", "my-company2"] {
            assert!(ProviderId::parse(good).is_some());
        }
        for bad in [
            "",
            "GitHub",
            "2go",
            "-a",
            "a/b",
            "a.b",
            "ä",
            &"a".repeat(33),
        ] {
            assert!(ProviderId::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn secrets_are_not_printed() {
        let code = AuthorizationCode::new("4/0AX4".to_owned());
        assert!(!format!("{code:?}").contains("4/0AX4"));
    }
}
