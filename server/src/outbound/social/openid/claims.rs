//! What ID tokens and userinfo say about a person (OpenID Connect Core 1.0 §2, §5.1).

use domain::social::ForeignEmail;
use serde::Deserialize;
use serde_json::Value;

use super::super::clean;

/// The claims of an ID token. What decides has its type; a strange profile is no profile.
#[derive(Deserialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    pub(super) sub: String,
    pub(super) aud: Audience,
    pub(super) azp: Option<String>,
    pub(super) exp: f64,
    pub(super) iat: f64,
    pub(super) nbf: Option<f64>,
    pub(super) auth_time: Option<f64>,
    pub(super) nonce: Option<String>,
    pub(super) at_hash: Option<String>,
    #[serde(flatten)]
    pub(super) profile: Profile,
}

/// One, or several.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    pub(super) fn contains(&self, client: &str) -> bool {
        match self {
            Self::One(one) => one == client,
            Self::Several(all) => all.iter().any(|one| one == client),
        }
    }

    /// Whether somebody else is meant too.
    pub(super) fn is_several(&self) -> bool {
        matches!(self, Self::Several(all) if all.len() > 1)
    }
}

/// What userinfo answers.
#[derive(Deserialize)]
pub(super) struct Userinfo {
    pub(super) sub: String,
    #[serde(flatten)]
    pub(super) profile: Profile,
}

/// Who somebody is in a person's eyes.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Profile {
    name: Option<Value>,
    nickname: Option<Value>,
    preferred_username: Option<Value>,
    email: Option<Value>,
    email_verified: Option<Value>,
}

fn text(value: Option<&Value>) -> Option<&str> {
    value.and_then(Value::as_str)
}

impl Profile {
    /// Whether userinfo couldn't add anything.
    pub(super) const fn is_complete(&self) -> bool {
        self.name.is_some() && self.email.is_some()
    }

    /// This one, and where it is silent, another. An address and whether it is verified stay together.
    pub(super) fn or(self, other: Self) -> Self {
        let (email, email_verified) = if self.email.is_some() {
            (self.email, self.email_verified)
        } else {
            (other.email, other.email_verified)
        };
        Self {
            name: self.name.or(other.name),
            nickname: self.nickname.or(other.nickname),
            preferred_username: self.preferred_username.or(other.preferred_username),
            email,
            email_verified,
        }
    }

    /// The address. It is vouched for if it is `trusted` and said to be verified: some providers say
    /// `"true"`.
    pub(super) fn email(&self, trusted: bool) -> Option<ForeignEmail> {
        let address = clean::address(text(self.email.as_ref())?)?;
        let verified = match &self.email_verified {
            Some(Value::Bool(verified)) => *verified,
            Some(Value::String(verified)) => verified == "true",
            _ => false,
        };
        Some(ForeignEmail {
            address,
            vouched: trusted && verified,
        })
    }

    /// What they are called.
    pub(super) fn name(&self) -> Option<String> {
        text(self.name.as_ref()).and_then(clean::label)
    }

    /// As whom somebody is connected: what people know themselves by at a provider.
    pub(super) fn label(&self) -> Option<String> {
        let all = [
            &self.preferred_username,
            &self.email,
            &self.nickname,
            &self.name,
        ];
        all.into_iter()
            .find_map(|one| text(one.as_ref()).and_then(clean::label))
    }
}
