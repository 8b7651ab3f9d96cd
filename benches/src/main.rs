//! The rows, native: one line of JSON each.

use std::time::{Duration, Instant};

use loss_explorer_bench::row::{ROWS, Work};
use serde_json::json;

fn main() {
    for row in ROWS {
        report("native", row.name, (row.prepare)());
        if let Some(from_tape) = row.from_tape {
            report("native tape", row.name, from_tape());
        }
    }
}

fn report(who: &str, row: &str, mut work: Work) {
    let (batch, times, result) = least(&mut work);
    let microseconds = batch.as_secs_f64() * 1e6 / f64::from(times);
    let steps = batch.as_secs_f64() / clock_step().as_secs_f64();
    println!(
        "{}",
        json!({ "who": who, "row": row, "microseconds": microseconds, "result": result, "clock_steps": steps })
    );
}

/// The least step of the clock that is seen.
fn clock_step() -> Duration {
    let step = |_| {
        let start = Instant::now();
        loop {
            let step = start.elapsed();
            if !step.is_zero() {
                return step;
            }
        }
    };
    (0..20).map(step).min().expect("twenty were seen")
}

/// The least time of batches that are long enough for the clock, how often they do the work, and its result: whatever else
/// the machine does only adds to it.
fn least(work: &mut Work) -> (Duration, u32, f64) {
    const BATCH: Duration = Duration::from_millis(10);
    const ALL: Duration = Duration::from_secs(1);
    const BATCHES: std::ops::RangeInclusive<usize> = 3..=60;
    let mut times = 1;
    // Twice, as the first may be long for another reason.
    while batch(work, times).0.min(batch(work, times).0) < BATCH {
        times *= 2;
    }
    let start = Instant::now();
    let mut least = Duration::MAX;
    let mut result = f64::NAN;
    let mut batches = 0;
    while batches < *BATCHES.start() || start.elapsed() < ALL && batches < *BATCHES.end() {
        let (time, found) = batch(work, times);
        least = least.min(time);
        result = found;
        batches += 1;
    }
    (least, times, result)
}

fn batch(work: &mut Work, times: u32) -> (Duration, f64) {
    let start = Instant::now();
    let mut result = f64::NAN;
    for _ in 0..times {
        result = work();
    }
    (start.elapsed(), result)
}
