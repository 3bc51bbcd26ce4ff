//! The browser journeys, against one server on each database.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::cluster::Cluster;
use super::counted_run::counted;
use super::counts::{self, Counts};
use crate::announce;
use crate::checkout::Checkout;
use crate::failure::{Attempt as _, Failure, Outcome};
use crate::free_port;
use crate::scratch_folder::ScratchFolder;
use crate::server_process::{Recipe, ServerProcess, show_log};

const DATABASE: &str = "latchkey_journeys";
const PATIENCE: Duration = Duration::from_secs(30);
/// Whom the journey of an invited person finds invited, with JavaScript and without.
const INVITED: [&str; 2] = ["invited.js@example.com", "invited.plain@example.com"];

/// Starts both servers, runs Playwright and ends the servers. That they end in good order is part
/// of the verdict.
pub(super) fn run(
    checkout: &Checkout,
    scratch: &ScratchFolder,
    cluster: &Cluster,
    chromium: &Path,
) -> Outcome<Counts> {
    cluster.create_database(DATABASE)?;
    let database = cluster.url(DATABASE);
    // Long enough to be seen, short enough to be waited for.
    let wait = ("LATCHKEY_THROTTLE__FIRST_WAIT_SECONDS", "10");
    // Everybody here signs up from one address.
    let crowd = ("LATCHKEY_THROTTLE__SIGNUPS_PER_ADDRESS", "10000");
    let sqlite = start(checkout, &scratch.part("journeys-sqlite")?, &[wait, crowd])?;
    let settings = [wait, crowd, ("LATCHKEY_DATABASE__URL", database.as_str())];
    let postgres = start(checkout, &scratch.part("journeys-postgres")?, &settings)?;

    let mut playwright = checkout.program("npx");
    playwright
        .current_dir(checkout.root().join("end2end"))
        .args(["--no-install", "playwright", "test", "--reporter=list"])
        .env("LATCHKEY_E2E_SQLITE_URL", sqlite.url())
        .env("LATCHKEY_E2E_POSTGRES_URL", postgres.url())
        .env("LATCHKEY_CHROMIUM", chromium);
    let outcome = counted(&mut playwright, counts::in_playwright_line);

    let mut counts = outcome.unwrap_or_else(|failure| {
        announce::error(&failure);
        Counts::of(0, 1)
    });
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

fn start(checkout: &Checkout, folder: &Path, settings: &[(&str, &str)]) -> Outcome<ServerProcess> {
    let recipe = Recipe {
        server: &checkout.server(false),
        before: &[],
        port: free_port::pick()?,
        folder,
        host: "localhost",
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
