//! `[social]`: who else may say who somebody is.

mod entry;
mod own;
pub(crate) mod practice;

use std::time::Duration;

use domain::social::ProviderId;
use url::Url;

use super::{Key, List, PublicUrl, Secret, loading::Values};

const ALLOW_PRIVATE_ADDRESSES: Key = Key::flag(
    "social.allow_private_addresses",
    false,
    "Whether providers may stand in private networks, and speak plain http there.",
);
const TIMEOUT: Key = Key::whole(
    "social.timeout_seconds",
    10,
    1..=60,
    "The seconds within which a provider has to answer a question.",
);

pub(super) static KEYS: [Key; 8] = [
    ALLOW_PRIVATE_ADDRESSES,
    TIMEOUT,
    own::GITHUB_ID,
    own::GITHUB_SECRET,
    own::GITHUB_SECRET_FILE,
    own::GOOGLE_ID,
    own::GOOGLE_SECRET,
    own::GOOGLE_SECRET_FILE,
];

pub(super) static PROVIDERS: List = List::new(
    "social.providers",
    &entry::KEYS,
    "Further OpenID providers, each in a table of its own. Variables count the tables from 0; they set \
     keys of those in the file, or add the next one.",
);

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

/// What was meant by a table that looks like those of GitHub and Google.
pub(super) fn meant(name: &str) -> Option<String> {
    let preset = entry::preset(name.strip_prefix("social.")?)?;
    Some(format!(
        "[[{}]] with preset = \"{preset}\"",
        PROVIDERS.name()
    ))
}

/// Something in the section won't do.
struct Refused;

impl Social {
    pub(super) fn read(values: &mut Values, public_url: Option<&PublicUrl>) -> Option<Self> {
        let allowed = values.flag(&ALLOW_PRIVATE_ADDRESSES);
        let timeout = values.whole(&TIMEOUT);
        let github = own::read_github(values);
        let google = own::read_google(values);
        let none = |own| matches!(own, &Ok(None));
        let practises = values.dev() && (none(&github) || none(&google));
        let private = allowed.unwrap_or_default() || practises;
        let known = google.as_ref().ok().and_then(Option::as_ref);
        let further = entry::read_all(values, private, known);
        let mut providers = Vec::new();
        for (own, practice) in [
            (github.ok()?, practice::github as fn(&PublicUrl) -> _),
            (google.ok()?, practice::google),
        ] {
            if own.is_none() && values.dev() {
                providers.push(practice(public_url?)?);
            }
            providers.extend(own);
        }
        if practises {
            values.resolve(&ALLOW_PRIVATE_ADDRESSES, "true");
        }
        providers.extend(further?);
        Some(Self {
            providers,
            allow_private_addresses: allowed? || practises,
            timeout: Duration::from_secs(timeout?),
        })
    }
}
