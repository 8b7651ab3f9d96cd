//! `list`: the losses, the stages, the exhibits.

use loss_explorer::exhibits::EXHIBITS;
use loss_explorer::kernel::Loss;
use loss_explorer::losses;
use loss_explorer::stages::STAGES;
use serde_json::Value;

use crate::{run, stderr, stdout};

#[test]
fn list_has_one_aligned_row_for_each_loss() {
    let output = run(&["list"], "");
    let rows: Vec<&str> = stdout(&output).lines().collect();
    assert_eq!(rows.len(), 1 + losses::all().count());
    let column = |name: &str| rows[0].find(name).unwrap_or_else(|| panic!("no column {name}: {}", rows[0]));
    let (id, title) = (column("ID"), column("TITLE"));
    for (row, spec) in rows[1..].iter().zip(losses::all().map(Loss::spec)) {
        assert!(row.starts_with(spec.family.name()), "{row}");
        assert_eq!(row[id..title].trim_end(), spec.id, "{row}");
        assert!(row[title..].starts_with(spec.title), "{row}");
        for param in spec.params {
            let setting = format!("{}={}", param.name, param.text(param.default));
            assert!(row.contains(&setting), "{row} lacks {setting}");
        }
    }
}

#[test]
fn list_keeps_to_a_family() {
    let output = run(&["list", "--family", "embeddings"], "");
    let families: Vec<&str> = stdout(&output).lines().skip(1).map(|row| &row[..10]).collect();
    assert!(!families.is_empty() && families.iter().all(|family| *family == "embeddings"), "{families:?}");
    let wrong = run(&["list", "--family", "shapes"], "");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        stderr(&wrong).contains("'shapes'") && stderr(&wrong).contains("embeddings"),
        "{}",
        stderr(&wrong)
    );
}

#[test]
fn list_as_json_holds_every_loss_with_its_prose() {
    let output = run(&["list", "--json"], "");
    let entries: Vec<Value> = serde_json::from_str(stdout(&output)).expect("one JSON array");
    let specs: Vec<_> = losses::all().map(Loss::spec).collect();
    assert_eq!(entries.len(), specs.len());
    for (entry, spec) in entries.iter().zip(specs) {
        assert_eq!(entry["id"], spec.id);
        assert_eq!(entry["params"].as_array().map(Vec::len), Some(spec.params.len()), "{}", spec.id);
        assert_eq!(entry["inputs"].as_array().map(Vec::len), Some(spec.inputs.len()), "{}", spec.id);
        for text in ["title", "summary", "formula"] {
            assert!(entry[text].as_str().is_some_and(|t| !t.is_empty()), "{} has no {text}", spec.id);
        }
        assert!(entry["source"]["venue"].is_string(), "{} has no source", spec.id);
    }
    let family = run(&["list", "--json", "--family", "logits"], "");
    let entries: Vec<Value> = serde_json::from_str(stdout(&family)).unwrap();
    assert!(!entries.is_empty() && entries.iter().all(|entry| entry["family"] == "logits"));
}

#[test]
fn list_names_every_stage_with_its_knobs() {
    let output = run(&["list", "--stages"], "");
    let rows: Vec<&str> = stdout(&output).lines().collect();
    assert_eq!(rows.len(), 1 + STAGES.len());
    for (row, spec) in rows[1..].iter().zip(STAGES.iter().map(|stage| stage.spec())) {
        assert!(row.starts_with(&format!("{} ", spec.id)) && row.contains(spec.title), "{row}");
        for knob in spec.knobs {
            assert!(row.contains(&format!("{}=", knob.name)), "{row} lacks {}", knob.name);
        }
    }
}

#[test]
fn list_names_every_exhibit_with_its_claim() {
    let output = run(&["list", "--exhibits"], "");
    let rows: Vec<&str> = stdout(&output).lines().collect();
    assert_eq!(rows.len(), 1 + EXHIBITS.len());
    for (row, exhibit) in rows[1..].iter().zip(EXHIBITS) {
        assert!(row.starts_with(&format!("{} ", exhibit.id)) && row.ends_with(exhibit.claim), "{row}");
    }
    let json: Vec<serde_json::Value> =
        serde_json::from_str(stdout(&run(&["list", "--exhibits", "--json"], ""))).expect("it is JSON");
    let ids: Vec<_> = json.iter().map(|exhibit| exhibit["id"].as_str()).collect();
    assert_eq!(ids, EXHIBITS.iter().map(|exhibit| Some(exhibit.id)).collect::<Vec<_>>());
    assert!(json.iter().all(|exhibit| exhibit["claim"].as_str().is_some_and(|claim| !claim.is_empty())));
    let both = run(&["list", "--exhibits", "--stages"], "");
    assert_eq!(both.status.code(), Some(2), "two lists at once were printed");
}
