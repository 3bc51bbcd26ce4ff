//! A server of our own, with a folder of its own, for journeys and measurements.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::announce;
use crate::checkout::Checkout;
use crate::environment;
use crate::failure::{Attempt as _, Failure, Outcome};
use crate::guarded_child::GuardedChild;
use crate::http;

const LINES_OF_LOG: usize = 50;

/// What to start and how.
#[derive(Clone, Debug)]
pub(crate) struct Recipe<'a> {
    /// The program.
    pub(crate) server: &'a Path,
    /// Programs and arguments before it, such as `taskset -c 0`.
    pub(crate) before: &'a [&'a str],
    /// Where it listens. A folder belongs to one public address for good.
    pub(crate) port: u16,
    /// Its working and data folder.
    pub(crate) folder: &'a Path,
    /// The host in its public address.
    pub(crate) host: &'a str,
    /// Starts in development mode.
    pub(crate) dev: bool,
    /// Settings beyond address and folder.
    pub(crate) settings: &'a [(&'a str, &'a str)],
}

impl Recipe<'_> {
    /// A call of the server, without its verb, that knows its folder and settings and nothing of
    /// our own environment.
    pub(crate) fn command(&self, checkout: &Checkout) -> Command {
        let mut words = self
            .before
            .iter()
            .map(AsRef::as_ref)
            .chain([self.server.as_os_str()]);
        let mut command = checkout.program(words.next().unwrap_or_default());
        environment::forget_configuration(&mut command);
        command
            .args(words)
            .current_dir(self.folder)
            .env(
                "LATCHKEY_LISTEN__ADDRESS",
                format!("127.0.0.1:{}", self.port),
            )
            .env(
                "LATCHKEY_PUBLIC_URL",
                format!("http://{}:{}", self.host, self.port),
            )
            .env("LATCHKEY_DATA__FOLDER", self.folder)
            .envs(self.settings.iter().copied());
        command
    }
}

/// A server that ends when its holder does.
#[derive(Debug)]
pub(crate) struct ServerProcess {
    child: GuardedChild,
    port: u16,
    host: String,
    log: PathBuf,
}

impl ServerProcess {
    /// Starts it; it need not answer yet.
    pub(crate) fn start(checkout: &Checkout, recipe: &Recipe<'_>) -> Outcome<Self> {
        let log = recipe.folder.join("server.log");
        let output = File::create(&log).attempt(format!("write {}", log.display()))?;
        let errors = output.try_clone().attempt("share the log")?;
        let mut command = recipe.command(checkout);
        command.arg("serve").args(recipe.dev.then_some("--dev"));
        command.stdin(Stdio::null()).stdout(output).stderr(errors);
        let child = GuardedChild::start(&mut command, recipe.folder, "TERM")?;
        Ok(Self {
            child,
            port: recipe.port,
            host: recipe.host.to_owned(),
            log,
        })
    }

    /// Waits until it answers its health check.
    pub(crate) fn wait_until_healthy(&mut self, patience: Duration) -> Outcome {
        let started = Instant::now();
        while started.elapsed() < patience {
            if http::get(&self.address(), "/healthz", "").is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            if let Some(status) = self.child.ended() {
                return Err(Failure::new(format!("the server ended at once ({status})")));
            }
            sleep(Duration::from_millis(50));
        }
        Err(Failure::new(format!(
            "the server did not answer within {} s",
            patience.as_secs()
        )))
    }

    /// Ends it and insists that it ended in good order.
    pub(crate) fn stop(mut self) -> Outcome {
        let status = self.child.stop()?;
        if status.success() {
            return Ok(());
        }
        Err(Failure::new(format!(
            "the server did not end well after SIGTERM ({status})"
        )))
    }

    /// Where it listens, as `host:port`.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The address that browsers use.
    pub(crate) fn url(&self) -> String {
        format!("http://{}:{}", self.host, self.port)
    }

    /// The process.
    pub(crate) fn child(&mut self) -> &mut GuardedChild {
        &mut self.child
    }

    /// Where it logs to.
    pub(crate) fn log(&self) -> &Path {
        &self.log
    }
}

/// Prints the end of a server's log.
pub(crate) fn show_log(name: &str, log: &Path) {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    announce::note(&format!(
        "the last lines of the log of the server on {name}:"
    ));
    for line in last_lines(&text, LINES_OF_LOG) {
        println!("   | {line}");
    }
}

fn last_lines(text: &str, count: usize) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_log_is_what_matters() {
        assert_eq!(last_lines("a\nb\nc\n", 2), ["b", "c"]);
        assert_eq!(last_lines("a\n", 2), ["a"]);
        assert!(last_lines("", 2).is_empty());
    }
}
