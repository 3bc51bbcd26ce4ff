//! Signing in elsewhere: to the provider and back.

use app::{
    actions::{
        FormState,
        finish_sign_up::connect_path,
        sign_in::{connect, notice_path},
    },
    context::{PageContext, path_with_next},
    pages::{account::connections::connections_page, finish_sign_up::finish_page, social},
    paths,
    text::{Text, t, t_with},
};
use axum::{
    body::Body,
    extract::{Path, Query, Request, State, rejection::QueryRejection},
    response::Response,
};
use domain::{
    local_path::LocalPath,
    social::{Callback, CallbackOutcome, Intent, Start, Started},
    store::StorageError,
};
use http::StatusCode;
use serde::Deserialize;

use super::{
    error::page::{Refusal, refuse},
    forms::{self, FormRefused},
    pages::{Shown, ok, show, with_status},
    state::AppState,
};

/// What any form with a provider's button on it sends.
const FIELDS: &[&str] = &[
    "intent", "next", "stay", "arrival", "email", "name", "password",
];

#[derive(Deserialize)]
struct StartForm {
    intent: String,
    #[serde(default)]
    next: String,
    stay: Option<String>,
    arrival: Option<String>,
}

/// `POST /auth/{provider}`: a form of ours, so that nobody is signed in by a link.
pub(super) async fn start(
    State(state): State<AppState>,
    Path(provider): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let read = forms::posted(&parts, body, state.door.body_bytes).await;
    let form = read.and_then(|bytes| {
        let mut pairs = forms::pairs(&bytes, FIELDS, &[])?;
        pairs.retain(|(name, _)| !matches!(name.as_str(), "email" | "name" | "password"));
        let form = forms::fill::<StartForm>(&pairs)?;
        let intent = Intent::parse(&form.intent).ok_or(FormRefused::Malformed)?;
        let next = Some(form.next.as_str()).filter(|next| !next.is_empty());
        let next = next.map(LocalPath::parse).transpose();
        let next = next.map_err(|_| FormRefused::Malformed)?;
        Ok((intent, next, form.stay.is_some(), form.arrival))
    });
    let request = Request::from_parts(parts, Body::empty());
    let (intent, next, stay, arrival) = match form {
        Ok(form) => form,
        Err(refused) => return refuse(&state, request, Refusal::Form(refused)).await,
    };
    show(state, request, async |page| {
        let start = Start {
            provider: &provider,
            intent,
            next: next.as_ref(),
            stay,
            arrival: arrival.as_deref(),
            session: page.session.as_ref(),
            client: &page.client,
        };
        Ok(match page.services.social.start(start).await? {
            Started::Go(url) => Shown::Go(url.into()),
            Started::UnknownProvider => not_found(),
            Started::SignedOut => Shown::Go(path_with_next(paths::LOGIN, paths::CONNECTIONS)),
            Started::NotFresh => Shown::Go(path_with_next(paths::CONFIRM, paths::CONNECTIONS)),
            Started::TooMany {
                retry_after_seconds: seconds,
            } => {
                let (title, view) = social::too_many_starts(seconds);
                Shown::Later(seconds, title, view)
            }
            Started::Stopped(stopped) => with_status(social::stopped_page(&stopped)),
        })
    })
    .await
}

#[derive(Default, Deserialize)]
pub(super) struct CallbackQuery {
    #[serde(default)]
    state: String,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// `GET /auth/{provider}/callback`.
pub(super) async fn callback(
    State(state): State<AppState>,
    Path(provider): Path<String>,
    query: Result<Query<CallbackQuery>, QueryRejection>,
    request: Request,
) -> Response {
    // What can't be read is no flow of ours.
    let query = query.map(|query| query.0).unwrap_or_default();
    show(state, request, async |page| {
        let back = Callback {
            provider: &provider,
            state: &query.state,
            code: query.code.as_deref(),
            error: query.error.as_deref(),
            iss: query.iss.as_deref(),
            session: page.session.as_ref(),
            client: &page.client,
        };
        let outcome = page.services.social.come_back(back).await?;
        came_back(page, outcome).await
    })
    .await
}

async fn came_back(page: &PageContext, outcome: CallbackOutcome) -> Result<Shown, StorageError> {
    Ok(match outcome {
        CallbackOutcome::SignIn {
            session,
            next,
            kept,
            arrival,
        } => {
            let account = session.account;
            if !page.door.start(session, &page.client).await? {
                return Ok(with_status(social::overtaken()));
            }
            if let Some(arrival) = arrival
                && let Ok(path) = connect(page, &arrival, account).await
            {
                return Ok(Shown::Go(path));
            }
            Shown::Go(match next {
                Some(next) => next,
                None if kept => format!("{}?kept", paths::ACCOUNT),
                None => paths::ACCOUNT.to_owned(),
            })
        }
        CallbackOutcome::Connected { provider, already } => {
            let word = if already { "there" } else { "connected" };
            Shown::Go(notice_path(word, Some(&provider)))
        }
        CallbackOutcome::Finish(arrival) => {
            Shown::Go(format!("{}?arrival={arrival}", paths::FINISH_SIGN_UP))
        }
        CallbackOutcome::Connect(arrival) => Shown::Go(connect_path(&arrival)),
        CallbackOutcome::Refused { why, provider } => {
            with_status(social::refused_page(why, &provider))
        }
        CallbackOutcome::Denied {
            provider,
            intent,
            next,
        } => Shown::Go(match intent {
            Intent::SignIn | Intent::SignUp => {
                let next = next.unwrap_or_default();
                let door = path_with_next(paths::LOGIN, &next);
                let mark = if door.contains('?') { '&' } else { '?' };
                format!("{door}{mark}denied={provider}")
            }
            Intent::Connect => notice_path("denied", Some(&provider)),
            Intent::Confirm => path_with_next(paths::CONFIRM, &next.unwrap_or_default()),
        }),
        CallbackOutcome::Stopped(stopped) => with_status(social::stopped_page(&stopped)),
        CallbackOutcome::UnknownFlow => with_status(social::flow_gone(page.session.is_some())),
        CallbackOutcome::UnknownProvider => not_found(),
    })
}

fn not_found() -> Shown {
    let (title, view) = app::pages::message::not_found();
    Shown::Page(StatusCode::NOT_FOUND, title, view)
}

#[derive(Deserialize)]
pub(super) struct ArrivalQuery {
    #[serde(default)]
    arrival: String,
}

/// `GET /signup/finish`.
pub(super) async fn finish(
    State(state): State<AppState>,
    query: Result<Query<ArrivalQuery>, QueryRejection>,
    request: Request,
) -> Response {
    let arrival = query.map(|query| query.0.arrival).unwrap_or_default();
    show(state, request, async |page| {
        let social = &page.services.social;
        Ok(match social.waiting(&arrival, &page.client).await? {
            Some(waiting) if waiting.has_account => Shown::Go(connect_path(&arrival)),
            Some(waiting) => ok(
                Text::FinishTitle,
                finish_page(waiting, FormState::default()),
            ),
            None => with_status(social::arrival_gone(page.session.is_some())),
        })
    })
    .await
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct ConnectionsQuery {
    connected: Option<String>,
    there: Option<String>,
    disconnected: Option<String>,
    not_connected: Option<String>,
    denied: Option<String>,
    too_late: Option<String>,
}

/// `GET /account/connections`.
pub(super) async fn connections(
    State(state): State<AppState>,
    query: Result<Query<ConnectionsQuery>, QueryRejection>,
    request: Request,
) -> Response {
    let query = query.map(|query| query.0).unwrap_or_default();
    show(state, request, async |page| {
        let connected = match &page.session {
            Some(session) => page.services.social.connections(session.account).await?,
            None => return Ok(Shown::Go(path_with_next(paths::LOGIN, paths::CONNECTIONS))),
        };
        // Anybody can write such an address: what the list contradicts isn't said.
        let told = [
            (&query.connected, Text::ConnectionMade, Some(true)),
            (&query.there, Text::ConnectionThere, Some(true)),
            (&query.disconnected, Text::ConnectionGone, Some(false)),
            (&query.not_connected, Text::ConnectionNotMade, Some(false)),
            (&query.denied, Text::LoginDenied, None),
        ];
        let done = told.into_iter().find_map(|(id, text, there)| {
            let id = id.as_deref()?;
            let provider = named(page, id)?;
            let fits = there.is_none_or(|there| connected.has(id) == there);
            fits.then(|| t_with(text, &[("provider", &provider)]))
        });
        let too_late = || {
            query
                .too_late
                .is_some()
                .then(|| t(Text::ConnectionTooLate).to_owned())
        };
        let done = done.or_else(too_late);
        let view = connections_page(page, &FormState::default(), done).await?;
        Ok(view.map_or_else(
            || Shown::Go(path_with_next(paths::LOGIN, paths::CONNECTIONS)),
            |view| ok(Text::ConnectionsTitle, view),
        ))
    })
    .await
}

/// How people call a provider that a notice names: only one that there is, since anybody can write
/// such an address.
pub(super) fn named(page: &PageContext, provider: &str) -> Option<String> {
    let mut providers = page.services.social.providers().into_iter();
    let found = providers.find(|found| found.id.as_str() == provider);
    found.map(|found| found.name)
}

#[derive(Deserialize)]
pub(super) struct DisconnectQuery {
    #[serde(default)]
    id: String,
}

/// `GET /account/connections/disconnect`: asks.
pub(super) async fn disconnect(
    State(state): State<AppState>,
    query: Result<Query<DisconnectQuery>, QueryRejection>,
    request: Request,
) -> Response {
    let id = query.map(|query| query.0.id).unwrap_or_default();
    show(state, request, async |page| {
        if let Err(elsewhere) = page.fresh_session(paths::CONNECTIONS) {
            return Ok(Shown::Go(elsewhere));
        }
        let state = FormState::default();
        let shown = app::actions::disconnect::disconnect_or_list(page, &id, state).await?;
        Ok(match shown {
            Some((title, view)) => Shown::Page(StatusCode::OK, title, view),
            None => not_found(),
        })
    })
    .await
}
