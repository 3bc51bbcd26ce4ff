//! Making an account from outside, by the server's own command line.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::call;
use crate::failure::{Attempt as _, Failure, Outcome};

/// The exit code of `latchkey users create` for an address that has an account.
const EXISTS: i32 = 3;

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Seeded {
    Created,
    Existed,
}

/// Completes `command`, a server with its folder and environment, to `users create` and runs it.
pub(crate) fn create(
    command: &mut Command,
    email: &str,
    name: &str,
    password: &str,
    administrator: bool,
) -> Outcome<Seeded> {
    command
        .args([
            "users",
            "create",
            "--email",
            email,
            "--name",
            name,
            "--verified",
        ])
        .args(administrator.then_some("--admin"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut child = command
        .spawn()
        .map_err(|error| call::not_started(command, &error))?;
    if let Some(mut pipe) = child.stdin.take() {
        // A program that ended without reading says more by its status than by a broken pipe.
        let _ = writeln!(pipe, "{password}");
    }
    let output = child
        .wait_with_output()
        .attempt("wait for `latchkey users create`")?;
    match output.status.code() {
        Some(0) => Ok(Seeded::Created),
        Some(EXISTS) => Ok(Seeded::Existed),
        _ => Err(Failure::new(format!(
            "could not create the account {email}: {}",
            String::from_utf8_lossy(&output.stderr).trim_end()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn created_by(script: &str) -> Outcome<Seeded> {
        create(
            Command::new("sh").args(["-c", script, "latchkey"]),
            "a@b",
            "A",
            "secret",
            true,
        )
    }

    #[test]
    fn the_exit_code_decides() {
        let checked = "read word; test \"$word\" = secret && test \"$8\" = --admin";
        assert_eq!(created_by(checked), Ok(Seeded::Created));
        assert_eq!(created_by("exit 3"), Ok(Seeded::Existed));
        let refused = created_by("echo too short >&2; exit 1")
            .unwrap_err()
            .to_string();
        assert!(
            refused.contains("a@b") && refused.contains("too short"),
            "{refused}"
        );
    }
}
