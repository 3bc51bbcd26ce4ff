//! What the checks found.

use serde_json::json;

use crate::cli::{Failure, say};

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// As it should be.
    Ok,
    /// It works, but somebody should know.
    Warning,
    /// It doesn't work, or isn't safe.
    Problem,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

struct Finding {
    check: &'static str,
    state: State,
    found: String,
    /// What to do.
    next: Option<String>,
}

/// What the checks found, in their order. No text here ever holds a secret.
#[derive(Default)]
pub(super) struct Report(Vec<Finding>);

impl Report {
    /// All is well.
    pub(super) fn ok(&mut self, check: &'static str, found: impl Into<String>) {
        self.add(check, State::Ok, found.into(), None);
    }

    /// It works, but somebody should know; `next` is what to do.
    pub(super) fn warning(
        &mut self,
        check: &'static str,
        found: impl Into<String>,
        next: impl Into<String>,
    ) {
        self.add(check, State::Warning, found.into(), Some(next.into()));
    }

    /// It doesn't work or isn't safe; `next` is what to do.
    pub(super) fn problem(
        &mut self,
        check: &'static str,
        found: impl Into<String>,
        next: impl Into<String>,
    ) {
        self.add(check, State::Problem, found.into(), Some(next.into()));
    }

    fn add(&mut self, check: &'static str, state: State, found: String, next: Option<String>) {
        self.0.push(Finding {
            check,
            state,
            found,
            next,
        });
    }

    /// Whether a check of this name has found more to say than that all is well.
    pub(super) fn has_complaint(&self, check: &str) -> bool {
        let mut complaints = self.0.iter().filter(|finding| finding.state != State::Ok);
        complaints.any(|finding| finding.check == check)
    }

    /// Prints it. A problem is a failure.
    pub(super) fn conclude(self, json: bool) -> Result<(), Failure> {
        let count = |state| {
            self.0
                .iter()
                .filter(|finding| finding.state == state)
                .count()
        };
        let (problems, warnings) = (count(State::Problem), count(State::Warning));
        if json {
            self.print_json(problems == 0);
        } else {
            self.print();
        }
        if problems > 0 {
            return Err(Failure::new(counted(problems, "problem")));
        }
        if !json {
            match warnings {
                0 => say("All is well."),
                _ => say(format_args!(
                    "No problem, {}.",
                    counted(warnings, "warning")
                )),
            }
        }
        Ok(())
    }

    fn print(&self) {
        for finding in &self.0 {
            // One line each, whatever a system's message looks like.
            let found = finding.found.replace('\n', "; ");
            say(format_args!(
                "{:<8} {}: {found}",
                finding.state.word(),
                finding.check
            ));
            if let Some(next) = &finding.next {
                say(format_args!("{:<8} - {next}", ""));
            }
        }
    }

    fn print_json(&self, healthy: bool) {
        let checks: Vec<_> = self
            .0
            .iter()
            .map(|finding| {
                json!({
                    "check": finding.check,
                    "state": finding.state.word(),
                    "found": finding.found,
                    "next": finding.next,
                })
            })
            .collect();
        say(json!({ "healthy": healthy, "checks": checks }));
    }
}

/// `1 problem`, `2 problems`.
pub(super) fn counted(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}
