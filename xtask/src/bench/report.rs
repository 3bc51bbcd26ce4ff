//! What was measured, beside what it may be.

use std::fmt::Write as _;
use std::process::ExitCode;

use crate::announce;
use crate::checkout::Checkout;
use crate::failure::{Attempt as _, Outcome};

/// A limit from the design.
#[derive(Clone, Copy, Debug)]
pub(super) enum Budget {
    AtMost(f64),
    AtLeast(f64),
}

#[derive(Debug)]
struct Line {
    what: &'static str,
    unit: &'static str,
    measured: Outcome<f64>,
    budget: Option<Budget>,
}

/// All measurements of one run.
#[derive(Debug, Default)]
pub(super) struct Report {
    lines: Vec<Line>,
}

impl Budget {
    fn holds(self, value: f64) -> bool {
        match self {
            Self::AtMost(limit) => value <= limit,
            Self::AtLeast(limit) => value >= limit,
        }
    }

    fn shown(self) -> String {
        match self {
            Self::AtMost(limit) => format!("<= {limit}"),
            Self::AtLeast(limit) => format!(">= {limit}"),
        }
    }
}

impl Line {
    fn verdict(&self) -> &'static str {
        match (&self.measured, self.budget) {
            (Err(_), _) => "not measured",
            (Ok(_), None) => "",
            (Ok(value), Some(budget)) if budget.holds(*value) => "holds",
            (Ok(_), Some(_)) => "BROKEN",
        }
    }

    fn is_good(&self) -> bool {
        matches!(self.verdict(), "" | "holds")
    }

    fn row(&self) -> String {
        let value = self
            .measured
            .as_ref()
            .map_or("-".to_owned(), |value| format!("{value:.2}"));
        let budget = self.budget.map(Budget::shown).unwrap_or_default();
        let (what, unit, verdict) = (self.what, self.unit, self.verdict());
        format!("   {what:<32} {value:>10} {unit:<5} {budget:>9}  {verdict}")
    }

    fn json(&self) -> String {
        let value = self
            .measured
            .as_ref()
            .map_or("null".to_owned(), |value| format!("{value:.4}"));
        let budget = self.budget.map_or("null".to_owned(), |budget| {
            format!("\"{}\"", budget.shown())
        });
        format!(
            "{{\"what\": \"{}\", \"value\": {value}, \"unit\": \"{}\", \"budget\": {budget}, \
             \"good\": {}}}",
            self.what,
            self.unit,
            self.is_good()
        )
    }
}

impl Report {
    /// Adds a measurement, or why there is none.
    pub(super) fn add(
        &mut self,
        what: &'static str,
        unit: &'static str,
        measured: Outcome<f64>,
        budget: Option<Budget>,
    ) {
        match &measured {
            Ok(value) => announce::note(&format!("{what}: {value:.2} {unit}")),
            Err(failure) => announce::error(&format!("{what}: {failure}")),
        }
        self.lines.push(Line {
            what,
            unit,
            measured,
            budget,
        });
    }

    /// Prints the table and writes it as JSON.
    pub(super) fn conclude(self, checkout: &Checkout) -> Outcome<ExitCode> {
        let folder = checkout.root().join("target/bench");
        std::fs::create_dir_all(&folder).attempt("make target/bench")?;
        let machine = machine();
        std::fs::write(folder.join("report.json"), self.json(&machine))
            .attempt("write target/bench/report.json")?;
        announce::headline(&format!("Budgets, on {machine}"));
        for line in &self.lines {
            println!("{}", line.row());
        }
        let good = self.lines.iter().all(Line::is_good);
        Ok(if good {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    fn json(&self, machine: &str) -> String {
        let mut text = format!(
            "{{\n  \"machine\": \"{}\",\n  \"lines\": [",
            machine.replace(['"', '\\'], "")
        );
        for (position, line) in self.lines.iter().enumerate() {
            let comma = if position == 0 { "" } else { "," };
            let _ = write!(text, "{comma}\n    {}", line.json());
        }
        text.push_str("\n  ]\n}\n");
        text
    }
}

fn machine() -> String {
    let processors = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    // Not what this process may use, which is one core by now.
    let cores = processors
        .lines()
        .filter(|line| line.starts_with("processor"))
        .count();
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("a processor without a name", |(_, model)| model);
    format!("{cores} cores of {model}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    fn line(measured: Outcome<f64>, budget: Option<Budget>) -> Line {
        Line {
            what: "memory",
            unit: "MiB",
            measured,
            budget,
        }
    }

    #[test]
    fn a_budget_is_a_limit_on_one_side() {
        assert!(line(Ok(14.0), Some(Budget::AtMost(14.0))).is_good());
        assert!(!line(Ok(14.1), Some(Budget::AtMost(14.0))).is_good());
        assert!(line(Ok(0.9), Some(Budget::AtLeast(0.9))).is_good());
        assert!(!line(Ok(0.8), Some(Budget::AtLeast(0.9))).is_good());
        assert!(line(Ok(1.0), None).is_good());
    }

    #[test]
    fn what_could_not_be_measured_is_not_good() {
        assert!(!line(Err(Failure::new("no taskset")), None).is_good());
    }

    #[test]
    fn the_report_is_json() {
        let lines = vec![
            line(Ok(1.5), Some(Budget::AtMost(2.0))),
            line(Err(Failure::new("x")), None),
        ];
        assert_eq!(
            Report { lines }.json("2 \"cores\""),
            "{\n  \"machine\": \"2 cores\",\n  \"lines\": [\n    \
             {\"what\": \"memory\", \"value\": 1.5000, \"unit\": \"MiB\", \"budget\": \"<= 2\", \"good\": true},\n    \
             {\"what\": \"memory\", \"value\": null, \"unit\": \"MiB\", \"budget\": null, \"good\": false}\n  ]\n}\n"
        );
    }
}
