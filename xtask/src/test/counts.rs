//! How many tests passed and failed, read from what test programs print.

use std::ops::AddAssign;

/// Tests that passed and that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// Reads `test result: ok. 12 passed; 0 failed; …` of cargo test.
pub(super) fn in_cargo_line(line: &str) -> Counts {
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
    Counts {
        passed: number("passed"),
        failed: number("failed"),
    }
}

/// Reads a line such as `  12 passed (3.4s)` of Playwright's summary. What is flaky, was
/// interrupted or never ran has not passed.
pub(super) fn in_playwright_line(line: &str) -> Counts {
    let line = without_colours(line);
    let Some((number, what)) = line.trim().split_once(' ') else {
        return Counts::default();
    };
    let Ok(number) = number.parse() else {
        return Counts::default();
    };
    match what.split(" (").next().unwrap_or_default() {
        "passed" => Counts {
            passed: number,
            failed: 0,
        },
        "failed" | "flaky" | "interrupted" | "did not run" => Counts {
            passed: 0,
            failed: number,
        },
        _ => Counts::default(),
    }
}

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

    fn counts(passed: u64, failed: u64) -> Counts {
        Counts { passed, failed }
    }

    #[test]
    fn cargos_results() {
        let good = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!(in_cargo_line(good), counts(12, 0));
        let bad = "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(in_cargo_line(bad), counts(3, 2));
        assert_eq!(in_cargo_line("test accounts::born ... ok"), counts(0, 0));
    }

    #[test]
    fn playwrights_summary() {
        assert_eq!(in_playwright_line("  12 passed (3.4s)"), counts(12, 0));
        assert_eq!(in_playwright_line("  1 failed"), counts(0, 1));
        assert_eq!(in_playwright_line("  2 flaky"), counts(0, 2));
        assert_eq!(in_playwright_line("  4 did not run"), counts(0, 4));
        assert_eq!(in_playwright_line("  3 skipped"), counts(0, 0));
        assert_eq!(
            in_playwright_line("\u{1b}[32m  5 passed\u{1b}[39m\u{1b}[2m (1.0m)\u{1b}[22m"),
            counts(5, 0)
        );
    }

    #[test]
    fn what_a_test_prints_is_no_summary() {
        assert_eq!(
            in_playwright_line("  ✓  1 [sqlite] › login.spec.ts:3:1 › 12 passed doors (1s)"),
            counts(0, 0)
        );
        assert_eq!(in_playwright_line("12 passed the door"), counts(0, 0));
        assert_eq!(in_playwright_line(""), counts(0, 0));
    }
}
