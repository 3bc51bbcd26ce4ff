//! Finishing a sign-up that began at a provider.

#![expect(
    missing_docs,
    reason = "`#[server]` makes a public struct of the arguments"
)]

use async_trait::async_trait;
use domain::{
    accounts::{self, FinishOutcome},
    sessions::{AuthenticationMethod, NewSession},
    social::IdentityKey,
};
use leptos::prelude::*;

use super::sign_up::answered;
use crate::{
    actions::{Done, FormProblem, FormState, PageForm, Problems},
    context::{PageContext, PageTitle, PageView, broken, broken_page},
    pages::{finish_sign_up::finish_page, message, social},
    paths,
    text::Text,
};

/// Asks for the account of whoever came from a provider. `arrival` says what waits for this browser.
#[server(FinishSignUp, prefix = "", endpoint = "signup/finish")]
pub async fn finish_sign_up(arrival: String, email: String, name: String) -> Result<(), Problems> {
    super::page_form::answer(FinishSignUp {
        arrival,
        email,
        name,
    })
    .await
}

#[async_trait]
impl PageForm for FinishSignUp {
    const FIELDS: &'static [&'static str] = &["arrival", "email", "name"];
    const KEPT: &'static [&'static str] = &["email", "name"];

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let form = accounts::FinishSignUp {
            arrival: &self.arrival,
            email: &self.email,
            name: &self.name,
            client: &page.client,
        };
        let accounts = &page.services.accounts;
        match accounts.finish_sign_up(form).await.map_err(broken)? {
            FinishOutcome::Born { account, arrival } => {
                let session = NewSession {
                    account,
                    method: AuthenticationMethod::Provider,
                    auth_time: page.now,
                    persistent: arrival.stay,
                    password_since: None,
                    leaving: false,
                    identity: Some(IdentityKey {
                        issuer: arrival.identity.issuer,
                        subject: arrival.identity.subject,
                    }),
                };
                page.sign_in(session).await?;
                let next = arrival.next.as_deref().unwrap_or(paths::ACCOUNT);
                Ok(Done::go(next))
            }
            FinishOutcome::HasAccount => Ok(Done::go(connect_path(&self.arrival))),
            FinishOutcome::Known { provider } => {
                Ok(Done::go(format!("{}?known={provider}", paths::LOGIN)))
            }
            FinishOutcome::Gone if page.session.is_some() => {
                Err(Problems::form(FormProblem::SignedInAlready))
            }
            FinishOutcome::Gone => Err(Problems::form(FormProblem::ArrivalGone)),
            FinishOutcome::SignUp(outcome) => answered(&outcome, &accounts.rules().signup),
        }
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        match state.problems.form {
            Some(FormProblem::SignUpClosed) => return message::sign_up_closed(),
            Some(FormProblem::SignUpByInvitation) => return message::sign_up_by_invitation(),
            _ => {}
        }
        let waiting = page
            .services
            .social
            .waiting(&self.arrival, &page.client)
            .await;
        match waiting {
            Ok(Some(waiting)) => {
                let title = state.title(Text::FinishTitle);
                (title, finish_page(waiting, state))
            }
            Ok(None) => {
                let (_, title, view) = social::arrival_gone(page.session.is_some());
                (title, view)
            }
            Err(error) => broken_page(error),
        }
    }
}

/// Where whoever has an account already signs in to connect what waits.
pub fn connect_path(arrival: &str) -> String {
    format!("{}?connect={arrival}", paths::LOGIN)
}
