//! wasm-opt, which makes release bundles small. The npm package is the one way to get it in an
//! exact version everywhere; file names are hashed before it runs, so the version is pinned.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{tools_folder, versions};
use crate::announce;
use crate::call;
use crate::failure::{Failure, Outcome};

const MAJOR: &str = "132";
const PACKAGE: &str = "binaryen@132.0.0";

/// The folder to put on PATH, or nothing when the PATH has the right version already.
pub(super) fn ensure() -> Outcome<Option<PathBuf>> {
    if call::on_path("wasm-opt").is_some_and(|found| is_right(&found)) {
        return Ok(None);
    }
    let folder = tools_folder::of("binaryen", MAJOR)?;
    let programs = folder.join("node_modules/.bin");
    if !is_right(&programs.join("wasm-opt")) {
        announce::note("installing binaryen from npm");
        let mut npm = Command::new("npm");
        npm.args([
            "install",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
            "--prefix",
        ])
        .arg(&folder)
        .arg(PACKAGE);
        call::run(&mut npm)?;
    }
    if is_right(&programs.join("wasm-opt")) {
        return Ok(Some(programs));
    }
    Err(Failure::new(format!(
        "wasm-opt {MAJOR} does not run from {}",
        programs.display()
    )))
}

fn is_right(program: &Path) -> bool {
    call::is_program(program)
        && call::output_of(Command::new(program).arg("--version"))
            .is_ok_and(|output| versions::first_number(&output) == Some(MAJOR))
}
