//! Signing up.

#![expect(
    missing_docs,
    reason = "`#[server]` makes a public struct of the arguments"
)]

use async_trait::async_trait;
use domain::{
    accounts::{self, SignUpOutcome, SignUpProblems, SignUpRules},
    local_path::LocalPath,
};
use leptos::prelude::*;

use crate::{
    actions::{
        Done, Field, FieldProblem, FormProblem, FormState, PageForm, Problems, Suggestion,
        accept_invitation,
    },
    context::{PageContext, PageTitle, PageView, broken},
    pages::{message, signup::signup_page},
    paths,
    text::Text,
};

/// Asks for an account. The answer is the same whether the address is known or not. With an
/// invitation it makes the account, and `email` doesn't count. With `suggest` it only suggests a
/// password. `next` is the page that they were going to.
#[server(SignUp, prefix = "", endpoint = "signup")]
pub async fn sign_up(
    #[server(default)] email: String,
    name: String,
    password: String,
    #[server(default)] invitation: String,
    #[server(default)] next: String,
    #[server(default)] suggest: Option<String>,
) -> Result<(), Problems> {
    super::page_form::answer(SignUp {
        email,
        name,
        password,
        invitation,
        next,
        suggest,
    })
    .await
}

#[async_trait]
impl PageForm for SignUp {
    const FIELDS: &'static [&'static str] =
        &["email", "name", "password", "invitation", "next", "suggest"];
    const KEPT: &'static [&'static str] = &["email", "name", "next"];

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        if !self.invitation.is_empty() {
            return accept_invitation::submit(&self, page).await;
        }
        if self.suggest.is_some() && page.site.sign_up_open {
            return Err(Suggestion::answer(page, Field::Password, Text::SignUp));
        }
        let next = Some(self.next.as_str()).filter(|next| !next.is_empty());
        let next = next.map(LocalPath::parse).transpose();
        let next = next.map_err(|_| Problems::form(FormProblem::PointsElsewhere))?;
        let form = accounts::SignUp {
            email: &self.email,
            name: &self.name,
            password: &self.password,
            next: next.as_ref(),
            client: &page.client,
        };
        let accounts = &page.services.accounts;
        let outcome = accounts.sign_up(form).await.map_err(broken)?;
        answered(&outcome, &accounts.rules().signup)
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        if !self.invitation.is_empty() {
            return accept_invitation::page(&self.invitation, page, state).await;
        }
        match state.problems.form {
            Some(FormProblem::SignUpClosed) => return message::sign_up_closed(),
            Some(FormProblem::SignUpByInvitation) => return message::sign_up_by_invitation(),
            _ => {}
        }
        let title = state.title(Text::SignUpTitle);
        (title, signup_page(page, state, self.next.clone()))
    }
}

/// What a sign-up is told, whether it began here or at a provider.
pub(super) fn answered(outcome: &SignUpOutcome, rules: &SignUpRules) -> Result<Done, Problems> {
    match *outcome {
        SignUpOutcome::Accepted => Ok(Done::go(paths::SIGN_UP_SENT)),
        SignUpOutcome::Refused(refused) => Err(fields(refused, rules)),
        SignUpOutcome::Closed => Err(Problems::form(FormProblem::SignUpClosed)),
        SignUpOutcome::ByInvitation => Err(Problems::form(FormProblem::SignUpByInvitation)),
        SignUpOutcome::TooMany {
            retry_after_seconds,
        } => Err(Problems::form(FormProblem::TooManySignUps {
            retry_after_seconds,
        })),
        SignUpOutcome::Busy {
            retry_after_seconds,
        } => Err(Problems::busy(retry_after_seconds)),
    }
}

/// What is wrong with each field.
pub(super) fn fields(refused: SignUpProblems, rules: &SignUpRules) -> Problems {
    let mut problems = Problems::default();
    if let Some(email) = refused.email {
        let problem = FieldProblem::of_address(email, rules);
        problems.fields.push((Field::Email, problem));
    }
    if let Some(name) = refused.name {
        problems.fields.push((Field::Name, name.into()));
    }
    if let Some(password) = refused.password {
        problems.fields.push((Field::Password, password.into()));
    }
    problems
}
