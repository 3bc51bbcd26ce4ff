//! The reverse proxy that some tests put in front of the server. They start it with a configuration
//! of their own; a running service is neither needed nor touched.

use std::path::PathBuf;

use super::debian_packages;
use crate::call;
use crate::failure::{Failure, Outcome};

/// Where distributions put it, which is not on everybody's PATH.
const USUAL: &str = "/usr/sbin/nginx";
const SERVICE: &str = "nginx.service";

/// nginx's program.
pub(crate) fn ensure() -> Outcome<PathBuf> {
    if let Some(found) = find() {
        return Ok(found);
    }
    if debian_packages::are_available() {
        install_without_a_service()?;
    }
    find().ok_or_else(|| Failure::new("install nginx; the tests put it in front of the server"))
}

fn find() -> Option<PathBuf> {
    let usual = PathBuf::from(USUAL);
    call::on_path("nginx").or_else(|| call::is_program(&usual).then_some(usual))
}

/// Debian starts what it installs, now and at every boot; nobody asked for that here.
fn install_without_a_service() -> Outcome {
    systemctl("mask");
    let outcome = debian_packages::install(&["nginx"]);
    systemctl("unmask");
    systemctl("disable");
    outcome
}

/// Without systemd there is no service to keep from starting.
fn systemctl(verb: &str) {
    if call::on_path("systemctl").is_some()
        && let Some(mut command) = debian_packages::as_root("systemctl")
    {
        let _ = call::output_of(command.args(["--quiet", verb, SERVICE]));
    }
}
