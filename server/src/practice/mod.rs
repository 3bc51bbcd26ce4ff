//! Practice GitHub and practice Google: who to sign in with when nothing is registered anywhere.
//!
//! They speak the real protocols over real HTTP, at addresses of this server, and are there in
//! development mode only. Nothing that asks providers knows that they are not real: `config` names
//! their addresses, and that is all. They keep no state of their own: what they hand out is sealed,
//! and single use is counted in the database. Only the signing keys of practice Google live as long
//! as the process.

mod act;
mod chooser;
mod github;
mod google;
mod house;
mod params;
mod person;
mod sealed;
mod signing;

use std::{sync::Arc, time::Duration};

use axum::{Router, middleware::map_response, response::Response, routing::get};
use http::{HeaderName, HeaderValue};

use crate::{config::practice, http::AppState};
use house::House;
use signing::SigningKeys;

/// How much longer than anybody waits for it a slow answer takes.
const SLOWER: Duration = Duration::from_secs(5);

/// What the handlers stand on.
#[derive(Clone)]
struct Practice {
    app: AppState,
    signing: Arc<SigningKeys>,
    /// How long a slow answer takes.
    slow: Duration,
}

/// Their routes. They read no cookie, as if they stood elsewhere. `patience` is how long who asks
/// a provider waits for its answer.
pub(crate) fn router(app: AppState, patience: Duration) -> Router<AppState> {
    let practice = Practice {
        app,
        signing: Arc::default(),
        slow: patience + SLOWER,
    };
    let github = Router::new()
        .route("/login/oauth/authorize", chooser::route(House::GitHub))
        .route(
            "/login/oauth/access_token",
            axum::routing::post(github::access_token),
        )
        .route("/api/user", get(github::user))
        .route("/api/user/emails", get(github::emails));
    let google = Router::new()
        .route("/authorize", chooser::route(House::Google))
        .route(
            "/.well-known/openid-configuration",
            get(google::configuration),
        )
        .route("/token", axum::routing::post(google::token))
        .route("/userinfo", get(google::userinfo).post(google::userinfo))
        .route("/jwks", get(google::jwks));
    Router::new()
        .nest(practice::GITHUB_PATH, github)
        .nest(practice::GOOGLE_PATH, google)
        .layer(map_response(unlisted))
        .with_state(practice)
}

/// Nothing here is for search engines.
async fn unlisted(mut response: Response) -> Response {
    let name = HeaderName::from_static("x-robots-tag");
    let headers = response.headers_mut();
    headers.insert(name, HeaderValue::from_static("noindex"));
    response
}
