//! `latchkey secrets`

use std::time::Duration;

use domain::keys::Purpose;
use serde_json::json;
use tokio::time::sleep;

use super::{Failure, arguments::Secrets, open_existing, say};
use crate::{
    config::{Config, Secret},
    secrets::{self, Progress, Rotated},
    startup::Core,
};

pub(super) async fn secrets(config: &Config, command: Secrets) -> Result<(), Failure> {
    let Secrets::Rotate { wait, json } = command;
    let core = open_existing(config).await?;
    let done = rotate(config, &core, Duration::from_secs(wait), json).await;
    core.database.close().await;
    done
}

async fn rotate(config: &Config, core: &Core, wait: Duration, json: bool) -> Result<(), Failure> {
    let foundation = &core.services.foundation;
    let tell = |progress| {
        let is_silent = progress == Progress::Waiting && wait.is_zero();
        if !json && !is_silent {
            say(words(progress, wait));
        }
    };
    let pause = async || sleep(wait).await;
    let rotated = match &core.key_file {
        Some(file) => secrets::rotate(foundation, file.path(), pause, tell).await,
        None => secrets::follow_configured(foundation, pause, tell).await,
    };
    let rotated = rotated.map_err(Failure::new)?;
    if json {
        say(describe(&rotated));
        return Ok(());
    }
    if rotated.again.is_empty() {
        say("Nothing was encrypted under another key.");
    }
    if rotated.locked > 0 {
        say(format_args!(
            "{} are opened by none of the keys, and were left as they are.",
            counted(rotated.locked, "value", "values")
        ));
    }
    match &core.key_file {
        Some(file) => say(format_args!(
            "{} holds the new key alone. Copy it to where you keep the key; backups of the database that were \
             made before need the former one.",
            file.path().display()
        )),
        None => say(format_args!(
            "{} of secrets.master_key can go, once every server has been started with this order. Backups of \
             the database that were made before need what stands there.",
            lines(config)
        )),
    }
    Ok(())
}

fn words(progress: Progress, wait: Duration) -> String {
    match progress {
        Progress::TakenUp => {
            "A rotation was broken off before its end; it is taken up again.".to_owned()
        }
        Progress::Announced(key) => {
            format!("A new master key, {key}, stands in the key file. It encrypts nothing yet.")
        }
        Progress::Waiting => format!(
            "Running servers are given {} to follow.",
            counted(wait.as_secs(), "second", "seconds")
        ),
        Progress::Sealing(key) => format!("The master key {key} encrypts from now on."),
        Progress::Again(purpose, sum) => {
            let (one, more) = of_purpose(purpose);
            format!("Encrypted again: {}.", counted(sum, one, more))
        }
    }
}

const fn of_purpose(purpose: Purpose) -> (&'static str, &'static str) {
    match purpose {
        Purpose::Mail => ("queued mail", "queued mails"),
        Purpose::SigningKey => ("signing key", "signing keys"),
        Purpose::Flow => ("sign-in under way", "sign-ins under way"),
        Purpose::MacKey => ("key of names", "keys of names"),
        Purpose::Throttle | Purpose::Practice => ("value", "values"),
    }
}

const fn word_of(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Mail => "mail",
        Purpose::SigningKey => "signing_keys",
        Purpose::Flow => "flows",
        Purpose::MacKey => "key_of_names",
        Purpose::Throttle => "throttles",
        Purpose::Practice => "practice",
    }
}

fn describe(rotated: &Rotated) -> serde_json::Value {
    let again: serde_json::Map<_, _> = rotated
        .again
        .iter()
        .map(|(purpose, sum)| (word_of(*purpose).to_owned(), (*sum).into()))
        .collect();
    json!({
        "key": rotated.key.to_string(),
        "encrypted_again": again,
        "left_locked": rotated.locked,
        "former_keys": rotated.former,
    })
}

fn counted(number: u64, one: &str, more: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        _ => format!("{number} {more}"),
    }
}

/// Where the keys stand that are needed no more: all but the first.
fn lines(config: &Config) -> String {
    let text = config.secrets.master_key.as_ref().map(Secret::reveal);
    let keys = text.unwrap_or_default().lines().zip(1..);
    let mut keys = keys.filter(|(line, _): &(&str, u32)| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#')
    });
    keys.next();
    let numbers: Vec<_> = keys.map(|(_, number)| number.to_string()).collect();
    match numbers.as_slice() {
        [one] => format!("Line {one}"),
        _ => format!("Lines {}", numbers.join(", ")),
    }
}
