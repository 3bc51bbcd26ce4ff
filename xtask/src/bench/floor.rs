//! The argon2id alone, which no sign-in can be faster than.

use std::path::{Path, PathBuf};

use super::pinning;
use crate::call;
use crate::checkout::Checkout;
use crate::failure::{Failure, Outcome};

const SECONDS: &str = "10";

/// Builds the program that does nothing else.
pub(super) fn build(checkout: &Checkout) -> Outcome<PathBuf> {
    let mut build = checkout.cargo();
    build.args([
        "build",
        "--release",
        "-p",
        "domain",
        "--example",
        "hashing_floor",
    ]);
    call::run(&mut build)?;
    Ok(checkout
        .server(true)
        .with_file_name("examples")
        .join("hashing_floor"))
}

/// Verifications per second on the first core.
pub(super) fn measure(checkout: &Checkout, program: &Path) -> Outcome<f64> {
    let [first, rest @ ..] = pinning::FIRST_CORE;
    let mut command = checkout.program(first);
    let output = call::output_of(command.args(rest).arg(program).arg(SECONDS))?;
    rate(&output).ok_or_else(|| Failure::new("hashing_floor printed no rate"))
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
