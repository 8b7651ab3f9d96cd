//! Counting passed and failed tests in what the test runners print.

use std::ops::AddAssign;

/// Numbers of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl Tally {
    /// Reads a summary line of `cargo test` or of `node --test`; other lines count nothing.
    pub(crate) fn of_line(line: &str) -> Self {
        let number = |text: &str| text.trim().parse().unwrap_or(0);
        let mut tally = Self::default();
        if let Some((_, counts)) = line.split_once("test result: ") {
            for count in counts.split([';', '.']) {
                if let Some(n) = count.strip_suffix(" passed") {
                    tally.passed = number(n);
                } else if let Some(n) = count.strip_suffix(" failed") {
                    tally.failed = number(n);
                }
            }
        } else if let Some(n) = line.strip_prefix("ℹ pass ") {
            tally.passed = number(n);
        } else if let Some(n) = line.strip_prefix("ℹ fail ") {
            tally.failed = number(n);
        }
        tally
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    fn of(text: &str) -> (usize, usize) {
        let mut tally = Tally::default();
        for line in text.lines() {
            tally += Tally::of_line(line);
        }
        (tally.passed, tally.failed)
    }

    #[test]
    fn cargo_summaries_add_up() {
        let text = "running 3 tests\n\
            test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n\
            test result: ok. 40 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(of(text), (42, 1), "passed and failed of two test binaries");
    }

    #[test]
    fn node_summary_is_read() {
        let text = "✔ golden (12ms)\nℹ tests 7\nℹ suites 0\nℹ pass 5\nℹ fail 2\nℹ cancelled 0\n";
        assert_eq!(of(text), (5, 2), "passed and failed of node --test");
    }
}
