//! `[social]`: who else may say who somebody is.

use std::time::Duration;

use domain::social::ProviderId;
use url::Url;

use super::Secret;

/// `[social]`, checked.
#[derive(Clone, Debug)]
pub struct Social {
    /// In the order in which people see them: GitHub, Google, then the configured ones.
    pub providers: Vec<SocialProvider>,
    /// Whether providers may stand in private networks (`social.allow_private_addresses`).
    pub allow_private_addresses: bool,
    /// How long one question to a provider may take, its answer included (`social.timeout_seconds`).
    pub timeout: Duration,
}

/// One provider.
#[derive(Clone, Debug)]
pub struct SocialProvider {
    /// How addresses name it.
    pub id: ProviderId,
    /// How people call it.
    pub name: String,
    /// Who we are there.
    pub client_id: String,
    /// How we prove it. `None` only where the provider lets public clients in.
    pub client_secret: Option<Secret>,
    /// What it speaks.
    pub protocol: SocialProtocol,
}

/// What a provider speaks.
#[derive(Clone, Debug)]
pub enum SocialProtocol {
    /// GitHub's OAuth 2.0 and its API.
    GitHub {
        /// Where people go: `https://github.com`, and the key's `issuer`. `/login/oauth/authorize` and
        /// `/login/oauth/access_token` stand below it.
        site: Url,
        /// `https://api.github.com`; `/user` and `/user/emails` stand below it.
        api: Url,
    },
    /// OpenID Connect with discovery.
    OpenId {
        /// Its issuer, exactly as its metadata and its ID tokens name it.
        issuer: String,
        /// What to ask for, `openid` among them.
        scopes: Vec<String>,
        /// Whether its `email_verified` is believed.
        trust_email: bool,
    },
}
