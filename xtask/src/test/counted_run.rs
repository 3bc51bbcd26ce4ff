//! Running a test program while reading its counts.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use super::counts::Counts;
use crate::call;
use crate::failure::{Attempt as _, Outcome};

/// Runs a test program, shows what it prints and sums up what its lines say.
pub(super) fn counted(
    command: &mut Command,
    counts_in: impl Fn(&str) -> Counts,
) -> Outcome<Counts> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| call::not_started(command, &error))?;
    let mut counts = Counts::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line.attempt("read what the tests print")?;
            let text = String::from_utf8_lossy(&line);
            counts += counts_in(&text);
            println!("{text}");
        }
    }
    let status = child.wait().attempt("wait for the tests")?;
    // A test program that does not compile, or that tells of no test, is a failure of its own.
    if counts.failed == 0 && (!status.success() || counts.passed == 0) {
        counts.failed = 1;
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test::counts::in_cargo_line;

    fn counted_in(script: &str) -> Counts {
        counted(Command::new("sh").args(["-c", script]), in_cargo_line).unwrap()
    }

    #[test]
    fn results_add_up() {
        let script = "for n in 1 2; do echo 'test result: ok. 2 passed; 0 failed; 0 ignored'; done";
        assert_eq!(counted_in(script), Counts::of(4, 0));
    }

    #[test]
    fn a_program_that_fails_without_saying_so_is_a_failure() {
        let script = "echo 'test result: ok. 2 passed; 0 failed; 0 ignored'; exit 101";
        assert_eq!(counted_in(script), Counts::of(2, 1));
        assert_eq!(counted_in("true"), Counts::of(0, 1));
    }
}
