//! Confirming an address.

#![expect(
    missing_docs,
    reason = "`#[server]` makes a public struct of the arguments"
)]

use async_trait::async_trait;
use domain::{
    accounts::{self, Confirmation, VerifyOutcome},
    sessions::{AuthenticationMethod, NewSession},
};
use leptos::prelude::*;

use crate::{
    actions::{Done, Field, FieldProblem, FormProblem, FormState, PageForm, Problems},
    context::{PageContext, PageTitle, PageView, broken, broken_page, path_with_next},
    pages::verify_email::verify_email_page,
    paths,
};

/// Uses a confirmation link. `password` is asked for in other browsers than the one that signed up.
#[server(VerifyEmail, prefix = "", endpoint = "verify-email")]
pub async fn verify_email(
    token: String,
    #[server(default)] password: String,
) -> Result<(), Problems> {
    super::page_form::answer(VerifyEmail { token, password }).await
}

impl VerifyEmail {
    /// The link itself.
    fn path(&self) -> String {
        format!("{}?token={}", paths::VERIFY_EMAIL, self.token)
    }
}

#[async_trait]
impl PageForm for VerifyEmail {
    const FIELDS: &'static [&'static str] = &["token", "password"];
    const KEPT: &'static [&'static str] = &[];

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let form = accounts::VerifyEmail {
            token: &self.token,
            password: &self.password,
            session: page.session.as_ref(),
            client: &page.client,
        };
        let password = |problem| Problems::field(Field::Password, problem);
        match page
            .services
            .accounts
            .verify_email(form)
            .await
            .map_err(broken)?
        {
            VerifyOutcome::Confirmed {
                account,
                same_browser: true,
                next,
            } => {
                let session = NewSession {
                    account,
                    method: AuthenticationMethod::ConfirmedSignUp,
                    auth_time: page.now,
                    persistent: false,
                    password_since: None,
                    leaving: false,
                    identity: None,
                };
                page.sign_in(session).await?;
                Ok(Done::go(next.as_deref().unwrap_or(paths::ACCOUNT)))
            }
            VerifyOutcome::Confirmed { .. } => Ok(Done::go(format!("{}?confirmed", paths::LOGIN))),
            VerifyOutcome::Changed => Ok(Done::go(format!("{}?email=changed", paths::PROFILE))),
            VerifyOutcome::Refused(Confirmation::SignIn) => {
                Ok(Done::go(path_with_next(paths::LOGIN, &self.path())))
            }
            VerifyOutcome::Refused(Confirmation::OtherAccount) => {
                Err(Problems::form(FormProblem::OtherAccount))
            }
            VerifyOutcome::Refused(Confirmation::OtherBrowser) => {
                Err(Problems::form(FormProblem::OtherBrowser))
            }
            VerifyOutcome::Refused(Confirmation::Taken) => {
                Err(Problems::form(FormProblem::AddressTaken))
            }
            VerifyOutcome::Refused(Confirmation::IdentityTaken) => {
                Err(Problems::form(FormProblem::IdentityTaken))
            }
            VerifyOutcome::PasswordMissing => Err(password(FieldProblem::Missing)),
            VerifyOutcome::WrongPassword => Err(password(FieldProblem::WrongPassword)),
            VerifyOutcome::Held(held) => Err(held.into()),
            VerifyOutcome::Busy {
                retry_after_seconds,
            } => Err(Problems::busy(retry_after_seconds)),
            VerifyOutcome::Refused(Confirmation::Expired) => {
                Err(Problems::form(FormProblem::LinkExpired))
            }
            VerifyOutcome::Refused(Confirmation::Used) => {
                Err(Problems::form(FormProblem::LinkUsed))
            }
            VerifyOutcome::Refused(
                Confirmation::Unknown
                | Confirmation::Ready { .. }
                | Confirmation::ReadyToChange { .. },
            ) => Err(Problems::form(FormProblem::LinkUnknown)),
        }
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        let signed_in = page.session.as_ref().map(|session| session.account);
        match page
            .services
            .accounts
            .confirmation(&self.token, signed_in, &page.client)
            .await
        {
            // Nothing at rest tells of it: the link wasn't used.
            Ok(_) if state.problems.form == Some(FormProblem::AddressTaken) => {
                crate::pages::message::address_taken()
            }
            Ok(_) if state.problems.form == Some(FormProblem::IdentityTaken) => {
                crate::pages::message::identity_taken()
            }
            Ok(confirmation) => {
                let (_, title, view) = verify_email_page(page, &self.token, confirmation, state);
                (title, view)
            }
            Err(error) => broken_page(error),
        }
    }
}
