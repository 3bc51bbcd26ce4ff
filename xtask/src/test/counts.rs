//! How many tests passed and failed, read from what test programs print.

use std::ops::AddAssign;

/// Tests that passed and that failed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
    /// Which ones failed and why, in the words of the test program.
    pub(super) complaints: Vec<String>,
}

impl Counts {
    pub(super) fn of(passed: u64, failed: u64) -> Self {
        Self {
            passed,
            failed,
            complaints: Vec::new(),
        }
    }

    fn complaint(words: &str) -> Self {
        Self {
            complaints: vec![words.to_owned()],
            ..Self::default()
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.complaints.extend(other.complaints);
    }
}

/// Reads `test result: ok. 12 passed; 0 failed; …` and `test a_name ... FAILED` of cargo test.
pub(super) fn in_cargo_line(line: &str) -> Counts {
    if line.starts_with("test ") && line.ends_with(" FAILED") {
        return Counts::complaint(line);
    }
    let Some((_, results)) = line.split_once("test result: ") else {
        return Counts::default();
    };
    // After the first full stop stand the numbers, apart by semicolons.
    let (_, numbers) = results.split_once(". ").unwrap_or_default();
    let number = |word: &str| {
        numbers
            .split("; ")
            .find_map(|part| part.strip_suffix(word)?.trim().parse().ok())
            .unwrap_or(0)
    };
    Counts::of(number("passed"), number("failed"))
}

/// Reads a line such as `  12 passed (3.4s)` of Playwright's summary. What is flaky, was
/// interrupted or never ran has not passed. Before it stands each failure, as `  1) [project] › …`
/// and `Error: …`.
pub(super) fn in_playwright_line(line: &str) -> Counts {
    let line = without_colours(line);
    let line = line.trim();
    if PLAYWRIGHT_COMPLAINS
        .iter()
        .any(|words| line.starts_with(words))
    {
        return Counts::complaint(line);
    }
    let Some((number, what)) = line.split_once(' ') else {
        return Counts::default();
    };
    if number.ends_with(')') && what.starts_with('[') {
        return Counts::complaint(line);
    }
    let Ok(number) = number.parse() else {
        return Counts::default();
    };
    match what.split(" (").next().unwrap_or_default() {
        "passed" => Counts::of(number, 0),
        "failed" | "flaky" | "interrupted" | "did not run" => Counts::of(0, number),
        _ => Counts::default(),
    }
}

const PLAYWRIGHT_COMPLAINS: [&str; 7] = [
    "Error: ",
    "TimeoutError: ",
    "Test timeout ",
    "Locator: ",
    "Expected",
    "Received",
    "Timeout: ",
];

fn without_colours(line: &str) -> String {
    let mut plain = String::new();
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            // A colour ends with the letter m.
            letters.by_ref().find(|letter| *letter == 'm');
        } else {
            plain.push(letter);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_results() {
        let good = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!(in_cargo_line(good), Counts::of(12, 0));
        let bad = "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(in_cargo_line(bad), Counts::of(3, 2));
        assert_eq!(
            in_cargo_line("test accounts::born ... ok"),
            Counts::of(0, 0)
        );
    }

    #[test]
    fn playwrights_summary() {
        assert_eq!(in_playwright_line("  12 passed (3.4s)"), Counts::of(12, 0));
        assert_eq!(in_playwright_line("  1 failed"), Counts::of(0, 1));
        assert_eq!(in_playwright_line("  2 flaky"), Counts::of(0, 2));
        assert_eq!(in_playwright_line("  4 did not run"), Counts::of(0, 4));
        assert_eq!(in_playwright_line("  3 skipped"), Counts::of(0, 0));
        assert_eq!(
            in_playwright_line("\u{1b}[32m  5 passed\u{1b}[39m\u{1b}[2m (1.0m)\u{1b}[22m"),
            Counts::of(5, 0)
        );
    }

    #[test]
    fn what_failed_is_kept_in_its_own_words() {
        for line in [
            "test accounts::born ... FAILED",
            "test a::b - should panic ... FAILED",
        ] {
            assert_eq!(in_cargo_line(line).complaints, [line]);
        }
        let first = "1) [sqlite-js] › journeys/login.js:3:1 › a door opens ────";
        let line = format!("  \u{1b}[31m{first}\u{1b}[39m");
        assert_eq!(in_playwright_line(&line).complaints, [first]);
        let line = "    Error: expect(locator).toBeVisible() failed";
        assert_eq!(in_playwright_line(line).complaints, [line.trim()]);
    }

    #[test]
    fn what_a_test_prints_is_no_summary() {
        assert_eq!(
            in_playwright_line("  ✓  1 [sqlite] › login.spec.ts:3:1 › 12 passed doors (1s)"),
            Counts::of(0, 0)
        );
        assert_eq!(in_playwright_line("12 passed the door"), Counts::of(0, 0));
        assert_eq!(in_playwright_line(""), Counts::of(0, 0));
    }
}
