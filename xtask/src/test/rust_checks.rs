//! Formatting, lints and tests of the Rust code.

use super::cluster::Cluster;
use super::counted_run::counted;
use super::counts::{self, Counts};
use crate::call;
use crate::checkout::Checkout;
use crate::failure::Outcome;
use crate::setup::BrowserBuild;

/// The packages of the machine's side whose tests need no server, and how `app` is built there.
const UNITS: [&str; 10] = [
    "-p",
    "xtask",
    "-p",
    "domain",
    "-p",
    "storage",
    "-p",
    "app",
    "--features",
    "app/ssr",
];
/// What other people's APIs are made with, all of it. In calls of their own: the server would be built
/// again with what they ask for.
const FOR_OTHERS: [&str; 6] = [
    "-p",
    "latchkey-verify",
    "-p",
    "axum-api",
    "--features",
    "latchkey-verify/axum,latchkey-verify/aws_lc_rs",
];
/// The package with the tests over HTTP.
const SERVER: [&str; 2] = ["-p", "server"];

/// `cargo fmt`.
pub(super) fn formatting(checkout: &Checkout) -> Outcome {
    call::run(checkout.cargo().args(["fmt", "--all", "--", "--check"]))
}

/// Lints everything but the browser's side. Never the whole workspace in one call: `app` would get
/// the features of both sides.
pub(super) fn clippy(checkout: &Checkout) -> Outcome {
    let mut clippy = checkout.cargo();
    clippy
        .arg("clippy")
        .args(SERVER)
        .args(UNITS)
        .args(["--all-targets", "--", "-D", "warnings"]);
    call::run(&mut clippy)?;
    let mut clippy = checkout.cargo();
    clippy
        .arg("clippy")
        .args(FOR_OTHERS)
        .args(["--all-targets", "--", "-D", "warnings"]);
    call::run(&mut clippy)
}

/// Lints `frontend`, and with it `app` as the browser gets it.
pub(super) fn clippy_of_frontend(checkout: &Checkout, tools: &BrowserBuild) -> Outcome {
    let mut clippy = checkout.cargo();
    clippy
        .args([
            "clippy",
            "-p",
            "frontend",
            "-p",
            "app",
            "--features",
            "app/hydrate",
        ])
        .args(["--target", "wasm32-unknown-unknown", "--", "-D", "warnings"]);
    tools.equip(&mut clippy);
    call::run(&mut clippy)
}

/// Builds the program that the journeys start.
pub(super) fn build_server(checkout: &Checkout) -> Outcome {
    call::run(checkout.cargo().arg("build").args(SERVER))
}

/// Runs unit tests, HTTP tests or both, in one call so that what they share is built once.
pub(super) fn tests(
    checkout: &Checkout,
    cluster: &Cluster,
    units: bool,
    http: bool,
) -> Outcome<Counts> {
    let mut test = checkout.cargo();
    test.args(["test", "--no-fail-fast"]);
    if units {
        test.args(UNITS);
    }
    if http {
        test.args(SERVER);
    }
    test.env("LATCHKEY_TEST_POSTGRES", cluster.url("postgres"));
    let mut all = counted(&mut test, counts::in_cargo_line)?;
    if units {
        let mut test = checkout.cargo();
        test.args(["test", "--no-fail-fast"]).args(FOR_OTHERS);
        all += counted(&mut test, counts::in_cargo_line)?;
    }
    Ok(all)
}

/// Builds the API that is an example.
pub(super) fn build_example(checkout: &Checkout) -> Outcome {
    call::run(checkout.cargo().arg("build").args(FOR_OTHERS))
}
