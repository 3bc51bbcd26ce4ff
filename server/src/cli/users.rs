//! `latchkey users`

use std::path::Path;

use app::text::time::moment;
use domain::accounts::{CreateAccount, CreateOutcome, ManageOutcome, Role};
use storage::{DatabaseUrl, Inspection, Shape};

use super::{
    EXISTS, Failure,
    arguments::{CreateUser, NamedUser, StaffRole, Users},
    database_url, invitations, open, open_existing, say,
    terminal::read_password,
};
use crate::config::Config;

pub(super) async fn users(config: &Config, command: Users) -> Result<(), Failure> {
    match command {
        Users::Create(user) => create(config, user).await,
        Users::Invite(user) => invitations::invite(config, user).await,
        Users::Invitations { json } => invitations::list(config, json).await,
        Users::Uninvite(user) => invitations::withdraw(config, user).await,
        Users::List { json } => list(config, json).await,
        Users::Disable(user) => manage(config, user, Verb::Disable).await,
        Users::Enable(user) => manage(config, user, Verb::Enable).await,
        Users::Promote(promoted) => {
            let role = match promoted.role {
                StaffRole::Support => Role::Support,
                StaffRole::Admin => Role::Admin,
            };
            manage(config, promoted.user, Verb::SetRole(Some(role))).await
        }
        Users::Demote(user) => manage(config, user, Verb::SetRole(None)).await,
    }
}

async fn create(config: &Config, user: CreateUser) -> Result<(), Failure> {
    let password = read_password().await?;
    // No form takes it, so nobody could sign in with it.
    if password.contains('\0') {
        return Err(Failure::new("the password holds a NUL character"));
    }
    let is_new = is_new(config).await?;
    let core = open(config).await?;
    if is_new {
        eprintln!("latchkey: made a new installation {}", place(config)?);
    }
    let form = CreateAccount {
        email: &user.email,
        name: user.name.as_deref(),
        password: &password,
        role: user.admin.then_some(Role::Admin),
    };
    let outcome = core
        .services
        .accounts
        .create(form)
        .await
        .map_err(Failure::new)?;
    core.database.close().await;
    match outcome {
        CreateOutcome::Created(_) if user.json => {
            say(serde_json::json!({ "created": user.email }));
            Ok(())
        }
        CreateOutcome::Created(_) => {
            say(format_args!("Created {}.", user.email));
            Ok(())
        }
        CreateOutcome::Taken => Err(Failure {
            sentence: format!("{} has an account already", user.email),
            code: EXISTS,
        }),
        CreateOutcome::Refused(problems) => Err(Failure::new(problems)),
    }
}

/// Whether opening the database would be its beginning.
async fn is_new(config: &Config) -> Result<bool, Failure> {
    let found = Inspection::open(&database_url(config)?).await;
    Ok(match found.map_err(Failure::new)? {
        None => true,
        Some(mut found) => {
            let shape = found.shape().await.map_err(Failure::new)?;
            found.close().await;
            matches!(shape, Shape::Empty | Shape::Foreign)
        }
    })
}

/// Where the installation is. The URL of a server may hold a password.
fn place(config: &Config) -> Result<String, Failure> {
    let folder = |path: &Path| {
        let whole = std::path::absolute(path);
        let whole = whole.unwrap_or_else(|_| path.to_owned());
        format!("in {}", whole.display())
    };
    Ok(match database_url(config)? {
        DatabaseUrl::Sqlite(path) => folder(path.parent().unwrap_or(&path)),
        DatabaseUrl::Postgres(_) => "in the PostgreSQL database".to_owned(),
    })
}

/// How many accounts are read at once.
const PAGE: i64 = 500;

async fn list(config: &Config, json: bool) -> Result<(), Failure> {
    let core = open_existing(config).await?;
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let page = core.services.accounts.list(after, PAGE).await;
        let page = page.map_err(Failure::new)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for account in page {
            if json {
                all.push(serde_json::json!({
                    "email": account.email,
                    "name": account.name,
                    "created": moment(account.created_at),
                    "disabled": account.disabled_at.is_some(),
                    "deleted_on": account.delete_at.map(moment),
                    "admin": account.admin,
                }));
                continue;
            }
            let marks = [
                (account.admin, "admin"),
                (account.disabled_at.is_some(), "disabled"),
                (account.delete_at.is_some(), "leaving"),
            ];
            let marks: Vec<_> = marks
                .into_iter()
                .filter_map(|(set, mark)| set.then_some(mark))
                .collect();
            say(format_args!(
                "{}  {}  {}  {}",
                account.email,
                account.name,
                moment(account.created_at),
                marks.join(", ")
            ));
        }
    }
    core.database.close().await;
    if json {
        say(serde_json::json!({ "users": all }));
    }
    Ok(())
}

enum Verb {
    Disable,
    Enable,
    SetRole(Option<Role>),
}

async fn manage(config: &Config, user: NamedUser, verb: Verb) -> Result<(), Failure> {
    let core = open_existing(config).await?;
    let accounts = &core.services.accounts;
    let (outcome, state) = match verb {
        Verb::Disable => (accounts.disable(&user.email).await, "disabled"),
        Verb::Enable => (accounts.enable(&user.email).await, "enabled"),
        Verb::SetRole(role) => {
            let state = match role {
                None => "without a role",
                Some(Role::Support) => "in support",
                Some(Role::Admin) => "an administrator",
            };
            (accounts.set_role(&user.email, role).await, state)
        }
    };
    let outcome = outcome.map_err(Failure::new)?;
    core.database.close().await;
    let changed = match outcome {
        ManageOutcome::Done => true,
        ManageOutcome::Unchanged => false,
        ManageOutcome::Unknown => {
            return Err(Failure::new(format_args!(
                "no account has the address {}",
                user.email
            )));
        }
        ManageOutcome::LastAdministrator => {
            return Err(Failure::new(format_args!(
                "{} is the last administrator; promote somebody else first",
                user.email
            )));
        }
    };
    if user.json {
        say(serde_json::json!({ "email": user.email, "is": state, "changed": changed }));
    } else if changed {
        say(format_args!("{} is {state} now.", user.email));
    } else {
        say(format_args!("{} is {state} already.", user.email));
    }
    Ok(())
}
