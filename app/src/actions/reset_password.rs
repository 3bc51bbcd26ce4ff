//! Setting a new password by a mailed link.

#![expect(
    missing_docs,
    reason = "`#[server]` makes a public struct of the arguments"
)]

use async_trait::async_trait;
use domain::accounts::{self, ResetLink, ResetOutcome};
use leptos::prelude::*;

use crate::{
    actions::{Done, Field, FormProblem, FormState, PageForm, Problems, Suggestion},
    context::{PageContext, PageTitle, PageView, broken, broken_page},
    pages::reset_password::reset_password_page,
    paths,
    text::Text,
};

/// Uses a link that sets a new password. With `suggest` it uses nothing and only suggests one.
#[server(ResetPassword, prefix = "", endpoint = "reset-password")]
pub async fn reset_password(
    token: String,
    new_password: String,
    #[server(default)] disconnect: Option<String>,
    #[server(default)] revoke_tokens: Option<String>,
    #[server(default)] suggest: Option<String>,
) -> Result<(), Problems> {
    super::page_form::answer(ResetPassword {
        token,
        new_password,
        disconnect,
        revoke_tokens,
        suggest,
    })
    .await
}

#[async_trait]
impl PageForm for ResetPassword {
    const FIELDS: &'static [&'static str] = &[
        "token",
        "new_password",
        "disconnect",
        "revoke_tokens",
        "suggest",
    ];
    const KEPT: &'static [&'static str] = &["disconnect", "revoke_tokens"];

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        if self.suggest.is_some() {
            let link = page.services.accounts.reset_link(&self.token).await;
            return Err(match dead(&link.map_err(broken)?) {
                Some(problem) => Problems::form(problem),
                None => Suggestion::answer(page, Field::NewPassword, Text::ResetButton),
            });
        }
        let form = accounts::ResetPassword {
            token: &self.token,
            password: &self.new_password,
            disconnect: self.disconnect.is_some(),
            revoke_tokens: self.revoke_tokens.is_some(),
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
            ResetOutcome::Dead(link) => Err(Problems::form(
                dead(&link).unwrap_or(FormProblem::LinkUnknown),
            )),
        }
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        match page.services.accounts.reset_link(&self.token).await {
            Ok(link) => {
                let (_, title, view) = reset_password_page(page, &self.token, link, state);
                (title, view)
            }
            Err(error) => broken_page(error),
        }
    }
}

/// Why a link can't be used, if it can't.
const fn dead(link: &ResetLink) -> Option<FormProblem> {
    match link {
        ResetLink::Ready { .. } => None,
        ResetLink::Expired => Some(FormProblem::LinkExpired),
        ResetLink::Used => Some(FormProblem::LinkUsed),
        ResetLink::Unknown => Some(FormProblem::LinkUnknown),
    }
}
