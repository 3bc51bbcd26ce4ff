//! Setting a new password by a mailed link.

#![expect(
    missing_docs,
    reason = "`#[server]` makes a public struct of the arguments"
)]

use async_trait::async_trait;
use domain::accounts::{self, ResetLink, ResetOutcome};
use leptos::prelude::*;

use crate::{
    actions::{Done, Field, FormProblem, FormState, PageForm, Problems},
    context::{PageContext, PageTitle, PageView, broken},
    pages::reset_password::reset_password_page,
    paths,
};

/// Uses a link that sets a new password.
#[server(ResetPassword, prefix = "", endpoint = "reset-password")]
pub async fn reset_password(token: String, new_password: String) -> Result<(), Problems> {
    super::page_form::answer(ResetPassword {
        token,
        new_password,
    })
    .await
}

#[async_trait]
impl PageForm for ResetPassword {
    const FIELDS: &'static [&'static str] = &["token", "new_password"];
    const KEPT: &'static [&'static str] = &[];

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let form = accounts::ResetPassword {
            token: &self.token,
            password: &self.new_password,
            client: &page.client,
        };
        let done = page.services.accounts.reset_password(form).await;
        match done.map_err(broken)? {
            ResetOutcome::Set => {
                // The session that this browser may have had is among those that ended.
                page.sign_out().await?;
                Ok(Done::go(format!("{}?reset", paths::LOGIN)))
            }
            ResetOutcome::Refused(problem) => {
                Err(Problems::field(Field::NewPassword, problem.into()))
            }
            ResetOutcome::Busy {
                retry_after_seconds,
            } => Err(Problems::busy(retry_after_seconds)),
            ResetOutcome::Dead(ResetLink::Expired) => Err(Problems::form(FormProblem::LinkExpired)),
            ResetOutcome::Dead(ResetLink::Used) => Err(Problems::form(FormProblem::LinkUsed)),
            ResetOutcome::Dead(ResetLink::Unknown | ResetLink::Ready { .. }) => {
                Err(Problems::form(FormProblem::LinkUnknown))
            }
        }
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        match page.services.accounts.reset_link(&self.token).await {
            Ok(link) => {
                let (_, title, view) = reset_password_page(page, &self.token, link, state);
                (title, view)
            }
            Err(error) => {
                broken(error);
                crate::pages::message::broken()
            }
        }
    }
}
