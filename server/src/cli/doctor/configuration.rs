//! What is configured: mistakes, and what is hardly meant.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use domain::accounts::SignUpPolicy;

use super::report::{Report, counted};
use crate::config::{Config, ConfigErrors, DEFAULT_FILE, is_secret};

const NAME: &str = "configuration";

/// One finding for each mistake.
pub(super) fn mistakes(report: &mut Report, errors: &ConfigErrors) {
    for error in errors {
        report.problem(
            NAME,
            error.to_string(),
            "correct it; `latchkey check-config --sample` prints every key with its explanation",
        );
    }
}

/// What passes, but is hardly meant.
pub(super) fn check(report: &mut Report, config: &Config, file: Option<&Path>) {
    let address = config.listen.address;
    let url = &config.public_url;
    if !url.is_https() && !address.ip().is_loopback() {
        report.warning(
            NAME,
            format!(
                "public_url is {}, so nobody but this machine is answered, while everybody can reach {address}",
                url.issuer()
            ),
            "set public_url to the address that people use, or listen.address to 127.0.0.1",
        );
    }
    if address.port() != 0 && url.is_elsewhere(address.port()) {
        report.warning(
            NAME,
            format!(
                "public_url is {}, but {address} is listened on",
                url.issuer()
            ),
            "set public_url to the port that is listened on",
        );
    }
    let speaks_https = config.tls.files.is_some();
    if url.is_https() && !speaks_https && config.http.proxy_hops == 0 {
        report.warning(
            NAME,
            "public_url is https, which a reverse proxy has to speak, but http.proxy_hops is 0: everybody \
             seems to come from the proxy's address, and one of them can use up what all may do",
            "set http.proxy_hops to the number of reverse proxies in front, mostly 1, or let Latchkey speak https \
             itself (tls.certificate)",
        );
    }
    if config.accounts.signup == SignUpPolicy::Open && config.smtp.is_none() {
        report.warning(
            NAME,
            "sign-up is open, but no mail leaves: nobody can confirm an address by themselves",
            "set smtp.host, or pass on what `latchkey mail list` shows",
        );
    }
    let file = file.unwrap_or_else(|| Path::new(DEFAULT_FILE));
    let set = config.describe();
    check_secrecy(report, &set, file);
    if !report.has_complaint(NAME) {
        let from = |source: &str| {
            let set = set.iter().filter(|(_, _, from)| *from == source);
            counted(set.count(), "key")
        };
        let (file, environment) = (from("file"), from("environment"));
        report.ok(
            NAME,
            format!("{file} set by the file, {environment} by the environment"),
        );
    }
}

/// A file that holds a secret is nobody else's business.
fn check_secrecy(report: &mut Report, set: &[(String, String, &'static str)], file: &Path) {
    let held = set
        .iter()
        .any(|(name, _, source)| *source == "file" && is_secret(name));
    let open = fs::metadata(file).is_ok_and(|file| file.permissions().mode() & 0o007 != 0);
    if held && open {
        report.warning(
            NAME,
            format!(
                "{} holds a secret, and everybody on this machine can read it",
                file.display()
            ),
            format!("chmod o= {}", file.display()),
        );
    }
}
