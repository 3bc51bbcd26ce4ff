//! A PostgreSQL cluster that lives as long as the tests do.

use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::announce;
use crate::call;
use crate::failure::{Attempt as _, Failure, Outcome};
use crate::free_port;
use crate::guarded_child::GuardedChild;

/// The superuser's name, and the password that connections give though nobody asks for it.
const USER: &str = "latchkey";
const PATIENCE: Duration = Duration::from_secs(30);
/// Nothing here has to survive a power cut, and many tests connect at once.
const SETTINGS: [&str; 6] = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
];

/// A running cluster; it ends, and its folder goes, when its holder does.
#[derive(Debug)]
pub(super) struct Cluster {
    server: GuardedChild,
    programs: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes a cluster in the folder and starts it.
    pub(super) fn start(programs: &Path, folder: &Path) -> Outcome<Self> {
        let owner = Owner::find()?;
        let log = folder.join("postgres.log");
        let output = File::create(&log).attempt("write the log of PostgreSQL")?;
        let errors = output.try_clone().attempt("share the log of PostgreSQL")?;
        owner.receive(folder)?;
        let data = folder.join("data");
        let mut initdb = owner.command(programs.join("initdb"), folder);
        initdb
            .arg("-D")
            .arg(&data)
            .args(["--username", USER, "--auth=trust", "--no-sync"]);
        initdb.args(["--encoding=UTF8", "--no-locale"]);
        call::output_of(&mut initdb)?;

        let port = free_port::pick()?;
        let mut postgres = owner.command(programs.join("postgres"), folder);
        postgres
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string()]);
        for setting in SETTINGS {
            postgres.args(["-c", setting]);
        }
        postgres.stdin(Stdio::null()).stdout(output).stderr(errors);
        // PostgreSQL takes SIGINT for "now, in good order"; at SIGTERM it waits for its clients.
        let server = GuardedChild::start(&mut postgres, folder, "INT")?;
        let mut cluster = Self {
            server,
            programs: programs.to_path_buf(),
            port,
        };
        cluster.wait(&log)?;
        announce::note(&format!("a PostgreSQL of our own listens on port {port}"));
        Ok(cluster)
    }

    /// How to connect to one of its databases.
    pub(super) fn url(&self, database: &str) -> String {
        format!(
            "postgres://{USER}:{USER}@127.0.0.1:{}/{database}",
            self.port
        )
    }

    /// Makes an empty database.
    pub(super) fn create_database(&self, name: &str) -> Outcome {
        call::output_of(self.client("createdb").arg(name)).map(drop)
    }

    fn client(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", USER]);
        command
    }

    fn wait(&mut self, log: &Path) -> Outcome {
        let started = Instant::now();
        while !call::succeeds(self.client("pg_isready").args(["-d", "postgres"])) {
            if self.server.ended().is_some() || started.elapsed() > PATIENCE {
                let log = std::fs::read_to_string(log).unwrap_or_default();
                return Err(Failure::new(format!("PostgreSQL did not start:\n{log}")));
            }
            sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

/// Who runs PostgreSQL, which refuses to be run by root.
#[derive(Debug)]
struct Owner(Option<&'static str>);

impl Owner {
    fn find() -> Outcome<Self> {
        let id = call::output_of(Command::new("id").arg("-u"))?;
        if id.trim() != "0" {
            return Ok(Self(None));
        }
        let exists = |name: &&str| call::succeeds(Command::new("id").args(["-u", name]));
        ["postgres", "nobody"]
            .into_iter()
            .find(exists)
            .map(|name| Self(Some(name)))
            .ok_or_else(|| Failure::new("PostgreSQL cannot run as root, and there is no `nobody`"))
    }

    fn receive(&self, folder: &Path) -> Outcome {
        match self.0 {
            Some(name) => call::run(Command::new("chown").arg("-R").arg(name).arg(folder)),
            None => Ok(()),
        }
    }

    fn command(&self, program: impl AsRef<OsStr>, folder: &Path) -> Command {
        let mut command = match self.0 {
            Some(name) => {
                let mut command = Command::new("setpriv");
                // `nobody` has a group of another name on some systems, so it is looked up.
                let group = call::output_of(Command::new("id").args(["-g", name]));
                let group = group.unwrap_or_default();
                command.args(["--reuid", name, "--regid", group.trim(), "--clear-groups"]);
                command.arg(program);
                command
            }
            None => Command::new(program),
        };
        // The current folder may be one that this user must not even enter.
        command.current_dir(folder).env("LC_ALL", "C.UTF-8");
        command
    }
}
