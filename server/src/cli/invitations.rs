//! `latchkey users invite`, `invitations` and `uninvite`

use app::text::time::moment;
use domain::accounts::{Invite, InviteOutcome, ManageOutcome, Role};

use super::{
    EXISTS, Failure,
    arguments::{InviteUser, NamedUser},
    open_existing, say,
};
use crate::config::Config;

/// How many invitations are read at once.
const PAGE: i64 = 500;

pub(super) async fn invite(config: &Config, user: InviteUser) -> Result<(), Failure> {
    let core = open_existing(config).await?;
    let form = Invite {
        email: &user.email,
        name: user.name.as_deref(),
        role: user.admin.then_some(Role::Admin),
    };
    let outcome = core.services.accounts.invite(form).await;
    let outcome = outcome.map_err(Failure::new)?;
    core.database.close().await;
    let (mail, until) = match outcome {
        InviteOutcome::Invited { mail, expires_at } => (mail, moment(expires_at)),
        InviteOutcome::Refused(problems) => return Err(Failure::new(problems)),
        InviteOutcome::Taken => {
            return Err(Failure {
                sentence: format!("{} has an account already", user.email),
                code: EXISTS,
            });
        }
    };
    if user.json {
        say(serde_json::json!({ "invited": user.email, "expires": until, "mail": mail }));
        return Ok(());
    }
    say(format_args!(
        "Invited {}. The link works until {until}.",
        user.email
    ));
    if config.smtp.is_none() {
        say(format_args!(
            "No mail server is configured: latchkey mail show {mail} has the link."
        ));
    }
    Ok(())
}

pub(super) async fn list(config: &Config, json: bool) -> Result<(), Failure> {
    let core = open_existing(config).await?;
    let mut all = Vec::new();
    let mut after = String::new();
    loop {
        let page = core.services.accounts.invitations(&after, PAGE).await;
        let page = page.map_err(Failure::new)?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.id);
        all.extend(page);
    }
    core.database.close().await;
    if json {
        let all: Vec<_> = all
            .into_iter()
            .map(|invitation| {
                serde_json::json!({
                    "email": invitation.address,
                    "name": invitation.name,
                    "admin": invitation.role == Some(Role::Admin),
                    "created": moment(invitation.created_at),
                    "expires": moment(invitation.expires_at),
                })
            })
            .collect();
        say(serde_json::json!({ "invitations": all }));
        return Ok(());
    }
    if all.is_empty() {
        say("No invitation waits.");
    }
    for invitation in all {
        say(format_args!(
            "{}  {}  until {}  {}",
            invitation.address,
            invitation.name.unwrap_or_default(),
            moment(invitation.expires_at),
            invitation.role.map_or("", Role::as_str)
        ));
    }
    Ok(())
}

pub(super) async fn withdraw(config: &Config, user: NamedUser) -> Result<(), Failure> {
    let core = open_existing(config).await?;
    let outcome = core
        .services
        .accounts
        .withdraw_invitation(&user.email)
        .await;
    let outcome = outcome.map_err(Failure::new)?;
    core.database.close().await;
    if outcome == ManageOutcome::Unknown {
        return Err(Failure::new(format_args!(
            "no invitation waits for the address {}",
            user.email
        )));
    }
    if user.json {
        say(serde_json::json!({ "uninvited": user.email }));
    } else {
        say(format_args!("{} is not invited any more.", user.email));
    }
    Ok(())
}
