//! Programs that must not outlive us, however we end.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::call;
use crate::failure::{Attempt as _, Failure, Outcome};

/// How long a program may take to end after it was asked to.
const PATIENCE: Duration = Duration::from_secs(10);

/// Reads the program's id, and then until we say "done" or our end of the pipe closes because we
/// are gone. In the second case it ends the program and removes its folder, and the one around it
/// once that is empty.
const WATCH: &str = r#"
read -r child || exit 0
read -r word
[ "$word" = done ] && exit 0
kill -"$1" "$child"
tries=0
while kill -0 "$child" && [ $tries -lt 50 ]; do sleep 0.2; tries=$((tries + 1)); done
kill -KILL "$child"
rm -rf "$2"
rmdir "$(dirname "$2")"
"#;

/// A running program with a watcher beside it.
#[derive(Debug)]
pub(crate) struct GuardedChild {
    child: Child,
    started: Instant,
    watcher: Child,
    signal: &'static str,
}

impl GuardedChild {
    /// Starts the program. The folder is its own; `signal` asks it to end in good order.
    pub(crate) fn start(
        command: &mut Command,
        folder: &Path,
        signal: &'static str,
    ) -> Outcome<Self> {
        // First, so that it costs the program nothing.
        let mut watcher = Command::new("sh")
            .args(["-c", WATCH, "watch", signal])
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A group of its own: Ctrl-C is meant for us, and then the watcher has work to do.
            .process_group(0)
            .spawn()
            .attempt("start a watcher")?;
        let started = Instant::now();
        let spawned = command
            .spawn()
            .map_err(|error| call::not_started(command, &error));
        let child = spawned.inspect_err(|_| {
            drop(watcher.stdin.take());
            let _ = watcher.wait();
        })?;
        if let Some(pipe) = &mut watcher.stdin {
            let _ = writeln!(pipe, "{}", child.id());
        }
        Ok(Self {
            child,
            started,
            watcher,
            signal,
        })
    }

    /// The process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// When it was started.
    pub(crate) fn started(&self) -> Instant {
        self.started
    }

    /// Its standard output, once, if that is a pipe.
    pub(crate) fn take_output(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// How it ended, if it did.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Asks the program to end, and makes it after ten seconds. Its exit status when it ended by
    /// itself.
    pub(crate) fn stop(&mut self) -> Outcome<ExitStatus> {
        let outcome = self.end();
        if let Some(mut pipe) = self.watcher.stdin.take() {
            let _ = pipe.write_all(b"done\n");
        }
        let _ = self.watcher.wait();
        outcome
    }

    fn end(&mut self) -> Outcome<ExitStatus> {
        if let Some(status) = self.ended() {
            return Ok(status);
        }
        let id = self.child.id().to_string();
        call::succeeds(
            Command::new("kill")
                .arg(format!("-{}", self.signal))
                .arg(&id),
        );
        let asked = Instant::now();
        while asked.elapsed() < PATIENCE {
            if let Some(status) = self.ended() {
                return Ok(status);
            }
            sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        Err(Failure::new(format!(
            "it did not end within {} s of SIG{}",
            PATIENCE.as_secs(),
            self.signal
        )))
    }
}

impl Drop for GuardedChild {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sleeping() -> GuardedChild {
        let folder = std::env::temp_dir().join("latchkey-no-such-parent/none");
        GuardedChild::start(Command::new("sleep").arg("60"), &folder, "TERM").unwrap()
    }

    #[test]
    fn a_program_is_ended_by_the_signal() {
        let mut child = sleeping();
        assert_eq!(child.ended(), None);
        assert!(!child.stop().unwrap().success());
    }

    #[test]
    fn the_watcher_ends_what_we_leave_behind() {
        let mut child = sleeping();
        // What happens to the pipe when this process is killed.
        drop(child.watcher.stdin.take());
        let left = Instant::now();
        while child.ended().is_none() {
            assert!(left.elapsed() < PATIENCE, "it still runs");
            sleep(Duration::from_millis(20));
        }
    }

    #[test]
    fn a_program_that_is_not_there_leaves_no_watcher() {
        let mut command = Command::new("no-such-program-anywhere");
        let started = GuardedChild::start(&mut command, Path::new("/nowhere/none"), "TERM");
        assert!(started.is_err());
    }
}
