//! Putting the former address back.

#![expect(
    missing_docs,
    reason = "`#[server]` makes a public struct of the arguments"
)]

use async_trait::async_trait;
use domain::accounts::{UndoLink, UndoOutcome};
use leptos::prelude::*;

use crate::{
    actions::{Done, FormProblem, FormState, PageForm, Problems},
    context::{PageContext, PageTitle, PageView, broken, broken_page},
    pages::undo_email_change::undo_page,
    paths,
};

/// Uses a link that puts an address back.
#[server(UndoEmailChange, prefix = "", endpoint = "undo-email-change")]
pub async fn undo_email_change(token: String) -> Result<(), Problems> {
    super::page_form::answer(UndoEmailChange { token }).await
}

#[async_trait]
impl PageForm for UndoEmailChange {
    const FIELDS: &'static [&'static str] = &["token"];
    const KEPT: &'static [&'static str] = &[];

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let accounts = &page.services.accounts;
        let undone = accounts.undo_email_change(&self.token, &page.client).await;
        match undone.map_err(broken)? {
            UndoOutcome::Undone(reset) => {
                // The session that this browser may have had is among those that ended.
                page.sign_out().await?;
                let location = format!("{}?token={}", paths::RESET_PASSWORD, reset.as_str());
                Ok(Done::go(location))
            }
            UndoOutcome::Dead(UndoLink::Expired) => Err(Problems::form(FormProblem::LinkExpired)),
            UndoOutcome::Dead(UndoLink::Used) => Err(Problems::form(FormProblem::LinkUsed)),
            UndoOutcome::Dead(UndoLink::Unknown | UndoLink::Ready) => {
                Err(Problems::form(FormProblem::LinkUnknown))
            }
        }
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        match page.services.accounts.undo_link(&self.token).await {
            Ok(link) => {
                let (_, title, view) = undo_page(&self.token, link, state);
                (title, view)
            }
            Err(error) => broken_page(error),
        }
    }
}
