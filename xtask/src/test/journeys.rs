//! The browser journeys, against one server on each database.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::cluster::Cluster;
use super::counted_run::counted;
use super::counts::{self, Counts};
use super::examples::Apis;
use super::strange_provider::StrangeProvider;
use crate::announce;
use crate::checkout::Checkout;
use crate::failure::{Attempt as _, Failure, Outcome};
use crate::free_port;
use crate::scratch_folder::ScratchFolder;
use crate::seed_account;
use crate::server_process::{Recipe, ServerProcess, show_log};
use crate::setup;

/// The example that runs in the browser.
const SPA: &str = "examples/spa-client";
const DATABASE: &str = "latchkey_journeys";
const PATIENCE: Duration = Duration::from_secs(30);
const HOST: &str = "localhost";
/// What the servers are told beyond their addresses.
const SETTINGS: [(&str, &str); 3] = [
    // Long enough to be seen, short enough to be waited for.
    ("LATCHKEY_THROTTLE__FIRST_WAIT_SECONDS", "10"),
    // Waited for too, but a practice provider may need a second or two for a new key.
    ("LATCHKEY_SOCIAL__TIMEOUT_SECONDS", "5"),
    // Everybody here signs up from one address.
    ("LATCHKEY_THROTTLE__SIGNUPS_PER_ADDRESS", "10000"),
];
/// Whom the journey of an invited person finds invited, with JavaScript and without.
const INVITED: [&str; 2] = ["invited.js@example.com", "invited.plain@example.com"];
/// Who administers both servers.
const ADMINISTRATOR: (&str, &str) = (
    "administrator@example.com",
    "seven quiet lanterns by the river",
);

/// Starts both servers and a provider that both know, runs Playwright and ends them all. That the
/// servers end in good order is part of the verdict.
pub(super) fn run(
    checkout: &Checkout,
    scratch: &ScratchFolder,
    cluster: &Cluster,
    chromium: &Path,
) -> Outcome<Counts> {
    cluster.create_database(DATABASE)?;
    let database = cluster.url(DATABASE);
    let ports = [free_port::pick()?, free_port::pick()?];
    let provider = StrangeProvider::start(
        checkout,
        &scratch.part("journeys-provider")?,
        &ports.map(|port| format!("http://{HOST}:{port}")),
    )?;
    let known = provider.settings();
    let mut settings: Vec<(&str, &str)> = known
        .iter()
        .map(|(key, value)| (key.as_str(), *value))
        .collect();
    settings.extend(SETTINGS);
    let [first, second] = ports;
    let sqlite = start(
        checkout,
        &scratch.part("journeys-sqlite")?,
        first,
        &settings,
    )?;
    settings.push(("LATCHKEY_DATABASE__URL", &database));
    let postgres = start(
        checkout,
        &scratch.part("journeys-postgres")?,
        second,
        &settings,
    )?;

    let apis = [
        Apis::start(checkout, scratch, "journeys-sqlite", &sqlite.url())?,
        Apis::start(checkout, scratch, "journeys-postgres", &postgres.url())?,
    ];

    setup::packages(checkout, SPA)?;
    let python = setup::python(checkout)?;
    let mut playwright = checkout.program("npx");
    playwright
        .current_dir(checkout.root().join("end2end"))
        .args(["--no-install", "playwright", "test", "--reporter=list"])
        .env("LATCHKEY_E2E_SQLITE_URL", sqlite.url())
        .env("LATCHKEY_E2E_POSTGRES_URL", postgres.url())
        .env("LATCHKEY_E2E_PROVIDER_URL", provider.url())
        .env(
            "LATCHKEY_E2E_APIS",
            beside([(sqlite.url(), &apis[0]), (postgres.url(), &apis[1])]),
        )
        .env("LATCHKEY_E2E_PYTHON", python)
        .env("LATCHKEY_CHROMIUM", chromium);
    let outcome = counted(&mut playwright, counts::in_playwright_line);

    let mut counts = outcome.unwrap_or_else(|failure| {
        announce::error(&failure);
        Counts::of(0, 1)
    });
    if counts.failed > 0 {
        apis.iter().for_each(Apis::show_logs);
    }
    drop(apis);
    for (name, server) in [("SQLite", sqlite), ("PostgreSQL", postgres)] {
        let log = server.log().to_path_buf();
        let ended = server.stop();
        if counts.failed > 0 || ended.is_err() {
            show_log(name, &log);
        }
        if let Err(failure) = ended {
            announce::error(&failure);
            counts.failed += 1;
        }
    }
    Ok(counts)
}

/// The APIs beside each server, as the journeys read it. Nothing in it needs to be escaped.
fn beside(apis: [(String, &Apis); 2]) -> String {
    let entries = apis.map(|(url, apis)| {
        let addresses = apis.addresses().replace(',', "\",\"");
        format!("\"{url}\":[\"{addresses}\"]")
    });
    format!("{{{}}}", entries.join(","))
}

fn start(
    checkout: &Checkout,
    folder: &Path,
    port: u16,
    settings: &[(&str, &str)],
) -> Outcome<ServerProcess> {
    let recipe = Recipe {
        server: &checkout.server(false),
        before: &[],
        port,
        folder,
        host: HOST,
        dev: true,
        settings,
    };
    let mut server = ServerProcess::start(checkout, &recipe)?;
    server
        .wait_until_healthy(PATIENCE)
        .inspect_err(|_| show_log(&folder.display().to_string(), server.log()))?;
    for email in INVITED {
        invite(&mut recipe.command(checkout), email)?;
    }
    let (email, password) = ADMINISTRATOR;
    seed_account::create(
        &mut recipe.command(checkout),
        email,
        "Administrator",
        password,
        true,
    )?;
    Ok(server)
}

fn invite(command: &mut Command, email: &str) -> Outcome {
    command.args([
        "users",
        "invite",
        "--email",
        email,
        "--name",
        "Grace Hopper",
    ]);
    command.stdin(Stdio::null());
    let output = command.output().attempt("run latchkey users invite")?;
    if output.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(format!("{email} can't be invited: {errors}")))
}
