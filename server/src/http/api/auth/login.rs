//! `/api/v1/auth/login`: only where the operator lets programs see passwords.

use app::actions::{Field, FieldProblem};
use axum::extract::State;
use domain::{
    accounts::EmailAddress,
    credentials::{Password, SignInAttempt, SignInOutcome},
    throttle::Held,
    tokens::ApiSignIn,
};
use utoipa::ToSchema;

use super::{
    super::{
        answer::Json,
        body::{Body, Fields, FromFields},
        busy,
        field_errors::refused,
    },
    Tokens,
};
use crate::http::{
    error::api::{Kind, Problem},
    extract::Visitor,
    state::AppState,
};

/// Somebody who proves who they are.
#[derive(ToSchema)]
pub(in crate::http::api) struct Credentials {
    /// The account's address.
    #[schema(example = "ada@example.com", min_length = 6, max_length = 254)]
    email: String,
    /// Its password.
    #[schema(format = Password, min_length = 1, max_length = 256)]
    password: String,
    /// What the tokens are to be able to do, names with spaces between them; left out, everything
    /// here that needs no administrator.
    #[schema(nullable = false, example = "profile:read")]
    scope: Option<String>,
}

impl FromFields for Credentials {
    fn from_fields(fields: &mut Fields) -> Self {
        Self {
            email: fields.text("email"),
            password: fields.text("password"),
            scope: fields.optional_text("scope"),
        }
    }
}

/// Signs in with a password and begins a session. Counted like the sign-in page. There is no such
/// call unless the operator wants it: then it is a 404.
#[utoipa::path(
    post,
    path = "/api/v1/auth/login",
    operation_id = "signIn",
    tag = "Sign-in",
    request_body = Credentials,
    responses((status = 200, description = "Signed in.", body = Tokens)),
    security(())
)]
pub(in crate::http::api) async fn sign_in(
    State(state): State<AppState>,
    Visitor(client): Visitor,
    Body(credentials): Body<Credentials>,
) -> Result<Json<Tokens>, Problem> {
    let email = EmailAddress::parse(&credentials.email);
    let password = Password::parse(&credentials.password);
    let (email, password) = match (email, password) {
        (Ok(email), Ok(password)) => (email, password),
        (email, password) => {
            let email = email.err().map(|problem| (Field::Email, problem.into()));
            let password = password.err();
            let password = password.map(|problem| (Field::Password, FieldProblem::from(problem)));
            return Err(refused(email.into_iter().chain(password)));
        }
    };
    let services = &state.services;
    let attempt = SignInAttempt {
        email: &email,
        password,
        stay: true,
        client: &client,
    };
    let new = match services.credentials.sign_in(attempt).await? {
        SignInOutcome::SignedIn { session, .. } => session,
        SignInOutcome::WrongCredentials => return Err(wrong()),
        SignInOutcome::Held(held) => return Err(too_many(held)),
        SignInOutcome::Busy {
            retry_after_seconds,
        } => return Err(busy(retry_after_seconds)),
    };
    let scope = credentials.scope.as_deref();
    let sessions = &services.sessions;
    let signed_in = services.grants.sign_in(sessions, &new, scope, &client);
    match signed_in.await? {
        ApiSignIn::SignedIn(set) => Ok(Json(Tokens::of(set))),
        ApiSignIn::Overtaken => Err(wrong()),
        ApiSignIn::NotOffered(_) => {
            let none = Problem::fields(Vec::new());
            Err(none.and("scope", "These scopes aren't offered to this person."))
        }
    }
}

fn wrong() -> Problem {
    let detail = "The address and the password don't belong together, or the account is disabled.";
    Problem::new(Kind::WrongCredentials, detail)
}

fn too_many(held: Held) -> Problem {
    match held {
        Held::Wait { seconds } => {
            let detail = "There were too many failures. Nothing was checked.";
            Problem::new(Kind::TooManyFailures, detail).retry_after(seconds)
        }
        Held::KnownBrowsersOnly => {
            let detail = "There were too many failures. Sign in on the web, from a browser that the \
                          account knows, or reset the password.";
            Problem::new(Kind::TooManyFailures, detail)
        }
    }
}
