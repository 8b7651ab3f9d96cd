//! From a package to what a browser loads: wasm, optimised, with its JavaScript bindings.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::{command, progress, wasm_target, workspace::Workspace};

/// Builds the library of `package` into `out`, as `<package>.js`, `<package>.d.ts` and
/// `<package>_bg.wasm` with underscores for hyphens.
pub(crate) fn build(workspace: &Workspace, package: &str, out: &Path) -> Result<()> {
    let name = package.replace('-', "_");
    wasm_target::require(workspace)?;
    compile(workspace, package)?;
    bind(workspace, &name, out)?;
    let wasm = out.join(format!("{name}_bg.wasm"));
    let named = named(workspace, package);
    progress::step("optimise wasm");
    // What has one caller stays apart from it: brotli finds more that is alike, and less comes with what runs first.
    wasm_opt(workspace, &wasm, &named, &["-Oz", "-g", "--one-caller-inline-max-function-size=30"])?;
    finish(workspace, &named, &wasm)?;
    let kilobytes = |path: &Path| anyhow::Ok(fs::metadata(path)?.len().div_ceil(1000));
    println!("{} KB", kilobytes(&wasm)?);
    Ok(())
}

/// Where [`build`] leaves the optimised module of a package before it takes away the names of its functions.
pub(crate) fn named(workspace: &Workspace, package: &str) -> PathBuf {
    workspace.target.join(wasm_target::TRIPLE).join(format!("release/{package}.named.wasm"))
}

/// Makes a module smaller in its place.
pub(crate) fn shrink(workspace: &Workspace, named: &Path) -> Result<()> {
    wasm_opt(workspace, named, named, &["-Oz", "-g"])
}

/// Writes to `wasm` a module as it is sent to browsers: without names, in the order that compresses best.
pub(crate) fn finish(workspace: &Workspace, named: &Path, wasm: &Path) -> Result<()> {
    // What comes from one Rust module is alike: side by side, brotli finds it.
    wasm_opt(workspace, named, wasm, &["--reorder-functions-by-name", "--strip-debug", "--strip-producers"])
}

fn compile(workspace: &Workspace, package: &str) -> Result<()> {
    progress::step(&format!("compile {package} to wasm"));
    // Not in the manifest: the native tests have no use for a dynamic library.
    let cdylib = ["rustc", "--package", package, "--lib", "--crate-type", "cdylib"];
    let mut cargo = command::cargo(workspace, &cdylib);
    cargo.args(["--release", "--target", wasm_target::TRIPLE]);
    // For size, but not at any price: with "z" the tape takes twice as long, for 6 KB less before the first plot.
    cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "s");
    // Names with their type parameters, for the list of first functions to tell one `Loss::spec` from another.
    let flags = format!("'-Csymbol-mangling-version=v0', {}", nameless_sources());
    cargo.arg("--config").arg(format!("target.{}.rustflags = [{flags}]", wasm_target::TRIPLE));
    command::run(cargo)
}

/// Flags that keep out of panic messages where this machine has the sources of packages: nobody else's business, and
/// less to download.
fn nameless_sources() -> String {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::home_dir().map(|home| home.join(".cargo"))).unwrap_or_default();
    let registries = fs::read_dir(home.join("registry/src")).into_iter().flatten().flatten();
    let flags: Vec<_> =
        registries.map(|folder| format!("'--remap-path-prefix={}='", folder.path().display())).collect();
    flags.join(", ")
}

/// Uses the generator as a library: Cargo.lock then holds it at the version of `wasm-bindgen`,
/// as both link `wasm-bindgen-shared`, of which a workspace can only have one version.
fn bind(workspace: &Workspace, name: &str, out: &Path) -> Result<()> {
    progress::step("generate bindings");
    let compiled = workspace.target.join(wasm_target::TRIPLE).join(format!("release/{name}.wasm"));
    Bindgen::new()
        .input_path(&compiled)
        .web(true)?
        .omit_default_module_path(false)
        .typescript(true)
        .generate(out)
        .with_context(|| format!("bindings for {}", workspace.relative(&compiled)))
}

fn wasm_opt(workspace: &Workspace, from: &Path, to: &Path, passes: &[&str]) -> Result<()> {
    let mut wasm_opt = command::program(workspace, "node", &["node_modules/binaryen/bin/wasm-opt"]);
    wasm_opt
        .args(passes)
        .args(["--enable-bulk-memory", "--enable-multivalue", "--enable-mutable-globals"])
        .args(["--enable-nontrapping-float-to-int", "--enable-reference-types"])
        .args(["--enable-sign-ext", "--enable-simd"])
        .arg(from)
        .arg("-o")
        .arg(to);
    command::run(wasm_opt)
}
