//! Every step with its time and its verdict, and the sum of it all.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use super::counts::Counts;
use crate::announce;
use crate::failure::Outcome;

/// Enough to see what broke, short enough to stay on the screen that is looked at last.
const MOST_COMPLAINTS: usize = 24;
const LONGEST_COMPLAINT: usize = 160;

/// What happened so far.
#[derive(Debug, Default)]
pub(super) struct Report {
    steps: Vec<Step>,
}

#[derive(Debug)]
struct Step {
    name: &'static str,
    time: Duration,
    counts: Counts,
}

impl Report {
    /// Runs a step that passes or fails as a whole.
    pub(super) fn check(&mut self, name: &'static str, work: impl FnOnce() -> Outcome) {
        self.step(name, || work().map(|()| Counts::of(1, 0)));
    }

    /// Runs a step that counts for itself; where it could not, it is one failure.
    pub(super) fn step(&mut self, name: &'static str, work: impl FnOnce() -> Outcome<Counts>) {
        announce::headline(name);
        let started = Instant::now();
        let counts = work().unwrap_or_else(|failure| {
            announce::error(&failure);
            Counts::of(0, 1)
        });
        let step = Step {
            name,
            time: started.elapsed(),
            counts,
        };
        step.announce();
        self.steps.push(step);
    }

    fn sum(&self) -> Counts {
        let mut sum = Counts::default();
        for step in &self.steps {
            sum += step.counts.clone();
        }
        sum
    }

    /// Prints what failed and the sum; the last line is `N passed, N failed`.
    pub(super) fn conclude(self) -> ExitCode {
        let Counts {
            passed,
            failed,
            complaints,
        } = self.sum();
        if !complaints.is_empty() {
            announce::headline("what failed");
            for complaint in complaints.iter().take(MOST_COMPLAINTS) {
                let shown: String = complaint.chars().take(LONGEST_COMPLAINT).collect();
                println!("   {}", shown.trim_end_matches(['─', ' ']));
            }
        }
        announce::headline("all steps");
        for step in &self.steps {
            step.announce();
        }
        println!("\n{passed} passed, {failed} failed");
        // Nothing at all is no success.
        if failed == 0 && passed > 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

impl Step {
    fn announce(&self) {
        let Counts { passed, failed, .. } = self.counts;
        let text = format!(
            "{:<30} {:>7.1} s  {passed} passed, {failed} failed",
            self.name,
            self.time.as_secs_f64()
        );
        if failed == 0 {
            announce::passed(&text);
        } else {
            announce::failed(&text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    #[test]
    fn a_step_that_breaks_is_one_failure_and_the_rest_goes_on() {
        let mut report = Report::default();
        report.check("broken", || Err(Failure::new("no compiler")));
        report.check("fine", || Ok(()));
        report.step("many", || Ok(Counts::of(5, 2)));
        assert_eq!(report.sum(), Counts::of(6, 3));
        assert_eq!(report.conclude(), ExitCode::FAILURE);
    }

    #[test]
    fn only_something_without_a_failure_is_a_success() {
        let mut report = Report::default();
        report.check("fine", || Ok(()));
        assert_eq!(report.conclude(), ExitCode::SUCCESS);
        assert_eq!(Report::default().conclude(), ExitCode::FAILURE);
    }
}
