//! `latchkey users`

use std::io::{BufRead, IsTerminal, Read};

use domain::accounts::{CreateAccount, CreateOutcome, Role};

use super::{
    EXISTS, Failure,
    arguments::{CreateUser, Users},
    open, say,
};
use crate::config::Config;

/// Longest line that is read as a password, in bytes: 256 characters of any script, and then some.
const PASSWORD_LIMIT: u64 = 4096;

pub(super) async fn users(config: &Config, command: Users) -> Result<(), Failure> {
    match command {
        Users::Create(user) => create(config, user).await,
    }
}

async fn create(config: &Config, user: CreateUser) -> Result<(), Failure> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprintln!("Type the password and press Enter:");
    }
    let mut password = String::new();
    stdin
        .lock()
        .take(PASSWORD_LIMIT)
        .read_line(&mut password)
        .map_err(Failure::new)?;
    let password = password.trim_end_matches(['\r', '\n']);
    // No form takes it, so nobody could sign in with it.
    if password.contains('\0') {
        return Err(Failure::new("the password holds a NUL character"));
    }
    let core = open(config).await?;
    let form = CreateAccount {
        email: &user.email,
        name: user.name.as_deref(),
        password,
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
