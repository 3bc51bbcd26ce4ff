//! What is done to people.

use async_trait::async_trait;
use domain::{
    accounts::{Invite, InviteOutcome, ResetRequested, Role, SignUpProblems},
    admin::Desk,
};
use serde::Deserialize;

use super::{admin, desk, instead, told};
use crate::{
    actions::{Done, Field, FormProblem, FormState, PageForm, Problems},
    context::{PageContext, PageTitle, PageView, broken, broken_page},
    pages::{
        admin::{
            segment,
            users::{UserAct, act_page, invite_page, user_page, user_path},
        },
        message,
    },
    paths,
    text::{Admin, Text},
};

/// How many invitations are shown.
const INVITATIONS: i64 = 200;

fn subject(page: &PageContext) -> String {
    let found = segment(&page.path_and_query, paths::ADMIN_USERS);
    found.unwrap_or_default().into_owned()
}

async fn shown(page: &PageContext, state: &FormState) -> (PageTitle, PageView) {
    let Some(desk) = page.desk() else {
        return message::not_found();
    };
    match desk.user(&subject(page)).await {
        Ok(user) => {
            let view = user.map(|user| user_page(page, &desk, user, state));
            instead(view.map(|view| (state.title(Text::Admin(Admin::UserTitle)), view)))
        }
        Err(error) => broken_page(error),
    }
}

/// What is done to a person at once: sending a reset link, enabling.
#[derive(Clone, Deserialize)]
pub struct ActOnUser {
    /// `send-reset` or `enable`.
    pub act: String,
}

#[async_trait]
impl PageForm for ActOnUser {
    const FIELDS: &'static [&'static str] = &["act"];
    const KEPT: &'static [&'static str] = &[];
    const BY_FETCH: bool = false;

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let subject = subject(page);
        let back = user_path(&subject);
        let desk = match desk(page, &back).await {
            Ok(desk) => desk,
            Err(done) => return done,
        };
        let admin = admin(page, &desk).await?;
        let word = match self.act.as_str() {
            "enable" => {
                let enabled = admin.enable(&subject).await.map_err(broken)?;
                told(enabled, "enabled")?.0
            }
            "send-reset" => match admin.send_reset(&subject).await.map_err(broken)? {
                None | Some(ResetRequested::Refused(_)) => {
                    return Err(Problems::form(FormProblem::NotThere));
                }
                Some(ResetRequested::Accepted) => "reset",
                Some(ResetRequested::TooMany {
                    retry_after_seconds,
                }) => {
                    return Err(Problems::form(FormProblem::TooManyRequests {
                        retry_after_seconds,
                    }));
                }
            },
            _ => return Err(Problems::form(FormProblem::BadRequest)),
        };
        Ok(Done::go(format!("{back}?done={word}")))
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        shown(page, &state).await
    }
}

/// What is done to a person once it was asked about.
#[derive(Clone, Deserialize)]
pub struct AskedOfUser {
    /// The new role, where that is what changes.
    #[serde(default)]
    pub role: String,
}

impl AskedOfUser {
    async fn act(
        &self,
        (page, desk): (&PageContext, &Desk),
        act: UserAct,
        subject: &str,
    ) -> Result<String, Problems> {
        let (word, count) = match act {
            UserAct::EndSessions => {
                let ended = desk.end_sessions_of(subject).await;
                told(ended.map_err(broken)?, "sessions")?
            }
            UserAct::RevokeTokens => {
                let revoked = admin(page, desk).await?.revoke_tokens_of(subject).await;
                told(revoked.map_err(broken)?, "tokens")?
            }
            UserAct::Disable => {
                let disabled = admin(page, desk).await?.disable(subject).await;
                told(disabled.map_err(broken)?, "disabled")?
            }
            UserAct::Role => {
                let role = Role::parse(&self.role);
                if role.is_none() && self.role != "none" {
                    return Err(Problems::form(FormProblem::BadRequest));
                }
                let changed = admin(page, desk).await?.set_role(subject, role).await;
                told(changed.map_err(broken)?, "role")?
            }
        };
        Ok(format!("{}?done={word}&count={count}", user_path(subject)))
    }
}

#[async_trait]
impl PageForm for AskedOfUser {
    const FIELDS: &'static [&'static str] = &["role"];
    const KEPT: &'static [&'static str] = &[];
    const BY_FETCH: bool = false;

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let subject = subject(page);
        let before = user_path(&subject);
        let act = segment(&page.path_and_query, &before);
        let Some(act) = act.and_then(|word| UserAct::parse(&word)) else {
            return Err(Problems::form(FormProblem::NotThere));
        };
        let desk = match desk(page, &page.path_and_query).await {
            Ok(desk) => desk,
            Err(done) => return done,
        };
        self.act((page, &desk), act, &subject).await.map(Done::go)
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        shown(page, &state).await
    }
}

/// What asks before something is done to a person: the page and its title; `None` when there is no
/// such person, or nothing of that name is done to people.
///
/// # Errors
/// [`StorageError`](domain::store::StorageError) when the database fails.
pub async fn asking(
    page: &PageContext,
    desk: &Desk,
) -> Result<Option<(Text, PageView)>, domain::store::StorageError> {
    let subject = subject(page);
    let act = segment(&page.path_and_query, &user_path(&subject));
    let Some(act) = act.and_then(|word| UserAct::parse(&word)) else {
        return Ok(None);
    };
    let for_admins = act != UserAct::EndSessions;
    if for_admins && desk.admin().is_none() {
        return Ok(None);
    }
    let user = desk.user(&subject).await?;
    Ok(user.map(|user| (act.title(), act_page(user, act))))
}

/// Invites somebody, or takes an invitation back.
#[derive(Clone, Deserialize)]
pub struct InviteUser {
    /// Whose invitation is taken back; without it, somebody is invited.
    #[serde(default)]
    pub withdraw: Option<String>,
    /// Where the mail goes.
    #[serde(default)]
    pub email: String,
    /// What the person is called.
    #[serde(default)]
    pub name: String,
    /// The role that they will have, or `none`.
    #[serde(default)]
    pub role: String,
}

#[async_trait]
impl PageForm for InviteUser {
    const FIELDS: &'static [&'static str] = &["withdraw", "email", "name", "role"];
    const KEPT: &'static [&'static str] = &["email", "name", "role"];
    const BY_FETCH: bool = false;

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let desk = match desk(page, paths::ADMIN_INVITE).await {
            Ok(desk) => desk,
            Err(done) => return done,
        };
        let admin = admin(page, &desk).await?;
        let word = if let Some(email) = &self.withdraw {
            let withdrawn = admin.withdraw_invitation(email).await;
            told(withdrawn.map_err(broken)?, "withdrawn")?.0
        } else {
            let role = Role::parse(&self.role);
            if role.is_none() && !matches!(self.role.as_str(), "" | "none") {
                return Err(Problems::form(FormProblem::BadRequest));
            }
            let form = Invite {
                email: &self.email,
                name: Some(self.name.as_str()).filter(|name| !name.trim().is_empty()),
                role,
            };
            match admin.invite(form).await.map_err(broken)? {
                InviteOutcome::Invited { .. } => "invited",
                InviteOutcome::Taken => {
                    return Err(Problems::form(FormProblem::InvitedHasAccount));
                }
                InviteOutcome::Refused(problems) => return Err(said(problems)),
            }
        };
        Ok(Done::go(format!("{}?done={word}", paths::ADMIN_INVITE)))
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        let title = state.title(Text::Admin(Admin::InviteTitle));
        let Some(desk) = page.desk() else {
            return message::not_found();
        };
        match inviting(page, &desk, &state).await {
            Ok(view) => instead(view.map(|view| (title, view))),
            Err(error) => broken_page(error),
        }
    }
}

/// The page on which people are invited; `None` where the desk hasn't that verb.
///
/// # Errors
/// [`StorageError`](domain::store::StorageError) when the database fails.
pub async fn inviting(
    page: &PageContext,
    desk: &Desk,
    state: &FormState,
) -> Result<Option<PageView>, domain::store::StorageError> {
    let Some(admin) = desk.admin() else {
        return Ok(None);
    };
    let waiting = admin.invitations("", INVITATIONS).await?;
    Ok(Some(invite_page(page, waiting, state)))
}

fn said(problems: SignUpProblems) -> Problems {
    let email = problems.email.map(|problem| (Field::Email, problem.into()));
    let name = problems.name.map(|problem| (Field::Name, problem.into()));
    Problems {
        fields: email.into_iter().chain(name).collect(),
        ..Problems::default()
    }
}
