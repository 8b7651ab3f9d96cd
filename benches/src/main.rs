//! The rows, native: one line of JSON each.

use std::time::{Duration, Instant};

use loss_explorer_bench::row::{ROWS, Work};
use serde_json::json;

fn main() {
    for row in ROWS {
        let mut work = (row.prepare)();
        let (time, result) = median(&mut work);
        let microseconds = time.as_secs_f64() * 1e6;
        println!(
            "{}",
            json!({ "who": "native", "row": row.name, "microseconds": microseconds, "result": result })
        );
    }
}

/// The median time of the work over batches that are long enough for the clock, warm-up left out:
/// 25 batches, or fewer of work that takes long.
fn median(work: &mut Work) -> (Duration, f64) {
    const BATCH: Duration = Duration::from_millis(20);
    const ALL: Duration = Duration::from_secs(3);
    const BATCHES: std::ops::RangeInclusive<usize> = 3..=25;
    let mut times = 1;
    while batch(work, times).0 < BATCH {
        times *= 2;
    }
    let start = Instant::now();
    let mut batches = Vec::new();
    while batches.len() < *BATCHES.start() || start.elapsed() < ALL && batches.len() < *BATCHES.end() {
        batches.push(batch(work, times));
    }
    batches.sort_by_key(|&(time, _)| time);
    let (time, result) = batches[batches.len() / 2];
    (time / times, result)
}

fn batch(work: &mut Work, times: u32) -> (Duration, f64) {
    let start = Instant::now();
    let mut result = f64::NAN;
    for _ in 0..times {
        result = work();
    }
    (start.elapsed(), result)
}
