//! Every call of the API.

use axum::{
    Router,
    routing::{any, delete, get, post},
};

use super::{Api, admin, auth, connections, me, openapi, revocations, sessions, tokens};
use crate::http::{
    error::api::{not_found, wrong_method},
    state::AppState,
};

/// Builds the routes.
pub(in crate::http) fn router(api: &Api) -> Router<AppState> {
    let login = if api.password_login {
        post(auth::login::sign_in)
    } else {
        any(not_found)
    };
    Router::new()
        .route("/api/v1/auth/signup", post(auth::signup::sign_up))
        .route("/api/v1/auth/login", login)
        .route("/api/v1/auth/refresh", post(auth::refresh::refresh))
        .route("/api/v1/auth/logout", post(auth::logout::sign_out))
        .route("/api/v1/me", get(me::show).patch(me::change))
        .route("/api/v1/sessions", get(sessions::list))
        .route("/api/v1/sessions/{id}", delete(sessions::end))
        .route("/api/v1/tokens", get(tokens::list))
        .route("/api/v1/tokens/{id}", delete(tokens::revoke))
        .route("/api/v1/connections", get(connections::list))
        .route("/api/v1/revocations", get(revocations::list))
        .route("/api/v1/openapi.json", get(openapi::show))
        .merge(administration())
        .method_not_allowed_fallback(wrong_method)
        .route("/api", any(not_found))
        .route("/api/", any(not_found))
        .route("/api/{*rest}", any(not_found))
}

/// What administrators alone may call.
fn administration() -> Router<AppState> {
    Router::new()
        .route("/api/v1/admin/overview", get(admin::overview::show))
        .route("/api/v1/admin/users", get(admin::users::list))
        .route("/api/v1/admin/users/{id}", get(admin::users::show))
        .route(
            "/api/v1/admin/users/{id}/disable",
            post(admin::users::disable),
        )
        .route(
            "/api/v1/admin/users/{id}/enable",
            post(admin::users::enable),
        )
        .route(
            "/api/v1/admin/users/{id}/end-sessions",
            post(admin::users::end_sessions),
        )
        .route(
            "/api/v1/admin/users/{id}/revoke-tokens",
            post(admin::users::revoke_tokens),
        )
        .route("/api/v1/admin/sessions", get(admin::sessions::list))
        .route(
            "/api/v1/admin/sessions/{id}",
            get(admin::sessions::show).delete(admin::sessions::end),
        )
        .route("/api/v1/admin/tokens", get(admin::tokens::list))
        .route(
            "/api/v1/admin/tokens/{id}",
            get(admin::tokens::show).delete(admin::tokens::revoke),
        )
        .route("/api/v1/admin/clients", get(admin::clients::list))
        .route("/api/v1/admin/clients/{id}", get(admin::clients::show))
        .route("/api/v1/admin/keys", get(admin::keys::list))
        .route("/api/v1/admin/keys/rotate", post(admin::keys::rotate))
        .route("/api/v1/admin/keys/{id}", get(admin::keys::show))
        .route("/api/v1/admin/audit", get(admin::audit::list))
        .route("/api/v1/admin/audit/{id}", get(admin::audit::show))
}
