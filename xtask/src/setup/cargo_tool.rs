//! Programs of the browser build that come from crates: Trunk and wasm-bindgen.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{tools_folder, versions};
use crate::announce;
use crate::call;
use crate::checkout::Checkout;
use crate::failure::{Failure, Outcome};

const TRUNK_VERSION: &str = "0.21.14";

/// A program in exactly one version, and how it is built the fast way.
pub(super) struct CargoTool {
    package: &'static str,
    program: &'static str,
    version: String,
    duration: &'static str,
    install: &'static [&'static str],
    profile: &'static [(&'static str, &'static str)],
}

/// Trunk, which names its files differently from version to version.
pub(super) fn trunk() -> CargoTool {
    CargoTool {
        package: "trunk",
        program: "trunk",
        version: TRUNK_VERSION.to_owned(),
        duration: "10 minutes (20 on a busy machine)",
        // Without TLS and update check it has a third fewer crates; its release profile would
        // double the time for a program that mostly waits for cargo.
        install: &["--locked", "--no-default-features", "--debug"],
        profile: &[
            ("CARGO_PROFILE_DEV_DEBUG", "0"),
            ("CARGO_PROFILE_DEV_STRIP", "symbols"),
            ("CARGO_PROFILE_DEV_OPT_LEVEL", "1"),
        ],
    }
}

/// The program that must equal the library of the same name in Cargo.lock.
pub(super) fn wasm_bindgen(version: &str) -> CargoTool {
    CargoTool {
        package: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        version: version.to_owned(),
        duration: "3 minutes",
        // Half a second for a whole bundle without optimisation, which would double the build.
        install: &["--debug"],
        profile: &[
            ("CARGO_PROFILE_DEV_DEBUG", "0"),
            ("CARGO_PROFILE_DEV_STRIP", "symbols"),
        ],
    }
}

impl CargoTool {
    /// The folder to put on PATH, or nothing when the PATH has the right version already.
    pub(super) fn ensure(&self, checkout: &Checkout) -> Outcome<Option<PathBuf>> {
        // Only the first one on PATH counts: that is the one that Trunk would take.
        if call::on_path(self.program).is_some_and(|found| self.is_right(&found)) {
            return Ok(None);
        }
        let folder = tools_folder::of(self.program, &self.version)?;
        let programs = folder.join("bin");
        if self.is_right(&programs.join(self.program)) {
            return Ok(Some(programs));
        }
        if !self.fetched_ready_made(checkout, &folder) {
            self.build(checkout, &folder)?;
        }
        if self.is_right(&programs.join(self.program)) {
            return Ok(Some(programs));
        }
        Err(Failure::new(format!(
            "{} {} was installed into {} but does not run",
            self.package,
            self.version,
            programs.display()
        )))
    }

    fn is_right(&self, program: &Path) -> bool {
        call::is_program(program)
            && call::output_of(Command::new(program).arg("--version"))
                .is_ok_and(|output| versions::first_number(&output) == Some(&self.version))
    }

    fn fetched_ready_made(&self, checkout: &Checkout, folder: &Path) -> bool {
        if call::on_path("cargo-binstall").is_none() {
            return false;
        }
        announce::note(&format!(
            "fetching {} {} by cargo-binstall",
            self.package, self.version
        ));
        let mut binstall = checkout.cargo();
        binstall
            .args([
                "binstall",
                "--no-confirm",
                "--disable-strategies",
                "compile",
                "--root",
            ])
            .arg(folder)
            .arg(format!("{}@{}", self.package, self.version));
        call::run(&mut binstall).is_ok()
    }

    fn build(&self, checkout: &Checkout, folder: &Path) -> Outcome {
        announce::long_step(
            &format!("building {} {}", self.package, self.version),
            self.duration,
        );
        let build = folder.join("build");
        let mut install = checkout.cargo();
        // Outside the checkout, whose own cargo configuration is not meant for other programs.
        install
            .current_dir(folder)
            .args(["install", self.package, "--version", &self.version])
            .args(self.install)
            .arg("--root")
            .arg(folder)
            .envs(self.profile.iter().copied())
            .env("CARGO_TARGET_DIR", &build);
        let outcome = call::run(&mut install);
        // Kept after a failure (a network that broke off), so that the next attempt goes on there.
        if outcome.is_ok() {
            let _ = std::fs::remove_dir_all(&build);
        }
        outcome.map_err(|failure| {
            Failure::new(format!(
                "{failure}. By hand: cargo install {} --version {} {}",
                self.package,
                self.version,
                self.install.join(" ")
            ))
        })
    }
}
