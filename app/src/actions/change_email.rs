//! Asking for another address, or dropping the one that waits.

#![expect(
    missing_docs,
    reason = "`#[server]` makes a public struct of the arguments"
)]

use async_trait::async_trait;
use domain::accounts::{self, ChangeEmailOutcome};
use leptos::prelude::*;

use crate::{
    actions::{Done, Field, FieldProblem, FormProblem, FormState, PageForm, Problems},
    context::{PageContext, PageTitle, PageView, broken, path_with_next},
    pages::account::email::email_page,
    paths,
    text::Text,
};

/// Asks for another address; with `cancel`, drops the one that waits to be confirmed.
#[server(ChangeEmail, prefix = "", endpoint = "account/email")]
pub async fn change_email(
    #[server(default)] new_email: String,
    #[server(default)] cancel: Option<String>,
) -> Result<(), Problems> {
    super::page_form::answer(ChangeEmail { new_email, cancel }).await
}

#[async_trait]
impl PageForm for ChangeEmail {
    const FIELDS: &'static [&'static str] = &["new_email", "cancel"];
    const KEPT: &'static [&'static str] = &["new_email"];

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let Some(session) = &page.session else {
            return Ok(Done::go(path_with_next(paths::LOGIN, paths::EMAIL)));
        };
        let accounts = &page.services.accounts;
        if self.cancel.is_some() {
            let cancelled = accounts.cancel_email_change(session.account, &page.client);
            cancelled.await.map_err(broken)?;
            return Ok(Done::go(paths::PROFILE));
        }
        let form = accounts::ChangeEmail {
            session,
            email: &self.new_email,
            client: &page.client,
        };
        match accounts.change_email(form).await.map_err(broken)? {
            ChangeEmailOutcome::Accepted => Ok(Done::go(format!("{}?email=sent", paths::PROFILE))),
            ChangeEmailOutcome::Refused(problem) => {
                let problem = FieldProblem::of_address(problem, &accounts.rules().signup);
                Err(Problems::field(Field::NewEmail, problem))
            }
            ChangeEmailOutcome::Unchanged => {
                Err(Problems::field(Field::NewEmail, FieldProblem::Unchanged))
            }
            ChangeEmailOutcome::NotFresh => {
                Ok(Done::go(path_with_next(paths::CONFIRM, paths::EMAIL)))
            }
            ChangeEmailOutcome::TooMany {
                retry_after_seconds,
            } => Err(Problems::form(FormProblem::TooManyRequests {
                retry_after_seconds,
            })),
        }
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        (PageTitle::error(Text::EmailTitle), email_page(page, state))
    }
}
