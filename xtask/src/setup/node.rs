//! Node, for wasm-opt, compression and the browser journeys.

use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use super::versions;
use crate::announce;
use crate::call;
use crate::checkout::Checkout;
use crate::failure::{Failure, Outcome};

const OLDEST: u32 = 20;

/// The version of the Node that is there, when it is new enough.
pub(crate) fn ensure() -> Outcome<String> {
    let output = call::output_of(Command::new("node").arg("--version")).unwrap_or_default();
    let version = versions::first_number(&output).unwrap_or("none");
    let new_enough = versions::major(version).is_some_and(|major| major >= OLDEST);
    if new_enough && call::on_path("npm").is_some() {
        return Ok(version.to_owned());
    }
    Err(Failure::new(format!(
        "Node {OLDEST} or newer with npm is needed (found: {version}); get it from nodejs.org or \
         your distribution (Debian: `apt-get install nodejs npm`)"
    )))
}

/// Installs what end2end/package-lock.json names, unless it is there.
pub(crate) fn ensure_end2end_packages(checkout: &Checkout) -> Outcome {
    ensure_packages(checkout, "end2end")
}

/// Installs what the package-lock.json of a folder names, unless it is there.
pub(crate) fn ensure_packages(checkout: &Checkout, name: &str) -> Outcome {
    ensure()?;
    let folder = checkout.root().join(name);
    if !folder.join("package-lock.json").is_file() {
        return Err(Failure::new(format!(
            "{name}/package-lock.json is not there"
        )));
    }
    let wanted = changed(&folder.join("package-lock.json"));
    let installed = changed(&folder.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= wanted {
        return Ok(());
    }
    announce::note(&format!("installing the packages of {name} from npm"));
    let mut npm = checkout.program("npm");
    // The browser is the system's own; Playwright's download would be a second one.
    npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(&folder)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    call::run(&mut npm)
}

fn changed(file: &Path) -> Option<SystemTime> {
    file.metadata().ok()?.modified().ok()
}
