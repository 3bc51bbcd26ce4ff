//! The examples: held to one table of good and bad tokens, and started beside the journeys' servers.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::call;
use crate::checkout::Checkout;
use crate::environment;
use crate::failure::{Attempt as _, Failure, Outcome};
use crate::free_port;
use crate::guarded_child::GuardedChild;
use crate::http;
use crate::scratch_folder::ScratchFolder;
use crate::server_process::show_log;
use crate::setup;

const PATIENCE: Duration = Duration::from_secs(30);
const JOSE: &str = "examples/jose-table";

/// Has `PyJWT` and `jose` judge the table that `latchkey-verify` is held to by its own tests.
pub(super) fn agree(checkout: &Checkout) -> Outcome {
    let python = setup::python(checkout)?;
    call::run(
        checkout
            .program(python)
            .arg("check_table.py")
            .current_dir(checkout.root().join("examples/flask-api")),
    )?;
    setup::packages(checkout, JOSE)?;
    call::run(
        checkout
            .program("node")
            .arg("check.mjs")
            .current_dir(checkout.root().join(JOSE)),
    )
}

/// The APIs that take the tokens of one server; they end when their holder does.
#[derive(Debug)]
pub(super) struct Apis {
    running: Vec<Api>,
}

#[derive(Debug)]
struct Api {
    name: &'static str,
    address: String,
    log: PathBuf,
    child: GuardedChild,
}

impl Apis {
    /// Starts every example beside the server at this address.
    pub(super) fn start(
        checkout: &Checkout,
        scratch: &ScratchFolder,
        name: &str,
        issuer: &str,
    ) -> Outcome<Self> {
        let python = setup::python(checkout)?;
        let rust = checkout.example("axum-api");
        let app = checkout.root().join("examples/flask-api/app.py");
        let part = |example: &str| scratch.part(&format!("{name}-{example}"));
        let mut running = vec![
            Api::start(checkout, "axum-api", &[&rust], &part("axum-api")?, issuer)?,
            Api::start(
                checkout,
                "flask-api",
                &[&python, &app],
                &part("flask-api")?,
                issuer,
            )?,
        ];
        for api in &mut running {
            api.wait_until_it_answers()?;
        }
        Ok(Self { running })
    }

    /// Where they answer, with commas between.
    pub(super) fn addresses(&self) -> String {
        let addresses: Vec<_> = self
            .running
            .iter()
            .map(|api| format!("http://{}", api.address))
            .collect();
        addresses.join(",")
    }

    /// What they have to say.
    pub(super) fn show_logs(&self) {
        for api in &self.running {
            show_log(api.name, &api.log);
        }
    }
}

impl Api {
    fn start(
        checkout: &Checkout,
        name: &'static str,
        words: &[&Path],
        folder: &Path,
        issuer: &str,
    ) -> Outcome<Self> {
        let address = format!("127.0.0.1:{}", free_port::pick()?);
        let log = folder.join("api.log");
        let output = File::create(&log).attempt(format!("write {}", log.display()))?;
        let errors = output.try_clone().attempt("share the log")?;
        let mut command = checkout.program(words.first().copied().unwrap_or(Path::new("")));
        environment::forget_configuration(&mut command);
        command
            .args(words.iter().skip(1))
            .current_dir(folder)
            .env("LATCHKEY_ISSUER", issuer)
            .env("API_ADDRESS", &address)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors);
        Ok(Self {
            name,
            address,
            log,
            child: GuardedChild::start(&mut command, folder, "TERM")?,
        })
    }

    /// Without a token it refuses, and that is an answer.
    fn wait_until_it_answers(&mut self) -> Outcome {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            let answer = http::get(&self.address, "/api/data", "");
            if answer.is_ok_and(|answer| answer.status == 401) {
                return Ok(());
            }
            if let Some(status) = self.child.ended() {
                show_log(self.name, &self.log);
                return Err(Failure::new(format!(
                    "{} ended at once ({status})",
                    self.name
                )));
            }
            sleep(Duration::from_millis(50));
        }
        show_log(self.name, &self.log);
        Err(Failure::new(format!("{} did not answer", self.name)))
    }
}
