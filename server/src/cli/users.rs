//! `latchkey users`

use std::io::{BufRead, IsTerminal};

use domain::accounts::{CreateAccount, CreateOutcome, Role};

use super::{
    EXISTS, Failure,
    arguments::{CreateUser, Users},
    open,
};
use crate::config::Config;

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
        .read_line(&mut password)
        .map_err(Failure::new)?;
    let password = password.trim_end_matches(['\r', '\n']);
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
            println!("{}", serde_json::json!({ "created": user.email }));
            Ok(())
        }
        CreateOutcome::Created(_) => {
            println!("Created {}.", user.email);
            Ok(())
        }
        CreateOutcome::Taken => Err(Failure {
            sentence: format!("{} has an account already", user.email),
            code: EXISTS,
        }),
        CreateOutcome::Refused(problems) => Err(Failure::new(problems)),
    }
}
