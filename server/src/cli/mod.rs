//! The command line.

mod arguments;
mod backup;
mod clients;
mod doctor;
mod health;
mod invitations;
mod keys;
mod mail;
mod migrate;
mod secrets;
mod serve;
mod terminal;
mod users;

use std::{io::Write, process::ExitCode, sync::Arc};

use clap::Parser;
use domain::{clock::Clock, random::Random};
use storage::DatabaseUrl;

use crate::{
    OsRandom, SystemClock,
    config::{Config, sample},
    logging,
    startup::{self, Core, StartError},
    tls::Certificate,
};
use arguments::{Arguments, Command};

/// A command's failure: what to say, and the exit code.
struct Failure {
    sentence: String,
    code: u8,
}

/// The address belongs to an account already.
const EXISTS: u8 = 3;
/// The configuration has to change first: `EX_CONFIG` of sysexits.h. Trying again is no use.
const CONFIGURATION: u8 = 78;

impl Failure {
    fn new(sentence: impl std::fmt::Display) -> Self {
        Self {
            sentence: sentence.to_string(),
            code: 1,
        }
    }

    fn configuration(sentence: impl std::fmt::Display) -> Self {
        Self {
            code: CONFIGURATION,
            ..Self::new(sentence)
        }
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        if error.is_configuration() {
            Self::configuration(error)
        } else {
            Self::new(error)
        }
    }
}

/// Runs the command that the arguments name.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("latchkey: {}", failure.sentence);
            ExitCode::from(failure.code)
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    // Has to work beside a file that is wrong.
    if let Command::CheckConfig { sample: true, .. } = arguments.command {
        let _ = std::io::stdout().write_all(sample().as_bytes());
        return Ok(());
    }
    let dev = matches!(arguments.command, Command::Serve { dev: true });
    let config = match Config::from_machine(arguments.config.as_deref(), dev) {
        Ok(config) => config,
        Err(errors) => {
            return match arguments.command {
                Command::Doctor { json, .. } => doctor::of_mistakes(&errors, json),
                _ => Err(Failure::configuration(errors)),
            };
        }
    };
    // Asked every few seconds: it opens nothing and starts nothing.
    if matches!(arguments.command, Command::Health) {
        return health::ask(&config);
    }
    // Its findings say what the log would.
    if !matches!(arguments.command, Command::Doctor { .. }) {
        logging::start(&config);
    }
    let file = arguments.config;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::new)?;
    runtime.block_on(async {
        match arguments.command {
            Command::Serve { .. } => serve::serve(config).await,
            Command::Migrate {
                accept_public_url,
                new_master_key,
            } => migrate::migrate(&config, accept_public_url, new_master_key).await,
            Command::CheckConfig { json, .. } => check_config(&config, json),
            Command::Doctor { audit, json } => {
                doctor::doctor(&config, file.as_deref(), audit, json).await
            }
            Command::Health => health::ask(&config),
            Command::Backup { file } => backup::backup(&config, &file).await,
            Command::Mail(command) => mail::mail(&config, command).await,
            Command::Users(command) => users::users(&config, command).await,
            Command::Clients(command) => clients::clients(&config, command).await,
            Command::Keys(command) => keys::keys(&config, command).await,
            Command::Secrets(command) => secrets::secrets(&config, command).await,
        }
    })
}

fn check_config(config: &Config, json: bool) -> Result<(), Failure> {
    database_url(config)?;
    Certificate::open(config, machine().0).map_err(Failure::new)?;
    let described = config.describe();
    if json {
        let keys: Vec<_> = described
            .into_iter()
            .map(|(key, value, source)| {
                serde_json::json!({ "key": key, "value": value, "source": source })
            })
            .collect();
        say(serde_json::json!({ "keys": keys }));
    } else {
        for (key, value, source) in described {
            say(format_args!("{key} = {value}    ({source})"));
        }
        say(format_args!("The configuration is fine."));
    }
    Ok(())
}

/// Prints a line. A reader who has seen enough (`| head`) is no failure.
fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// The machine's clock and randomness.
fn machine() -> (Arc<dyn Clock>, Arc<dyn Random>) {
    (Arc::new(SystemClock), Arc::new(OsRandom))
}

/// Where the data is.
fn database_url(config: &Config) -> Result<DatabaseUrl, Failure> {
    startup::database_url(config).map_err(Failure::configuration)
}

/// Opens what is there already: a mistyped folder must not become a new installation.
async fn open_existing(config: &Config) -> Result<Core, Failure> {
    if let DatabaseUrl::Sqlite(path) = database_url(config)?
        && !path.exists()
    {
        return Err(Failure::new(format!(
            "there is no database at {}",
            path.display()
        )));
    }
    open(config).await
}

/// Opens everything below the web.
async fn open(config: &Config) -> Result<Core, Failure> {
    let (clock, random) = machine();
    Ok(startup::open(config, clock, random).await?)
}
