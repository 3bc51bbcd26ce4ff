//! The project's own commands, run as `cargo xtask <verb>`.
//!
//! Each verb makes sure of what it needs itself, so that a fresh clone on a fresh machine gets
//! from nothing to a running server, or to a tested one, with one line.

mod announce;
mod bench;
mod blocklist;
mod bundle;
mod call;
mod checkout;
mod dist;
mod docs;
mod environment;
mod failure;
mod free_port;
mod guarded_child;
mod http;
mod precompress;
mod run;
mod scratch_folder;
mod seed;
mod seed_account;
mod server_process;
mod setup;
mod test;
mod verb;

use std::process::ExitCode;

use checkout::Checkout;
use failure::Outcome;
use verb::Verb;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let verb = match verb::parse(&arguments) {
        Ok(verb) => verb,
        Err(explanation) => {
            eprintln!("{explanation}");
            return ExitCode::from(2);
        }
    };
    match perform(&verb) {
        Ok(code) => code,
        Err(failure) => {
            announce::error(&failure);
            ExitCode::FAILURE
        }
    }
}

fn perform(verb: &Verb) -> Outcome<ExitCode> {
    let checkout = Checkout::find()?;
    match verb {
        Verb::Help => {
            println!("{}", verb::USAGE);
            Ok(ExitCode::SUCCESS)
        }
        Verb::Setup => Ok(setup::everything(&checkout)),
        Verb::Run(options) => run::serve(&checkout, *options),
        Verb::AnnounceServer { server, address } => {
            Ok(run::announce_when_ready(&checkout, *server, address))
        }
        Verb::Test(filter) => test::run(&checkout, filter),
        Verb::Dist => dist::build(&checkout).map(|()| ExitCode::SUCCESS),
        Verb::Bench(parts) => bench::run(&checkout, parts),
        Verb::Seed(options) => seed::fill(&checkout, options).map(|()| ExitCode::SUCCESS),
        Verb::Docs => docs::make(&checkout).map(|()| ExitCode::SUCCESS),
        Verb::Blocklist => blocklist::make(&checkout).map(|()| ExitCode::SUCCESS),
    }
}
