//! Reading what must not be seen.

use std::io::{self, BufRead, IsTerminal, Read};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};

use super::Failure;

/// Longest line that is read as a password, in bytes: 256 characters of any script, and then some.
const LIMIT: u64 = 4096;
/// Ended by Ctrl-C, as shells number it.
const INTERRUPTED: u8 = 130;

/// Reads one line of standard input, without its end. A terminal asks for it, and doesn't show it.
pub(super) async fn read_password() -> Result<String, Failure> {
    if !io::stdin().is_terminal() {
        return read_line().map_err(Failure::new);
    }
    // Heard from before the terminal is changed, so that it is always changed back.
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::new)?;
    let hidden = Hidden::begin();
    eprintln!("Type the password, which isn't shown, and press Enter:");
    let (tell, told) = oneshot::channel();
    // A thread of its own: the runtime would wait for one of its own to finish reading.
    std::thread::spawn(move || tell.send(read_line()));
    let line = tokio::select! {
        line = told => line.unwrap_or_else(|_| Ok(String::new())).map_err(Failure::new),
        _ = interrupt.recv() => Err(Failure {
            sentence: "interrupted".to_owned(),
            code: INTERRUPTED,
        }),
    };
    drop(hidden);
    line
}

fn read_line() -> io::Result<String> {
    let mut line = String::new();
    io::stdin().lock().take(LIMIT).read_line(&mut line)?;
    line.truncate(line.trim_end_matches(['\r', '\n']).len());
    Ok(line)
}

/// While it lives, the terminal on standard input shows nothing that is typed but the line's end.
struct Hidden(Termios);

impl Hidden {
    /// `None`: the terminal can't do that.
    fn begin() -> Option<Self> {
        let stdin = io::stdin();
        let before = tcgetattr(&stdin).ok()?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO);
        quiet.local_modes.insert(LocalModes::ECHONL);
        tcsetattr(&stdin, OptionalActions::Flush, &quiet).ok()?;
        Some(Self(before))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // A terminal that is gone needs no mending.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}
