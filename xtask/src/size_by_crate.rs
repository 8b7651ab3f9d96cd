//! What the code of the page's wasm weighs, crate by crate.

use std::{collections::BTreeMap, fs};

use anyhow::Result;
use wasmparser::{KnownCustom, Name, Parser, Payload};

use crate::{wasm_module, workspace::Workspace};

/// Crates that weigh less than this are one line together, in bytes.
const LEAST: usize = 2000;

/// Prints how many bytes of code come from each crate, before compression and before the module is split.
pub(crate) fn print(workspace: &Workspace, package: &str) -> Result<()> {
    let wasm = fs::read(wasm_module::named(workspace, package))?;
    let (mut imports, mut sizes, mut names) = (0, Vec::new(), BTreeMap::new());
    for payload in Parser::new(0).parse_all(&wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imports += u32::from(matches!(import?.ty, wasmparser::TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => sizes.push(body.range().len()),
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(parts) = section.as_known() {
                    for part in parts {
                        if let Name::Function(functions) = part? {
                            for naming in functions {
                                let naming = naming?;
                                names.insert(naming.index, naming.name);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let mut crates: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, size) in (imports..).zip(&sizes) {
        *crates.entry(crate_of(names.get(&index).copied().unwrap_or_default())).or_default() += size;
    }
    let mut rows: Vec<(&str, usize)> = crates.into_iter().collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.1));
    let small: usize = rows.iter().filter(|row| row.1 < LEAST).map(|row| row.1).sum();
    println!("{:>9}  crate, raw code", "KB");
    for (name, size) in rows.iter().filter(|row| row.1 >= LEAST).chain([&("others", small)]) {
        println!("{:>9.1}  {name}", *size as f64 / 1000.0);
    }
    Ok(())
}

/// The crate of a function: where its path begins, or the first path in it that is not a type parameter.
fn crate_of(function: &str) -> &str {
    let words = function.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let mut paths = words.filter(|word| word.contains(char::is_lowercase));
    paths.find(|word| !["as", "dyn", "mut", "const"].contains(word)).unwrap_or("?")
}
