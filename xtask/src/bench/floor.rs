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

/// Builds the program that does nothing else.
pub(super) fn build(checkout: &Checkout) -> Outcome<PathBuf> {
    let mut build = checkout.cargo();
    build.args([
        "build",
        "--release",
        "-p",
        "server",
        "--example",
        "hashing_floor",
    ]);
    call::run(&mut build)?;
    Ok(checkout
        .server(true)
        .with_file_name("examples")
        .join("hashing_floor"))
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

/// Starts it.
pub(super) fn start(checkout: &Checkout, program: &Path, folder: &Path) -> Outcome<Floor> {
    let [first, rest @ ..] = pinning::FIRST_CORE;
    let port = free_port::pick()?;
    let mut command = checkout.program(first);
    command
        .args(rest)
        .arg(program)
        .args(["serve", &port.to_string()])
        .stdin(Stdio::null());
    let child = GuardedChild::start(&mut command, folder, "TERM")?;
    let address = format!("127.0.0.1:{port}");
    let started = Instant::now();
    while http::get(&address, "/healthz", "").is_err() {
        if started.elapsed() > PATIENCE {
            return Err(Failure::new("hashing_floor did not answer"));
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
