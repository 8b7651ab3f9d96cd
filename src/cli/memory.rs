//! How much memory a command may take: `--memory`, or what the system leaves it.

use std::fs;

use loss_explorer::cost::{LIMIT, size};

/// Share of what there is that one may count on: the program itself, its threads and its figures need some too.
const SHARE: f64 = 0.75;

/// The limit in bytes: so many gigabytes, or else 4, or less where the system has less.
pub fn limit(gigabytes: Option<f64>) -> f64 {
    gigabytes.map_or_else(
        || there_is().map_or(LIMIT, |bytes| LIMIT.min(SHARE * bytes)),
        |gigabytes| 1e9 * gigabytes,
    )
}

/// Bytes that the system would give this process, where it says so.
fn there_is() -> Option<f64> {
    let of_process = fs::read_to_string("/proc/self/limits").ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("Max address space"))?;
        line.split_whitespace().next()?.parse::<f64>().ok()
    });
    let of_machine = fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
        line.split_whitespace().next()?.parse::<f64>().ok().map(|kilobytes| 1024.0 * kilobytes)
    });
    of_process.into_iter().chain(of_machine).reduce(f64::min)
}

/// Reads a number of gigabytes.
///
/// # Errors
/// What it is and what is allowed.
pub fn gigabytes(text: &str) -> Result<f64, String> {
    let read = text.parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0);
    read.ok_or_else(|| {
        format!("{text} is no size, allowed is a number of gigabytes above 0; without it {}", size(LIMIT))
    })
}
