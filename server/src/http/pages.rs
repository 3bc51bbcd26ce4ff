//! Mounts the pages and takes their forms' POSTs.

use std::sync::Arc;

use app::{
    actions::{Done, FormState, PageForm},
    context::{PageContext, PageTitle, PageView},
    pages::{account, landing, message, outbox as outbox_view},
    paths,
    shell::document,
    text::{Language, Text, reading},
};
use axum::{
    body::Body,
    extract::{Query, Request, State, rejection::QueryRejection},
    response::{IntoResponse, Response},
};
use domain::{local_path::LocalPath, store::StorageError};
use http::{
    HeaderValue, Method, StatusCode,
    header::{CONTENT_LANGUAGE, LOCATION, RETRY_AFTER, VARY},
    request::Parts,
};
use leptos::{nonce::Nonce, prelude::provide_context};
use serde::Deserialize;
use tower_sessions::Session;

use super::{
    error::page::{Refusal, refuse, wants_json},
    forms,
    page_context::context,
    state::AppState,
};

/// Renders a page into the document.
pub(super) async fn render(
    state: &AppState,
    request: Request,
    status: StatusCode,
    title: PageTitle,
    view: PageView,
) -> Response {
    let (parts, _) = request.into_parts();
    match context(state, &parts).await {
        Ok(page) => finish(state, parts, &page, status, title, view).await,
        Err(error) => {
            tracing::error!(%error, "a page could not be shown");
            super::error::plain(
                Refusal::from(&error).status(),
                "Something broke on our side. Please try again.\n",
            )
        }
    }
}

async fn finish(
    state: &AppState,
    parts: Parts,
    page: &PageContext,
    status: StatusCode,
    title: PageTitle,
    view: PageView,
) -> Response {
    let nonce = parts.extensions.get::<Nonce>().cloned();
    let language = page.language();
    let (page, bundle) = (page.clone(), state.bundle.clone());
    // leptos wants a function it may call again; a page is rendered once.
    let view = Arc::new(std::sync::Mutex::new(Some(view)));
    let render = leptos_axum::render_app_async_with_context(
        move || {
            if let Some(nonce) = nonce.clone() {
                provide_context(nonce);
            }
        },
        move || {
            let view = view.lock().ok().and_then(|mut view| view.take());
            view.map(|view| document(&page, &bundle, title, view))
        },
    );
    let mut response = render(Request::from_parts(parts, Body::empty())).await;
    *response.status_mut() = status;
    in_words(response, language)
}

/// Says which language an answer has, and that another reader may get another one.
pub(super) fn in_words(mut response: Response, language: Language) -> Response {
    let headers = response.headers_mut();
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    headers.append(VARY, HeaderValue::from_static("accept-language"));
    response
}

fn see_other(location: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// A page's outcome: shown, or somewhere else to go.
pub(crate) enum Shown {
    Page(StatusCode, PageTitle, PageView),
    /// 429, with the seconds after which to try again.
    Later(u32, PageTitle, PageView),
    Go(String),
}

/// Shows a page that needs to know who asks.
pub(crate) async fn show(
    state: AppState,
    request: Request,
    page: impl AsyncFnOnce(&PageContext) -> Result<Shown, StorageError>,
) -> Response {
    let (parts, _) = request.into_parts();
    let shown = match context(&state, &parts).await {
        Ok(context) => {
            let shown = reading(context.language(), page(&context)).await;
            shown.map(|shown| (context, shown))
        }
        Err(error) => Err(error),
    };
    match shown {
        Ok((context, Shown::Page(status, title, view))) => {
            finish(&state, parts, &context, status, title, view).await
        }
        Ok((context, Shown::Later(seconds, title, view))) => {
            let status = StatusCode::TOO_MANY_REQUESTS;
            let mut response = finish(&state, parts, &context, status, title, view).await;
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
            response
        }
        Ok((_, Shown::Go(location))) => see_other(&location),
        Err(error) => {
            tracing::error!(%error, path = parts.uri.path(), "a page could not be shown");
            let mut request = Request::from_parts(parts, Body::empty());
            // The session may be what failed.
            request.extensions_mut().remove::<Session>();
            refuse(&state, request, Refusal::from(&error)).await
        }
    }
}

pub(super) fn ok(title: Text, view: PageView) -> Shown {
    Shown::Page(StatusCode::OK, PageTitle::plain(title), view)
}

/// A page that says with its status what a link leads to.
pub(super) fn with_status((status, title, view): (u16, PageTitle, PageView)) -> Shown {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    Shown::Page(status, title, view)
}

/// Sign in first, and come back to the page without what its query said.
pub(super) fn sign_in_for(path: &str) -> Shown {
    Shown::Go(format!("{}?next={path}", paths::LOGIN))
}

/// Where somebody says that they were going; the page that refuses if it isn't here.
pub(super) fn going_to(next: Option<&str>) -> Result<Option<LocalPath>, Shown> {
    let next = next.filter(|next| !next.is_empty());
    next.map(LocalPath::parse).transpose().map_err(|_| {
        let (title, view) = message::points_elsewhere();
        Shown::Page(StatusCode::BAD_REQUEST, title, view)
    })
}

/// A page that only signed-in people see.
pub(super) fn signed_in(page: &PageContext, title: Text, view: Option<PageView>) -> Shown {
    view.map_or_else(|| Shown::Go(page.login_path()), |view| ok(title, view))
}

pub(super) async fn landing(State(state): State<AppState>, request: Request) -> Response {
    show(state, request, async |page| {
        Ok(match page.session {
            Some(_) => Shown::Go(paths::ACCOUNT.to_owned()),
            None => ok(Text::LandingTitle, landing::landing_page(page)),
        })
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct ProfileQuery {
    saved: Option<String>,
    email: Option<String>,
}

pub(super) async fn profile(
    State(state): State<AppState>,
    query: Result<Query<ProfileQuery>, QueryRejection>,
    request: Request,
) -> Response {
    let done = query.ok().and_then(|query| match query.0.email.as_deref() {
        Some("sent") => Some(Text::EmailSent),
        Some("changed") => Some(Text::EmailChanged),
        _ => query.0.saved.map(|_| Text::ProfileSaved),
    });
    show(state, request, async |page| {
        let view = account::profile::profile_page(page, FormState::default(), done).await?;
        Ok(view.map_or_else(
            || sign_in_for(paths::PROFILE),
            |view| ok(Text::ProfileTitle, view),
        ))
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct SecurityQuery {
    changed: Option<String>,
    set: Option<String>,
}

pub(super) async fn security(
    State(state): State<AppState>,
    query: Result<Query<SecurityQuery>, QueryRejection>,
    request: Request,
) -> Response {
    let done = query.ok().and_then(|query| match query.0 {
        SecurityQuery { set: Some(_), .. } => Some(Text::PasswordSet),
        query => query.changed.map(|_| Text::PasswordChanged),
    });
    show(state, request, async |page| {
        let state = FormState::default();
        if let Some(session) = &page.session {
            let ways = page.services.social.connections(session.account).await?;
            // Without a password to know, who sets one has to prove who they are.
            if !ways.has_password
                && let Err(elsewhere) = page.fresh_session(paths::SECURITY)
            {
                return Ok(Shown::Go(elsewhere));
            }
        }
        let view = account::security::security_page(page, state, done).await?;
        Ok(view.map_or_else(
            || sign_in_for(paths::SECURITY),
            |view| ok(Text::SecurityTitle, view),
        ))
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct OverviewQuery {
    kept: Option<String>,
}

pub(super) async fn overview(
    State(state): State<AppState>,
    query: Result<Query<OverviewQuery>, QueryRejection>,
    request: Request,
) -> Response {
    let kept = query.is_ok_and(|query| query.0.kept.is_some());
    show(state, request, async |page| {
        let view = account::overview::overview_page(page, kept).await?;
        Ok(signed_in(page, Text::OverviewTitle, view))
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct SessionsQuery {
    ended: Option<String>,
}

pub(super) async fn sessions(
    State(state): State<AppState>,
    query: Result<Query<SessionsQuery>, QueryRejection>,
    request: Request,
) -> Response {
    let ended = query
        .ok()
        .and_then(|query| query.0.ended)
        .and_then(|ended| match ended.as_str() {
            "one" => Some(Text::SessionEnded),
            "others" => Some(Text::SessionsEnded),
            _ => None,
        });
    show(state, request, async |page| {
        if page.session.is_none() {
            return Ok(sign_in_for(paths::SESSIONS));
        }
        let view = account::sessions::sessions_page(page, &FormState::default(), ended).await?;
        Ok(ok(Text::SessionsTitle, view))
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct OutboxQuery {
    to: Option<String>,
}

pub(super) async fn outbox(
    State(state): State<AppState>,
    query: Result<Query<OutboxQuery>, QueryRejection>,
    request: Request,
) -> Response {
    let to = query.ok().and_then(|query| query.0.to);
    show(state, request, async |page| {
        let view = outbox_view::outbox_page(page, to.as_deref()).await?;
        Ok(ok(Text::OutboxTitle, view))
    })
    .await
}

/// `GET /logout` is a bookmark or the end of a `next`: nothing is ended by a link.
pub(super) async fn logout(State(state): State<AppState>, request: Request) -> Response {
    show(state, request, async |page| {
        let signed_in = page.session.is_some();
        let location = if signed_in {
            paths::ACCOUNT
        } else {
            paths::LANDING
        };
        Ok(Shown::Go(location.to_owned()))
    })
    .await
}

/// Nothing is there, unless a slash was typed too many. Signed-out people aren't told what there is
/// behind a sign-in.
pub(super) async fn not_found(State(state): State<AppState>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) || wants_json(request.headers()) {
        return refuse(&state, request, Refusal::NotFound).await;
    }
    let path = request.uri().path().to_owned();
    show(state, request, async |page| {
        if let Some(trimmed) = path.strip_suffix('/').filter(|path| KNOWN.contains(path)) {
            return Ok(Shown::Go(trimmed.to_owned()));
        }
        let inside = ["/account", "/admin"].iter().any(|area| {
            path.strip_prefix(area)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        if inside && page.session.is_none() {
            return Ok(Shown::Go(page.login_path()));
        }
        let (title, view) = message::not_found();
        Ok(Shown::Page(StatusCode::NOT_FOUND, title, view))
    })
    .await
}

/// Pages whose path may be typed with a slash at the end.
const KNOWN: [&str; 14] = [
    paths::TOKENS,
    paths::EMAIL,
    paths::CONFIRM,
    paths::DELETE,
    paths::UNDO_EMAIL_CHANGE,
    paths::PROFILE,
    paths::FORGOT_PASSWORD,
    paths::RESET_PASSWORD,
    paths::SECURITY,
    paths::SIGN_UP,
    paths::LOGIN,
    paths::ACCOUNT,
    paths::SESSIONS,
    paths::VERIFY_EMAIL,
];

pub(super) async fn wrong_method(State(state): State<AppState>, request: Request) -> Response {
    refuse(&state, request, Refusal::WrongMethod).await
}

/// Takes a form's POST on its page's own path. A person's browser gets the page again or a 303;
/// our own script gets JSON from the server function of the same path.
pub(super) async fn submit<F: PageForm>(
    State(state): State<AppState>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let read = forms::posted(&parts, body, state.door.body_bytes).await;
    let filled = read.and_then(|bytes| {
        let pairs = forms::pairs(&bytes, F::FIELDS, F::REPEATED)?;
        let form = forms::fill::<F>(&pairs)?;
        Ok((bytes, pairs, form))
    });
    let (bytes, pairs, form) = match filled {
        Ok(filled) => filled,
        Err(refused) => {
            let request = Request::from_parts(parts, Body::empty());
            return refuse(&state, request, Refusal::Form(refused)).await;
        }
    };
    let page = match context(&state, &parts).await {
        Ok(page) => page,
        Err(error) => {
            tracing::error!(%error, "a form could not be answered");
            let mut request = Request::from_parts(parts, Body::empty());
            request.extensions_mut().remove::<Session>();
            return refuse(&state, request, Refusal::from(&error)).await;
        }
    };
    if F::BY_FETCH && wants_json(&parts.headers) {
        let request = Request::from_parts(parts, Body::from(bytes));
        let language = page.language();
        let fill = move || {
            provide_context(page.clone());
            provide_context(language);
        };
        let answer = leptos_axum::handle_server_fns_with_context(fill, request).await;
        return in_words(answer.into_response(), language);
    }
    let done = reading(page.language(), form.clone().submit(&page)).await;
    let problems = match done {
        Ok(Done::Go(location)) => return see_other(&location),
        Ok(Done::Show(title, view)) => {
            return finish(&state, parts, &page, StatusCode::OK, title, view).await;
        }
        Err(problems) => problems,
    };
    let status = StatusCode::from_u16(problems.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let retry_after = problems.retry_after_seconds();
    let kept = pairs
        .into_iter()
        .filter(|(name, _)| F::KEPT.contains(&name.as_str()))
        .collect();
    let state_of_form = FormState { kept, problems };
    let (title, view) = reading(page.language(), form.page(&page, state_of_form)).await;
    let mut response = finish(&state, parts, &page, status, title, view).await;
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}
