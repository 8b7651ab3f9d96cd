//! Everything the page needs from Rust: bindings, wasm and catalogue, in `www/generated/`.

use std::fs;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::{command, node_packages, progress, wasm_target, workspace::Workspace};

/// Builds all that `www/` imports from `www/generated/`.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    wasm_target::require(workspace)?;
    node_packages::require(workspace)?;
    compile(workspace)?;
    bind(workspace)?;
    optimise(workspace)?;
    catalogue(workspace)
}

fn compile(workspace: &Workspace) -> Result<()> {
    progress::step("compile to wasm");
    let arguments = ["build", "--lib", "--release", "--target", wasm_target::TRIPLE];
    command::run(command::cargo(workspace, &arguments))
}

/// Uses the generator as a library: Cargo.lock then holds it at the version of `wasm-bindgen`,
/// as both link `wasm-bindgen-shared`, of which a workspace can only have one version.
fn bind(workspace: &Workspace) -> Result<()> {
    progress::step("generate bindings");
    let compiled = workspace.target.join(wasm_target::TRIPLE).join("release/loss_explorer.wasm");
    let out = workspace.generated().join("wasm");
    Bindgen::new()
        .input_path(&compiled)
        .web(true)?
        .omit_default_module_path(false)
        .typescript(true)
        .generate(&out)
        .with_context(|| format!("bindings for {}", workspace.relative(&compiled)))
}

fn optimise(workspace: &Workspace) -> Result<()> {
    progress::step("optimise wasm");
    let wasm = workspace.generated().join("wasm/loss_explorer_bg.wasm");
    let before = fs::metadata(&wasm)?.len();
    let mut wasm_opt = command::program(workspace, "node", &["node_modules/binaryen/bin/wasm-opt"]);
    wasm_opt
        .args(["-O3", "--strip-debug", "--strip-producers"])
        .args(["--enable-bulk-memory", "--enable-multivalue", "--enable-mutable-globals"])
        .args(["--enable-nontrapping-float-to-int", "--enable-reference-types"])
        .args(["--enable-sign-ext", "--enable-simd"])
        .arg(&wasm)
        .arg("-o")
        .arg(&wasm);
    command::run(wasm_opt)?;
    let after = fs::metadata(&wasm)?.len();
    eprintln!("{} KB, was {} KB", after.div_ceil(1000), before.div_ceil(1000));
    Ok(())
}

/// The specs of all losses as the native command line prints them.
fn catalogue(workspace: &Workspace) -> Result<()> {
    progress::step("export catalogue");
    let arguments = ["run", "--quiet", "--package", "loss-explorer", "--", "list", "--json"];
    let specs = command::capture(command::cargo(workspace, &arguments))?;
    let file = workspace.generated().join("catalogue.json");
    fs::write(&file, specs).with_context(|| format!("cannot write {}", workspace.relative(&file)))
}
