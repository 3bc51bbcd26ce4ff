//! What people with a role do by forms. None of them is sent by fetch.

mod keys;
mod sessions;
mod tokens;
mod users;

pub use keys::RotateKeys;
pub use sessions::{EndEveryonesSessions, EndMatchingSessions};
pub use tokens::RevokeAnyToken;
pub use users::{ActOnUser, AskedOfUser, InviteUser, asking, inviting};

use domain::admin::{AdminDesk, Desk, StaffOutcome};

use crate::{
    actions::{Done, FormProblem, Problems},
    context::{PageContext, PageTitle, PageView, broken},
    pages::message,
};

/// The desk of whoever proved a moment ago who they are, or what is done instead.
pub(super) async fn desk(page: &PageContext, back: &str) -> Result<Desk, Result<Done, Problems>> {
    let desk = page.desk();
    // Whoever has no role finds nothing here, fresh or not.
    if page.session.is_some() && desk.is_none() {
        denied(page).await.map_err(Err)?;
        return Err(Err(Problems::form(FormProblem::NotThere)));
    }
    match page.fresh_session(back) {
        Ok(_) => desk.ok_or(Err(Problems::form(FormProblem::NotThere))),
        Err(elsewhere) => Err(Ok(Done::go(elsewhere))),
    }
}

/// The administrator's desk; others are told that it isn't theirs.
pub(super) async fn admin<'a>(
    page: &PageContext,
    desk: &'a Desk,
) -> Result<&'a AdminDesk, Problems> {
    if let Some(admin) = desk.admin() {
        return Ok(admin);
    }
    denied(page).await?;
    Err(Problems::form(FormProblem::OnlyAdmins))
}

/// Writes down that somebody asked for what they may not.
async fn denied(page: &PageContext) -> Result<(), Problems> {
    page.note_denied().await.map_err(broken)
}

/// What a page says of an outcome: the word in its address, and how many.
fn told(outcome: StaffOutcome, word: &'static str) -> Result<(&'static str, usize), Problems> {
    match outcome {
        StaffOutcome::Done(count) => Ok((word, count)),
        StaffOutcome::Unchanged => Ok(("nothing", 0)),
        StaffOutcome::Unknown => Err(Problems::form(FormProblem::NotThere)),
        StaffOutcome::LastAdministrator => Err(Problems::form(FormProblem::NobodyElse)),
        StaffOutcome::Yourself => Err(Problems::form(FormProblem::Yourself)),
    }
}

/// What is shown where the page of a form can't be.
fn instead(shown: Option<(PageTitle, PageView)>) -> (PageTitle, PageView) {
    shown.unwrap_or_else(message::not_found)
}
