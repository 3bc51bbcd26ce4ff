//! `/api/v1/auth/signup`

use app::actions::{Field, FieldProblem};
use axum::extract::State;
use domain::accounts::{SignUp, SignUpOutcome, SignUpProblems, SignUpRules};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::{
    answer::Json,
    body::{Body, Fields, FromFields},
    field_errors::refused,
};
use crate::http::{
    error::api::{Kind, Problem},
    extract::Visitor,
    state::AppState,
};

/// Somebody who wants an account.
#[derive(ToSchema)]
pub(in crate::http::api) struct NewAccount {
    /// Where the confirmation is sent.
    #[schema(example = "ada@example.com", min_length = 6, max_length = 254)]
    email: String,
    /// What the person wants to be called: 1 to 100 characters.
    #[schema(example = "Ada Lovelace", min_length = 1, max_length = 100)]
    name: String,
    /// Long, and not easy to guess.
    #[schema(format = Password, min_length = 8, max_length = 256)]
    password: String,
}

impl FromFields for NewAccount {
    fn from_fields(fields: &mut Fields) -> Self {
        Self {
            email: fields.text("email"),
            name: fields.text("name"),
            password: fields.text("password"),
        }
    }
}

/// What happens next.
#[derive(Serialize, ToSchema)]
pub(in crate::http::api) struct SignUpAccepted {
    /// In words.
    detail: &'static str,
}

/// Asks for an account. The answer is the same whether the address is known or not: its owner is told
/// by mail, and opens the link in it to confirm.
#[utoipa::path(
    post,
    path = "/api/v1/auth/signup",
    operation_id = "signUp",
    tag = "Sign-in",
    request_body = NewAccount,
    responses((status = 202, description = "A mail is on its way.", body = SignUpAccepted)),
    security(())
)]
pub(in crate::http::api) async fn sign_up(
    State(state): State<AppState>,
    Visitor(client): Visitor,
    Body(new): Body<NewAccount>,
) -> Result<(StatusCode, Json<SignUpAccepted>), Problem> {
    let accounts = &state.services.accounts;
    let form = SignUp {
        email: &new.email,
        name: &new.name,
        password: &new.password,
        next: None,
        client: &client,
    };
    match accounts.sign_up(form).await? {
        SignUpOutcome::Accepted => {
            let detail = "A mail is on its way to this address. It says what to do next.";
            Ok((StatusCode::ACCEPTED, Json(SignUpAccepted { detail })))
        }
        SignUpOutcome::Refused(problems) => {
            Err(refused(fields(problems, &accounts.rules().signup)))
        }
        SignUpOutcome::Closed => Err(closed("This server takes no sign-ups.")),
        SignUpOutcome::ByInvitation => Err(closed("This server takes those who were invited.")),
        SignUpOutcome::TooMany {
            retry_after_seconds,
        } => {
            let detail = "Too many sign-ups came from your network.";
            Err(Problem::new(Kind::TooManySignUps, detail).retry_after(retry_after_seconds))
        }
        SignUpOutcome::Busy {
            retry_after_seconds,
        } => Err(super::super::busy(retry_after_seconds)),
    }
}

fn closed(detail: &'static str) -> Problem {
    Problem::new(Kind::SignUpClosed, detail)
}

fn fields(
    problems: SignUpProblems,
    rules: &SignUpRules,
) -> impl Iterator<Item = (Field, FieldProblem)> {
    let email = problems.email;
    let email = email.map(|problem| (Field::Email, FieldProblem::of_address(problem, rules)));
    let name = problems.name.map(|problem| (Field::Name, problem.into()));
    let password = problems.password;
    let password = password.map(|problem| (Field::Password, problem.into()));
    email.into_iter().chain(name).chain(password)
}
