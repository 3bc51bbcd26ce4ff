//! Mounts the pages on which people change what their account hangs on.

use app::{
    actions::FormState,
    pages::{
        account::{
            activity::activity_page, confirm::confirm_page, delete::delete_page, email::email_page,
        },
        undo_email_change,
    },
    paths,
    text::{Activity, Text},
};
use axum::{
    extract::{Query, Request, State, rejection::QueryRejection},
    response::Response,
};
use serde::Deserialize;

use super::{
    door_pages::Token,
    pages::{Shown, going_to, ok, show, sign_in_for, with_status},
    state::AppState,
};

pub(super) async fn email(State(state): State<AppState>, request: Request) -> Response {
    show(state, request, async |page| {
        Ok(match page.fresh_session(paths::EMAIL) {
            Ok(_) => ok(Text::EmailTitle, email_page(page, FormState::default())),
            Err(elsewhere) => Shown::Go(elsewhere),
        })
    })
    .await
}

pub(super) async fn delete(State(state): State<AppState>, request: Request) -> Response {
    show(state, request, async |page| {
        Ok(match page.fresh_session(paths::DELETE) {
            Ok(_) => ok(Text::DeleteTitle, delete_page(page, FormState::default())),
            Err(elsewhere) => Shown::Go(elsewhere),
        })
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct ConfirmQuery {
    #[serde(default)]
    next: String,
}

pub(super) async fn confirm(
    State(state): State<AppState>,
    query: Result<Query<ConfirmQuery>, QueryRejection>,
    request: Request,
) -> Response {
    let next = query.map(|query| query.0.next).unwrap_or_default();
    show(state, request, async |page| {
        let next = match going_to(Some(&next)) {
            Ok(next) => next,
            Err(elsewhere) => return Ok(elsewhere),
        };
        let next = next.map_or_else(String::new, |next| next.as_str().to_owned());
        let back = if next.is_empty() {
            paths::ACCOUNT
        } else {
            &next
        };
        Ok(match (page.fresh_session(back), &page.session) {
            (Ok(_), _) => Shown::Go(back.to_owned()),
            (Err(sign_in), None) => Shown::Go(sign_in),
            (Err(_), Some(_)) => {
                let view = confirm_page(page, FormState::default(), next).await?;
                ok(Text::ConfirmTitle, view)
            }
        })
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct ActivityQuery {
    before: Option<String>,
}

pub(super) async fn activity(
    State(state): State<AppState>,
    query: Result<Query<ActivityQuery>, QueryRejection>,
    request: Request,
) -> Response {
    let before = query.ok().and_then(|query| query.0.before);
    show(state, request, async |page| {
        Ok(match activity_page(page, before).await? {
            Some(view) => ok(Text::Activity(Activity::Title), view),
            None => sign_in_for(paths::ACTIVITY),
        })
    })
    .await
}

pub(super) async fn undo(
    State(state): State<AppState>,
    query: Result<Query<Token>, QueryRejection>,
    request: Request,
) -> Response {
    let token = query.map(|query| query.0.token).unwrap_or_default();
    show(state, request, async |page| {
        let link = page.services.accounts.undo_link(&token).await?;
        Ok(with_status(undo_email_change::undo_page(
            &token,
            link,
            FormState::default(),
        )))
    })
    .await
}
