//! Deleting one's account.

#![expect(
    missing_docs,
    reason = "`#[server]` makes a public struct of the arguments"
)]

use async_trait::async_trait;
use domain::accounts::{self, DeleteOutcome};
use leptos::prelude::*;

use crate::{
    actions::{Done, Field, FieldProblem, FormProblem, FormState, PageForm, Problems},
    context::{PageContext, PageTitle, PageView, broken, path_with_next},
    pages::account::delete::delete_page,
    paths,
    text::Text,
};

/// Has the account go in a week; its address is typed to confirm that.
#[server(DeleteAccount, prefix = "", endpoint = "account/delete")]
pub async fn delete_account(email: String) -> Result<(), Problems> {
    super::page_form::answer(DeleteAccount { email }).await
}

#[async_trait]
impl PageForm for DeleteAccount {
    const FIELDS: &'static [&'static str] = &["email"];
    const KEPT: &'static [&'static str] = &["email"];

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let Some(session) = &page.session else {
            return Ok(Done::go(path_with_next(paths::LOGIN, paths::DELETE)));
        };
        let form = accounts::DeleteAccount {
            session,
            email: &self.email,
            client: &page.client,
        };
        let deleted = page.services.accounts.delete_account(form).await;
        match deleted.map_err(broken)? {
            DeleteOutcome::Planned => {
                // The session is among those that ended.
                page.sign_out().await?;
                Ok(Done::go(format!("{}?leaving", paths::LOGIN)))
            }
            DeleteOutcome::NotConfirmed if self.email.trim().is_empty() => {
                Err(Problems::field(Field::Email, FieldProblem::Missing))
            }
            DeleteOutcome::NotConfirmed => {
                Err(Problems::field(Field::Email, FieldProblem::NotOwnAddress))
            }
            DeleteOutcome::LastAdministrator => Err(Problems::form(FormProblem::LastAdministrator)),
            DeleteOutcome::NotFresh => Ok(Done::go(path_with_next(paths::CONFIRM, paths::DELETE))),
        }
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        (
            PageTitle::error(Text::DeleteTitle),
            delete_page(page, state),
        )
    }
}
