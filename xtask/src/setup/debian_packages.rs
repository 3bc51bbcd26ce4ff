//! Installing packages on Debian and its descendants, where we may.

use std::ffi::OsStr;
use std::process::Command;

use crate::announce;
use crate::call;
use crate::failure::{Failure, Outcome};

/// Whether this system has Debian's package manager.
pub(super) fn are_available() -> bool {
    call::on_path("apt-get").is_some()
}

/// Installs those of the packages that are not installed.
pub(super) fn install(packages: &[&str]) -> Outcome {
    let missing: Vec<&str> = packages
        .iter()
        .copied()
        .filter(|name| !is_installed(name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    let Some(mut update) = as_root("apt-get") else {
        return Err(Failure::new(format!(
            "not root and no password-less sudo; run `sudo apt-get install {names}`"
        )));
    };
    announce::note(&format!("installing Debian packages: {names}"));
    update.args(["update", "-qq"]);
    // An unreachable mirror beside a reachable one is no reason to stop: the install decides.
    let _ = call::run(&mut update);
    let mut install = as_root("env").ok_or_else(|| Failure::new("sudo stopped working"))?;
    install
        .args([
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "install",
            "-y",
            "-qq",
        ])
        .args([
            "--no-install-recommends",
            "-o",
            "Dpkg::Options::=--force-confold",
            "-o",
            "Dpkg::Use-Pty=0",
        ])
        .args(&missing);
    call::run(&mut install).map_err(|failure| {
        Failure::new(format!(
            "{failure}. By hand: `sudo apt-get install {names}`"
        ))
    })
}

/// A command with root's rights, when there is a way to them that asks nothing.
pub(super) fn as_root(program: impl AsRef<OsStr>) -> Option<Command> {
    if is_root() {
        return Some(Command::new(program));
    }
    if !call::succeeds(Command::new("sudo").args(["-n", "true"])) {
        return None;
    }
    let mut command = Command::new("sudo");
    command.arg("-n").arg(program);
    Some(command)
}

/// Whether this process is root's.
pub(super) fn is_root() -> bool {
    call::output_of(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn is_installed(package: &str) -> bool {
    call::output_of(Command::new("dpkg-query").args(["-W", "-f=${db:Status-Status}", package]))
        .is_ok_and(|status| status == "installed")
}
