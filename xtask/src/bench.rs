//! Our kernels against their peers, all in one run: native, wasm in Node and in Chromium, plain
//! JavaScript, jax-js, TensorFlow.js, PyTorch where there is one; and how fast the page answers.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{browser, build, command, dist, node_packages, progress, wasm_module, workspace::Workspace};

/// What every ratio refers to.
const REFERENCE: &str = "wasm in Node";

/// The columns, in order.
const COLUMNS: [&str; 9] = [
    REFERENCE,
    "wasm in Chromium",
    "native",
    "native tape",
    "plain JS",
    "jax-js",
    "TF.js wasm",
    "TF.js cpu",
    "PyTorch",
];

/// One line that a program of the bench prints.
#[derive(Deserialize, Serialize)]
struct Measurement {
    who: String,
    row: String,
    microseconds: f64,
    /// What the work computed, to see that all compute the same.
    result: f64,
    /// Steps of the clock that the batch took of which this is the time.
    clock_steps: f64,
}

/// A time of fewer steps of a clock is none: it may be off by more than a hundredth.
const FEWEST_STEPS: f64 = 100.0;

/// A line about the page.
#[derive(Deserialize, Serialize)]
struct Quantity {
    /// What was done on which stage; empty for the page as a whole.
    of: String,
    what: String,
    unit: String,
    p50: f64,
    p95: f64,
}

/// All of one run.
#[derive(Serialize)]
struct Report {
    kernels: Vec<Measurement>,
    page: Vec<Quantity>,
}

/// Measures, prints the tables and writes what they hold to `bench.json` in the target directory, which
/// `docs/bench.html` draws. PyTorch takes part if `python` has it.
///
/// Without `page` the kernels alone are measured, and the page is not even built.
pub(crate) fn run(workspace: &Workspace, python: Option<&Path>, page: bool) -> Result<()> {
    let directory = workspace.root.join("benches");
    node_packages::require(workspace)?;
    node_packages::require_in(workspace, &directory)?;
    let browser = browser::require(workspace)?;
    if page {
        build::run(workspace)?;
        dist::bundle(workspace)?;
    }
    wasm_module::build(workspace, "loss-explorer-bench", &directory.join("generated"))?;

    let arguments = ["run", "--package", "loss-explorer-bench", "--release"];
    let native = command::cargo(workspace, &arguments);
    let node = command::program(workspace, "node", &["benches/peers/node.mjs"]);
    let mut chromium = command::program(workspace, "node", &["benches/peers/chromium.mjs"]);
    chromium.env(browser::VARIABLE, &browser);

    let mut programs = vec![("native", native), ("Node", node), ("Chromium", chromium)];
    if let Some(python) = python {
        let python = python.to_string_lossy();
        programs.push(("PyTorch", command::program(workspace, &python, &["benches/peers/torch_rows.py"])));
    }
    let mut kernels = Vec::new();
    for (title, program) in programs {
        progress::step(&format!("measure kernels: {title}"));
        kernels.extend(measure(program)?);
    }
    are_times(&kernels)?;
    let mut quantities = Vec::new();
    if page {
        progress::step("measure the page");
        let mut program = command::program(workspace, "node", &["benches/page.mjs"]);
        program.env(browser::VARIABLE, &browser);
        quantities = measure(program)?;
    }
    let report = Report { kernels, page: quantities };

    progress::step("results");
    print!("{}", kernel_table(&report.kernels));
    if page {
        print!("\n{}", page_table(&report.page));
    }
    let file = workspace.target.join("bench.json");
    fs::write(&file, serde_json::to_string_pretty(&report)?)
        .with_context(|| format!("cannot write {}", workspace.relative(&file)))?;
    println!("\nThe same as JSON, for docs/bench.html to draw: {}", workspace.relative(&file));
    agree(&report.kernels)
}

/// Every time is one that its clock can tell.
fn are_times(measurements: &[Measurement]) -> Result<()> {
    for Measurement { who, row, microseconds, clock_steps, .. } in measurements {
        ensure!(
            *clock_steps >= FEWEST_STEPS && *microseconds > 0.0,
            "{row}: {who} took {microseconds} µs, in a batch of {clock_steps} steps of its clock; a time needs at least \
             {FEWEST_STEPS}"
        );
    }
    Ok(())
}

/// Three digits that count, however short.
fn three_digits(x: f64) -> String {
    let decimals = (2.0 - x.abs().log10().floor()).clamp(1.0, 9.0) as usize;
    format!("{x:.decimals$}")
}

/// How far a result is from the native one, relatively.
fn error(measured: &Measurement, native: &Measurement) -> f64 {
    (measured.result - native.result).abs() / native.result.abs()
}

/// Whether a result is the native one, to what 32-bit numbers allow.
fn is_valid(measured: &Measurement, native: &Measurement) -> bool {
    error(measured, native) <= 1e-4
}

/// Times of different computations cannot be compared: all peers must get the native result, to
/// what 32-bit numbers allow.
fn agree(measurements: &[Measurement]) -> Result<()> {
    let native = |row: &str| measurements.iter().find(|m| m.row == row && m.who == "native");
    for measured in measurements {
        let Measurement { who, row, result, .. } = measured;
        let Some(native) = native(row) else { continue };
        let expected = native.result;
        ensure!(is_valid(measured, native), "{row}: {who} got {result}, native {expected}");
    }
    Ok(())
}

/// Runs a program that prints what it measures, a line of JSON each.
fn measure<T: DeserializeOwned>(program: Command) -> Result<Vec<T>> {
    let output = String::from_utf8(command::capture(program)?)?;
    output
        .lines()
        .map(|line| serde_json::from_str(line).with_context(|| format!("not a measurement: {line}")))
        .collect()
}

/// First how many times the reference's time each takes, then the times, then the results.
fn kernel_table(measurements: &[Measurement]) -> String {
    let mut rows: Vec<&str> = Vec::new();
    for Measurement { row, .. } in measurements {
        if !rows.contains(&row.as_str()) {
            rows.push(row);
        }
    }
    let find = |row: &str, who: &str| measurements.iter().find(|m| m.row == row && m.who == who);
    let mut text = String::new();
    let mut block = |title: &str, cell: &dyn Fn(&str, &Measurement) -> Option<String>| {
        text += &format!("\n{title:<42}");
        for who in COLUMNS {
            text += &format!("{who:>18}");
        }
        for row in &rows {
            text += &format!("\n{row:<42}");
            for who in COLUMNS {
                // A time without a valid answer is none.
                let valid = find(row, who)
                    .filter(|own| find(row, "native").is_none_or(|native| is_valid(own, native)));
                let cell = valid.and_then(|measured| cell(row, measured));
                text += &format!("{:>18}", cell.as_deref().unwrap_or("-"));
            }
        }
        text += "\n";
    };
    block(&format!("times the time of {REFERENCE}"), &|row, measured| {
        let reference = find(row, REFERENCE)?.microseconds;
        Some(format!("{:.2}", measured.microseconds / reference))
    });
    block("microseconds", &|_, measured| Some(three_digits(measured.microseconds)));
    block("error against native, relative", &|row, measured| {
        Some(format!("{:.0e}", error(measured, find(row, "native")?)))
    });
    block("result", &|_, measured| Some(format!("{:.6}", measured.result)));
    text
}

/// The quantities of the page as a whole a line each, then those of every stage in one line.
fn page_table(quantities: &[Quantity]) -> String {
    let (whole, stages): (Vec<_>, Vec<_>) = quantities.iter().partition(|q| q.of.is_empty());
    let mut text = format!("{:<60}{:>12}{:>12}\n", "the page in Chromium", "p50", "p95");
    for Quantity { what, unit, p50, p95, .. } in whole {
        text += &format!("{what:<60}{p50:>12.1}{p95:>12.1} {unit}\n");
    }
    for row in stages.chunk_by(|a, b| a.of == b.of) {
        if row[0].of == stages[0].of {
            text += &format!("\n{:<60}", "p50 and p95");
            row.iter().for_each(|q| text += &format!("{:>30}", format!("{} {}", q.what, q.unit)));
            text += "\n";
        }
        text += &format!("{:<60}", row[0].of);
        row.iter().for_each(|q| text += &format!("{:>18.1}{:>12.1}", q.p50, q.p95));
        text += "\n";
    }
    text
}
