//! Proving again who one is, before something that the account hangs on is changed.

#![expect(
    missing_docs,
    reason = "`#[server]` makes a public struct of the arguments"
)]

use async_trait::async_trait;
use domain::{
    accounts::EmailAddress,
    credentials::{Password, SignInAttempt, SignInOutcome},
    local_path::LocalPath,
};
use leptos::prelude::*;

use crate::{
    actions::{Done, Field, FieldProblem, FormProblem, FormState, PageForm, Problems},
    context::{PageContext, PageTitle, PageView, broken, broken_page, path_with_next},
    pages::{account::confirm::confirm_page, message},
    paths,
    text::Text,
};

/// Checks the password of whoever is signed in and begins their session anew. `next` is the page to
/// come back to.
#[server(ConfirmIdentity, prefix = "", endpoint = "account/confirm")]
pub async fn confirm_identity(
    password: String,
    #[server(default)] next: String,
) -> Result<(), Problems> {
    super::page_form::answer(ConfirmIdentity { password, next }).await
}

#[async_trait]
impl PageForm for ConfirmIdentity {
    const FIELDS: &'static [&'static str] = &["password", "next"];
    const KEPT: &'static [&'static str] = &[];

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let next = if self.next.is_empty() {
            paths::ACCOUNT
        } else {
            &self.next
        };
        let next =
            LocalPath::parse(next).map_err(|_| Problems::form(FormProblem::PointsElsewhere))?;
        let Some(session) = &page.session else {
            return Ok(Done::go(path_with_next(paths::LOGIN, next.as_str())));
        };
        let wrong = || Problems::field(Field::Password, FieldProblem::NotCurrent);
        let password = match Password::parse(&self.password) {
            Ok(password) => password,
            Err(problem) => return Err(Problems::field(Field::Password, problem.into())),
        };
        let Ok(email) = EmailAddress::parse(&session.email) else {
            return Err(wrong());
        };
        let attempt = SignInAttempt {
            email: &email,
            password,
            stay: session.persistent,
            client: &page.client,
        };
        let credentials = &page.services.credentials;
        match credentials.sign_in(attempt).await.map_err(broken)? {
            SignInOutcome::SignedIn { session: again, .. } if again.account == session.account => {
                if page.sign_in(again).await? {
                    Ok(Done::go(next.as_str()))
                } else {
                    Err(wrong())
                }
            }
            SignInOutcome::SignedIn { .. } | SignInOutcome::WrongCredentials => Err(wrong()),
            SignInOutcome::Held(held) => Err(held.into()),
            SignInOutcome::Busy {
                retry_after_seconds,
            } => Err(Problems::busy(retry_after_seconds)),
        }
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        if state.problems.form == Some(FormProblem::PointsElsewhere) {
            return message::points_elsewhere();
        }
        match confirm_page(page, state, self.next.clone()).await {
            Ok(view) => (PageTitle::error(Text::ConfirmTitle), view),
            Err(error) => broken_page(error),
        }
    }
}
