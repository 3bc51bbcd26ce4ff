//! Mounts the pages of people with a role.

use app::{
    actions::{
        FormState,
        admin::{
            ActOnUser, AskedOfUser, EndEveryonesSessions, EndMatchingSessions, InviteUser,
            RevokeAnyToken, RotateKeys, asking, inviting,
        },
    },
    context::{PageContext, PageTitle, PageView},
    pages::{
        admin::{
            audit::audit_page,
            keys::{keys_page, rotate_page},
            overview::overview_page,
            segment,
            sessions::{end_matching_page, sessions_page},
            tokens::tokens_page,
            users::{user_page, users_page},
        },
        message,
    },
    paths,
    text::{Admin, Text},
};
use axum::{
    Router,
    extract::{Request, State},
    response::Response,
    routing::get,
};
use domain::{admin::Desk, store::StorageError};
use http::StatusCode;

use super::{
    audit_export::{self, Asked},
    pages::{self, Shown, ok, show, submit},
    state::AppState,
};

/// What only people with a role see.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(paths::ADMIN, get(overview).fallback(pages::not_found))
        .route(paths::ADMIN_USERS, get(users).fallback(pages::not_found))
        .route(paths::ADMIN_INVITE, get(invite).post(submit::<InviteUser>))
        .route(paths::ADMIN_USER, get(user).post(submit::<ActOnUser>))
        .route(paths::ADMIN_USER_ACT, get(act).post(submit::<AskedOfUser>))
        .route(
            paths::ADMIN_SESSIONS,
            get(sessions).post(submit::<EndEveryonesSessions>),
        )
        .route(
            paths::ADMIN_END_SESSIONS,
            get(end_sessions).post(submit::<EndMatchingSessions>),
        )
        .route(
            paths::ADMIN_TOKENS,
            get(tokens).post(submit::<RevokeAnyToken>),
        )
        .route(paths::ADMIN_AUDIT, get(audit).fallback(pages::not_found))
        .route(
            paths::ADMIN_AUDIT_EXPORT,
            get(export).fallback(pages::not_found),
        )
        .route(paths::ADMIN_KEYS, get(keys).fallback(pages::not_found))
        .route(paths::ADMIN_ROTATE, get(rotate).post(submit::<RotateKeys>))
}

/// Shows a page to whoever has a role: others are told that there is nothing.
async fn at_desk(
    state: AppState,
    request: Request,
    page: impl AsyncFnOnce(&PageContext, &Desk) -> Result<Shown, StorageError>,
) -> Response {
    show(state, request, async |context| {
        match (&context.session, context.desk()) {
            (None, _) => Ok(Shown::Go(context.login_path())),
            (Some(_), None) => {
                context.note_denied().await?;
                Ok(not_found())
            }
            (Some(_), Some(desk)) => page(context, &desk).await,
        }
    })
    .await
}

fn not_found() -> Shown {
    let (title, view) = message::not_found();
    Shown::Page(StatusCode::NOT_FOUND, title, view)
}

/// A page that a desk may not have.
fn found(title: Text, view: Option<PageView>) -> Shown {
    view.map_or_else(not_found, |view| {
        Shown::Page(StatusCode::OK, PageTitle::plain(title), view)
    })
}

async fn overview(State(state): State<AppState>, request: Request) -> Response {
    at_desk(state, request, async |page, desk| {
        Ok(ok(
            Text::Admin(Admin::Title),
            overview_page(page, desk).await?,
        ))
    })
    .await
}

async fn users(State(state): State<AppState>, request: Request) -> Response {
    at_desk(state, request, async |page, desk| {
        Ok(ok(
            Text::Admin(Admin::UsersTitle),
            users_page(page, desk).await?,
        ))
    })
    .await
}

async fn invite(State(state): State<AppState>, request: Request) -> Response {
    at_desk(state, request, async |page, desk| {
        let view = inviting(page, desk, &FormState::default()).await?;
        Ok(found(Text::Admin(Admin::InviteTitle), view))
    })
    .await
}

async fn user(State(state): State<AppState>, request: Request) -> Response {
    at_desk(state, request, async |page, desk| {
        let subject = segment(&page.path_and_query, paths::ADMIN_USERS).unwrap_or_default();
        let user = desk.user(&subject).await?;
        let view = user.map(|user| user_page(page, desk, user, &FormState::default()));
        Ok(found(Text::Admin(Admin::UserTitle), view))
    })
    .await
}

async fn act(State(state): State<AppState>, request: Request) -> Response {
    at_desk(state, request, async |page, desk| {
        Ok(asking(page, desk)
            .await?
            .map_or_else(not_found, |(title, view)| ok(title, view)))
    })
    .await
}

async fn sessions(State(state): State<AppState>, request: Request) -> Response {
    at_desk(state, request, async |page, desk| {
        let view = sessions_page(page, desk, &FormState::default()).await?;
        Ok(ok(Text::Admin(Admin::SessionsTitle), view))
    })
    .await
}

async fn end_sessions(State(state): State<AppState>, request: Request) -> Response {
    at_desk(state, request, async |page, desk| {
        let view = end_matching_page(page, desk, &FormState::default()).await?;
        Ok(ok(Text::Admin(Admin::EndMatchingTitle), view))
    })
    .await
}

async fn tokens(State(state): State<AppState>, request: Request) -> Response {
    at_desk(state, request, async |page, desk| {
        let view = tokens_page(page, desk, &FormState::default()).await?;
        Ok(ok(Text::Admin(Admin::TokensTitle), view))
    })
    .await
}

async fn keys(State(state): State<AppState>, request: Request) -> Response {
    at_desk(state, request, async |page, desk| {
        Ok(ok(
            Text::Admin(Admin::KeysTitle),
            keys_page(page, desk).await?,
        ))
    })
    .await
}

async fn audit(State(state): State<AppState>, request: Request) -> Response {
    at_desk(state, request, async |page, desk| {
        Ok(ok(
            Text::Admin(Admin::AuditTitle),
            audit_page(page, desk).await?,
        ))
    })
    .await
}

async fn export(State(state): State<AppState>, request: Request) -> Response {
    let mut file = None;
    let shown = at_desk(state, request, async |page, desk| {
        match audit_export::export(page, desk).await? {
            Asked::File(found) => file = Some(found),
            Asked::Unreadable => {
                let title = PageTitle::plain(Text::Admin(Admin::AuditTitle));
                let view = audit_page(page, desk).await?;
                return Ok(Shown::Page(StatusCode::UNPROCESSABLE_ENTITY, title, view));
            }
            Asked::Nothing => {}
        }
        Ok(not_found())
    })
    .await;
    file.unwrap_or(shown)
}

async fn rotate(State(state): State<AppState>, request: Request) -> Response {
    at_desk(state, request, async |_, desk| {
        let view = desk.admin().map(|_| rotate_page(&FormState::default()));
        Ok(found(Text::Admin(Admin::RotateTitle), view))
    })
    .await
}
