//! What people answer when an app asks for them, and what they take back.

use async_trait::async_trait;
use domain::oauth_grants::{Answer, Params, ResponseMode, Step};
use serde::Deserialize;

use crate::{
    actions::{Done, FormProblem, FormState, PageForm, Problems},
    context::{PageContext, PageTitle, PageView, broken, broken_page, path_with_next},
    pages::{account::apps::apps_page, message, oauth::post_page},
    paths,
    text::{OAuth, Text},
};

/// Says who somebody wants to be: the public id of the session that they chose.
pub const CHOSEN: &str = "latchkey_chosen";
/// Says since when a proof counts for a request, in microseconds of 1970.
pub const SINCE: &str = "latchkey_since";

/// The address of a request, with what was found out on the way.
pub fn request_path(query: &str, more: Option<(&str, &str)>) -> String {
    let mut kept = Params::parse(query);
    for ours in [CHOSEN, SINCE] {
        kept.remove(ours);
    }
    if let Some((name, value)) = more {
        kept.push(name, value);
    }
    format!("{}?{}", paths::AUTHORIZE, kept.to_query())
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
    /// The public id of the session that the question was shown to.
    #[serde(default)]
    pub session: String,
    /// `allow`, `deny`, `continue` or `switch`.
    #[serde(default)]
    pub decision: String,
}

#[async_trait]
impl PageForm for Consent {
    const FIELDS: &'static [&'static str] = &["request", "session", "decision"];
    const KEPT: &'static [&'static str] = &[];
    const BY_FETCH: bool = false;

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let again = || request_path(&self.request, None);
        let Some(session) = &page.session else {
            return Ok(Done::go(path_with_next(paths::LOGIN, &again())));
        };
        // Somebody else signed in since: they are asked for themselves.
        if session.public_id != self.session {
            return Ok(Done::go(again()));
        }
        let oauth = &page.services.oauth;
        let params = Params::parse(&self.request);
        let Ok(request) = oauth.read(&params).await.map_err(broken)? else {
            // The page of the request says what is wrong with it.
            return Ok(Done::go(again()));
        };
        match self.decision.as_str() {
            "deny" => Ok(answered(oauth.refused(&request))),
            "continue" => {
                let chosen = Some((CHOSEN, session.public_id.as_str()));
                Ok(Done::go(request_path(&self.request, chosen)))
            }
            "switch" => {
                page.sign_out().await?;
                let next = request_path(&self.request, Some((SINCE, &since(page))));
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
            _ => Err(Problems::form(FormProblem::BadRequest)),
        }
    }

    async fn page(&self, _: &PageContext, _: FormState) -> (PageTitle, PageView) {
        message::broken()
    }
}

/// This moment, for [`SINCE`].
pub fn since(page: &PageContext) -> String {
    page.now.as_micros().to_string()
}

/// What was found out about a request on the way to it: since when a proof counts, and whether the person
/// said who they want to be.
pub fn already(params: &Params, page: &PageContext) -> (Option<domain::clock::Timestamp>, bool) {
    let since = params.one(SINCE).ok().flatten();
    let since = since.and_then(|text| text.parse().ok());
    let since = since.map(domain::clock::Timestamp::from_micros);
    // Nobody is asked to prove something in the future.
    let since = since.filter(|since| *since <= page.now);
    let session = page.session.as_ref();
    let named = params.one(CHOSEN).ok().flatten();
    let chosen = session.is_some_and(|session| {
        named == Some(&session.public_id) || since.is_some_and(|since| session.auth_time >= since)
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
