//! What people answer when an app asks for them, and what they take back.

use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    oauth_grants::{Answer, CHOSEN, Mark, Params, ResponseMode, SINCE, Step},
};
use serde::Deserialize;

use crate::{
    actions::{Done, FormProblem, FormState, PageForm, Problems},
    context::{PageContext, PageTitle, PageView, broken, broken_page, path_with_next},
    pages::{account::apps::apps_page, message, oauth::post_page},
    paths,
    text::{OAuth, Text},
};

/// The address of a request, with what was found out on the way.
pub fn request_path(request: &Params, more: Option<(&str, &str)>) -> String {
    let mut kept = request.as_sent();
    if let Some((name, value)) = more {
        kept.push(name, value);
    }
    format!("{}?{}", paths::AUTHORIZE, kept.to_query())
}

/// The same from now on: what is proved later counts for it.
pub fn request_path_from_now(request: &Params, page: &PageContext) -> String {
    let oauth = &page.services.oauth;
    let since = oauth.seal(Mark::Since(page.now), request, &page.client);
    request_path(request, Some((SINCE, &since)))
}

/// Has an answer go back to the client.
pub fn answered(answer: Answer) -> Done {
    match answer.redirect.mode {
        ResponseMode::Query => Done::go(answer.location()),
        ResponseMode::FormPost => {
            let (title, view) = post_page(answer);
            Done::Show(title, view)
        }
    }
}

/// What somebody decides when an app asks.
#[derive(Clone, Deserialize)]
pub struct Consent {
    /// The request, as it was sent.
    #[serde(default)]
    pub request: String,
    /// Proves that it was shown, and to whom ([`Mark::Shown`]).
    #[serde(default)]
    pub seal: String,
    /// `allow`, `deny`, `continue` or `switch`.
    #[serde(default)]
    pub decision: String,
}

#[async_trait]
impl PageForm for Consent {
    const FIELDS: &'static [&'static str] = &["request", "seal", "decision"];
    const KEPT: &'static [&'static str] = &[];
    const BY_FETCH: bool = false;

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let params = Params::parse(&self.request);
        let again = || request_path(&params, None);
        let Some(session) = &page.session else {
            return Ok(Done::go(path_with_next(paths::LOGIN, &again())));
        };
        let oauth = &page.services.oauth;
        // Nothing like it was shown to them, or somebody else signed in since: they are asked.
        let shown = Mark::Shown(&session.public_id);
        if !oauth.is_sealed(shown, &self.seal, &params, &page.client) {
            return Ok(Done::go(again()));
        }
        let Ok(request) = oauth.read(&params).await.map_err(broken)? else {
            // The page of the request says what is wrong with it.
            return Ok(Done::go(again()));
        };
        match self.decision.as_str() {
            "deny" => Ok(answered(oauth.refused(&request))),
            "continue" => {
                let chosen = Mark::Chosen(&session.public_id);
                let chosen = oauth.seal(chosen, &params, &page.client);
                Ok(Done::go(request_path(&params, Some((CHOSEN, &chosen)))))
            }
            "switch" => {
                page.sign_out().await?;
                let next = request_path_from_now(&params, page);
                Ok(Done::go(path_with_next(paths::LOGIN, &next)))
            }
            "allow" => {
                let known = already(&params, page);
                let step = oauth.next(&request, Some(session), known, &page.client);
                match step.await.map_err(broken)? {
                    Step::Ask(_) => {
                        let allowed = oauth.allow(&request, session, &page.client);
                        Ok(answered(allowed.await.map_err(broken)?))
                    }
                    Step::Send(answer) => Ok(answered(answer)),
                    Step::SignIn | Step::Prove | Step::Choose => Ok(Done::go(again())),
                }
            }
            _ => Ok(Done::go(again())),
        }
    }

    async fn page(&self, _: &PageContext, _: FormState) -> (PageTitle, PageView) {
        message::broken()
    }
}

/// What was found out about a request on the way to it: since when a proof counts, and whether the person
/// said who they want to be.
pub fn already(params: &Params, page: &PageContext) -> (Option<Timestamp>, bool) {
    let oauth = &page.services.oauth;
    let since = oauth.since(params, &page.client);
    let sealed = params.one(CHOSEN).ok().flatten().unwrap_or_default();
    let chosen = page.session.as_ref().is_some_and(|session| {
        let chosen = Mark::Chosen(&session.public_id);
        oauth.is_sealed(chosen, sealed, params, &page.client)
            || since.is_some_and(|since| session.auth_time >= since)
    });
    (since, chosen)
}

/// Removes an app's access.
#[derive(Clone, Deserialize)]
pub struct RemoveApp {
    /// Its `client_id`.
    #[serde(default)]
    pub remove: String,
}

#[async_trait]
impl PageForm for RemoveApp {
    const FIELDS: &'static [&'static str] = &["remove"];
    const KEPT: &'static [&'static str] = &[];
    const BY_FETCH: bool = false;

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let Some(session) = &page.session else {
            return Ok(Done::go(page.login_path()));
        };
        let oauth = &page.services.oauth;
        let gone = oauth.withdraw(session.account, &self.remove, &page.client);
        if gone.await.map_err(broken)? {
            Ok(Done::go(format!("{}?removed", paths::APPS)))
        } else {
            Err(Problems::form(FormProblem::NoSuchApp))
        }
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        let title = state.title(Text::OAuth(OAuth::AppsTitle));
        match apps_page(page, &state, false).await {
            Ok(Some(view)) => (title, view),
            Ok(None) => message::not_found(),
            Err(error) => broken_page(error),
        }
    }
}
