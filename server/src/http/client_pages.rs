//! Mounts the pages of registered apps: everybody's own, and those of everyone.

use app::{
    actions::{
        FormState,
        clients::{ActOnClient, DeleteClient, RegisterClient, asking_to_delete, list, one},
    },
    context::{PageContext, PageView},
    pages::{clients::Area, message},
    paths,
    text::{Clients, Text},
};
use axum::{
    Router,
    extract::{Request, State},
    response::Response,
    routing::get,
};
use domain::store::StorageError;
use http::StatusCode;

use super::{
    pages::{Shown, ok, show, submit},
    state::AppState,
};

/// Where apps are registered and looked after.
pub(super) fn routes() -> Router<AppState> {
    let mut router = Router::new();
    for (list, one, delete) in [
        (paths::CLIENTS, paths::CLIENT, paths::CLIENT_DELETE),
        (
            paths::ADMIN_CLIENTS,
            paths::ADMIN_CLIENT,
            paths::ADMIN_CLIENT_DELETE,
        ),
    ] {
        router = router
            .route(list, get(clients).post(submit::<RegisterClient>))
            .route(one, get(client).post(submit::<ActOnClient>))
            .route(delete, get(deleting).post(submit::<DeleteClient>));
    }
    router
}

/// Shows a page to whoever it is for: others are told that there is nothing.
async fn for_whom(
    state: AppState,
    request: Request,
    title: Clients,
    page: impl AsyncFnOnce(&PageContext) -> Result<Option<PageView>, StorageError>,
) -> Response {
    show(state, request, async |context| {
        let Some(session) = &context.session else {
            return Ok(Shown::Go(context.login_path()));
        };
        let admins = Area::of(&context.path_and_query) == Area::Everyone;
        if admins && session.role.is_none() {
            context.note_denied().await?;
        }
        let view = page(context).await?;
        Ok(view.map_or_else(
            || {
                let (title, view) = message::not_found();
                Shown::Page(StatusCode::NOT_FOUND, title, view)
            },
            |view| ok(Text::Clients(title), view),
        ))
    })
    .await
}

async fn clients(State(state): State<AppState>, request: Request) -> Response {
    let page = async |page: &PageContext| list(page, FormState::default()).await;
    for_whom(state, request, Clients::Title, page).await
}

async fn client(State(state): State<AppState>, request: Request) -> Response {
    let page = async |page: &PageContext| one(page, &FormState::default()).await;
    for_whom(state, request, Clients::AppTitle, page).await
}

async fn deleting(State(state): State<AppState>, request: Request) -> Response {
    let page = async |page: &PageContext| asking_to_delete(page).await;
    for_whom(state, request, Clients::DeleteTitle, page).await
}
