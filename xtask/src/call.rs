//! Running other programs and saying in a sentence how they failed.

use std::ffi::OsStr;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::failure::{Attempt as _, Failure, Outcome};

/// Runs a program whose output the person sees.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let status = command
        .status()
        .map_err(|error| not_started(command, &error))?;
    verdict(command, status)
}

/// Runs a program and gives what it printed; what it complained about is shown when it fails.
pub(crate) fn output_of(command: &mut Command) -> Outcome<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .map_err(|error| not_started(command, &error))?;
    verdict(command, output.status).map_err(|failure| {
        let complaint = String::from_utf8_lossy(&output.stderr);
        Failure::new(format!("{failure}\n{}", complaint.trim_end()))
    })?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program runs and is content. Nothing is shown.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs a program with this as its standard input and gives its exit status.
pub(crate) fn status_with_input(command: &mut Command, input: &str) -> Outcome<ExitStatus> {
    let mut child = command
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|error| not_started(command, &error))?;
    if let Some(mut pipe) = child.stdin.take() {
        // A program that ended without reading says more by its status than by a broken pipe.
        let _ = pipe.write_all(input.as_bytes());
    }
    child.wait().attempt(format!("wait for {}", shown(command)))
}

/// Where a program is that the shell would find by this name.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|candidate| is_program(candidate))
}

/// Whether there is a file that may be executed.
pub(crate) fn is_program(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

/// Puts folders before all others on the PATH of a command.
pub(crate) fn prepend_path(command: &mut Command, folders: &[PathBuf]) {
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let all = folders
        .iter()
        .cloned()
        .chain(std::env::split_paths(&inherited));
    if let Ok(joined) = std::env::join_paths(all) {
        command.env("PATH", joined);
    }
}

/// The reason when a program did not end well.
pub(crate) fn verdict(command: &Command, status: ExitStatus) -> Outcome {
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "`{}` failed ({status})",
        shown(command)
    )))
}

/// The reason when a program could not even start.
pub(crate) fn not_started(command: &Command, error: &std::io::Error) -> Failure {
    let program = command.get_program().to_string_lossy();
    if error.kind() == std::io::ErrorKind::NotFound {
        return Failure::new(format!("`{program}` is not there"));
    }
    Failure::new(format!("could not start `{program}`: {error}"))
}

/// The command as one would type it, cut where it gets long.
fn shown(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args().map(OsStr::to_string_lossy) {
        if line.len() + argument.len() > 200 {
            line.push_str(" …");
            break;
        }
        line.push(' ');
        line.push_str(&argument);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_named_with_what_it_said() {
        let failure =
            output_of(Command::new("sh").args(["-c", "echo broken >&2; exit 3"])).unwrap_err();
        let text = failure.to_string();
        assert!(
            text.contains("sh -c") && text.contains('3') && text.contains("broken"),
            "{text}"
        );
    }

    #[test]
    fn a_missing_program_is_named() {
        let failure = run(&mut Command::new("no-such-program-anywhere")).unwrap_err();
        assert_eq!(
            failure.to_string(),
            "`no-such-program-anywhere` is not there"
        );
    }

    #[test]
    fn input_reaches_the_program() {
        let mut command = Command::new("sh");
        command.args(["-c", "read word; test \"$word\" = open"]);
        assert!(status_with_input(&mut command, "open\n").unwrap().success());
    }
}
