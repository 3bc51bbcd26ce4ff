//! Asking for a link that sets a new password.

#![expect(
    missing_docs,
    reason = "`#[server]` makes a public struct of the arguments"
)]

use async_trait::async_trait;
use domain::accounts::ResetRequested;
use leptos::prelude::*;

use crate::{
    actions::{Done, Field, FormProblem, FormState, PageForm, Problems},
    context::{PageContext, PageTitle, PageView, broken},
    pages::forgot_password::forgot_password_page,
    paths,
    text::Text,
};

/// Asks for a link. The answer is the same whether the address is known or not.
#[server(ForgotPassword, prefix = "", endpoint = "forgot-password")]
pub async fn forgot_password(email: String) -> Result<(), Problems> {
    super::page_form::answer(ForgotPassword { email }).await
}

#[async_trait]
impl PageForm for ForgotPassword {
    const FIELDS: &'static [&'static str] = &["email"];
    const KEPT: &'static [&'static str] = &["email"];

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let accounts = &page.services.accounts;
        let asked = accounts.request_reset(&self.email, &page.client).await;
        match asked.map_err(broken)? {
            ResetRequested::Accepted => Ok(Done::go(paths::FORGOT_PASSWORD_SENT)),
            ResetRequested::TooMany {
                retry_after_seconds,
            } => Err(Problems::form(FormProblem::TooManyRequests {
                retry_after_seconds,
            })),
            ResetRequested::Refused(problem) => Err(Problems::field(Field::Email, problem.into())),
        }
    }

    async fn page(&self, _: &PageContext, state: FormState) -> (PageTitle, PageView) {
        let title = PageTitle::error(Text::ForgotTitle);
        (title, forgot_password_page(state))
    }
}
