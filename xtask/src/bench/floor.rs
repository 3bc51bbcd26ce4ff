//! The argon2id alone, which no sign-in can be faster than.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::pinning;
use crate::call;
use crate::checkout::Checkout;
use crate::failure::{Failure, Outcome};
use crate::free_port;
use crate::guarded_child::GuardedChild;
use crate::http;

const SECONDS_OF_LOOP: &str = "10";
const PATIENCE: Duration = Duration::from_secs(5);

/// A bare program on the first core that is sent the form as the server is, and only hashes.
#[derive(Debug)]
pub(super) struct Floor {
    _child: GuardedChild,
    /// Where it listens.
    pub(super) address: String,
}

/// The programs that do nothing else.
#[derive(Clone, Debug)]
pub(super) struct Programs {
    /// Verifies passwords.
    pub(super) hashing: PathBuf,
    /// Verifies tokens.
    pub(super) api: PathBuf,
}

/// Builds them.
pub(super) fn build(checkout: &Checkout) -> Outcome<Programs> {
    let mut build = checkout.cargo();
    build.args(["build", "--release", "-p", "server"]);
    build.args(["--example", "hashing_floor", "--example", "api_floor"]);
    call::run(&mut build)?;
    let folder = checkout.server(true).with_file_name("examples");
    Ok(Programs {
        hashing: folder.join("hashing_floor"),
        api: folder.join("api_floor"),
    })
}

/// Verifications per second in a loop, without anything around it.
pub(super) fn in_a_loop(checkout: &Checkout, program: &Path) -> Outcome<f64> {
    let [first, rest @ ..] = pinning::FIRST_CORE;
    let mut command = checkout.program(first);
    let command = command
        .args(rest)
        .arg(program)
        .args(["loop", SECONDS_OF_LOOP]);
    let output = call::output_of(command)?;
    rate(&output).ok_or_else(|| Failure::new("hashing_floor printed no rate"))
}

/// Starts the one that verifies passwords.
pub(super) fn start(checkout: &Checkout, program: &Path, folder: &Path) -> Outcome<Floor> {
    let port = free_port::pick()?;
    serve(
        checkout,
        program,
        folder,
        port,
        &["serve", &port.to_string()],
    )
}

/// Starts the one that verifies tokens of an issuer, by the keys in the first file; the second holds what
/// else never changes.
pub(super) fn start_api(
    checkout: &Checkout,
    program: &Path,
    folder: &Path,
    issuer: &str,
    [keys, metadata]: [&Path; 2],
) -> Outcome<Floor> {
    let port = free_port::pick()?;
    let (keys, metadata) = (keys.display().to_string(), metadata.display().to_string());
    let words = [&*port.to_string(), issuer, &keys, &metadata];
    serve(checkout, program, folder, port, &words)
}

fn serve(
    checkout: &Checkout,
    program: &Path,
    folder: &Path,
    port: u16,
    words: &[&str],
) -> Outcome<Floor> {
    let [first, rest @ ..] = pinning::FIRST_CORE;
    let mut command = checkout.program(first);
    command
        .args(rest)
        .arg(program)
        .args(words)
        .stdin(Stdio::null());
    let child = GuardedChild::start(&mut command, folder, "TERM")?;
    let address = format!("127.0.0.1:{port}");
    let started = Instant::now();
    while http::get(&address, "/healthz", "").is_err() {
        if started.elapsed() > PATIENCE {
            return Err(Failure::new("the floor did not answer"));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(Floor {
        _child: child,
        address,
    })
}

fn rate(output: &str) -> Option<f64> {
    output.lines().find_map(|line| {
        line.strip_prefix("verifications_per_second=")?
            .trim()
            .parse()
            .ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_stands_on_a_line_of_its_own() {
        assert_eq!(
            rate("warming up\nverifications_per_second=104.5\n"),
            Some(104.5)
        );
        assert_eq!(rate("nothing"), None);
    }
}
