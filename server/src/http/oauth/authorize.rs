//! `/oauth/authorize` (RFC 6749 section 3.1, OpenID Connect Core section 3.1.2).

use app::{
    actions::{
        Done, FormState,
        oauth::{already, answered, request_path_from_now},
    },
    context::{PageContext, path_with_next},
    pages::{
        account::{apps::apps_page, confirm::confirm_page},
        oauth::{choose_page, consent_page, unanswerable_page},
    },
    paths,
    text::{OAuth, Text},
};
use axum::{
    body::Body,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use domain::{
    oauth_grants::{Params, Rejected, Step},
    store::StorageError,
};
use http::{HeaderValue, StatusCode, header::LOCATION};

use crate::http::{
    error::page::{Refusal, refuse},
    forms::posted,
    pages::{Shown, ok, show, sign_in_for},
    state::AppState,
};

/// Where an app sends people. Whoever has to be asked something is asked it here, and comes back here.
pub(in crate::http) async fn authorize(
    State(state): State<AppState>,
    request: Request,
) -> Response {
    let query = request.uri().query().unwrap_or_default().to_owned();
    show(state, request, async |page| shown(page, &query).await).await
}

async fn shown(page: &PageContext, query: &str) -> Result<Shown, StorageError> {
    let oauth = &page.services.oauth;
    let params = Params::parse(query);
    let request = match oauth.read(&params).await? {
        Ok(request) => request,
        Err(Rejected::Here(why)) => {
            let (title, view) = unanswerable_page(&why, page.session.is_some());
            return Ok(Shown::Page(StatusCode::BAD_REQUEST, title, view));
        }
        Err(Rejected::There(redirect, denied)) => {
            return Ok(sent(answered(oauth.denied(redirect, denied))));
        }
    };
    let known = already(&params, page);
    let session = page.session.as_ref();
    let step = oauth.next(&request, session, known, &page.client).await?;
    let again = || request_path_from_now(&params, page);
    let (title, view) = match (step, session) {
        (Step::Send(answer), _) => return Ok(sent(answered(answer))),
        (Step::SignIn, _) | (_, None) => {
            let mut login = path_with_next(paths::LOGIN, &again());
            if let Some(hint) = &request.login_hint {
                login.push_str("&hint=");
                login.extend(url::form_urlencoded::byte_serialize(hint.as_bytes()));
            }
            return Ok(Shown::Go(login));
        }
        (Step::Prove, Some(_)) => {
            let view = confirm_page(page, FormState::default(), again()).await?;
            return Ok(ok(Text::ConfirmTitle, view));
        }
        (Step::Choose, Some(session)) => choose_page(page, session, &request, &params),
        (Step::Ask(asked), Some(session)) => consent_page(page, session, &request, &asked, &params),
    };
    Ok(Shown::Page(StatusCode::OK, title, view))
}

fn sent(done: Done) -> Shown {
    match done {
        Done::Go(location) => Shown::Go(location),
        Done::Show(title, view) => Shown::Page(StatusCode::OK, title, view),
    }
}

/// The same by POST (OpenID Connect Core section 3.1.2.1). It comes from other sites, so that no cookie comes
/// along and nothing is done: it becomes a GET.
pub(in crate::http) async fn posted_request(
    State(state): State<AppState>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = match posted(&parts, body, state.door.body_bytes).await {
        Ok(bytes) => bytes,
        Err(refused) => {
            let request = Request::from_parts(parts, Body::empty());
            return refuse(&state, request, Refusal::Form(refused)).await;
        }
    };
    let sent = url::form_urlencoded::parse(&bytes).into_owned();
    let query = Params::of(sent).to_query();
    let location = HeaderValue::try_from(format!("{}?{query}", paths::AUTHORIZE));
    let mut response = StatusCode::SEE_OTHER.into_response();
    match location {
        Ok(location) => {
            response.headers_mut().insert(LOCATION, location);
            response
        }
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// `/account/apps`
pub(in crate::http) async fn apps(State(state): State<AppState>, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let removed = query.split('&').any(|pair| pair.starts_with("removed"));
    show(state, request, async |page| {
        let view = apps_page(page, &FormState::default(), removed).await?;
        Ok(view.map_or_else(
            || sign_in_for(paths::APPS),
            |view| ok(Text::OAuth(OAuth::AppsTitle), view),
        ))
    })
    .await
}

/// A decision's address, opened by hand: nothing is decided by a link.
pub(in crate::http) async fn consent(State(state): State<AppState>, request: Request) -> Response {
    show(state, request, async |_| {
        Ok(Shown::Go(paths::APPS.to_owned()))
    })
    .await
}
