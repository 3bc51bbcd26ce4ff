//! Signing up.

#![expect(
    missing_docs,
    reason = "`#[server]` makes a public struct of the arguments"
)]

use async_trait::async_trait;
use domain::accounts::{self, SignUpOutcome, SignUpProblems};
use leptos::prelude::*;

use crate::{
    actions::{Done, Field, FormProblem, FormState, PageForm, Problems, Suggestion},
    context::{PageContext, PageTitle, PageView, broken},
    pages::signup::signup_page,
    paths,
    text::Text,
};

/// Asks for an account. The answer is the same whether the address is known or not.
/// With `suggest` it only suggests a password.
#[server(SignUp, prefix = "", endpoint = "signup")]
pub async fn sign_up(
    email: String,
    name: String,
    password: String,
    #[server(default)] suggest: Option<String>,
) -> Result<(), Problems> {
    super::page_form::answer(SignUp {
        email,
        name,
        password,
        suggest,
    })
    .await
}

#[async_trait]
impl PageForm for SignUp {
    const FIELDS: &'static [&'static str] = &["email", "name", "password", "suggest"];
    const KEPT: &'static [&'static str] = &["email", "name"];

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        if self.suggest.is_some() {
            return Err(if page.site.sign_up_open {
                Suggestion::answer(page, Field::Password, Text::SignUp)
            } else {
                Problems::form(FormProblem::SignUpClosed)
            });
        }
        let form = accounts::SignUp {
            email: &self.email,
            name: &self.name,
            password: &self.password,
            client: &page.client,
        };
        match page.services.accounts.sign_up(form).await.map_err(broken)? {
            SignUpOutcome::Accepted => Ok(Done::go(paths::SIGN_UP_SENT)),
            SignUpOutcome::Refused(refused) => Err(fields(refused)),
            SignUpOutcome::Closed => Err(Problems::form(FormProblem::SignUpClosed)),
            SignUpOutcome::Busy {
                retry_after_seconds,
            } => Err(Problems::busy(retry_after_seconds)),
        }
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        if state.problems.form == Some(FormProblem::SignUpClosed) {
            return crate::pages::message::sign_up_closed();
        }
        let title = state.title(Text::SignUpTitle);
        (title, signup_page(page, state))
    }
}

fn fields(refused: SignUpProblems) -> Problems {
    let mut problems = Problems::default();
    if let Some(email) = refused.email {
        problems.fields.push((Field::Email, email.into()));
    }
    if let Some(name) = refused.name {
        problems.fields.push((Field::Name, name.into()));
    }
    if let Some(password) = refused.password {
        problems.fields.push((Field::Password, password.into()));
    }
    problems
}
