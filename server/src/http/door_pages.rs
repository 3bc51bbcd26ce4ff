//! The doors: signing up, confirming, signing in, and a new password for one that was forgotten.

use app::{
    actions::{FormState, sign_in::waiting},
    pages::{
        forgot_password as forgot_password_view,
        invitation::invitation_page,
        login::{self, Greeting},
        message, reset_password as reset, signup, verify_email as verify,
    },
    paths,
    text::{Text, t_with},
};
use axum::{
    extract::{Query, Request, State, rejection::QueryRejection},
    response::Response,
};
use domain::{
    accounts::{Confirmation, EmailAddress, SignUpPolicy},
    local_path::LocalPath,
};
use http::StatusCode;
use serde::Deserialize;

use super::{
    error::page::{Refusal, refuse},
    forms,
    pages::{Shown, going_to, ok, show, with_status},
    social::named,
    state::AppState,
};

#[derive(Deserialize)]
pub(super) struct SignUpQuery {
    invitation: Option<String>,
    next: Option<String>,
}

pub(super) async fn sign_up(
    State(state): State<AppState>,
    query: Result<Query<SignUpQuery>, QueryRejection>,
    request: Request,
) -> Response {
    // A query that can't be read is a link that was mangled on its way.
    let (invitation, next) = query.map_or_else(
        |_| (Some(String::new()), None),
        |query| (query.0.invitation, query.0.next),
    );
    show(state, request, async |page| {
        if let Some(token) = invitation {
            let link = page.services.accounts.invitation_link(&token).await?;
            let state = FormState::default();
            return Ok(with_status(invitation_page(page, &token, link, state)));
        }
        let next = match going_to(next.as_deref()) {
            Ok(next) => next,
            Err(elsewhere) => return Ok(elsewhere),
        };
        let next = next.as_ref().map(LocalPath::as_str);
        if page.session.is_some() {
            return Ok(Shown::Go(next.unwrap_or(paths::ACCOUNT).to_owned()));
        }
        let (title, view) = match page.services.accounts.rules().signup.policy {
            SignUpPolicy::Open => {
                let next = next.unwrap_or_default().to_owned();
                let view = signup::signup_page(page, FormState::default(), next);
                return Ok(ok(Text::SignUpTitle, view));
            }
            SignUpPolicy::Invite => message::sign_up_by_invitation(),
            SignUpPolicy::Closed => message::sign_up_closed(),
        };
        Ok(Shown::Page(StatusCode::FORBIDDEN, title, view))
    })
    .await
}

pub(super) async fn sign_up_sent(State(state): State<AppState>, request: Request) -> Response {
    show(state, request, async |_| {
        Ok(ok(Text::SentTitle, message::sign_up_sent()))
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct Token {
    #[serde(default)]
    pub(super) token: String,
}

pub(super) async fn verify_email(
    State(state): State<AppState>,
    query: Result<Query<Token>, QueryRejection>,
    request: Request,
) -> Response {
    let token = query.map(|query| query.0.token).unwrap_or_default();
    show(state, request, async |page| {
        let signed_in = page.session.as_ref().map(|session| session.account);
        let confirmation = page
            .services
            .accounts
            .confirmation(&token, signed_in, &page.client)
            .await?;
        if confirmation == Confirmation::SignIn {
            return Ok(Shown::Go(page.login_path()));
        }
        Ok(with_status(verify::verify_email_page(
            page,
            &token,
            confirmation,
            FormState::default(),
        )))
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct LoginQuery {
    next: Option<String>,
    confirmed: Option<String>,
    reset: Option<String>,
    leaving: Option<String>,
    denied: Option<String>,
    known: Option<String>,
    connect: Option<String>,
    hint: Option<String>,
}

pub(super) async fn login(
    State(state): State<AppState>,
    query: Result<Query<LoginQuery>, QueryRejection>,
    request: Request,
) -> Response {
    let Ok(Query(query)) = query else {
        return refuse(
            &state,
            request,
            Refusal::Form(forms::FormRefused::Malformed),
        )
        .await;
    };
    show(state, request, async |page| {
        let next = match going_to(query.next.as_deref()) {
            Ok(next) => next,
            Err(elsewhere) => return Ok(elsewhere),
        };
        let next = next.as_ref().map(LocalPath::as_str);
        if page.session.is_some() {
            return Ok(Shown::Go(next.unwrap_or(paths::ACCOUNT).to_owned()));
        }
        let next = next.unwrap_or_default().to_owned();
        let greetings = [
            (&query.confirmed, Text::LoginConfirmed),
            (&query.reset, Text::ResetDone),
            (&query.leaving, Text::LoginLeaving),
        ];
        let done = greetings
            .into_iter()
            .find_map(|(asked, text)| asked.is_some().then_some(Greeting::Done(text)));
        let of_provider = [
            (&query.denied, Text::LoginDenied),
            (&query.known, Text::LoginKnown),
        ];
        let of_provider = of_provider.into_iter().find_map(|(id, text)| {
            let provider = named(page, id.as_deref()?)?;
            Some(Greeting::Info(t_with(text, &[("provider", &provider)])))
        });
        let waiting = waiting(page, query.connect.as_deref()).await;
        let mut state = FormState::default();
        // An app knows who it probably is; what is no address doesn't help.
        if let Some(hint) = query.hint.filter(|hint| EmailAddress::parse(hint).is_ok()) {
            state.kept.push(("email".to_owned(), hint));
        }
        let view = login::login_page(page, state, next, done.or(of_provider), waiting);
        Ok(ok(Text::LoginTitle, view))
    })
    .await
}

pub(super) async fn forgot_password(State(state): State<AppState>, request: Request) -> Response {
    show(state, request, async |_| {
        let view = forgot_password_view::forgot_password_page(FormState::default());
        Ok(ok(Text::ForgotTitle, view))
    })
    .await
}

pub(super) async fn forgot_password_sent(
    State(state): State<AppState>,
    request: Request,
) -> Response {
    show(state, request, async |_| {
        Ok(ok(Text::SentTitle, message::reset_sent()))
    })
    .await
}

pub(super) async fn reset_password(
    State(state): State<AppState>,
    query: Result<Query<Token>, QueryRejection>,
    request: Request,
) -> Response {
    let token = query.map(|query| query.0.token).unwrap_or_default();
    show(state, request, async |page| {
        let link = page.services.accounts.reset_link(&token).await?;
        Ok(with_status(reset::reset_password_page(
            page,
            &token,
            link,
            FormState::default(),
        )))
    })
    .await
}
