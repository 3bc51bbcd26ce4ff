//! Every route of the program, grouped by who calls it.

use std::sync::Arc;

use app::{
    actions::{
        ChangeEmail, ChangePassword, ConfirmIdentity, Consent, DeleteAccount, Disconnect,
        EndSessions, FinishSignUp, ForgotPassword, RemoveApp, ResetPassword, RevokeTokens,
        SaveProfile, SignIn, SignOut, SignUp, TokenForm, UndoEmailChange, VerifyEmail, ViewToken,
    },
    context::Site,
    paths,
};
use axum::{
    Router,
    middleware::from_fn_with_state,
    routing::{get, post},
};
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;

use super::{
    account_pages, admin_events, admin_pages,
    api::{self, Api},
    assets, client_pages, cookies, door_pages, error,
    front::{self, Front},
    health,
    metrics::{self, Measured},
    middleware::{self, Light, Whom},
    oauth,
    pages::{self, submit},
    places::Places,
    social,
    state::{AppState, Door, Shared},
    token_pages,
};
use crate::{config::Config, practice, session_store::Store, startup};

/// Builds the router over the services. What would go on for ever ends with `ending`.
pub(crate) fn router(
    config: &Config,
    site: Site,
    measured: Measured,
    ending: watch::Receiver<()>,
) -> Front {
    let Measured {
        metrics,
        services,
        database,
    } = measured;
    // Rendering spawns; the second server of a process finds it done.
    let _ = any_spawner::Executor::init_tokio();
    let https = config.public_url.is_https();
    let sessions = cookies::session_layer(Store::new(Arc::clone(&services)), https);
    let dev = site.dev;
    let metadata = oauth::Metadata::new(
        config.public_url.issuer(),
        services.oauth.apis(),
        services.keys.rules(),
    );
    let state = AppState::new(Shared {
        services,
        site: Arc::new(site),
        database,
        metrics,
        bundle: assets::bundle_head(),
        mail: startup::where_mail_goes(config),
        door: Door {
            host: config.public_url.host_header().to_owned(),
            origin: config.public_url.issuer().to_owned(),
            https,
            body_bytes: config.http.body_bytes,
            request_time: config.http.request_timeout,
            metrics_here: config.listen.metrics_address.is_none(),
            proxy_hops: config.http.proxy_hops,
        },
        api: Api::new(&config.api, ending),
        streams: Places::default(),
        jwks: oauth::ReadyJwks::default(),
        metadata,
    });

    // Called by people. Session and browser cookies are read here and nowhere else.
    let mut people = doors()
        .merge(own())
        .merge(client_pages::routes())
        .merge(admin_pages::routes());
    if dev {
        people = people.route(paths::OUTBOX, get(pages::outbox));
    }
    let people = people
        .fallback(pages::not_found)
        .method_not_allowed_fallback(pages::wrong_method)
        .layer(sessions)
        .layer(from_fn_with_state(state.clone(), cookies::browser_cookie));

    // Called by browsers for what pages are made of.
    let parts = Router::new().route("/assets/{*path}", get(assets::asset));

    // Read by people who write programs: a page, but one that reads no cookie.
    let docs = Router::new()
        .route(paths::API_DOCS, get(api::docs::show))
        .method_not_allowed_fallback(error::api::wrong_method);

    // Followed by pages of people with a role; it reads the session cookie without using the session.
    let events = Router::new().route(paths::ADMIN_SESSIONS_EVENTS, get(admin_events::follow));

    // Development only: called by people who practise, and by this server itself.
    let practice = dev.then(|| practice::router(state.clone(), config.social.timeout));

    // Called by programs that verify our tokens.
    let published = Router::new()
        .route(front::JWKS, get(oauth::jwks))
        .route(oauth::OPENID, get(oauth::discovery))
        .route(oauth::OAUTH, get(oauth::discovery))
        .method_not_allowed_fallback(error::api::wrong_method)
        .layer(Light::new(state.clone(), Whom::Anybody));

    // Called by programs with a token. No cookie is read.
    let programs = api::router(&state.api).layer(Light::new(state.clone(), Whom::Callers));

    // Called by OAuth clients, from servers and from pages. No cookie is read.
    let clients = Router::new()
        .route("/oauth/token", post(oauth::token))
        .route("/oauth/introspect", post(oauth::introspect))
        .route("/oauth/revoke", post(oauth::revoke))
        .route(
            "/oauth/userinfo",
            get(oauth::userinfo).post(oauth::userinfo),
        )
        .method_not_allowed_fallback(error::api::wrong_method)
        .layer(Light::new(state.clone(), Whom::Clients));

    // Called by whoever watches the server.
    let watchers = Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route(metrics::PATH, get(metrics::show_here));

    let router = people
        .merge(parts)
        .merge(docs)
        .merge(events)
        .merge(practice.unwrap_or_default())
        .layer(from_fn_with_state(state.clone(), middleware::same_origin))
        // From other sites on purpose.
        .merge(Router::new().route(paths::AUTHORIZE, post(oauth::posted_request)))
        .layer(from_fn_with_state(state.clone(), middleware::only_our_host))
        .merge(watchers)
        .layer(from_fn_with_state(state.clone(), middleware::time_limit))
        .layer(from_fn_with_state(
            state.clone(),
            middleware::security_headers,
        ))
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(from_fn_with_state(state.clone(), middleware::request_count))
        .merge(published)
        .merge(programs)
        .merge(clients)
        .with_state(state.clone());
    Front::new(Some(state), router)
}

/// Where people come in.
fn doors() -> Router<AppState> {
    Router::new()
        .route(paths::LANDING, get(pages::landing))
        .route(
            paths::SIGN_UP,
            get(door_pages::sign_up).post(submit::<SignUp>),
        )
        .route(paths::SIGN_UP_SENT, get(door_pages::sign_up_sent))
        .route(
            paths::VERIFY_EMAIL,
            get(door_pages::verify_email).post(submit::<VerifyEmail>),
        )
        .route(paths::LOGIN, get(door_pages::login).post(submit::<SignIn>))
        .route(
            paths::FORGOT_PASSWORD,
            get(door_pages::forgot_password).post(submit::<ForgotPassword>),
        )
        .route(
            paths::FORGOT_PASSWORD_SENT,
            get(door_pages::forgot_password_sent),
        )
        .route(
            paths::RESET_PASSWORD,
            get(door_pages::reset_password).post(submit::<ResetPassword>),
        )
        .route(
            paths::FINISH_SIGN_UP,
            get(social::finish).post(submit::<FinishSignUp>),
        )
        .route(paths::AUTH, post(social::start))
        .route(paths::AUTH_CALLBACK, get(social::callback))
        .route(
            paths::UNDO_EMAIL_CHANGE,
            get(account_pages::undo).post(submit::<UndoEmailChange>),
        )
}

/// What people see of their own, once they are in.
fn own() -> Router<AppState> {
    Router::new()
        .route(paths::LOGOUT, get(pages::logout).post(submit::<SignOut>))
        .route(paths::ACCOUNT, get(pages::overview))
        .route(
            paths::PROFILE,
            get(pages::profile).post(submit::<SaveProfile>),
        )
        .route(
            paths::EMAIL,
            get(account_pages::email).post(submit::<ChangeEmail>),
        )
        .route(
            paths::CONFIRM,
            get(account_pages::confirm).post(submit::<ConfirmIdentity>),
        )
        .route(
            paths::DELETE,
            get(account_pages::delete).post(submit::<DeleteAccount>),
        )
        .route(
            paths::SECURITY,
            get(pages::security).post(submit::<ChangePassword>),
        )
        .route(paths::CONNECTIONS, get(social::connections))
        .route(
            paths::DISCONNECT,
            get(social::disconnect).post(submit::<Disconnect>),
        )
        .route(
            paths::TOKENS,
            get(token_pages::tokens).post(submit::<TokenForm>),
        )
        .route(
            paths::REVOKE_TOKENS,
            get(token_pages::revoke_all).post(submit::<RevokeTokens>),
        )
        .route(
            paths::VIEW_TOKEN,
            get(token_pages::view).post(submit::<ViewToken>),
        )
        .route(paths::APPS, get(oauth::apps).post(submit::<RemoveApp>))
        .route(paths::AUTHORIZE, get(oauth::authorize))
        .route(paths::CONSENT, get(oauth::consent).post(submit::<Consent>))
        .route(paths::ACTIVITY, get(account_pages::activity))
        .route(
            paths::SESSIONS,
            get(pages::sessions).post(submit::<EndSessions>),
        )
}
