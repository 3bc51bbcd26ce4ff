//! What was asked for on the command line.

use crate::seed::SeedOptions;

/// Printed by `help` and after a mistake.
pub(crate) const USAGE: &str = "\
Usage: cargo xtask <verb>

  setup                          install what the other verbs need; quick when it is all there
  run [--release] [--no-bundle]  build, seed an administrator and serve http://localhost:8080
  test [step…]                   run every check, or only these steps: fmt clippy frontend bundle
                                 unit http examples api browser
  bench [part…]                  measure the release program against its budgets, or only these
                                 parts: start sign-in api page timing
  seed [--users N] [--sessions M] [--database URL|folder] [--seed NUMBER] [--into-existing]
                                 fill a database with made-up people, to measure and to look at
  dist                           build target/dist/latchkey, one file with everything in it
  docs                           make the sample configuration and the reference of its keys anew
  blocklist                      make the embedded word lists anew from the packages that carry them";

/// The steps that `test` can be narrowed to.
pub(crate) const STEPS: [&str; 9] = [
    "fmt", "clippy", "frontend", "bundle", "unit", "http", "examples", "api", "browser",
];

/// The parts that `bench` can be narrowed to.
pub(crate) const PARTS: [&str; 5] = ["start", "sign-in", "api", "page", "timing"];

/// One command with its options.
#[derive(Debug, PartialEq)]
pub(crate) enum Verb {
    Help,
    Setup,
    Run(RunOptions),
    /// Not for people: the part of `run` that waits beside the server and prints its address.
    AnnounceServer {
        server: u32,
        address: String,
    },
    /// The steps to run; none means all.
    Test(Vec<String>),
    Dist,
    /// The parts to measure; none means all.
    Bench(Vec<String>),
    Docs,
    Seed(SeedOptions),
    Blocklist,
}

/// How `run` builds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct RunOptions {
    /// Optimised, for bundle and server alike.
    pub(crate) release: bool,
    /// Leaves the browser bundle as it is: every page works as plain HTML without one.
    pub(crate) no_bundle: bool,
}

/// Reads the arguments after `cargo xtask`; the error is what to tell the person.
pub(crate) fn parse(arguments: &[String]) -> Result<Verb, String> {
    let Some((verb, rest)) = arguments.split_first() else {
        return Err(USAGE.to_owned());
    };
    match (verb.as_str(), rest) {
        ("help" | "--help" | "-h", _) => Ok(Verb::Help),
        ("setup", []) => Ok(Verb::Setup),
        ("dist", []) => Ok(Verb::Dist),
        ("docs", []) => Ok(Verb::Docs),
        ("blocklist", []) => Ok(Verb::Blocklist),
        ("seed", options) => SeedOptions::parse(options).map(Verb::Seed),
        ("run", options) => run_options(options).map(Verb::Run),
        ("test", steps) => known("test", steps, &STEPS).map(Verb::Test),
        ("bench", parts) => known("bench", parts, &PARTS).map(Verb::Bench),
        ("announce-server", [server, address]) => server
            .parse()
            .map(|server| Verb::AnnounceServer {
                server,
                address: address.clone(),
            })
            .map_err(|_| format!("{server} is no process id")),
        ("setup" | "dist" | "docs" | "blocklist", [unexpected, ..]) => Err(format!(
            "`{verb}` takes no argument, but got `{unexpected}`.\n\n{USAGE}"
        )),
        _ => Err(format!("There is no verb `{verb}`.\n\n{USAGE}")),
    }
}

fn run_options(arguments: &[String]) -> Result<RunOptions, String> {
    let mut options = RunOptions::default();
    for argument in arguments {
        match argument.as_str() {
            "--release" => options.release = true,
            "--no-bundle" => options.no_bundle = true,
            _ => return Err(format!("`run` does not know `{argument}`.\n\n{USAGE}")),
        }
    }
    Ok(options)
}

/// The arguments, each of which the verb has to know.
fn known(verb: &str, arguments: &[String], all: &[&str]) -> Result<Vec<String>, String> {
    let unknown = arguments.iter().find(|one| !all.contains(&one.as_str()));
    match unknown {
        Some(unknown) => Err(format!(
            "`{verb}` has no part `{unknown}`; it has {}.",
            all.join(", ")
        )),
        None => Ok(arguments.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Verb, String> {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        parse(&arguments)
    }

    #[test]
    fn verbs_and_their_options() {
        assert_eq!(parsed("setup"), Ok(Verb::Setup));
        assert_eq!(parsed("run"), Ok(Verb::Run(RunOptions::default())));
        assert_eq!(
            parsed("run --no-bundle --release"),
            Ok(Verb::Run(RunOptions {
                release: true,
                no_bundle: true
            }))
        );
        assert_eq!(parsed("blocklist"), Ok(Verb::Blocklist));
        assert_eq!(parsed("docs"), Ok(Verb::Docs));
        assert_eq!(parsed("test"), Ok(Verb::Test(Vec::new())));
        assert_eq!(
            parsed("test fmt http"),
            Ok(Verb::Test(vec!["fmt".to_owned(), "http".to_owned()]))
        );
    }

    #[test]
    fn mistakes_are_named() {
        assert!(parsed("").unwrap_err().contains("Usage"));
        assert!(parsed("serve").unwrap_err().contains("`serve`"));
        assert!(parsed("dist --fast").unwrap_err().contains("`--fast`"));
        assert!(parsed("run --fast").unwrap_err().contains("`--fast`"));
        assert!(parsed("bench login").unwrap_err().contains("sign-in"));
        assert!(parsed("test browsers").unwrap_err().contains("browser"));
    }
}
