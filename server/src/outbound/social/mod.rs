//! Asking GitHub and OpenID providers who somebody is.
//!
//! What a provider answers is as hostile as what a browser sends: [`web`] bounds what is read and from
//! where, [`openid`] believes nothing that isn't signed for us, and what is left is cleaned before
//! anybody sees it ([`clean`]).

mod address;
mod clean;
mod exchange;
mod github;
mod names;
mod openid;
mod remembered;
mod web;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use domain::{clock::Clock, social::Provider};

use crate::config::{SocialProtocol, SocialProvider};

pub(crate) use address::is_public;
pub use web::{NoWeb, Web};

/// A provider as it is configured. Asks nothing yet.
pub fn provider(
    settings: &SocialProvider,
    web: Arc<Web>,
    clock: Arc<dyn Clock>,
) -> Arc<dyn Provider> {
    let client = exchange::Client::of(settings);
    match &settings.protocol {
        SocialProtocol::GitHub { site, api } => {
            let site = github::Site::new(site, api);
            Arc::new(github::GitHub::new(settings, client, site, web))
        }
        SocialProtocol::OpenId {
            issuer,
            scopes,
            trust_email,
        } => {
            let terms = openid::Terms {
                issuer: issuer.clone(),
                scopes: scopes.clone(),
                trust_email: *trust_email,
            };
            Arc::new(openid::OpenId::new(settings, client, terms, web, clock))
        }
    }
}
