//! The verb `run`: from a fresh clone to a running server, ready to sign in to.

mod administrator;
mod password;

use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::announce;
use crate::bundle;
use crate::call;
use crate::checkout::Checkout;
use crate::environment;
use crate::failure::{Attempt as _, Outcome};
use crate::verb::RunOptions;
use crate::{free_port, http};

const DEFAULT_LISTEN: &str = "127.0.0.1:8080";
const DEFAULT_URL: &str = "http://localhost:8080";
const PATIENCE: Duration = Duration::from_mins(1);

/// A password that a person can copy by hand.
pub(crate) fn new_password() -> Outcome<String> {
    password::generate()
}

/// Builds, seeds and serves. Returns only when something is wrong: at the end this process
/// *becomes* the server, so that Ctrl-C, signals and the exit status are the server's own.
pub(crate) fn serve(checkout: &Checkout, options: RunOptions) -> Outcome<ExitCode> {
    let listen = setting("LATCHKEY_LISTEN__ADDRESS", DEFAULT_LISTEN);
    free_port::require(&listen)?;
    if !options.no_bundle {
        announce::headline("Bundle");
        bundle::build_if_changed(checkout, options.release)?;
    }
    announce::headline("Server");
    let mut build = checkout.cargo();
    build
        .args(["build", "-p", "server"])
        .args(options.release.then_some("--release"));
    call::run(&mut build)?;

    let server = checkout.server(options.release);
    administrator::ensure(&mut server_command(checkout, &server))?;
    // Minutes may have passed.
    free_port::require(&listen)?;
    start_announcer(&listen)?;
    let mut serve = server_command(checkout, &server);
    serve.args(["serve", "--dev"]);
    Err(serve.exec()).attempt(format!("start {}", server.display()))
}

/// Waits beside the server and then says where it is and how to get in.
pub(crate) fn announce_when_ready(checkout: &Checkout, server: u32, address: &str) -> ExitCode {
    let started = Instant::now();
    while !http::get(address, "/healthz", "").is_ok_and(|answer| answer.status == 200) {
        let alive = call::succeeds(Command::new("kill").args(["-0", &server.to_string()]));
        if !alive || started.elapsed() > PATIENCE {
            // The server has said itself what is wrong.
            return ExitCode::FAILURE;
        }
        sleep(Duration::from_millis(100));
    }
    let url = setting("LATCHKEY_PUBLIC_URL", DEFAULT_URL);
    println!(
        "{}",
        welcome(&url, administrator::password_of(checkout).as_deref())
    );
    ExitCode::SUCCESS
}

/// The announcer runs beside the server and not below it, or its remains would be the server's.
fn start_announcer(listen: &str) -> Outcome {
    let this = std::env::current_exe().attempt("find this program")?;
    let mut detached = Command::new("sh");
    detached.args(["-c", "\"$@\" &", "sh"]).arg(this);
    detached.args(["announce-server", &std::process::id().to_string(), listen]);
    call::run(&mut detached)
}

fn server_command(checkout: &Checkout, server: &std::path::Path) -> Command {
    let mut command = checkout.program(server);
    environment::forget_our_variables(&mut command);
    command
}

fn setting(name: &str, default: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| default.to_owned())
}

fn welcome(url: &str, password: Option<&str>) -> String {
    let email = administrator::EMAIL;
    let password = password.unwrap_or("as you chose it");
    let url = url.trim_end_matches('/');
    format!(
        "
   Latchkey is running.

   Open           {url}
   Administrator  {email}
   Password       {password}
   Mail           {url}/dev/outbox

   Ctrl-C stops it.
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_welcome_says_everything_needed_to_get_in() {
        let text = welcome("http://localhost:8080/", Some("abcde-fghjk"));
        for part in [
            "http://localhost:8080\n",
            "admin@latchkey.local",
            "abcde-fghjk",
            "http://localhost:8080/dev/outbox",
            "Ctrl-C",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}
