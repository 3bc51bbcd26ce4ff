//! Mounts the pages of people's own tokens.

use app::{
    actions::FormState,
    pages::account::tokens::{revoke_all_page, tokens_page, viewer_page},
    paths,
    text::Text,
};
use axum::{
    extract::{Query, Request, State, rejection::QueryRejection},
    response::Response,
};
use serde::Deserialize;

use super::{
    pages::{Shown, ok, show, sign_in_for, signed_in},
    state::AppState,
};

#[derive(Deserialize)]
pub(super) struct TokensQuery {
    revoked: Option<String>,
}

pub(super) async fn tokens(
    State(state): State<AppState>,
    query: Result<Query<TokensQuery>, QueryRejection>,
    request: Request,
) -> Response {
    let revoked = query.ok().and_then(|query| query.0.revoked);
    let done = revoked.and_then(|revoked| match revoked.as_str() {
        "one" => Some(Text::TokenRevoked),
        "all" => Some(Text::TokensRevoked),
        _ => None,
    });
    show(state, request, async |page| {
        let view = tokens_page(page, FormState::default(), done).await?;
        Ok(view.map_or_else(
            || sign_in_for(paths::TOKENS),
            |view| ok(Text::TokensTitle, view),
        ))
    })
    .await
}

pub(super) async fn revoke_all(State(state): State<AppState>, request: Request) -> Response {
    show(state, request, async |page| {
        if let Some(session) = &page.session
            && page.services.tokens.count(session.account).await? == 0
        {
            // There is nothing to ask about.
            return Ok(Shown::Go(paths::TOKENS.to_owned()));
        }
        let view = revoke_all_page(page).await?;
        Ok(signed_in(page, Text::RevokeAllTitle, view))
    })
    .await
}

pub(super) async fn view(State(state): State<AppState>, request: Request) -> Response {
    show(state, request, async |page| {
        Ok(if page.session.is_some() {
            let view = viewer_page(page, FormState::default(), None);
            ok(Text::ViewerTitle, view)
        } else {
            Shown::Go(page.login_path())
        })
    })
    .await
}
