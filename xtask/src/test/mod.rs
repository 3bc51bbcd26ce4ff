//! The verb `test`: every check there is, on both databases and in a real browser.

mod api_document;
mod cluster;
mod counted_run;
mod counts;
mod examples;
mod journeys;
mod report;
#[cfg(test)]
mod rules;
mod rust_checks;
mod strange_provider;

use std::cell::OnceCell;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::announce;
use crate::bundle;
use crate::checkout::Checkout;
use crate::failure::Outcome;
use crate::scratch_folder::ScratchFolder;
use crate::setup::{self, BrowserBuild};

use cluster::Cluster;
use report::Report;

/// Runs the steps, or all of them. A step that fails does not keep the next from running; one that
/// misses something fails and says what, and is never left out.
pub(crate) fn run(checkout: &Checkout, filter: &[String]) -> Outcome<ExitCode> {
    let chosen = |step: &str| filter.is_empty() || filter.iter().any(|wanted| wanted == step);
    if !filter.is_empty() {
        announce::note(&format!("only these steps: {}", filter.join(", ")));
    }
    let scratch = ScratchFolder::make("test")?;
    let mut report = Report::default();
    let shared = Shared::default();

    if chosen("fmt") {
        report.check("formatting", || rust_checks::formatting(checkout));
    }
    if chosen("clippy") {
        report.check("clippy", || rust_checks::clippy(checkout));
    }
    if chosen("frontend") {
        report.check("clippy of the browser's side", || {
            rust_checks::clippy_of_frontend(checkout, &shared.browser_build(checkout)?)
        });
    }
    if chosen("bundle") {
        report.check("bundle", || {
            bundle::build(checkout, &shared.browser_build(checkout)?, false).map(drop)
        });
    }
    if chosen("unit") || chosen("http") {
        report.step("tests in Rust", || {
            if chosen("http") {
                // The mail server that mail is delivered to.
                setup::end2end_packages(checkout)?;
                // The reverse proxy that the server stands behind.
                setup::nginx()?;
            }
            let cluster = shared.cluster(&scratch)?;
            rust_checks::tests(checkout, cluster, chosen("unit"), chosen("http"))
        });
    }
    if chosen("examples") {
        report.check("examples agree about tokens", || examples::agree(checkout));
    }
    if chosen("api") || chosen("browser") {
        report.check("server as people run it", || {
            rust_checks::build_server(checkout)
        });
    }
    if chosen("api") {
        report.check("API by its own document", || {
            api_document::hold(checkout, &scratch)
        });
    }
    if chosen("browser") {
        report.check("examples for the journeys", || {
            rust_checks::build_example(checkout)
        });
        report.step("browser journeys", || {
            setup::end2end_packages(checkout)?;
            journeys::run(
                checkout,
                &scratch,
                shared.cluster(&scratch)?,
                &setup::chromium()?,
            )
        });
    }

    drop(shared);
    drop(scratch);
    Ok(report.conclude())
}

/// What several steps need, made when the first of them does. What could not be made is not tried
/// again, and every step that needs it fails for the same reason.
#[derive(Default)]
struct Shared {
    browser_build: OnceCell<Outcome<BrowserBuild>>,
    cluster: OnceCell<Outcome<Cluster>>,
}

impl Shared {
    fn browser_build(&self, checkout: &Checkout) -> Outcome<BrowserBuild> {
        let prepare = || {
            setup::crates(checkout)?;
            setup::browser_build(checkout, false)
        };
        self.browser_build.get_or_init(prepare).clone()
    }

    fn cluster(&self, scratch: &ScratchFolder) -> Outcome<&Cluster> {
        let start = || {
            let programs: PathBuf = setup::postgres()?;
            Cluster::start(&programs, &scratch.part("postgres")?)
        };
        self.cluster
            .get_or_init(start)
            .as_ref()
            .map_err(Clone::clone)
    }
}
