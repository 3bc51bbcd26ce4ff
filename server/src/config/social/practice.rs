//! Who plays GitHub and Google in development mode, as the configuration knows them: who does so is
//! `crate::practice`.

use super::{PublicUrl, Secret, SocialProtocol, SocialProvider, own};

/// Where practice GitHub stands below `public_url`; its API stands below `/api` of it.
pub(crate) const GITHUB_PATH: &str = "/dev/providers/github";
/// Where practice Google stands below `public_url`.
pub(crate) const GOOGLE_PATH: &str = "/dev/providers/google";
/// Who we are at both.
pub(crate) const CLIENT_ID: &str = "practice";
/// How we prove it. No secret: both are there in development mode only, and nobody is real there.
pub(crate) const CLIENT_SECRET: &str = "nobody-here-is-real";

fn client() -> (String, Secret) {
    let secret = Secret::new(CLIENT_SECRET.to_owned());
    (CLIENT_ID.to_owned(), secret)
}

/// Practice GitHub.
pub(super) fn github(public_url: &PublicUrl) -> Option<SocialProvider> {
    let at = |path: &str| format!("{}{GITHUB_PATH}{path}", public_url.issuer()).parse();
    let protocol = SocialProtocol::GitHub {
        site: at("").ok()?,
        api: at("/api").ok()?,
    };
    own::github(client(), protocol)
}

/// Practice Google.
pub(super) fn google(public_url: &PublicUrl) -> Option<SocialProvider> {
    own::google(client(), format!("{}{GOOGLE_PATH}", public_url.issuer()))
}
