//! The real program, as a process of its own.

use std::{
    io::{BufRead, BufReader, Write},
    os::fd::OwnedFd,
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::Duration,
};

use tokio::sync::Notify;

use super::{
    browser::TestBrowser,
    home::{Home, variable},
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_latchkey");

/// `latchkey serve --dev`, until it is killed or dropped.
pub(crate) struct Program {
    child: Child,
    port: u16,
    log: Arc<Mutex<Vec<String>>>,
    /// Rings at each line.
    heard: Arc<Notify>,
    reader: Option<JoinHandle<()>>,
}

/// A command in a home, with nothing of this process' environment.
fn command(home: &Home, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments);
    at_home(command, home, variables)
}

fn at_home(mut command: Command, home: &Home, variables: &[(&str, &str)]) -> Command {
    command
        .env_clear()
        .envs(home.variables())
        .current_dir(home.folder());
    command.envs(variables.iter().copied());
    command
}

/// Runs a command to its end.
pub(crate) fn run(
    home: &Home,
    arguments: &[&str],
    variables: &[(&str, &str)],
    input: &str,
) -> Output {
    let mut child = command(home, arguments, variables)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program is there");
    // A program that reads nothing may be gone already.
    let _ = child
        .stdin
        .take()
        .expect("piped")
        .write_all(input.as_bytes());
    child.wait_with_output().expect("it ends")
}

/// Starts a command that is to be killed.
fn begin(home: &Home, arguments: &[&str]) -> Child {
    command(home, arguments, &[])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program is there")
}

/// Runs a command and kills it (`kill -9`) once it has said so many lines; `false` when it said fewer
/// and ended well by itself.
pub(crate) fn killed_after(home: &Home, arguments: &[&str], lines: usize) -> bool {
    let mut child = begin(home, arguments);
    let said = BufReader::new(child.stdout.take().expect("piped")).lines();
    let killed = said.map_while(Result::ok).take(lines).count() == lines;
    if killed {
        child.kill().expect("it can be killed");
    }
    let ended = child.wait().expect("it ends");
    assert!(killed || ended.success());
    killed
}

/// Runs a command and kills it after a while; `false` when it ended before.
pub(crate) fn killed_at(home: &Home, arguments: &[&str], after: Duration) -> bool {
    let mut child = begin(home, arguments);
    std::thread::sleep(after);
    child.kill().expect("it can be killed");
    !child.wait().expect("it ends").success()
}

/// Starts a command whose standard input is a terminal.
pub(crate) fn at_terminal(home: &Home, arguments: &[&str], terminal: &OwnedFd) -> Child {
    command(home, arguments, &[])
        .stdin(terminal.try_clone().expect("another handle"))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program is there")
}

/// What a command said to people.
pub(crate) fn error_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What a command answered.
pub(crate) fn text_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

impl Program {
    /// Starts it with cheap hashes and waits until it says that it is ready.
    pub(crate) fn serve(home: &Home, port: u16, keys: &[(&str, &str)]) -> Self {
        let address = format!("127.0.0.1:{port}");
        let public_url = format!("http://localhost:{port}");
        let mut all = vec![
            ("listen.address", address.as_str()),
            ("public_url", public_url.as_str()),
            ("passwords.memory_kib", "64"),
            ("passwords.iterations", "1"),
        ];
        all.extend_from_slice(keys);
        let named: Vec<(String, &str)> = all
            .iter()
            .map(|(key, value)| (variable(key), *value))
            .collect();
        let variables: Vec<(&str, &str)> = named
            .iter()
            .map(|(name, value)| (name.as_str(), *value))
            .collect();
        // A file that may not grow is then an error to whoever writes it, as a full disk is, and not
        // a signal that kills.
        let mut shell = Command::new("/bin/sh");
        let ignoring = "trap '' XFSZ; exec \"$0\" serve --dev";
        shell.args(["-c", ignoring, PROGRAM]);
        let mut child = at_home(shell, home, &variables)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program is there");
        let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
        let log = Arc::new(Mutex::new(Vec::new()));
        let mut ready = false;
        for line in lines.by_ref().map_while(Result::ok) {
            ready = line.contains("latchkey is ready");
            log.lock().expect("no panic inside").push(line);
            if ready {
                break;
            }
        }
        assert!(
            ready,
            "the program did not start: {:?}",
            log.lock().expect("no panic inside")
        );
        let (kept, heard) = (Arc::clone(&log), Arc::new(Notify::new()));
        let bell = Arc::clone(&heard);
        let reader = std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                kept.lock().expect("no panic inside").push(line);
                bell.notify_one();
            }
        });
        Self {
            child,
            port,
            log,
            heard,
            reader: Some(reader),
        }
    }

    /// A browser that has never been here.
    pub(crate) fn browser(&self) -> TestBrowser {
        let host = format!("localhost:{}", self.port);
        TestBrowser::reaching(
            &format!("http://127.0.0.1:{}", self.port),
            &host,
            &format!("http://{host}"),
        )
    }

    /// Lets no file of the program grow beyond `bytes` from now on, or lifts that with `None`.
    pub(crate) fn limit_files(&self, bytes: Option<u64>) {
        let limit = bytes.map_or_else(|| "unlimited".to_owned(), |bytes| bytes.to_string());
        let id = self.child.id().to_string();
        let set = Command::new("prlimit")
            .args(["--pid", &id, &format!("--fsize={limit}:")])
            .status()
            .expect("prlimit is there");
        assert!(set.success());
    }

    /// A line of the process's status, such as `VmRSS` or `VmHWM`, in MiB.
    pub(crate) fn memory_mib(&self, line: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("the process is there");
        let found = status
            .lines()
            .find_map(|text| text.strip_prefix(line)?.strip_prefix(':'));
        let kib = found.and_then(|rest| rest.trim().strip_suffix(" kB"));
        let kib: u64 = kib.and_then(|kib| kib.trim().parse().ok()).expect("a size");
        kib / 1024
    }

    /// Waits for a log line that has this text, and gives it.
    pub(crate) async fn says(&self, text: &str) -> String {
        let (log, heard) = (Arc::clone(&self.log), Arc::clone(&self.heard));
        loop {
            // Asked for before looking: a line that comes in between is not missed.
            let next = heard.notified();
            let found = log
                .lock()
                .expect("no panic inside")
                .iter()
                .find(|line| line.contains(text))
                .cloned();
            if let Some(line) = found {
                return line;
            }
            next.await;
        }
    }

    /// `kill -9`: no handler runs, nothing is flushed.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &id])
            .status()
            .expect("kill is there");
        assert!(sent.success());
    }

    /// Asks it to stop, waits, and gives the exit's success and every log line.
    pub(crate) fn stop(mut self) -> (bool, Vec<String>) {
        self.signal("TERM");
        let ended = self.child.wait().expect("it ends");
        self.reader
            .take()
            .expect("still there")
            .join()
            .expect("the log is read");
        let lines = std::mem::take(&mut *self.log.lock().expect("no panic inside"));
        (ended.success(), lines)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Gone already, when all went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
