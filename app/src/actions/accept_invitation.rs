//! What the form of `/signup` does behind an invitation.

use domain::{
    accounts::{self, AcceptOutcome, InvitationLink},
    sessions::{AuthenticationMethod, NewSession},
};

use super::{Done, Field, FormProblem, FormState, Problems, SignUp, Suggestion, sign_up::fields};
use crate::{
    context::{PageContext, PageTitle, PageView, broken, broken_page},
    pages::invitation::invitation_page,
    paths,
    text::Text,
};

/// Makes the account and signs this browser in.
pub(super) async fn submit(form: &SignUp, page: &PageContext) -> Result<Done, Problems> {
    if form.suggest.is_some() {
        return Err(Suggestion::answer(page, Field::Password, Text::SignUp));
    }
    let accounts = &page.services.accounts;
    let accepted = accounts
        .accept_invitation(accounts::AcceptInvitation {
            token: &form.invitation,
            name: &form.name,
            password: &form.password,
            client: &page.client,
        })
        .await;
    match accepted.map_err(broken)? {
        AcceptOutcome::Accepted(account) => {
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
            Ok(Done::go(paths::ACCOUNT))
        }
        AcceptOutcome::Refused(refused) => Err(fields(refused, &accounts.rules().signup)),
        AcceptOutcome::Busy {
            retry_after_seconds,
        } => Err(Problems::busy(retry_after_seconds)),
        AcceptOutcome::Dead(link) => Err(Problems::form(match link {
            InvitationLink::Expired => FormProblem::InvitationExpired,
            InvitationLink::Used => FormProblem::InvitationUsed,
            InvitationLink::Unknown | InvitationLink::Ready { .. } => {
                FormProblem::InvitationUnknown
            }
        })),
    }
}

/// The page after a problem.
pub(super) async fn page(
    token: &str,
    page: &PageContext,
    state: FormState,
) -> (PageTitle, PageView) {
    match page.services.accounts.invitation_link(token).await {
        Ok(link) => {
            let (_, title, view) = invitation_page(page, token, link, state);
            (title, view)
        }
        Err(error) => broken_page(error),
    }
}
