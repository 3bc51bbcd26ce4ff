//! `/oauth/authorize`: what people see of it.

use domain::{
    oauth_grants::{
        Answer, Asked, AuthorizationRequest, EMAIL, Mark, OFFLINE_ACCESS, OPENID, PROFILE, Params,
        Unanswerable,
    },
    sessions::LoadedSession,
    tokens::Apis,
};
use leptos::{nonce::use_nonce, prelude::*};

use crate::{
    components::{Icon, Shape},
    context::{PageContext, PageTitle, PageView},
    paths,
    text::{OAuth, Text, scope_description, t, t_with},
};

/// What a scope lets an app do, in words for whoever lets it; without an address, for whoever makes it.
pub(crate) fn told(scope: &str, apis: &Apis, (email, pairwise): (&str, bool)) -> String {
    match scope {
        OPENID if pairwise => t(Text::OAuth(OAuth::ScopePairwise)).to_owned(),
        OPENID => t(Text::OAuth(OAuth::ScopeOpenid)).to_owned(),
        PROFILE | "name" | "locale" => t(Text::OAuth(OAuth::ScopeProfile)).to_owned(),
        EMAIL | "email_verified" if email.is_empty() => {
            t(Text::OAuth(OAuth::ScopeEmailAny)).to_owned()
        }
        EMAIL | "email_verified" => t_with(Text::OAuth(OAuth::ScopeEmail), &[("email", &email)]),
        OFFLINE_ACCESS => t(Text::OAuth(OAuth::ScopeOffline)).to_owned(),
        name => {
            let all = apis.offered(true);
            let mut scopes = all.iter().flat_map(|api| &api.scopes);
            let found = scopes.find(|scope| scope.name == name);
            found.map_or_else(|| name.to_owned(), scope_description)
        }
    }
}

/// What all of these let an app do, each said once.
pub(crate) fn all_told<'a>(
    scopes: impl Iterator<Item = &'a String>,
    apis: &Apis,
    whose: (&str, bool),
) -> Vec<String> {
    let mut lines = Vec::new();
    for scope in scopes {
        let line = told(scope, apis, whose);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// What goes back with the form: the request, and the proof that it was shown, and to whom.
#[derive(Clone)]
struct Carried {
    request: String,
    seal: String,
}

impl Carried {
    fn of(page: &PageContext, session: &LoadedSession, params: &Params) -> Self {
        let oauth = &page.services.oauth;
        Self {
            request: params.to_query(),
            seal: oauth.seal(Mark::Shown(&session.public_id), params, &page.client),
        }
    }

    fn view(self, decisions: AnyView) -> impl IntoView {
        view! {
            <form method="post" action=paths::CONSENT>
                <input type="hidden" name="request" value=self.request/>
                <input type="hidden" name="seal" value=self.seal/>
                {decisions}
            </form>
        }
    }
}

fn switch() -> impl IntoView {
    view! {
        <button class="link-button" name="decision" value="switch">
            {t(Text::OAuth(OAuth::UseAnother))}
        </button>
    }
}

/// Asks whether a client may have what it asks for. `params` is the request as it was sent.
pub fn consent_page(
    page: &PageContext,
    session: &LoadedSession,
    request: &AuthorizationRequest,
    asked: &Asked,
    params: &Params,
) -> (PageTitle, PageView) {
    let client = request.client.clone();
    let apis = page.services.oauth.apis();
    let whose = (session.email.as_str(), client.pairwise);
    let lines = all_told(asked.scopes.iter().chain(&asked.claims), apis, whose);
    let host = host_of(&request.redirect.uri);
    let (name, email) = (session.name.clone(), session.email.clone());
    let carried = Carried::of(page, session, params);
    let view = PageView::new(move || {
        let app = client.name.clone();
        let link = |uri: Option<String>, text| {
            uri.map(|uri| {
                view! {
                    <li>
                        <a href=uri rel="noopener noreferrer nofollow" target="_blank">
                            {t(Text::OAuth(text))}
                        </a>
                    </li>
                }
            })
        };
        let home = link(client.home_uri.clone(), OAuth::Home);
        let policy = link(client.policy_uri.clone(), OAuth::Policy);
        let linked = home.is_some() || policy.is_some();
        let by_somebody = client.owner.is_some();
        let decisions = view! {
            {by_somebody.then(|| view! { <p class="meta">{t(Text::OAuth(OAuth::BySomebody))}</p> })}
            <p class="meta">{t_with(Text::OAuth(OAuth::GoesTo), &[("host", &host)])}</p>
            <div class="actions">
                <button class="button button--primary" name="decision" value="allow">
                    {t(Text::OAuth(OAuth::Allow))}
                </button>
                <button class="button" name="decision" value="deny">
                    {t(Text::OAuth(OAuth::Deny))}
                </button>
            </div>
            <p class="aside">{switch()}</p>
        };
        view! {
            <main id="content" class="door" tabindex="-1">
                <div class="card consent">
                    <h1>{t_with(Text::OAuth(OAuth::ConsentTitle), &[("app", &app)])}</h1>
                    <p class="lede">
                        {t(Text::OAuth(OAuth::SignedInAs))} " " <strong>{name}</strong> " "
                        <span class="meta">{email}</span>
                    </p>
                    <p>{t_with(Text::OAuth(OAuth::Wants), &[("app", &app)])}</p>
                    <ul class="consent__what">
                        {lines
                            .into_iter()
                            .map(|line| view! { <li><Icon shape=Shape::Check/> <span>{line}</span></li> })
                            .collect_view()}
                    </ul>
                    {linked.then(|| view! { <ul class="consent__links" role="list">{home} {policy}</ul> })}
                    {carried.view(decisions.into_any())}
                    <p class="hint">{t(Text::OAuth(OAuth::Later))}</p>
                </div>
            </main>
        }
    });
    let title = PageTitle::plain(Text::OAuth(OAuth::ConsentPageTitle));
    (title, view)
}

/// Asks as whom somebody wants to go on.
pub fn choose_page(
    page: &PageContext,
    session: &LoadedSession,
    request: &AuthorizationRequest,
    params: &Params,
) -> (PageTitle, PageView) {
    let app = request.client.name.clone();
    let (name, email) = (session.name.clone(), session.email.clone());
    let carried = Carried::of(page, session, params);
    let view = PageView::new(move || {
        let decisions = view! {
            <div class="actions">
                <button class="button button--primary" name="decision" value="continue">
                    {t_with(Text::OAuth(OAuth::ContinueAs), &[("name", &name)])}
                </button>
                <button class="button" name="decision" value="switch">
                    {t(Text::OAuth(OAuth::UseAnother))}
                </button>
            </div>
        };
        view! {
            <main id="content" class="door" tabindex="-1">
                <div class="card">
                    <h1>{t(Text::OAuth(OAuth::ChooseTitle))}</h1>
                    <p>{t_with(Text::OAuth(OAuth::ChooseLede), &[("app", &app)])}</p>
                    <p class="lede"><strong>{name.clone()}</strong> " " <span class="meta">{email}</span></p>
                    {carried.view(decisions.into_any())}
                </div>
            </main>
        }
    });
    (PageTitle::plain(Text::OAuth(OAuth::ChooseTitle)), view)
}

/// Has the browser post an answer (Form Post Response Mode section 2): by itself where there is
/// JavaScript, by a button otherwise.
pub fn post_page(answer: Answer) -> (PageTitle, PageView) {
    let view = PageView::new(move || {
        let nonce = use_nonce().map(|nonce| nonce.to_string());
        let fields = answer.params.into_iter();
        let fields =
            fields.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
        view! {
            <main id="content" class="door" tabindex="-1">
                <div class="card">
                    <h1>{t(Text::OAuth(OAuth::PostTitle))}</h1>
                    <p>{t(Text::OAuth(OAuth::PostLede))}</p>
                    <form id="answer" method="post" action=answer.redirect.uri>
                        {fields.collect_view()}
                        <div class="actions">
                            <button class="button button--primary">
                                {t(Text::OAuth(OAuth::PostButton))}
                            </button>
                        </div>
                    </form>
                    <script nonce=nonce>"document.getElementById('answer').submit()"</script>
                </div>
            </main>
        }
    });
    (PageTitle::plain(Text::OAuth(OAuth::PostTitle)), view)
}

/// Why nobody is sent anywhere.
pub fn unanswerable_page(why: &Unanswerable, signed_in: bool) -> (PageTitle, PageView) {
    let said = match why {
        Unanswerable::NoClient => t(Text::OAuth(OAuth::CantNoClient)).to_owned(),
        Unanswerable::UnknownClient => t(Text::OAuth(OAuth::CantUnknownClient)).to_owned(),
        Unanswerable::NoRedirectUri(app) => {
            t_with(Text::OAuth(OAuth::CantNoRedirect), &[("app", app)])
        }
        Unanswerable::OtherRedirectUri(app) => {
            t_with(Text::OAuth(OAuth::CantRedirect), &[("app", app)])
        }
        Unanswerable::Twice(name) => t_with(Text::OAuth(OAuth::CantTwice), &[("parameter", name)]),
        Unanswerable::TooLong => t(Text::OAuth(OAuth::CantTooLong)).to_owned(),
    };
    let (href, label) = if signed_in {
        (paths::ACCOUNT, OAuth::ToAccount)
    } else {
        (paths::LANDING, OAuth::ToStart)
    };
    let view = PageView::new(move || {
        view! {
            <main id="content" class="door" tabindex="-1">
                <div class="card message">
                    <Icon shape=Shape::Alert/>
                    <h1>{t(Text::OAuth(OAuth::CantTitle))}</h1>
                    <p>{said}</p>
                    <div class="actions">
                        <a class="button" href=href>{t(Text::OAuth(label))}</a>
                    </div>
                </div>
            </main>
        }
    });
    (PageTitle::error(Text::OAuth(OAuth::CantTitle)), view)
}

/// Where somebody goes back to, as far as a person reads addresses.
fn host_of(uri: &str) -> String {
    let (scheme, rest) = uri.split_once(':').unwrap_or((uri, ""));
    let host = rest
        .strip_prefix("//")
        .and_then(|rest| rest.split(['/', '?']).next());
    match host {
        Some(host) if matches!(scheme, "https" | "http") => host.to_owned(),
        _ => scheme.to_owned(),
    }
}
