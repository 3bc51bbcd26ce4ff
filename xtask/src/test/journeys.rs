//! The browser journeys, against one server on each database.

use std::path::Path;
use std::time::Duration;

use super::cluster::Cluster;
use super::counted_run::counted;
use super::counts::{self, Counts};
use crate::announce;
use crate::checkout::Checkout;
use crate::failure::Outcome;
use crate::free_port;
use crate::scratch_folder::ScratchFolder;
use crate::server_process::{Recipe, ServerProcess, show_log};

const DATABASE: &str = "latchkey_journeys";
const PATIENCE: Duration = Duration::from_secs(30);

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
    let sqlite = start(checkout, &scratch.part("journeys-sqlite")?, &[wait])?;
    let settings = [wait, ("LATCHKEY_DATABASE__URL", database.as_str())];
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
        Counts {
            passed: 0,
            failed: 1,
        }
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
    Ok(server)
}
