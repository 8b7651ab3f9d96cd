//! Every loss against cases of an independent float64 reference: one file a loss, and one test a loss that can be asked
//! for alone: `cargo test -p loss-kernels --test golden nt-xent`.

mod comparison;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use comparison::compare;
use libtest_mimic::{Arguments, Failed, Trial};
use loss_kernels::evaluate::evaluate;
use loss_kernels::losses;
use serde_json::Value;

/// 1e-9 relative, 1e-12 absolute.
fn close(got: f64, expected: f64) -> bool {
    (got - expected).abs() <= 1e-12 + 1e-9 * expected.abs()
}

fn check(line: &str) -> Result<(), String> {
    let expected: Value = serde_json::from_str(line).map_err(|e| e.to_string())?;
    let answer: Value = serde_json::from_str(&evaluate(line).line).map_err(|e| e.to_string())?;
    if let Some(error) = answer.get("error") {
        return Err(format!("refused: {error}"));
    }
    compare("value", &answer["value"], &expected["value"], close)?;
    let gradient = expected["gradient"].as_object().ok_or("the case has no gradient")?;
    let given = answer["gradient"].as_object().ok_or("the answer has no gradient")?;
    if given.len() != gradient.len() {
        return Err(format!("gradient by {:?}, the reference has {:?}", given.keys(), gradient.keys()));
    }
    gradient
        .iter()
        .try_for_each(|(name, by)| compare(&format!("gradient by {name}"), &given[name], by, close))
}

/// All cases of one loss.
fn holds(id: &str) -> Result<(), Failed> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../tests/golden/{id}.jsonl"));
    let lines = fs::read_to_string(file).map_err(|e| format!("the golden cases of {id}: {e}"))?;
    if lines.trim().is_empty() {
        return Err(format!("{id} has no golden cases").into());
    }
    let fault = |(number, line): (usize, &str)| {
        check(line).err().map(|difference| format!("case {}: {difference}", number + 1))
    };
    let faults: Vec<_> = lines.lines().enumerate().filter_map(fault).collect();
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n").into()) }
}

fn main() -> ExitCode {
    let ids = losses::all().map(|loss| loss.spec().id);
    let trials = ids.map(|id| Trial::test(id, move || holds(id))).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
