//! Makes sure of every tool, and installs what is missing. Each step is quick when it is done.

mod binaryen;
mod cargo_tool;
mod chromium;
mod debian_packages;
mod debian_rust;
mod nginx;
mod node;
mod postgres;
mod python;
mod tools_folder;
mod versions;
mod wasm_target;

use std::process::{Command, ExitCode};

use crate::announce;
use crate::call;
use crate::checkout::Checkout;
use crate::failure::{Failure, Outcome};

pub(crate) use chromium::ensure as chromium;
pub(crate) use nginx::ensure as nginx;
pub(crate) use node::{
    ensure as node, ensure_end2end_packages as end2end_packages, ensure_packages as packages,
};
pub(crate) use postgres::ensure as postgres;
pub(crate) use python::ensure as python;

/// What a command needs in order to build for the browser.
#[derive(Clone, Debug)]
pub(crate) struct BrowserBuild {
    /// The toolchain for wasm32, where it is not the default one.
    toolchain: Option<&'static str>,
    /// Folders of tools that the PATH does not have in the right version.
    path: Vec<std::path::PathBuf>,
}

impl BrowserBuild {
    /// Gives the command the toolchain and the tools.
    pub(crate) fn equip(&self, command: &mut Command) {
        if let Some(toolchain) = self.toolchain {
            command.env("RUSTUP_TOOLCHAIN", toolchain);
        }
        call::prepend_path(command, &self.path);
    }
}

/// What makes the bundle: the wasm32 target, Trunk and wasm-bindgen; wasm-opt where it is optimised.
pub(crate) fn browser_build(checkout: &Checkout, optimised: bool) -> Outcome<BrowserBuild> {
    let toolchain = wasm_target::ensure(checkout)?;
    let lock = checkout.read("Cargo.lock").unwrap_or_default();
    let bindgen = versions::locked(&lock, "wasm-bindgen")
        .or_else(|| versions::pinned(&checkout.read("Cargo.toml").ok()?, "wasm-bindgen"))
        .ok_or_else(|| Failure::new("neither Cargo.lock nor Cargo.toml names a wasm-bindgen"))?;
    let mut path = Vec::new();
    path.extend(cargo_tool::trunk().ensure(checkout)?);
    path.extend(cargo_tool::wasm_bindgen(&bindgen).ensure(checkout)?);
    if optimised {
        node::ensure()?;
        path.extend(binaryen::ensure()?);
    }
    Ok(BrowserBuild { toolchain, path })
}

/// Fetches the crates that Cargo.lock names, since Trunk builds offline.
pub(crate) fn crates(checkout: &Checkout) -> Outcome {
    let mut fetch = checkout.cargo();
    fetch.args(["fetch", "--quiet"]);
    if checkout.root().join("Cargo.lock").is_file() {
        fetch.arg("--locked");
    }
    call::run(&mut fetch)
}

/// The verb `setup`: tries everything, so that one run tells all that is missing.
pub(crate) fn everything(checkout: &Checkout) -> ExitCode {
    let mut complete = true;
    let mut tell = |what: &str, outcome: Outcome<String>| match outcome {
        Ok(found) => announce::passed(&format!("{what}: {found}")),
        Err(failure) => {
            complete = false;
            announce::failed(&format!("{what}: {failure}"));
        }
    };
    announce::headline("Setup");
    tell("crates", crates(checkout).map(|()| "fetched".to_owned()));
    tell(
        "browser build",
        browser_build(checkout, true).map(|build| match build.toolchain {
            Some(toolchain) => format!("ready, wasm32 by the toolchain `{toolchain}`"),
            None => "ready".to_owned(),
        }),
    );
    tell("Node", node());
    tell(
        "end2end packages",
        end2end_packages(checkout).map(|()| "installed".to_owned()),
    );
    tell(
        "Chromium",
        chromium().map(|path| path.display().to_string()),
    );
    tell(
        "PostgreSQL",
        postgres().map(|path| path.display().to_string()),
    );
    tell(
        "Python",
        python(checkout).map(|path| path.display().to_string()),
    );
    tell("nginx", nginx().map(|path| path.display().to_string()));
    if complete {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
